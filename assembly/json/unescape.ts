// Unescaping of strings the reader has already checked (RFC 8259 §7). Decoded text is never longer
// than the written one, so a destination of the raw length always suffices, and may be the same
// memory.
import { writeCodePoint } from "../base/utf8";
import { hexUnit } from "./scan";

/** Code point of the unit read last by `unescapeUnit`. */
export let unitCodePoint: u32 = 0;

/**
 * Reads the escape whose backslash is at `at` into `unitCodePoint`; a half of a surrogate pair that
 * stands alone reads as U+FFFD. Returns the address after it. The escape must have passed the
 * reader's scan.
 */
export function readEscape(at: usize, end: usize): usize {
  const kind = load<u8>(at, 1);
  if (kind != 0x75) {
    unitCodePoint = shortEscape(kind);
    return at + 2;
  }
  const unit = <u32>hexUnit(at + 2, end);
  unitCodePoint = unit;
  if ((unit & 0xf800) != 0xd800) return at + 6;
  unitCodePoint = 0xfffd;
  if (unit >= 0xdc00 || at + 12 > end || load<u16>(at, 6) != 0x755c) return at + 6;
  const low = <u32>hexUnit(at + 8, end);
  if ((low & 0xfc00) != 0xdc00) return at + 6;
  unitCodePoint = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  return at + 12;
}

function shortEscape(kind: u8): u32 {
  switch (kind) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return kind; // quote, backslash and slash stand for themselves
  }
}

/**
 * Writes the decoded bytes of a raw string (between its quotes, already accepted by the reader) to
 * `target` and returns their count, at most `length`. `target` needs room for `length` bytes.
 */
export function unescapeInto(target: usize, ptr: usize, length: u32): u32 {
  const end = ptr + length;
  let at = ptr;
  let out = target;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x5c) {
      store<u8>(out++, byte);
      at++;
    } else {
      at = readEscape(at, end);
      out += writeCodePoint(out, unitCodePoint);
    }
  }
  return <u32>(out - target);
}

/**
 * Whether two raw strings mean the same text. Either may hold escapes; no memory is needed.
 */
export function sameText(a: usize, aLength: u32, b: usize, bLength: u32): bool {
  const aEnd = a + aLength;
  const bEnd = b + bLength;
  while (a < aEnd && b < bEnd) {
    const x = load<u8>(a);
    const y = load<u8>(b);
    if (x == y && x != 0x5c) {
      a++;
      b++;
      continue;
    }
    // Bytes differ or both begin an escape: compare whole code points.
    a = readCodePoint(a, aEnd);
    const left = unitCodePoint;
    b = readCodePoint(b, bEnd);
    if (left != unitCodePoint) return false;
  }
  return a == aEnd && b == bEnd;
}

/**
 * Reads one code point, escaped or as (valid) UTF-8, into `unitCodePoint`; returns the address
 * after it.
 */
function readCodePoint(at: usize, end: usize): usize {
  const byte = load<u8>(at);
  if (byte == 0x5c) return readEscape(at, end);
  if (byte < 0x80) {
    unitCodePoint = byte;
    return at + 1;
  }
  const size: usize = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  let value: u32 = byte & (0xff >> (<u8>size + 1));
  for (let i: usize = 1; i < size; i++) value = (value << 6) | (load<u8>(at + i) & 0x3f);
  unitCodePoint = value;
  return at + size;
}

/** Whether a raw string means an ASCII literal, for names such as "exp". */
export function meansLiteral(ptr: usize, length: u32, literal: string): bool {
  const end = ptr + length;
  const count = literal.length;
  for (let i = 0; i < count; i++) {
    if (ptr >= end) return false;
    const byte = load<u8>(ptr);
    if (byte == 0x5c) {
      ptr = readEscape(ptr, end);
    } else {
      unitCodePoint = byte;
      ptr++;
    }
    if (unitCodePoint != <u32>literal.charCodeAt(i)) return false;
  }
  return ptr == end;
}

/**
 * Hash of the text that a raw string means: two strings for which `sameText` holds have the same, however they are escaped.
 */
export function textHash(seed: u64, ptr: usize, length: u32): u64 {
  const end = ptr + length;
  let hash = seed ^ 0xcbf29ce484222325;
  while (ptr < end) {
    const byte = load<u8>(ptr);
    if (byte != 0x5c) {
      hash = (hash ^ byte) * 0x100000001b3;
      ptr++;
      continue;
    }
    ptr = readEscape(ptr, end);
    const size = writeCodePoint(escaped, unitCodePoint);
    for (let i: u32 = 0; i < size; i++) hash = (hash ^ load<u8>(escaped + i)) * 0x100000001b3;
  }
  // FNV-1a leaves the high bits of short texts alike.
  hash ^= hash >> 29;
  return hash * 0xbf58476d1ce4e5b9;
}

const escaped: usize = memory.data(8);

/** Code points of the text that a raw string means. */
export function codePoints(ptr: usize, length: u32): u32 {
  const end = ptr + length;
  let count: u32 = 0;
  while (ptr < end) {
    const byte = load<u8>(ptr);
    if (byte == 0x5c) {
      ptr = readEscape(ptr, end);
      count++;
      continue;
    }
    if ((byte & 0xc0) != 0x80) count++;
    ptr++;
  }
  return count;
}
