// Inverse modulo an odd number by division steps in batches of 30 (D. Bernstein and B.-Y. Yang,
// "Fast constant-time gcd computation and modular inversion", 2019; the variable-time form with
// eta). Several times faster than Fermat's power, and only public values come here. Numbers are
// signed limbs of 30 bits.
import { limbsFromBytes, limbsToBytes } from "./limbs";

/** Bytes of a prepared modulus of up to 540 bits. */
export const INVERSE_MODULUS_BYTES: usize = 8 + 4 * 18;

// A prepared modulus: limb count, 1/m mod 2^30, limbs.
const LIMBS_AT: usize = 0;
const INVERSE_AT: usize = 4;
const NUMBER_AT: usize = 8;

const LIMB_BITS: u32 = 30;
const MASK: i64 = 0x3fffffff;

const D: usize = memory.data(72, 16);
const E: usize = memory.data(72, 16);
const F: usize = memory.data(72, 16);
const G: usize = memory.data(72, 16);
/** The four entries of a transition matrix, i32 each: u, v, q, r. */
const MATRIX: usize = memory.data(16, 16);

/** Writes the record of an odd modulus given as `size` big-endian octets. */
export function prepareInverse(modulus: usize, bytes: usize, size: usize): void {
  const count = (<usize>8 * size + 2 + 29) / 30;
  store<u32>(modulus, <u32>count, LIMBS_AT);
  limbsFromBytes(modulus + NUMBER_AT, count, LIMB_BITS, bytes, size);
  const m = load<u32>(modulus, NUMBER_AT);
  // Newton's iteration: 3 right bits at the start, doubled five times.
  let inverse = m;
  for (let i = 0; i < 5; i++) inverse *= 2 - m * inverse;
  store<u32>(modulus, inverse & (<u32>MASK), INVERSE_AT);
}

/**
 * Writes 1/x mod m to `out`, both `size` big-endian octets (as many as the modulus was prepared
 * with); x is below m. For x without an inverse, zero included, the result has no meaning.
 */
export function modularInverse(modulus: usize, x: usize, out: usize, size: usize): void {
  const count = <usize>load<u32>(modulus, LIMBS_AT);
  memory.fill(D, 0, 4 * count);
  memory.fill(E, 0, 4 * count);
  store<i32>(E, 1);
  memory.copy(F, modulus + NUMBER_AT, 4 * count);
  limbsFromBytes(G, count, LIMB_BITS, x, size);
  let length = count;
  let eta: i32 = -1;
  // 741 division steps suffice for 256 bits and 1,470 for 521; 60 batches bound the loop in any
  // case.
  for (let batch = 0; batch < 60; batch++) {
    eta = divisionSteps(eta, load<i32>(F), load<i32>(G));
    updateCoefficients(modulus, count);
    updateValues(length);
    if (isZero(length)) break;
    length = shorten(length);
  }
  normalize(
    modulus,
    count,
    load<i32>(F, 0) < 0 || (length > 1 && load<i32>(F + 4 * length - 4) < 0),
  );
  limbsToBytes(D, count, LIMB_BITS, out, size);
}

/**
 * Thirty division steps on the low limbs; leaves their matrix in MATRIX and returns the new eta.
 */
function divisionSteps(eta: i32, f0: i32, g0: i32): i32 {
  let u: i32 = 1;
  let v: i32 = 0;
  let q: i32 = 0;
  let r: i32 = 1;
  let f = f0;
  let g = g0;
  let left: i32 = 30;
  while (true) {
    const zeros = <i32>ctz<i32>(g | (-1 << left));
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    if (eta < 0) {
      eta = -eta;
      const f1 = f;
      f = g;
      g = -f1;
      const u1 = u;
      u = q;
      q = -u1;
      const v1 = v;
      v = r;
      r = -v1;
    }
    // f * (f * f - 2) is -1/f modulo 2^6: up to six low bits of g are cleared at once.
    const limit = min<i32>(min<i32>(eta + 1, left), 6);
    const w = (f * g * (f * f - 2)) & ((1 << limit) - 1);
    g += f * w;
    q += u * w;
    r += v * w;
  }
  store<i32>(MATRIX, u, 0);
  store<i32>(MATRIX, v, 4);
  store<i32>(MATRIX, q, 8);
  store<i32>(MATRIX, r, 12);
  return eta;
}

