// HTTP callouts. The answer comes back as `onHttpCallResponse` on the stream that started it (or on the
// plugin), with the stream as the effective context, so that it can be continued or answered there.
// Envoy needs `:method`, `:path` and `:authority`; unreachable and too late arrive as 503 and 504, and
// only a reset has no headers. Export proxy_on_http_call_response and proxy_on_tick.
import { BufferType, Status } from "../abi/constants";
import { proxy_http_call } from "../abi/env";
import { PairsStatus } from "../abi/pairs";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { readBody } from "./body";
import { remember, reserve } from "./callouts";
import { HttpStream } from "./http-stream";
import { Refusal, refuse } from "./refusal";
import { Root } from "./root";

/**
 * Starts a callout for a stream; `tag` comes back with the answer. The stream may be paused until then:
 * its limit is the timeout and a little more. On any status but Ok nothing was started: do not pause.
 */
export function callHttp(
  stream: HttpStream,
  tag: u32,
  cluster: View,
  headers: PairsWriter,
  timeoutMs: i32,
  body: usize = 0,
  bodyLength: u32 = 0,
): Status {
  return start(stream.root, stream, tag, cluster, headers, timeoutMs, body, bodyLength);
}

/** Starts a callout that belongs to no stream (a key fetch); the plugin gets the answer. */
export function callHttpForPlugin(
  plugin: Root,
  tag: u32,
  cluster: View,
  headers: PairsWriter,
  timeoutMs: i32,
  body: usize = 0,
  bodyLength: u32 = 0,
): Status {
  return start(plugin, null, tag, cluster, headers, timeoutMs, body, bodyLength);
}

/** At most `limitBytes` of the answer's body, in its callback only. Answers can have 32 MiB. */
export function readCallBody(limitBytes: u32, body: View): Status {
  return readBody(BufferType.HttpCallResponseBody, 0, limitBytes, body);
}

function start(
  root: Root,
  stream: HttpStream | null,
  tag: u32,
  cluster: View,
  headers: PairsWriter,
  timeoutMs: i32,
  body: usize,
  bodyLength: u32,
): Status {
  if (timeoutMs < 0) {
    return refuse(Refusal.NegativeTimeout, "refused: a callout with a negative timeout");
  }
  if (headers.finish() != PairsStatus.Ok) {
    return refuse(Refusal.HeaderMalformed, "refused: malformed header name or value");
  }
  if (!reserve()) return Status.Refused;
  const token = memory.data(4, 4);
  const status = <Status>(
    proxy_http_call(
      cluster.ptr,
      cluster.length,
      headers.ptr,
      headers.length,
      body,
      bodyLength,
      0,
      0,
      timeoutMs,
      token,
    )
  );
  if (status == Status.Ok) remember(load<u32>(token), root, stream, tag, timeoutMs);
  return status;
}
