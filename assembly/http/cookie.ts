// One cookie of a Cookie header at a time (RFC 6265 §4.2.1 as servers read it, §5.4 as browsers
// write it): pairs are split at `;`, blanks around them dropped, name and value split at the first
// `=`. A piece without `=` is a cookie with an empty name, as in browsers. Over HTTP/1.1 two Cookie
// headers stay two entries of the header map, so a caller walks all of them.
import { indexOfByte } from "../base/find-byte";

@final
export class CookieReader {
  /** Offsets into the header value of the cookie found last. */
  nameStart: u32 = 0;
  nameEnd: u32 = 0;
  valueStart: u32 = 0;
  valueEnd: u32 = 0;
  private pointer: usize = 0;
  private length: u32 = 0;
  private position: u32 = 0;

  /** Begins with the `length` bytes of one Cookie header value. */
  open(pointer: usize, length: u32): void {
    this.pointer = pointer;
    this.length = length;
    this.position = 0;
  }

  /** Moves to the next cookie; false at the end. Empty pieces are skipped. */
  next(): bool {
    while (this.position < this.length) {
      let start = this.position;
      let end = indexOfByte(this.pointer, start, this.length, 0x3b);
      this.position = end + 1;
      while (start < end && isBlank(load<u8>(this.pointer + start))) start++;
      while (start < end && isBlank(load<u8>(this.pointer + end - 1))) end--;
      if (start == end) continue;
      const equals = indexOfByte(this.pointer, start, end, 0x3d);
      this.nameStart = start;
      this.nameEnd = equals < end ? equals : start;
      this.valueStart = equals < end ? equals + 1 : start;
      this.valueEnd = end;
      return true;
    }
    return false;
  }

  /** Bytes of the cookie found last, name, `=` and value. */
  get size(): u32 {
    return this.valueEnd - this.nameStart;
  }
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}
