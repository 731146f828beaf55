// Decimal integers and their text, strict: digits only (one minus sign where a sign is allowed), no
// blanks, no plus, and overflow is a failure, never a wrapped value.

/** Value of the last successful parse. */
export let decimalU64: u64 = 0;
export let decimalI64: i64 = 0;

/**
 * Reads `length` bytes as an unsigned integer into `decimalU64`. False when they are none or exceed
 * 2^64 - 1.
 */
export function parseU64(ptr: usize, length: u32): bool {
  // 20 digits hold 2^64 - 1; leading zeros may make a text longer, which no format of ours needs.
  if (length == 0 || length > 20) return false;
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const digit: u8 = load<u8>(ptr + i) - 0x30;
    if (digit > 9) return false;
    if (value > 1844674407370955161 || (value == 1844674407370955161 && digit > 5)) return false;
    value = value * 10 + digit;
  }
  decimalU64 = value;
  return true;
}

/**
 * Reads `length` bytes as a signed integer into `decimalI64`. False when they are none or do not
 * fit.
 */
export function parseI64(ptr: usize, length: u32): bool {
  const isNegative = length > 0 && load<u8>(ptr) == 0x2d;
  if (!parseU64(isNegative ? ptr + 1 : ptr, isNegative ? length - 1 : length)) return false;
  const most: u64 = isNegative ? 0x8000000000000000 : 0x7fffffffffffffff;
  if (decimalU64 > most) return false;
  decimalI64 = isNegative ? -(<i64>decimalU64) : <i64>decimalU64;
  return true;
}

/** Writes a value's digits and returns their count, at most 20. */
export function writeU64(target: usize, value: u64): u32 {
  let count: u32 = 1;
  for (let rest = value / 10; rest != 0; rest /= 10) count++;
  let at = target + count;
  do {
    store<u8>(--at, 0x30 + <u8>(value % 10));
    value /= 10;
  } while (at > target);
  return count;
}

/** Writes a value with its sign and returns the count of bytes, at most 20. */
export function writeI64(target: usize, value: i64): u32 {
  if (value >= 0) return writeU64(target, <u64>value);
  store<u8>(target, 0x2d);
  return writeU64(target + 1, <u64>-value) + 1;
}
