// NumericDate (RFC 7519 §2): a JSON number of seconds, with or without a fraction, read as decimal
// text to whole milliseconds. Nothing goes through floating point, so no date is rounded into the
// future. Negative numbers and those from 2^53 seconds on are refused.

/** What parseNumericDate returns for a number that is no date. */
export const NOT_A_DATE: i64 = -1;

const MAX_SECONDS: u64 = 0x1fffffffffffff;

/**
 * Milliseconds since 1970 of a number as JSON writes it; a finer fraction is cut off. NOT_A_DATE
 * when it is out of range.
 */
export function parseNumericDate(ptr: usize, length: u32): i64 {
  const end = ptr + length;
  let at = ptr;
  if (at < end && load<u8>(at) == 0x2d) return NOT_A_DATE;
  // The number is digits * 10^scale; 18 significant digits are kept, more only move the scale.
  let digits: u64 = 0;
  let scale: i32 = 0;
  let isFraction = false;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2e) {
      isFraction = true;
      continue;
    }
    const digit: u8 = byte - 0x30;
    if (digit > 9) break;
    if (digits < 100000000000000000) {
      digits = digits * 10 + digit;
      if (isFraction) scale -= 1;
    } else if (!isFraction) {
      scale += 1;
    }
  }
  if (at < end) {
    const exponent = parseExponent(at + 1, end);
    scale += exponent;
  }
  return milliseconds(digits, scale + 3);
}

/** The signed digits after "e", saturated at 1000. */
function parseExponent(at: usize, end: usize): i32 {
  const sign = load<u8>(at);
  if (sign == 0x2d || sign == 0x2b) at++;
  let value: i32 = 0;
  for (; at < end; at++) value = min<i32>(value * 10 + (load<u8>(at) - 0x30), 1000);
  return sign == 0x2d ? -value : value;
}

function milliseconds(digits: u64, scale: i32): i64 {
  if (digits == 0) return 0;
  for (; scale < 0 && digits > 0; scale++) digits /= 10;
  for (; scale > 0; scale--) {
    if (digits > MAX_SECONDS * 100) return NOT_A_DATE;
    digits *= 10;
  }
  return digits > MAX_SECONDS * 1000 ? NOT_A_DATE : <i64>digits;
}
