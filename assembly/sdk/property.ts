// Envoy attributes: a path whose segments are joined by NUL ("source\0address") and a value whose bytes
// depend on its type: text raw, integers 8 bytes little endian, bool 1 byte, durations and times
// int64 nanoseconds, maps a pairs block. `source.address` is the client's own word under Envoy's
// default settings, and request.* is gone once the request headers went on.
import { Status } from "../abi/constants";
import { proxy_get_property, proxy_set_property } from "../abi/env";
import { View } from "../abi/view";

/** The number that the last successful typed read found. */
let lastNumber: u64 = 0;

/** Raw bytes of a property. NotFound: absent now. Lives until the outermost callback returns. */
export function getProperty(path: View, value: View): Status {
  value.clear();
  const slot = value.slot();
  return <Status>proxy_get_property(path.ptr, path.length, slot, slot + 4);
}

/** Reads an integer, a duration or a time (nanoseconds); `numberRead` then gives it. A value of another
 * size is SerializationFailure. `scratch` is only used inside. */
export function getNumber(path: View, scratch: View): Status {
  const status = getProperty(path, scratch);
  if (status != Status.Ok) return status;
  if (scratch.length != 8) return Status.SerializationFailure;
  lastNumber = load<u64>(scratch.ptr);
  return Status.Ok;
}

/** What the last successful `getNumber` or `getBool` read. */
export function numberRead(): u64 {
  return lastNumber;
}

/** Reads a bool; `numberRead` then gives 0 or 1. */
export function getBool(path: View, scratch: View): Status {
  const status = getProperty(path, scratch);
  if (status != Status.Ok) return status;
  if (scratch.length != 1) return Status.SerializationFailure;
  lastNumber = load<u8>(scratch.ptr) != 0 ? 1 : 0;
  return Status.Ok;
}

/** Writes filter state `wasm.<path>` of the stream: later filters and access logs read it. The path must
 * hold no NUL (it could not be read back) and cannot shadow an attribute. */
export function setProperty(path: View, value: View): Status {
  for (let i: u32 = 0; i < path.length; i++) {
    if (load<u8>(path.ptr + i) == 0) return Status.BadArgument;
  }
  return <Status>proxy_set_property(path.ptr, path.length, value.ptr, value.length);
}
