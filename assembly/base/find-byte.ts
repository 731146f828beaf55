// The first place of one byte value, sixteen bytes a step.

/**
 * Offset of `byte` in the bytes [from, length) at `pointer`, or `length` when it is not there.
 * `from` may be past `length`; nothing outside the range is read.
 */
export function indexOfByte(pointer: usize, from: u32, length: u32, byte: u8): u32 {
  let i = from;
  const wanted = i8x16.splat(byte);
  for (; i + 16 <= length; i += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(pointer + i), wanted));
    if (hits != 0) return i + ctz(hits);
  }
  for (; i < length; i++) if (load<u8>(pointer + i) == byte) return i;
  return length;
}
