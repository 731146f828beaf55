// Arithmetic modulo an odd number by Montgomery's method (P. Montgomery, 1985), for RSA and for the
// orders of elliptic curves. Limbs have 28 bits up to 3,526 bits of modulus and 27 bits above: a
// column gathers at most L products of the operands and L of the reduction, each below 2^(2b), so
// with L <= 126 limbs of 28 bits 2*126*2^56 < 2^64, and with L <= 308 limbs of 27 bits 616*2^54 <
// 2^64; the carry that is added (below 2^37) fits in what remains. R = 2^(bL) is at least 4n: for
// a, b < 2n the result (ab + mn)/R is below 2n again, so no step needs a final subtraction until
// the number leaves.
import { PAD_LIMBS, accumulate, finishSquare } from "./columns";
import {
  MAX_NUMBER_BYTES,
  limbsAtLeast,
  limbsDouble,
  limbsFromBytes,
  limbsSubtract,
  limbsToBytes,
} from "./limbs";

/** The most limbs of a modulus (8192 bits in limbs of 27 bits, a multiple of 4). */
const MAX_LIMBS: usize = 308;
/** The widest modulus in bits. */
export const MAX_MODULUS_BITS: u32 = 8192;
/** Bytes of one number with its zero padding, whatever the modulus. */
export const NUMBER_BYTES: usize = 4 * (308 + 2 * 8);

// A modulus record: limb count, limb size, bit length, octets; -1/n mod 2^b; then n and R^2 mod n,
// padded.
const LIMBS_AT: usize = 0;
const LIMB_BITS_AT: usize = 4;
const BITS_AT: usize = 8;
const INVERSE_AT: usize = 16;
const NUMBERS_AT: usize = 24;

const COLUMNS: usize = memory.data(8 * (2 * 308 + 7), 16);
const FACTORS: usize = memory.data(4 * 308, 16);
const ONE: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;

/** Bytes of the record of a modulus of `bits` bits. */
export function modulusBytes(bits: u32): usize {
  return NUMBERS_AT + 8 * (limbCount(bits) + 2 * PAD_LIMBS);
}

function limbSize(bits: u32): u32 {
  return bits <= 3526 ? 28 : 27;
}

function limbCount(bits: u32): usize {
  const size = limbSize(bits);
  return <usize>(((bits + 2 + size - 1) / size + 3) & ~3);
}

/** Limbs of one number under this modulus. */
export function numberLimbs(modulus: usize): usize {
  return <usize>load<u32>(modulus, LIMBS_AT);
}

/** Bits of a limb under this modulus. */
export function numberLimbBits(modulus: usize): u32 {
  return load<u32>(modulus, LIMB_BITS_AT);
}

/** Bit length of the modulus. */
export function modulusBits(modulus: usize): u32 {
  return load<u32>(modulus, BITS_AT);
}

/** Address of n, a padded number. */
export function modulusN(modulus: usize): usize {
  return modulus + NUMBERS_AT + 4 * PAD_LIMBS;
}

function numberRSquared(modulus: usize): usize {
  return modulusN(modulus) + 4 * (numberLimbs(modulus) + 2 * PAD_LIMBS);
}

/**
 * Writes a modulus record (modulusBytes(bits), memory of the caller, aligned to 8) from big-endian
 * octets without leading zeros. The number must be odd, above 2^64 and at most MAX_MODULUS_BITS
 * bits long.
 */
export function prepareModulus(modulus: usize, bytes: usize, size: usize): void {
  const bits = <u32>size * 8 - (<u32>clz<u32>(load<u8>(bytes)) - 24);
  const count = limbCount(bits);
  const limbBits = limbSize(bits);
  memory.fill(modulus, 0, modulusBytes(bits));
  store<u32>(modulus, <u32>count, LIMBS_AT);
  store<u32>(modulus, limbBits, LIMB_BITS_AT);
  store<u32>(modulus, bits, BITS_AT);
  const n = modulusN(modulus);
  limbsFromBytes(n, count, limbBits, bytes, size);
  store<u64>(modulus, minusInverse(load<u32>(n), limbBits), INVERSE_AT);
  computeRSquared(modulus, bits, <u32>count * limbBits);
}

/**
 * -1/n mod 2^limbBits by Newton's iteration: each turn doubles the number of right bits (5 turns
 * from 3 bits).
 */
function minusInverse(n: u32, limbBits: u32): u64 {
  let x: u32 = n;
  for (let i = 0; i < 5; i++) x *= 2 - n * x;
  return <u64>((<u32>-(<i32>x)) & (((<u32>1) << limbBits) - 1));
}

