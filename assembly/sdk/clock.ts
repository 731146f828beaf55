// Wall-clock time. It can step in either direction: what measures durations must bear that. The ABI has
// no monotonic clock (WASI has, and is not used).
import { Status } from "../abi/constants";
import { proxy_get_current_time_nanoseconds } from "../abi/env";

/** Nanoseconds since 1970-01-01 UTC; 0 when the host has no clock. */
export function nowNs(): u64 {
  const slot = memory.data(8, 8);
  return <Status>proxy_get_current_time_nanoseconds(slot) == Status.Ok ? load<u64>(slot) : 0;
}
