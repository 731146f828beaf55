// One `name=value` pair of a query or form body at a time, undecoded (WHATWG URL §5.1 without the
// decoding): pairs are split at `&`, name and value at the first `=`, empty pairs skipped. No limit
// of its own: a caller counts what it is given.
import { indexOfByte } from "../base/find-byte";

@final
export class QueryReader {
  /** Offsets into the query of the pair found last. */
  nameStart: u32 = 0;
  nameEnd: u32 = 0;
  /** Equal to `valueEnd` for an empty value; equal to `nameEnd` when there is no `=`. */
  valueStart: u32 = 0;
  valueEnd: u32 = 0;
  private pointer: usize = 0;
  private length: u32 = 0;
  private position: u32 = 0;

  /** Begins with `length` bytes at `pointer` (without the `?`). */
  open(pointer: usize, length: u32): void {
    this.pointer = pointer;
    this.length = length;
    this.position = 0;
  }

  /** Moves to the next pair; false at the end. */
  next(): bool {
    while (this.position < this.length) {
      const start = this.position;
      const end = indexOfByte(this.pointer, start, this.length, 0x26);
      this.position = end + 1;
      if (end == start) continue;
      const equals = indexOfByte(this.pointer, start, end, 0x3d);
      this.nameStart = start;
      this.nameEnd = equals;
      this.valueStart = equals < end ? equals + 1 : end;
      this.valueEnd = end;
      return true;
    }
    return false;
  }
}

/** Number of pairs in a query. */
export function countArguments(pointer: usize, length: u32): u32 {
  let count: u32 = 0;
  let start: u32 = 0;
  while (start < length) {
    const end = indexOfByte(pointer, start, length, 0x26);
    if (end > start) count++;
    start = end + 1;
  }
  return count;
}
