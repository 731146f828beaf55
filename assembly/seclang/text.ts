// Rule text as bytes: a view into memory that lives as long as the rules do. Rule files are bytes, not Unicode (a
// pattern may hold any of them), so only short names ever become strings. Configure time only.
import { toLower } from "../base/ascii";
import { Block } from "../base/block";

/** `length` bytes at `ptr` in a TextPool. */
@final
export class Text {
  constructor(
    public ptr: usize = 0,
    public length: u32 = 0,
  ) {}

  /** Byte at `index`, 0 at the end and past it. */
  at(index: u32): u8 {
    return index < this.length ? load<u8>(this.ptr + index) : 0;
  }

  /** Whether both have the same bytes. */
  equals(other: Text): bool {
    return this.length == other.length && memory.compare(this.ptr, other.ptr, this.length) == 0;
  }

  /** The bytes from `from` up to `to`. */
  slice(from: u32, to: u32): Text {
    return new Text(this.ptr + from, to - from);
  }

  /** As a string (malformed UTF-8 becomes U+FFFD): for names and messages. */
  toText(): string {
    return this.length == 0 ? "" : String.UTF8.decodeUnsafe(this.ptr, <usize>this.length);
  }

  /** As a string in lower case (ASCII). */
  lower(): string {
    const copy = heap.alloc(max<usize>(1, this.length));
    for (let i: u32 = 0; i < this.length; i++) store<u8>(copy + i, toLower(this.at(i)));
    const text = String.UTF8.decodeUnsafe(copy, <usize>this.length);
    heap.free(copy);
    return text;
  }

  /** Without blanks at both ends. */
  trimmed(): Text {
    let from: u32 = 0;
    let to = this.length;
    while (from < to && isBlank(this.at(from))) from++;
    while (to > from && isBlank(this.at(to - 1))) to--;
    return this.slice(from, to);
  }

  /** Place of a byte from `from` on; `length` when there is none. */
  find(byte: u8, from: u32 = 0): u32 {
    let i = from;
    while (i < this.length && load<u8>(this.ptr + i) != byte) i++;
    return i;
  }
}

/** Blank, tab, or any other white space of a line. */
export function isBlank(byte: u8): bool {
  return byte == 0x20 || byte - 9 < 5;
}

/** Bytes of one block of a pool. */
const POOL_BLOCK_BYTES: u32 = 65536;
const FIRST_BLOCK_BYTES: u32 = 1024;

/** Where texts live: blocks that are never moved, and go when the pool goes: whoever uses the texts keeps the pool. */
@final
export class TextPool {
  private blocks: Block[] = [];
  private top: usize = 0;
  private end: usize = 0;

  /** Room for `bytes` bytes. */
  take(bytes: u32): usize {
    if (this.top + bytes > this.end) {
      // The first block is small: many pools hold a handful of names.
      const usual = this.blocks.length == 0 ? FIRST_BLOCK_BYTES : POOL_BLOCK_BYTES;
      const size = max<u32>(bytes, usual);
      const block = new Block(size);
      this.top = block.ptr;
      this.end = this.top + size;
      this.blocks.push(block);
    }
    const at = this.top;
    this.top += bytes;
    return at;
  }

  /** Gives back what the last `take` reserved beyond `end`. */
  cutAt(end: usize): void {
    this.top = end;
  }

  copy(ptr: usize, length: u32): Text {
    const at = this.take(length);
    memory.copy(at, ptr, length);
    return new Text(at, length);
  }

  /** The UTF-8 bytes of a string. */
  of(text: string): Text {
    const length = <u32>String.UTF8.byteLength(text);
    const at = this.take(length);
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, at); // the string's own units
    return new Text(at, length);
  }
}
