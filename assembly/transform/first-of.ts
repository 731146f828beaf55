// The first byte that a transformation would touch, sixteen bytes a step: the identity tests. A value without one is
// its own result, so most values of ordinary traffic are read once and never copied.

/** Offset of the first `a` or `b` in [from, length) at `ptr`; `length` when there is none. */
export function firstOfTwo(ptr: usize, from: u32, length: u32, a: u8, b: u8): u32 {
  let i = from;
  const first = i8x16.splat(a);
  const second = i8x16.splat(b);
  for (; i + 16 <= length; i += 16) {
    const bytes = v128.load(ptr + i);
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, first), i8x16.eq(bytes, second)));
    if (hits != 0) return i + ctz(hits);
  }
  for (; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte == a || byte == b) return i;
  }
  return length;
}

/** Offset of the first byte in low … low + span - 1; `length` when there is none. */
export function firstInRange(ptr: usize, from: u32, length: u32, low: u8, span: u8): u32 {
  let i = from;
  const base = i8x16.splat(low);
  const width = i8x16.splat(span);
  for (; i + 16 <= length; i += 16) {
    const hits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(ptr + i), base), width));
    if (hits != 0) return i + ctz(hits);
  }
  for (; i < length; i++) if (<u8>(load<u8>(ptr + i) - low) < span) return i;
  return length;
}

/** Offset of the first byte of 0x80 or more; `length` when there is none. */
export function firstNotAscii(ptr: usize, from: u32, length: u32): u32 {
  let i = from;
  for (; i + 16 <= length; i += 16) {
    const hits = i8x16.bitmask(v128.load(ptr + i));
    if (hits != 0) return i + ctz(hits);
  }
  for (; i < length; i++) if (load<u8>(ptr + i) >= 0x80) return i;
  return length;
}

/**
 * Offset of the first byte of a set given by two tables: a byte is in it when the entry of its low half and the entry
 * of its high half share a bit (one bit for each row of sixteen bytes that holds a member, eight rows at most).
 */
export function firstInSet(ptr: usize, from: u32, length: u32, low: v128, high: v128): u32 {
  let i = from;
  const mask = i8x16.splat(15);
  const none = i8x16.splat(0);
  for (; i + 16 <= length; i += 16) {
    const bytes = v128.load(ptr + i);
    const row = v128.swizzle(high, i8x16.shr_u(bytes, 4));
    const column = v128.swizzle(low, v128.and(bytes, mask));
    const hits = i8x16.bitmask(i8x16.ne(v128.and(row, column), none));
    if (hits != 0) return i + ctz(hits);
  }
  if (i == length) return length;
  // The rest, byte by byte, from the same tables.
  store<v128>(tables, low);
  store<v128>(tables, high, 16);
  for (; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if ((load<u8>(tables + (byte & 15)) & load<u8>(tables + (byte >> 4), 16)) != 0) return i;
  }
  return length;
}

const tables = memory.data(32);
