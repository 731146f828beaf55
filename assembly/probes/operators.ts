// Test door to the operators: names and numbers, arguments prepared once, values judged.
import { ByteBuffer } from "../base/byte-buffer";
import {
  isJudged,
  operatorCaptured,
  operatorCapturedLength,
  operatorFault,
  operatorMatches,
  prepareOperator,
  releaseOperator,
} from "../operators/judge";
import { nextPhrase, openPhrases } from "../operators/phrases";
import { operatorOf } from "../operators/table";

/** Takes `size` bytes the caller writes to; never given back. */
export function reserve(size: u32): usize {
  return heap.alloc(size);
}

/** Number of the operator whose name is `length` bytes at `ptr`, or -1. */
export function byName(ptr: usize, length: u32): i32 {
  return operatorOf(String.UTF8.decodeUnsafe(ptr, length));
}

export function judged(id: u32): bool {
  return isJudged(id);
}

export function prepare(id: u32, ptr: usize, length: u32): usize {
  return prepareOperator(id, ptr, length);
}

export function fault(): string {
  return operatorFault();
}

export function release(id: u32, prepared: usize): void {
  releaseOperator(id, prepared);
}

export function matches(id: u32, prepared: usize, ptr: usize, length: u32): bool {
  return operatorMatches(id, prepared, ptr, length);
}

export function captured(): usize {
  return operatorCaptured();
}

export function capturedLength(): u32 {
  return operatorCapturedLength();
}

/** Phrases of a list, each ended by a line feed, to `target`; returns the bytes. */
export function phrases(ptr: usize, length: u32, fromFile: bool, target: usize): u32 {
  const out = new ByteBuffer();
  openPhrases(ptr, length, fromFile);
  while (nextPhrase(out)) out.byte(10);
  memory.copy(target, out.ptr, out.length);
  const size = out.length;
  out.dispose();
  return size;
}