/** (d, e) = matrix * (d, e) / 2^30 modulo m, both kept in (-2m, m). */
function updateCoefficients(modulus: usize, count: usize): void {
  const u = <i64>load<i32>(MATRIX, 0);
  const v = <i64>load<i32>(MATRIX, 4);
  const q = <i64>load<i32>(MATRIX, 8);
  const r = <i64>load<i32>(MATRIX, 12);
  const inverse = <i64>load<u32>(modulus, INVERSE_AT);
  const m = modulus + NUMBER_AT;
  const dSign = <i64>(load<i32>(D + 4 * count - 4) >> 31);
  const eSign = <i64>(load<i32>(E + 4 * count - 4) >> 31);
  let md = (u & dSign) + (v & eSign);
  let me = (q & dSign) + (r & eSign);
  let cd = u * load<i32>(D) + v * load<i32>(E);
  let ce = q * load<i32>(D) + r * load<i32>(E);
  md -= (inverse * (cd & MASK) + md) & MASK;
  me -= (inverse * (ce & MASK) + me) & MASK;
  cd = (cd + md * load<i32>(m)) >> 30;
  ce = (ce + me * load<i32>(m)) >> 30;
  for (let at: usize = 4; at < 4 * count; at += 4) {
    const d = <i64>load<i32>(D + at);
    const e = <i64>load<i32>(E + at);
    const limb = <i64>load<i32>(m + at);
    cd += u * d + v * e + md * limb;
    ce += q * d + r * e + me * limb;
    store<i32>(D + at - 4, <i32>(cd & MASK));
    store<i32>(E + at - 4, <i32>(ce & MASK));
    cd >>= 30;
    ce >>= 30;
  }
  store<i32>(D + 4 * count - 4, <i32>cd);
  store<i32>(E + 4 * count - 4, <i32>ce);
}

/** (f, g) = matrix * (f, g) / 2^30, which is exact. */
function updateValues(length: usize): void {
  const u = <i64>load<i32>(MATRIX, 0);
  const v = <i64>load<i32>(MATRIX, 4);
  const q = <i64>load<i32>(MATRIX, 8);
  const r = <i64>load<i32>(MATRIX, 12);
  let cf = (u * load<i32>(F) + v * load<i32>(G)) >> 30;
  let cg = (q * load<i32>(F) + r * load<i32>(G)) >> 30;
  for (let at: usize = 4; at < 4 * length; at += 4) {
    const f = <i64>load<i32>(F + at);
    const g = <i64>load<i32>(G + at);
    cf += u * f + v * g;
    cg += q * f + r * g;
    store<i32>(F + at - 4, <i32>(cf & MASK));
    store<i32>(G + at - 4, <i32>(cg & MASK));
    cf >>= 30;
    cg >>= 30;
  }
  store<i32>(F + 4 * length - 4, <i32>cf);
  store<i32>(G + 4 * length - 4, <i32>cg);
}

function isZero(length: usize): bool {
  let any: i32 = 0;
  for (let at: usize = 0; at < 4 * length; at += 4) any |= load<i32>(G + at);
  return any == 0;
}

/** Drops the highest limb of f and g when it only repeats their signs. */
function shorten(length: usize): usize {
  if (length < 2) return length;
  const f = load<i32>(F + 4 * length - 4);
  const g = load<i32>(G + 4 * length - 4);
  if ((f ^ (f >> 31)) != 0 || (g ^ (g >> 31)) != 0) return length;
  const below: usize = 4 * length - 8;
  store<i32>(F + below, load<i32>(F + below) | (f << 30));
  store<i32>(G + below, load<i32>(G + below) | (g << 30));
  return length - 1;
}

/** Brings d from (-2m, m) to [0, m), with its sign turned when f ended at -1. */
function normalize(modulus: usize, count: usize, turn: bool): void {
  const m = modulus + NUMBER_AT;
  if (load<i32>(D + 4 * count - 4) < 0) combine(m, 1, 1, count);
  if (turn) combine(m, -1, 0, count);
  if (load<i32>(D + 4 * count - 4) < 0) combine(m, 1, 1, count);
}

/** d = sign * d + times * m, carried. */
function combine(m: usize, sign: i64, times: i64, count: usize): void {
  let carry: i64 = 0;
  for (let at: usize = 0; at < 4 * count; at += 4) {
    carry += sign * load<i32>(D + at) + times * load<i32>(m + at);
    const last = at + 4 == 4 * count;
    store<i32>(D + at, last ? <i32>carry : <i32>(carry & MASK));
    carry >>= 30;
  }
}