/** R^2 mod n: 2^bits by doubling, then R = 2^rBits as a Montgomery power of two. */
function computeRSquared(modulus: usize, bits: u32, rBits: u32): void {
  const count = numberLimbs(modulus);
  const limbBits = load<u32>(modulus, LIMB_BITS_AT);
  const n = modulusN(modulus);
  const x = numberRSquared(modulus);
  const top = bits - 1;
  store<u32>(x + 4 * <usize>(top / limbBits), (<u32>1) << (top % limbBits));
  // x = 2^top < n; doubling it rBits - top times gives R mod n, the Montgomery form of 1.
  for (let i = top; i < rBits; i++) limbsDouble(x, n, count, limbBits);
  // Left-to-right power 2^rBits in Montgomery form, which is R^2 mod n.
  for (let bit: i32 = 31 - <i32>clz<u32>(rBits); bit >= 0; bit--) {
    montgomerySquare(modulus, x, x);
    normalize(modulus, x);
    if (((rBits >> bit) & 1) != 0) limbsDouble(x, n, count, limbBits);
  }
}

/**
 * out = a * b / R mod n, below 2n, for a, b below 2n. `out` may be `a` or `b`; all are padded
 * numbers.
 */
export function montgomeryMultiply(modulus: usize, out: usize, a: usize, b: usize): void {
  multiplyShort(modulus, out, a, numberLimbs(modulus), b);
}

/**
 * The same for an `a` of few limbs: out = a * b / 2^(b * limbs) mod n, below 2n, for b below n. `limbs`
 * is a multiple of 4, the modulus's own count or at least 8 less.
 */
export function multiplyShort(modulus: usize, out: usize, a: usize, limbs: usize, b: usize): void {
  const count = numberLimbs(modulus);
  memory.fill(COLUMNS, 0, 8 * (count + limbs) + 56);
  let carry: u64 = 0;
  for (let k: usize = 0; k < count + limbs; k += 8) {
    const from = k > count ? k - count : 0;
    const to = min<usize>(limbs, k + 8);
    if (from < to) accumulate(COLUMNS + 8 * k, a + 4 * from, a + 4 * to, b + 4 * (k - from));
    carry = reduceColumns(modulus, k, limbs, carry);
  }
  propagate(modulus, out, limbs, carry);
}

/** out = a * a / R mod n, below 2n, for a below 2n. `out` may be `a`. */
export function montgomerySquare(modulus: usize, out: usize, a: usize): void {
  const count = numberLimbs(modulus);
  memory.fill(COLUMNS, 0, 16 * count);
  let carry: u64 = 0;
  for (let k: usize = 0; k < 2 * count; k += 8) {
    const from = k > count ? k - count : 0;
    const columns = COLUMNS + 8 * k;
    accumulate(columns, a + 4 * from, a + 2 * k, a + 4 * (k - from));
    finishSquare(columns, a + 2 * k);
    carry = reduceColumns(modulus, k, count, carry);
  }
  propagate(modulus, out, count, carry);
}

/** Takes a number into Montgomery form: out = a * R mod n, below 2n. */
export function toMontgomery(modulus: usize, out: usize, a: usize): void {
  montgomeryMultiply(modulus, out, a, numberRSquared(modulus));
}

/** Takes a number out of Montgomery form: out = a / R mod n, below n. */
export function fromMontgomery(modulus: usize, out: usize, a: usize): void {
  store<u32>(ONE, 1);
  montgomeryMultiply(modulus, out, a, ONE);
  normalize(modulus, out);
}

/** Brings a number below 2n below n. */
export function normalize(modulus: usize, a: usize): void {
  const count = numberLimbs(modulus);
  const n = modulusN(modulus);
  if (limbsAtLeast(a, n, count)) limbsSubtract(a, n, count, load<u32>(modulus, LIMB_BITS_AT));
}

/**
 * Reads octets into a padded number; false when it is not below the modulus. At most
 * MAX_NUMBER_BYTES octets.
 */
export function readNumber(modulus: usize, out: usize, bytes: usize, size: usize): bool {
  const limbBits = load<u32>(modulus, LIMB_BITS_AT);
  const count = numberLimbs(modulus);
  if (size > MAX_NUMBER_BYTES || <u32>size * 8 > <u32>count * limbBits) return false;
  limbsFromBytes(out, count, limbBits, bytes, size);
  memory.fill(out - 4 * PAD_LIMBS, 0, 4 * PAD_LIMBS);
  memory.fill(out + 4 * count, 0, 4 * PAD_LIMBS);
  return !limbsAtLeast(out, modulusN(modulus), count);
}

