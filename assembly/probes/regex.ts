// Test door of the regex room: raw bytes in, statuses and offsets out. Never shipped.

import {
  Regex,
  compileRegex,
  freeRegex,
  regexFailureOffset,
  regexStatus,
  searchByPike,
} from "../regex/regex";

/** A block of the heap for the test to write into. */
export function allocate(bytes: u32): usize {
  return heap.alloc(max<u32>(bytes, 1));
}

export function release(block: usize): void {
  heap.free(block);
}

/** Handle of the compiled pattern, or 0. */
export function compile(pattern: usize, length: u32, flags: u32): usize {
  const regex = compileRegex(pattern, length, flags);
  return regex === null ? 0 : changetype<usize>(regex);
}

export function status(): u32 {
  return regexStatus();
}

export function failureOffset(): u32 {
  return regexFailureOffset();
}

export function free(handle: usize): void {
  freeRegex(changetype<Regex>(handle));
}

export function groups(handle: usize): u32 {
  return changetype<Regex>(handle).groups;
}

export function pike(
  handle: usize,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  out: usize,
  slots: u32,
): bool {
  return searchByPike(changetype<Regex>(handle), text, textBytes, from, to, anchored, out, slots);
}
