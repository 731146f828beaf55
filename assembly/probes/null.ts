// Callbacks that return at once, without any layer: what the bench's driver and the boundary cost by themselves.
import "../abi/abort"; // The compiler's `--use abort=` finds it only when something loads it.

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: usize): usize {
  return size;
}

export function proxy_on_context_create(id: u32, parentId: u32): void {}

export function proxy_on_request_headers(id: u32, count: u32, endOfStream: u32): i32 {
  return 0;
}

export function proxy_on_log(id: u32): void {}

export function proxy_on_done(id: u32): bool {
  return true;
}

export function proxy_on_delete(id: u32): void {}
