// Percent escapes, RFC 3986 §2.1: `%` and two hex digits in either case. Nothing is decoded twice.

/** Value of the hex digit `byte`, or 255. */
export function hexValue(byte: u8): u8 {
  const digit = <u8>(byte - 0x30);
  if (digit < 10) return digit;
  const letter = <u8>((byte | 0x20) - 0x61);
  return letter < 6 ? letter + 10 : 255;
}

/** True when two hex digits stand at `p`, both before `end`. */
export function isHexPair(p: usize, end: usize): bool {
  return p + 2 <= end && hexValue(load<u8>(p)) != 255 && hexValue(load<u8>(p, 1)) != 255;
}

/**
 * Byte (0 to 255) that the escape whose `%` stands at `p` means, or -1 when it is cut off by `end`
 * or has no two hex digits.
 */
export function escapedByte(p: usize, end: usize): i32 {
  if (!isHexPair(p + 1, end)) return -1;
  return ((<i32>hexValue(load<u8>(p, 1))) << 4) | (<i32>hexValue(load<u8>(p, 2)));
}
