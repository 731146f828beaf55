// Decimal text to the nearest IEEE 754 double, ties to even. Short numbers take Clinger's exact
// path (1990): a significand below 2^53 and a power of ten up to 10^22 are doubles themselves, so
// one operation rounds once. The rest is divided as whole numbers, bit by bit: slower, always
// exact, and bounded because digits past the 800th can no longer move the result except as "more
// than nothing".

/** The double read last. */
export let floatValue: f64 = 0;

const MAX_DIGITS: u32 = 800;

/**
 * Reads a JSON number (the grammar of RFC 8259 §6, already checked) into `floatValue`. False when
 * it exceeds the largest double; `floatValue` is then infinite. Too small a number reads as zero.
 */
export function parseF64(ptr: usize, length: u32): bool {
  const end = ptr + length;
  const isNegative = load<u8>(ptr) == 0x2d;
  const digits = isNegative ? ptr + 1 : ptr;
  const digitsEnd = exponentMark(digits, end);
  const exponent = exponentOf(digitsEnd, end);
  const magnitude = nearest(digits, digitsEnd, exponent);
  floatValue = isNegative ? -magnitude : magnitude;
  return isFinite(magnitude);
}

/** Address of the `e`, or `end`. */
function exponentMark(at: usize, end: usize): usize {
  while (at < end && (load<u8>(at) | 0x20) != 0x65) at++;
  return at;
}

/** The written exponent, held within ±100,000. */
function exponentOf(at: usize, end: usize): i32 {
  if (at++ >= end) return 0;
  const isNegative = load<u8>(at) == 0x2d;
  if (isNegative || load<u8>(at) == 0x2b) at++;
  let value = 0;
  for (; at < end; at++) value = min(100000, value * 10 + <i32>(load<u8>(at) - 0x30));
  return isNegative ? -value : value;
}

/** Nearest double of the digits (with at most one point) times ten to the exponent. */
function nearest(digits: usize, end: usize, exponent: i32): f64 {
  let significand: u64 = 0;
  let count = 0; // digits from the first that is not zero
  let scale = exponent;
  let isFraction = false;
  for (let at = digits; at < end; at++) {
    const digit: u8 = load<u8>(at) - 0x30;
    if (digit > 9) {
      isFraction = true;
      continue;
    }
    if (isFraction) scale--;
    if (count == 0 && digit == 0) continue;
    if (count++ < 19) significand = significand * 10 + digit;
  }
  if (count == 0) return 0;
  if (count <= 19 && significand <= 1 << 53 && scale >= -22 && scale <= 22) {
    const power = load<f64>(powers + ((<usize>abs(scale)) << 3));
    return scale < 0 ? <f64>significand / power : <f64>significand * power;
  }
  if (count + scale > 310) return Infinity;
  if (count + scale < -330) return 0;
  return divide(digits, end, scale);
}

/** The slow path: digits × 10^scale as a quotient of whole numbers, rounded bit by bit. */
function divide(digits: usize, end: usize, scale: i32): f64 {
  const dropped = loadDigits(digits, end);
  setSmall(divisor, 1);
  if (scale + dropped >= 0) timesPowerOfTen(dividend, scale + dropped);
  else timesPowerOfTen(divisor, -(scale + dropped));
  // Bring the quotient into [1, 2); `exponent` is its power of two.
  let exponent = bitLength(dividend) - bitLength(divisor);
  if (exponent > 0) shiftLeft(divisor, exponent);
  else shiftLeft(dividend, -exponent);
  if (compare(dividend, divisor) < 0) {
    shiftLeft(dividend, 1);
    exponent--;
  }
  if (exponent > 1023) return Infinity;
  const bits = exponent >= -1022 ? 53 : 53 - (-1022 - exponent);
  if (bits < 0) return 0;
  let mantissa: u64 = 0;
  for (let i = 0; i < bits; i++) {
    mantissa <<= 1;
    if (compare(dividend, divisor) >= 0) {
      subtract(dividend, divisor);
      mantissa |= 1;
    }
    shiftLeft(dividend, 1);
  }
  // What is left, doubled, against the divisor: above, at or below half of the last bit.
  const rest = compare(dividend, divisor);
  if (rest > 0 || (rest == 0 && (mantissa & 1) == 1)) mantissa++;
  // A carry out of the mantissa raises the exponent by itself, also from the subnormal range.
  if (exponent >= -1022) mantissa += (<u64>(exponent + 1022)) << 52;
  return reinterpret<f64>(mantissa);
}