/** Writes a number below the modulus as `size` octets. */
export function writeNumber(modulus: usize, number: usize, out: usize, size: usize): void {
  limbsToBytes(number, numberLimbs(modulus), load<u32>(modulus, LIMB_BITS_AT), out, size);
}

/**
 * Montgomery's reduction of columns k..k+7 by `steps` factors. Below `steps` each column yields a
 * factor that clears it: the columns take in the factors known so far, four factors are found, spread
 * over the next four columns, and four more are found. From `steps` on all factors are known. With
 * steps = 4 mod 8 one group lies on both sides.
 */
function reduceColumns(modulus: usize, k: usize, steps: usize, carry: u64): u64 {
  const n = modulusN(modulus);
  const columns = COLUMNS + 8 * k;
  if (k >= steps) {
    const count = numberLimbs(modulus);
    const from = k > count ? k - count : 0;
    if (from < steps)
      accumulate(columns, FACTORS + 4 * from, FACTORS + 4 * steps, n + 4 * (k - from));
    return carry;
  }
  const factors = FACTORS + 4 * k;
  accumulate(columns, FACTORS, factors, n + 4 * k);
  carry = findFactors(modulus, columns, factors, carry);
  spreadFactors(columns + 32, factors, n);
  if (k + 4 < steps) carry = findFactors(modulus, columns + 32, factors + 16, carry);
  return carry;
}

/** Turns the columns from `steps` on into limbs. */
function propagate(modulus: usize, out: usize, steps: usize, carry: u64): void {
  const count = numberLimbs(modulus);
  const limbBits = <u64>load<u32>(modulus, LIMB_BITS_AT);
  const mask: u64 = ((<u64>1) << limbBits) - 1;
  const columns = COLUMNS + 8 * steps;
  for (let i: usize = 0; i < count; i++) {
    const sum = load<u64>(columns + 8 * i) + carry;
    store<u32>(out + 4 * i, <u32>(sum & mask));
    carry = sum >> limbBits;
  }
  // The same memory serves longer moduli too: what they left behind the number must go.
  memory.fill(out + 4 * count, 0, 4 * PAD_LIMBS);
}

/**
 * Finds the factors m of four columns: (column + m * n_0) is divisible by 2^b. Returns the carry
 * into the next.
 */
function findFactors(modulus: usize, columns: usize, factors: usize, carry: u64): u64 {
  const limbBits = <u64>load<u32>(modulus, LIMB_BITS_AT);
  const mask: u64 = ((<u64>1) << limbBits) - 1;
  const inverse = load<u64>(modulus, INVERSE_AT);
  const n = modulusN(modulus);
  const n0 = <u64>load<u32>(n, 0);
  const n1 = <u64>load<u32>(n, 4);
  const n2 = <u64>load<u32>(n, 8);
  const n3 = <u64>load<u32>(n, 12);
  let sum = load<u64>(columns, 0) + carry;
  const m0 = ((sum & mask) * inverse) & mask;
  sum = load<u64>(columns, 8) + m0 * n1 + ((sum + m0 * n0) >> limbBits);
  const m1 = ((sum & mask) * inverse) & mask;
  sum = load<u64>(columns, 16) + m0 * n2 + m1 * n1 + ((sum + m1 * n0) >> limbBits);
  const m2 = ((sum & mask) * inverse) & mask;
  sum = load<u64>(columns, 24) + m0 * n3 + m1 * n2 + m2 * n1 + ((sum + m2 * n0) >> limbBits);
  const m3 = ((sum & mask) * inverse) & mask;
  store<u32>(factors, <u32>m0, 0);
  store<u32>(factors, <u32>m1, 4);
  store<u32>(factors, <u32>m2, 8);
  store<u32>(factors, <u32>m3, 12);
  return (sum + m3 * n0) >> limbBits;
}

/** Adds the products of four fresh factors to the four columns after their own. */
function spreadFactors(columns: usize, factors: usize, n: usize): void {
  const m0 = <u64>load<u32>(factors, 0);
  const m1 = <u64>load<u32>(factors, 4);
  const m2 = <u64>load<u32>(factors, 8);
  const m3 = <u64>load<u32>(factors, 12);
  for (let j: usize = 0; j < 4; j++) {
    const at = n + 4 * j;
    const sum =
      m0 * load<u32>(at, 16) +
      m1 * load<u32>(at, 12) +
      m2 * load<u32>(at, 8) +
      m3 * load<u32>(at, 4);
    store<u64>(columns + 8 * j, load<u64>(columns + 8 * j) + sum);
  }
}
