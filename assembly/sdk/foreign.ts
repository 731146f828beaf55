// Envoy's foreign functions (verify_signature, sign, compress, clear_route_cache ...): bytes in, bytes
// out. NotFound: this host has no such function, so one call at configure time tells.
import { Status } from "../abi/constants";
import { proxy_call_foreign_function } from "../abi/env";
import { View } from "../abi/view";

/** Calls a function with `length` bytes at `ptr`. The answer lives until the outermost callback returns. */
export function callForeign(name: View, ptr: usize, length: u32, answer: View): Status {
  answer.clear();
  const slot = answer.slot();
  return <Status>proxy_call_foreign_function(name.ptr, name.length, ptr, length, slot, slot + 4);
}
