// Content-Type as `type/subtype` and its parameters (RFC 9110 §8.3.1, §5.6.6), as offsets into the
// field value. A repeated Content-Type arrives joined by a comma, which no token holds, and so is
// Malformed: readers downstream would pick one at their will.
import { isTokenByte } from "./header-name";

/** What reading a Content-Type found. */
export const enum MediaTypeStatus {
  Ok = 0,
  /** No field, or nothing but blanks. */
  Empty = 1,
  Malformed = 2,
}

@final
export class MediaType {
  /** The essence `type/subtype` is [typeStart, subtypeEnd), the slash lies at `slash`. */
  typeStart: u32 = 0;
  slash: u32 = 0;
  subtypeEnd: u32 = 0;
  /** Address of the field value that the offsets count from. */
  pointer: usize = 0;
  /** Offsets of the `charset` value without quotes; equal when there is none. */
  charsetStart: u32 = 0;
  charsetEnd: u32 = 0;
  private length: u32 = 0;

  /** Reads a field value; after any status but Ok the offsets mean nothing. */
  read(pointer: usize, length: u32): MediaTypeStatus {
    this.pointer = pointer;
    this.length = length;
    this.charsetStart = this.charsetEnd = 0;
    let i = this.skipBlanks(0);
    if (i == length) return MediaTypeStatus.Empty;
    this.typeStart = i;
    i = this.skipToken(i);
    if (i == this.typeStart || i >= length || load<u8>(pointer + i) != 0x2f)
      return MediaTypeStatus.Malformed;
    this.slash = i;
    i = this.skipToken(i + 1);
    if (i == this.slash + 1) return MediaTypeStatus.Malformed;
    this.subtypeEnd = i;
    return this.readParameters(this.skipBlanks(i));
  }

  private readParameters(start: u32): MediaTypeStatus {
    let i = start;
    while (i < this.length) {
      if (load<u8>(this.pointer + i) != 0x3b) return MediaTypeStatus.Malformed;
      const name = this.skipBlanks(i + 1);
      const nameEnd = this.skipToken(name);
      if (nameEnd == name) {
        // "text/html;" and "text/html; ;a=b": empty parameters are allowed.
        i = name;
        continue;
      }
      if (nameEnd >= this.length || load<u8>(this.pointer + nameEnd) != 0x3d)
        return MediaTypeStatus.Malformed;
      const value = nameEnd + 1;
      const valueEnd = this.skipValue(value);
      if (valueEnd == value) return MediaTypeStatus.Malformed;
      if (nameEnd - name == 7 && this.isCharset(name)) this.noteCharset(value, valueEnd);
      i = this.skipBlanks(valueEnd);
    }
    return MediaTypeStatus.Ok;
  }

  /** End of the token or quoted string at `i`, or `i` when there is neither. */
  private skipValue(i: u32): u32 {
    if (i >= this.length || load<u8>(this.pointer + i) != 0x22) return this.skipToken(i);
    for (let j = i + 1; j < this.length; j++) {
      const byte = load<u8>(this.pointer + j);
      if (byte == 0x22) return j + 1;
      if (byte == 0x5c) j++;
    }
    return i;
  }

  private isCharset(i: u32): bool {
    const word = "charset";
    for (let k: u32 = 0; k < 7; k++) {
      if (
        <u16>(load<u8>(this.pointer + i + k) | 0x20) !=
        load<u16>(changetype<usize>(word) + ((<usize>k) << 1))
      )
        return false;
    }
    return true;
  }

  private noteCharset(start: u32, end: u32): void {
    const quoted = load<u8>(this.pointer + start) == 0x22;
    this.charsetStart = quoted ? start + 1 : start;
    this.charsetEnd = quoted ? end - 1 : end;
  }

  private skipToken(from: u32): u32 {
    let i = from;
    while (i < this.length && isTokenByte(load<u8>(this.pointer + i))) i++;
    return i;
  }

  private skipBlanks(from: u32): u32 {
    let i = from;
    while (
      i < this.length &&
      (load<u8>(this.pointer + i) == 0x20 || load<u8>(this.pointer + i) == 0x09)
    )
      i++;
    return i;
  }

  /** True for `application/json`, `text/json` and every `+json` subtype (RFC 6839 §3.1). */
  get isJson(): bool {
    const length = this.subtypeEnd - this.slash - 1;
    if (length < 4 || !endsWithJson(this.pointer + this.subtypeEnd)) return false;
    if (length == 4) return true;
    return load<u8>(this.pointer + this.subtypeEnd - 5) == 0x2b;
  }

  /**
   * Compares with a pattern: `type/subtype`, `type/*`, any `* / *` or `type/*+suffix`, lower case
   * ASCII.
   * @param pattern address of the pattern's bytes
   */
  matches(pattern: usize, patternLength: u32): bool {
    let i = this.typeStart;
    for (let k: u32 = 0; k < patternLength; k++) {
      const wanted = load<u8>(pattern + k);
      if (wanted == 0x2a) {
        const rest = patternLength - k - 1;
        const stop = k == 0 ? this.slash : this.subtypeEnd;
        if (k == 0) {
          i = stop;
          continue;
        }
        if (stop - i < rest) return false;
        i = stop - rest;
        continue;
      }
      if (i >= this.subtypeEnd || fold(load<u8>(this.pointer + i)) != wanted) return false;
      i++;
    }
    return i == this.subtypeEnd;
  }
}

function endsWithJson(end: usize): bool {
  return (load<u32>(end - 4) | 0x20202020) == 0x6e6f736a;
}

function fold(byte: u8): u8 {
  return <u8>(byte - 0x41) < 26 ? byte | 0x20 : byte;
}
