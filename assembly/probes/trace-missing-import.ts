// A module that imports what no proxy-Wasm host offers: built without the flag that replaces `env.abort`, as
// AssemblyScript does by itself, it cannot be loaded. Compiled as `unlinked:trace-missing-import` in case files.

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: u32): usize {
  assert(size > 0, "abort keeps its import");
  return heap.alloc(size);
}

export function proxy_on_context_create(_id: u32, _parent: u32): void {}
