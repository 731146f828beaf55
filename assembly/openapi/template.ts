// A path template segment by segment: literals, and segments with expressions between literals. Matching finds the literals of a segment
// from left to right, so that its time is linear.
// Source: OpenAPI 3.0.4 §4.7.8.2, 3.1.1 §4.8.8.2 (path templating), RFC 6570 for what an expression may not hold.
import { indexOfByte } from "../base/find-byte";
import { Bytes } from "./model";

/** Values of expressions that one path can have. */
export const MAX_VALUES: i32 = 32;

/** A segment with expressions: literal, expression, literal, …, literal; the outer literals can be empty. */
@final
export class Pattern {
  literals: Bytes[] = [];
  /** Bytes of all literals: of two patterns that match, the one with more is the more concrete. */
  literalBytes: u32 = 0;

  /** Whether the decoded segment matches; each expression takes a byte at least. Notes where the values stand. */
  matches(ptr: usize, length: u32, values: PathValues): bool {
    const literals = this.literals;
    const last = literals.length - 1;
    const head = literals[0];
    const tail = literals[last];
    if (length < head.length + tail.length + 1) return false;
    if (memory.compare(ptr, head.ptr, head.length) != 0) return false;
    const end = length - tail.length;
    if (memory.compare(ptr + end, tail.ptr, tail.length) != 0) return false;
    const before = values.count;
    let at = head.length;
    for (let i = 1; i < last; i++) {
      const found = findBytes(ptr, at + 1, end, literals[i]);
      if (found < 0) {
        values.count = before;
        return false;
      }
      values.add(ptr + at, <u32>found - at);
      at = <u32>found + literals[i].length;
    }
    if (at >= end) {
      values.count = before;
      return false;
    }
    values.add(ptr + at, end - at);
    return true;
  }
}

/** Where the values of a path's expressions stand, in the order of the template. */
@final
export class PathValues {
  count: i32 = 0;
  private ptrs: StaticArray<usize> = new StaticArray<usize>(MAX_VALUES);
  private lengths: StaticArray<u32> = new StaticArray<u32>(MAX_VALUES);

  add(ptr: usize, length: u32): void {
    if (this.count >= MAX_VALUES) return;
    this.ptrs[this.count] = ptr;
    this.lengths[this.count++] = length;
  }

  ptr(i: i32): usize {
    return this.ptrs[i];
  }

  length(i: i32): u32 {
    return this.lengths[i];
  }
}

/** Offset of the first occurrence in [from, end); -1: none. Segments are short, and literals between expressions a byte or two. */
function findBytes(ptr: usize, from: u32, end: u32, wanted: Bytes): i32 {
  const first = load<u8>(wanted.ptr);
  let at = from;
  while (at + wanted.length <= end) {
    at = indexOfByte(ptr, at, end, first);
    if (at + wanted.length > end) return -1;
    if (memory.compare(ptr + at, wanted.ptr, wanted.length) == 0) return <i32>at;
    at++;
  }
  return -1;
}
