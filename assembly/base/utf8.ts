// UTF-8 validation (RFC 3629 §3, Unicode 16 table 3-7): overlong forms, surrogates and anything
// above U+10FFFF are invalid. ASCII runs go 16 bytes a step through SIMD; other text is checked
// sequence by sequence, where the allowed range of the second byte alone rules out every overlong
// and surrogate form.

/**
 * Length of the valid multi-byte sequence at `ptr`: 2, 3 or 4, or 0 when it is invalid or cut off
 * at `end`. The byte at `ptr` must be 0x80 or above, and `ptr` below `end`.
 */
export function sequenceLength(ptr: usize, end: usize): u32 {
  const lead = load<u8>(ptr);
  const room = end - ptr;
  if (lead < 0xe0) {
    if (lead < 0xc2 || room < 2) return 0;
    return isContinuation(load<u8>(ptr, 1)) ? 2 : 0;
  }
  if (room < 3) return 0;
  const second = load<u8>(ptr, 1);
  if (lead < 0xf0) {
    const low: u8 = lead == 0xe0 ? 0xa0 : 0x80;
    const high: u8 = lead == 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isContinuation(load<u8>(ptr, 2)) ? 3 : 0;
  }
  if (room < 4 || lead > 0xf4) return 0;
  const low: u8 = lead == 0xf0 ? 0x90 : 0x80;
  const high: u8 = lead == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  return isContinuation(load<u8>(ptr, 2)) && isContinuation(load<u8>(ptr, 3)) ? 4 : 0;
}

function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}

/**
 * Offset of the first byte that is not part of a valid sequence, or `length` when all of it is
 * valid. A sequence cut off at the end counts as invalid at its first byte.
 */
export function validUtf8Prefix(ptr: usize, length: usize): usize {
  const end = ptr + length;
  let at = ptr;
  while (at < end) {
    while (at + 16 <= end) {
      const high = i8x16.bitmask(v128.load(at));
      if (high != 0) {
        at += ctz(high);
        break;
      }
      at += 16;
    }
    if (at >= end) break;
    if (load<u8>(at) < 0x80) {
      at++;
      continue;
    }
    const step = sequenceLength(at, end);
    if (step == 0) return at - ptr;
    at += step;
  }
  return length;
}

/** Whether all `length` bytes are valid UTF-8; the empty text is. */
export function isUtf8(ptr: usize, length: usize): bool {
  return validUtf8Prefix(ptr, length) == length;
}

/**
 * Writes one code point as UTF-8 and returns how many bytes it took (1 to 4). A surrogate or a
 * value above U+10FFFF is written as U+FFFD. `ptr` needs room for four bytes.
 */
export function writeCodePoint(ptr: usize, codePoint: u32): u32 {
  if (codePoint < 0x80) {
    store<u8>(ptr, codePoint);
    return 1;
  }
  if (codePoint < 0x800) {
    store<u8>(ptr, 0xc0 | (codePoint >> 6));
    store<u8>(ptr, 0x80 | (codePoint & 0x3f), 1);
    return 2;
  }
  const scalar = codePoint > 0x10ffff || codePoint - 0xd800 < 0x800 ? 0xfffd : codePoint;
  if (scalar < 0x10000) {
    store<u8>(ptr, 0xe0 | (scalar >> 12));
    store<u8>(ptr, 0x80 | ((scalar >> 6) & 0x3f), 1);
    store<u8>(ptr, 0x80 | (scalar & 0x3f), 2);
    return 3;
  }
  store<u8>(ptr, 0xf0 | (scalar >> 18));
  store<u8>(ptr, 0x80 | ((scalar >> 12) & 0x3f), 1);
  store<u8>(ptr, 0x80 | ((scalar >> 6) & 0x3f), 2);
  store<u8>(ptr, 0x80 | (scalar & 0x3f), 3);
  return 4;
}
