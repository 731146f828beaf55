// Conversion between big-endian octets (RFC 8017 §4: OS2IP, I2OSP) and little-endian limbs of 27 or
// 28 bits, and the few slow operations that key set-up needs. Numbers are addressed by their lowest
// limb.

const REVERSED: usize = memory.data(1056, 16);

/** The most octets that any number here may have: 8192 bits. */
export const MAX_NUMBER_BYTES: usize = 1024;

/**
 * Reads `size` octets (at most MAX_NUMBER_BYTES, and they must fit) into `count` limbs of
 * `limbBits` bits.
 */
export function limbsFromBytes(
  out: usize,
  count: usize,
  limbBits: u32,
  bytes: usize,
  size: usize,
): void {
  for (let i: usize = 0; i < size; i++) store<u8>(REVERSED + i, load<u8>(bytes + size - 1 - i));
  memory.fill(REVERSED + size, 0, 16);
  const mask: u64 = ((<u64>1) << limbBits) - 1;
  let bit: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const at = bit >> 3;
    const word = at < size ? load<u64>(REVERSED + at) : 0;
    store<u32>(out + 4 * i, <u32>((word >> (bit & 7)) & mask));
    bit += limbBits;
  }
}

/** Writes `count` limbs, each below 2^limbBits, as `size` octets; what does not fit is dropped. */
export function limbsToBytes(
  limbs: usize,
  count: usize,
  limbBits: u32,
  out: usize,
  size: usize,
): void {
  memory.fill(REVERSED, 0, size + 16);
  let bit: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const at = bit >> 3;
    if (at >= size) break;
    const word = (<u64>load<u32>(limbs + 4 * i)) << (bit & 7);
    store<u64>(REVERSED + at, load<u64>(REVERSED + at) | word);
    bit += limbBits;
  }
  for (let i: usize = 0; i < size; i++) store<u8>(out + i, load<u8>(REVERSED + size - 1 - i));
}

/** True when a >= b; all limbs must be in range. */
export function limbsAtLeast(a: usize, b: usize, count: usize): bool {
  for (let i = count; i > 0;) {
    i -= 1;
    const x = load<u32>(a + 4 * i);
    const y = load<u32>(b + 4 * i);
    if (x != y) return x > y;
  }
  return true;
}

/** a -= b, for a >= b. */
export function limbsSubtract(a: usize, b: usize, count: usize, limbBits: u32): void {
  const mask: u32 = ((<u32>1) << limbBits) - 1;
  let borrow: u32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const difference = load<u32>(a + 4 * i) - load<u32>(b + 4 * i) - borrow;
    store<u32>(a + 4 * i, difference & mask);
    borrow = difference >> 31;
  }
}

/** a += b; the highest limb takes what is carried out of the others. */
export function limbsAdd(a: usize, b: usize, count: usize, limbBits: u32): void {
  const mask: u32 = ((<u32>1) << limbBits) - 1;
  let carry: u32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const sum = load<u32>(a + 4 * i) + load<u32>(b + 4 * i) + carry;
    store<u32>(a + 4 * i, sum & mask);
    carry = sum >> limbBits;
  }
}

/** a = 2a mod n, for a < n; n must leave one bit free in its highest limb. */
export function limbsDouble(a: usize, n: usize, count: usize, limbBits: u32): void {
  const mask: u32 = ((<u32>1) << limbBits) - 1;
  let carry: u32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const doubled = (load<u32>(a + 4 * i) << 1) + carry;
    store<u32>(a + 4 * i, doubled & mask);
    carry = doubled >> limbBits;
  }
  if (limbsAtLeast(a, n, count)) limbsSubtract(a, n, count, limbBits);
}