/**
 * Digits into `dividend`; returns how many were left out (a nonzero one of them counts as a last
 * 1).
 */
function loadDigits(at: usize, end: usize): i32 {
  setSmall(dividend, 0);
  let count: u32 = 0;
  let dropped = 0;
  let isSticky = false;
  for (; at < end; at++) {
    const digit: u8 = load<u8>(at) - 0x30;
    if (digit > 9 || (count == 0 && digit == 0)) continue;
    if (count++ < MAX_DIGITS) multiplyAdd(dividend, 10, digit);
    else {
      dropped++;
      isSticky = isSticky || digit != 0;
    }
  }
  if (!isSticky) return dropped;
  multiplyAdd(dividend, 10, 1);
  return dropped - 1;
}

// --- whole numbers of u32 limbs, least first; the first word holds the count of limbs in use

function setSmall(number: usize, value: u32): void {
  store<u32>(number, value == 0 ? 0 : 1);
  store<u32>(number, value, 4);
}

function multiplyAdd(number: usize, factor: u32, addend: u32): void {
  const size = load<u32>(number);
  let carry: u64 = addend;
  for (let i: u32 = 0; i < size; i++) {
    const limb = number + 4 + ((<usize>i) << 2);
    const product = <u64>load<u32>(limb) * factor + carry;
    store<u32>(limb, <u32>product);
    carry = product >> 32;
  }
  if (carry == 0) return;
  store<u32>(number + 4 + ((<usize>size) << 2), <u32>carry);
  store<u32>(number, size + 1);
}

function timesPowerOfTen(number: usize, power: i32): void {
  for (; power >= 9; power -= 9) multiplyAdd(number, 1000000000, 0);
  for (; power > 0; power--) multiplyAdd(number, 10, 0);
}

function bitLength(number: usize): i32 {
  const size = load<u32>(number);
  if (size == 0) return 0;
  return <i32>(size << 5) - <i32>clz(load<u32>(number + ((<usize>size) << 2)));
}

function shiftLeft(number: usize, bits: i32): void {
  const words = (<u32>bits) >> 5;
  const rest = <u64>(bits & 31);
  const size = load<u32>(number);
  if (size == 0 || bits == 0) return;
  let above: u32 = 0;
  store<u32>(number + 4 + ((<usize>(size + words)) << 2), 0);
  for (let i = <i32>size - 1; i >= 0; i--) {
    const wide = (<u64>load<u32>(number + 4 + ((<usize>i) << 2))) << rest;
    store<u32>(number + 8 + ((<usize>(<u32>i + words)) << 2), above | (<u32>(wide >> 32)));
    above = <u32>wide;
  }
  store<u32>(number + 4 + ((<usize>words) << 2), above);
  memory.fill(number + 4, 0, (<usize>words) << 2);
  const top = load<u32>(number + 4 + ((<usize>(size + words)) << 2));
  store<u32>(number, size + words + (top == 0 ? 0 : 1));
}

function compare(a: usize, b: usize): i32 {
  const size = load<u32>(a);
  if (size != load<u32>(b)) return size < load<u32>(b) ? -1 : 1;
  for (let i = size; i > 0; i--) {
    const x = load<u32>(a + ((<usize>i) << 2));
    const y = load<u32>(b + ((<usize>i) << 2));
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

/** `a -= b`, where `a` is not the smaller. */
function subtract(a: usize, b: usize): void {
  const size = load<u32>(a);
  const other = load<u32>(b);
  let borrow: i64 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const limb = a + 4 + ((<usize>i) << 2);
    const taken: i64 = i < other ? load<u32>(b + 4 + ((<usize>i) << 2)) : 0;
    const left = <i64>load<u32>(limb) - taken - borrow;
    store<u32>(limb, <u32>left);
    borrow = left < 0 ? 1 : 0;
  }
  let used = size;
  while (used > 0 && load<u32>(a + ((<usize>used) << 2)) == 0) used--;
  store<u32>(a, used);
}

// 161 limbs each: 800 digits scaled by 10^310, or a power of 10^1130, stay below 4,100 bits.
const dividend = memory.data(648, 8);
const divisor = memory.data(648, 8);

/** 10^0 to 10^22, each exactly a double. */
const powers = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]);
