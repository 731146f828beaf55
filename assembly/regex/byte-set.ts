// A set of byte values: 256 bits in 32 bytes, bit b of word b/32. The alphabet of every engine here is
// the byte, so a character class is one of these.

/** Bytes that one set takes. */
export const SET_BYTES: usize = 32;

/** Whether `byte` (0 to 255) is in the set. */
export function setHas(set: usize, byte: u32): bool {
  return ((load<u8>(set + (byte >> 3)) >>> (byte & 7)) & 1) != 0;
}

/** Adds the bytes from `low` to `high`, both included and below 256. */
export function setAddRange(set: usize, low: u32, high: u32): void {
  for (let byte = low; byte <= high; byte++) {
    const cell = set + ((byte >> 5) << 2);
    store<u32>(cell, load<u32>(cell) | ((<u32>1) << (byte & 31)));
  }
}

/** Number of bytes in the set, 0 to 256. */
export function setCount(set: usize): u32 {
  let count: u64 = 0;
  for (let word: usize = 0; word < SET_BYTES; word += 8)
    count += popcnt<u64>(load<u64>(set + word));
  return <u32>count;
}

/** Whether two sets hold the same bytes. */
export function setEquals(left: usize, right: usize): bool {
  return (
    load<u64>(left) == load<u64>(right) &&
    load<u64>(left, 8) == load<u64>(right, 8) &&
    load<u64>(left, 16) == load<u64>(right, 16) &&
    load<u64>(left, 24) == load<u64>(right, 24)
  );
}

/** Adds every byte of `from` to `into`. */
export function setUnite(into: usize, from: usize): void {
  for (let word: usize = 0; word < SET_BYTES; word += 8) {
    store<u64>(into + word, load<u64>(into + word) | load<u64>(from + word));
  }
}
