// Test door to the transformations: names and numbers, bytes in, bytes out.
import { applyTransformation, transformedLimit } from "../transform/apply";
import { transformationName, transformationOf } from "../transform/table";

/** Takes `size` bytes the caller writes a value into; never given back. */
export function reserve(size: u32): usize {
  return heap.alloc(size);
}

/** Number of the transformation whose name is `length` bytes at `ptr`, or -1. */
export function byName(ptr: usize, length: u32): i32 {
  return transformationOf(String.UTF8.decodeUnsafe(ptr, length));
}

export function nameOf(id: u32): string {
  return transformationName(id);
}

export function limit(id: u32, length: u32): u32 {
  return transformedLimit(id, length);
}

export function run(id: u32, ptr: usize, length: u32, target: usize): u32 {
  return applyTransformation(id, ptr, length, target);
}
