// A module that asks the host for more than a log line while it is initialised: Envoy refuses to start with it.
import { proxy_log, proxy_set_tick_period_milliseconds } from "../abi/env";
import "../abi/abort";

// What other modules must not have: work at the top level, so that it runs in `_initialize`.
let begun: i32 = begin();

function begin(): i32 {
  proxy_log(2, memory.data<u8>([0x68, 0x69]), 2);
  return proxy_set_tick_period_milliseconds(1000);
}

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: u32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(_id: u32, _parent: u32): void {
  begun++;
}
