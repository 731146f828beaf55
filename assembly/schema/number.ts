// Numbers as JSON Schema sees them: by value, however they are written. Multiples are decided on the written digits where
// they fit 18 digits, because 0.0075 is a multiple of 0.0001 and their doubles are not.
// Source: JSON Schema Validation 2020-12 §6.2, JSON Schema Core §4.2.3.
import { floatValue, parseF64 } from "../base/float";

let digits: i64 = 0;
let scale: i32 = 0;

/** The value as a double; infinite when it is beyond one. */
export function numberAt(ptr: usize, length: u32): f64 {
  if (length < 16) {
    // Most numbers are a few digits without anything else.
    let value: i64 = 0;
    let at = ptr;
    const end = ptr + length;
    for (; at < end; at++) {
      const digit: u8 = load<u8>(at) - 0x30;
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    if (at == end) return <f64>value;
  }
  parseF64(ptr, length);
  return floatValue;
}

/** Whether the value is a whole number: 1.0 and 1e3 are. */
export function isWhole(ptr: usize, length: u32): bool {
  const end = ptr + length;
  let at = ptr;
  while (at < end && (load<u8>(at) - 0x30 < 10 || load<u8>(at) == 0x2d)) at++;
  if (at == end) return true;
  const value = numberAt(ptr, length);
  return value == Math.trunc(value);
}

/** Whether `value` is a whole number times `step`, which is greater than 0. */
export function isMultiple(ptr: usize, length: u32, stepPtr: usize, stepLength: u32): bool {
  if (readDecimal(ptr, length)) {
    const value = digits;
    const valueScale = scale;
    if (readDecimal(stepPtr, stepLength) && digits != 0) {
      const step = digits;
      const shift = valueScale - scale;
      if (shift >= 0) return isMultipleAfter(value, step, shift);
      // The step has fewer decimals: it is the one to be enlarged, unless it then exceeds the value.
      let larger = step;
      for (let i = 0; i < -shift; i++) {
        if (larger > i64.MAX_VALUE / 10) return value == 0;
        larger *= 10;
      }
      return value % larger == 0;
    }
  }
  const value = numberAt(ptr, length);
  const step = numberAt(stepPtr, stepLength);
  if (!isFinite(value)) return false;
  return value % step == 0;
}

/** value × 10^shift modulo step, without leaving 64 bits: digit by digit. */
function isMultipleAfter(value: i64, step: i64, shift: i32): bool {
  let rest = value % step;
  for (let i = 0; i < shift && rest != 0; i++) {
    if (rest > i64.MAX_VALUE / 10 || rest < -(i64.MAX_VALUE / 10)) return false;
    rest = (rest * 10) % step;
  }
  return rest == 0;
}

/** Digits and power of ten of a written number. False: it has more digits than fit, or an odd exponent. */
function readDecimal(ptr: usize, length: u32): bool {
  const end = ptr + length;
  let at = ptr;
  const isNegative = load<u8>(at) == 0x2d;
  if (isNegative) at++;
  let value: i64 = 0;
  let power = 0;
  let isFraction = false;
  let count = 0;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2e) {
      isFraction = true;
      continue;
    }
    if ((byte | 0x20) == 0x65) break;
    if (value != 0 || byte != 0x30) count++;
    if (count > 18) return false;
    value = value * 10 + (byte - 0x30);
    if (isFraction) power--;
  }
  if (at < end) {
    at++;
    const isMinus = load<u8>(at) == 0x2d;
    if (isMinus || load<u8>(at) == 0x2b) at++;
    let exponent = 0;
    for (; at < end; at++) exponent = min(1000, exponent * 10 + <i32>(load<u8>(at) - 0x30));
    power += isMinus ? -exponent : exponent;
  }
  if (abs(power) > 40) return false;
  while (value != 0 && value % 10 == 0 && power < 0) {
    value /= 10;
    power++;
  }
  digits = isNegative ? -value : value;
  scale = power;
  return true;
}
