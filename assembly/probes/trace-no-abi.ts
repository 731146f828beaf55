// A module without the marker of an ABI version: Envoy refuses to start with it.
import "../abi/abort";

export function malloc(size: u32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(_id: u32, _parent: u32): void {}
