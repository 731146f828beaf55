// A module whose request headers callback lacks the third parameter of ABI 0.2: Envoy refuses to start with it.
import "../abi/abort";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: u32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(_id: u32, _count: u32): i32 {
  return 0;
}
