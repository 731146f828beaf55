// Writes JSON (RFC 8259) into memory of the caller: audit lines, problem details, metadata. No
// allocation; what does not fit is not written, and `overflow` says so. Commas and colons come by
// themselves; that braces match is the caller's part. Bytes that are not UTF-8 are written as
// U+FFFD each, so that the output is always sound JSON.
import { writeI64, writeU64 } from "../base/decimal";
import { sequenceLength } from "../base/utf8";

@final
export class JsonWriter {
  /** Bytes written since `begin`. */
  length: u32 = 0;
  /** Something did not fit; the text is cut off and of no use. */
  overflow: bool = false;
  private start: usize = 0;
  private capacity: u32 = 0;
  /** A value has been written in the open container: a comma goes before the next one. */
  private comma: bool = false;

  /** Starts a text in `capacity` bytes at `ptr`. */
  begin(ptr: usize, capacity: u32): void {
    this.start = ptr;
    this.capacity = capacity;
    this.length = 0;
    this.overflow = false;
    this.comma = false;
  }

  objectStart(): void {
    this.separate();
    this.byte(0x7b);
    this.comma = false;
  }

  objectEnd(): void {
    this.byte(0x7d);
    this.comma = true;
  }

  arrayStart(): void {
    this.separate();
    this.byte(0x5b);
    this.comma = false;
  }

  arrayEnd(): void {
    this.byte(0x5d);
    this.comma = true;
  }

  /** Name of the next value, from bytes. */
  name(ptr: usize, length: u32): void {
    this.string(ptr, length);
    this.byte(0x3a);
    this.comma = false;
  }

  /** Name of the next value, a literal of printable ASCII without quote and backslash. */
  key(name: string): void {
    this.separate();
    this.byte(0x22);
    this.ascii(name);
    this.byte(0x22);
    this.byte(0x3a);
    this.comma = false;
  }

  /** A string from bytes. */
  string(ptr: usize, length: u32): void {
    this.separate();
    this.byte(0x22);
    this.escape(ptr, length);
    this.byte(0x22);
    this.comma = true;
  }

  /** A string from a literal of printable ASCII without quote and backslash. */
  literal(text: string): void {
    this.separate();
    this.byte(0x22);
    this.ascii(text);
    this.byte(0x22);
    this.comma = true;
  }

  /** A signed integer. */
  integer(value: i64): void {
    this.separate();
    if (this.room(20)) this.length += writeI64(this.start + this.length, value);
    this.comma = true;
  }

  /** An unsigned integer. */
  unsigned(value: u64): void {
    this.separate();
    if (this.room(20)) this.length += writeU64(this.start + this.length, value);
    this.comma = true;
  }

  bool(value: bool): void {
    this.separate();
    this.ascii(value ? "true" : "false");
    this.comma = true;
  }

  null(): void {
    this.separate();
    this.ascii("null");
    this.comma = true;
  }

  /** A value that is JSON already, for example a number as it was read. */
  raw(ptr: usize, length: u32): void {
    this.separate();
    this.bytes(ptr, length);
    this.comma = true;
  }

  private separate(): void {
    if (this.comma) this.byte(0x2c);
  }

  private byte(value: u8): void {
    if (this.room(1)) store<u8>(this.start + this.length++, value);
  }

  private ascii(text: string): void {
    const count = text.length;
    if (!this.room(count)) return;
    const target = this.start + this.length;
    for (let i = 0; i < count; i++) store<u8>(target + i, <u8>text.charCodeAt(i));
    this.length += count;
  }

  private bytes(ptr: usize, length: u32): void {
    if (!this.room(length)) return;
    memory.copy(this.start + this.length, ptr, length);
    this.length += length;
  }

  private room(count: u32): bool {
    if (!this.overflow && count <= this.capacity - this.length) return true;
    this.overflow = true;
    return false;
  }

  /** Copies runs that need no escape, and writes the rest byte by byte. */
  private escape(ptr: usize, length: u32): void {
    const end = ptr + length;
    let at = ptr;
    while (at < end && !this.overflow) {
      const run = plainEnd(at, end);
      if (run > at) this.bytes(at, <u32>(run - at));
      at = run;
      if (at >= end) return;
      const byte = load<u8>(at++);
      if (byte >= 0x80) this.ascii("\\ufffd");
      else if (byte == 0x22 || byte == 0x5c) {
        this.byte(0x5c);
        this.byte(byte);
      } else this.control(byte);
    }
  }

  private control(byte: u8): void {
    if (byte == 0x0a) this.ascii("\\n");
    else if (byte == 0x0d) this.ascii("\\r");
    else if (byte == 0x09) this.ascii("\\t");
    else if (byte == 0x08) this.ascii("\\b");
    else if (byte == 0x0c) this.ascii("\\f");
    else {
      this.ascii("\\u00");
      this.byte(0x30 + (byte >> 4));
      this.byte((byte & 15) < 10 ? 0x30 + (byte & 15) : 0x57 + (byte & 15));
    }
  }
}

/** End of the run of bytes that stand for themselves in a JSON string. */
function plainEnd(at: usize, end: usize): usize {
  while (at < end) {
    while (at + 16 <= end) {
      const chunk = v128.load(at);
      const special = i8x16.bitmask(
        v128.or(
          i8x16.lt_s(chunk, i8x16.splat(0x20)),
          v128.or(i8x16.eq(chunk, i8x16.splat(0x22)), i8x16.eq(chunk, i8x16.splat(0x5c))),
        ),
      );
      if (special != 0) {
        at += ctz(special);
        break;
      }
      at += 16;
    }
    if (at >= end) return end;
    const byte = load<u8>(at);
    if (byte < 0x20 || byte == 0x22 || byte == 0x5c) return at;
    const step: u32 = byte < 0x80 ? 1 : sequenceLength(at, end);
    if (step == 0) return at;
    at += step;
  }
  return at;
}
