// A module that offers `proxy_on_memory_allocate` alone, without `malloc`: Envoy takes it.
import { proxy_get_header_map_value, proxy_log } from "../abi/env";
import "../abi/abort";

const out: usize = memory.data(8);

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: u32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(_id: u32, _parent: u32): void {}

export function proxy_on_request_headers(_id: u32, _count: u32, _endOfStream: u32): i32 {
  const name = memory.data<u8>([0x3a, 0x70, 0x61, 0x74, 0x68]);
  if (proxy_get_header_map_value(0, name, 5, out, out + 4) == 0) {
    proxy_log(2, load<u32>(out), load<u32>(out, 4));
  }
  return 0;
}
