// Reading and changing bodies. A body is readable in its own callbacks: all of it while the filter
// returns StopIterationAndBuffer, else only the new piece. Envoy does not mend content-length after a
// change (the peer gets a cut message), so a change needs the length to be free: taken out of the head
// while that could still be done, which makes the message chunked.
import { BufferType, MapType, Status } from "../abi/constants";
import {
  proxy_get_buffer_bytes,
  proxy_remove_header_map_value,
  proxy_set_buffer_bytes,
} from "../abi/env";
import { View } from "../abi/view";
import { HttpStream } from "./http-stream";
import { Refusal, refuse } from "./refusal";
import { StreamBit } from "./stream-state";

/** Farther than any body reaches: Envoy takes a start or length past the end as "the end". */
const pastTheEnd: i32 = 0x7fffffff;

/** At most `limitBytes` of a body from `start` on, as they are: `body.length` may be less. Ok and empty
 * when there are none. Lives until the outermost callback returns. */
export function readBody(buffer: BufferType, start: u32, limitBytes: u32, body: View): Status {
  body.clear();
  const slot = body.slot();
  return <Status>proxy_get_buffer_bytes(buffer, start, limitBytes, slot, slot + 4);
}

/** Call it in the request headers callback of a filter that will change the body. */
export function freeRequestLength(stream: HttpStream): Status {
  return freeLength(stream, MapType.RequestHeaders, StreamBit.RequestLengthFree);
}

/** Call it in the response headers callback of a filter that will change the body. */
export function freeResponseLength(stream: HttpStream): Status {
  return freeLength(stream, MapType.ResponseHeaders, StreamBit.ResponseLengthFree);
}

/** Puts other bytes in the place of all that the request body callback can read. */
export function replaceRequestBody(stream: HttpStream, ptr: usize, length: u32): Status {
  return replaceBody(stream, false, ptr, length);
}

/** Puts other bytes in the place of all that the response body callback can read. */
export function replaceResponseBody(stream: HttpStream, ptr: usize, length: u32): Status {
  return replaceBody(stream, true, ptr, length);
}

/** Adds bytes behind the request body as it stands in this callback. */
export function appendRequestBody(stream: HttpStream, ptr: usize, length: u32): Status {
  if (!lengthIsFree(stream, false)) return lengthSent();
  return set(BufferType.RequestBody, pastTheEnd, 0, ptr, length);
}

/** Adds bytes behind the response body as it stands in this callback. */
export function appendResponseBody(stream: HttpStream, ptr: usize, length: u32): Status {
  if (!lengthIsFree(stream, true)) return lengthSent();
  return set(BufferType.ResponseBody, pastTheEnd, 0, ptr, length);
}

/** A second replacement after the first was sent on would stand behind it, not in its place (the end
 * of a body often comes as a callback of its own, with size 0). */
function replaceBody(stream: HttpStream, response: bool, ptr: usize, length: u32): Status {
  if (!lengthIsFree(stream, response)) return lengthSent();
  const bit = response ? StreamBit.ResponseReplaced : StreamBit.RequestReplaced;
  if ((stream.state & bit) != 0) {
    return refuse(Refusal.BodyReplacedTwice, "refused: the body was replaced and sent already");
  }
  const buffer = response ? BufferType.ResponseBody : BufferType.RequestBody;
  const status = set(buffer, 0, pastTheEnd, ptr, length);
  if (status == Status.Ok) stream.state |= bit;
  return status;
}

function lengthIsFree(stream: HttpStream, response: bool): bool {
  const free = response ? StreamBit.ResponseLengthFree : StreamBit.RequestLengthFree;
  if ((stream.state & free) != 0) return true;
  // A held head can still be changed.
  const held = response ? StreamBit.ResponseHeld : StreamBit.RequestHeld;
  if ((stream.state & held) == 0) return false;
  const map = response ? MapType.ResponseHeaders : MapType.RequestHeaders;
  return freeLength(stream, map, free) == Status.Ok;
}

function freeLength(stream: HttpStream, map: MapType, bit: StreamBit): Status {
  const name = memory.data<u8>([
    0x63, 0x6f, 0x6e, 0x74, 0x65, 0x6e, 0x74, 0x2d, 0x6c, 0x65, 0x6e, 0x67, 0x74, 0x68,
  ]); // content-length
  const status = <Status>proxy_remove_header_map_value(map, name, 14);
  if (status == Status.Ok) stream.state |= bit;
  return status;
}

function lengthSent(): Status {
  return refuse(
    Refusal.BodyLengthSent,
    "refused: changing a body whose content-length went out; free it in the headers callback",
  );
}

function set(buffer: BufferType, start: i32, length: i32, ptr: usize, size: u32): Status {
  return <Status>proxy_set_buffer_bytes(buffer, start, length, ptr, size);
}
