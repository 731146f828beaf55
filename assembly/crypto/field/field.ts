// One door to the five fields. An element is a run of signed i32 limbs in a slot of ELEMENT_BYTES;
// lanes above the limbs hold anything. Products come out "tight" (limbs within a few of [0, 2^b));
// sums and differences do not carry, and the curve formulas say where a carry is due. The bounds
// are proven in each field file.
import { curve25519Multiply, curve25519Square } from "./curve25519";
import { Curve } from "../ec/curve";
import { p256Multiply, p256MultiplySubtract, p256Square } from "./p256";
import { p384Multiply, p384MultiplySubtract, p384Square } from "./p384";
import { p521Multiply, p521Square } from "./p521";
import { p521MultiplySubtract } from "./p521-difference";
import { secp256k1Multiply, secp256k1MultiplySubtract, secp256k1Square } from "./secp256k1";

/** Bytes of a slot for one element of any field: five vectors. */
export const ELEMENT_BYTES: usize = 80;

/** Limbs of an element. */
export function fieldLimbs(curve: Curve): usize {
  if (curve == Curve.P384) return 14;
  return curve == Curve.P521 ? 19 : 9;
}

/** Bits of a limb. */
export function fieldLimbBits(curve: Curve): u32 {
  return curve == Curve.P384 || curve == Curve.P521 ? 28 : 29;
}

/** r = a * b. */
export function multiply(curve: Curve, r: usize, a: usize, b: usize): void {
  if (curve == Curve.P256) p256Multiply(r, a, b);
  else if (curve == Curve.Edwards25519) curve25519Multiply(r, a, b);
  else if (curve == Curve.P384) p384Multiply(r, a, b);
  else if (curve == Curve.P521) p521Multiply(r, a, b);
  else secp256k1Multiply(r, a, b);
}

/** r = a * a. */
export function square(curve: Curve, r: usize, a: usize): void {
  if (curve == Curve.P256) p256Square(r, a);
  else if (curve == Curve.Edwards25519) curve25519Square(r, a);
  else if (curve == Curve.P384) p384Square(r, a);
  else if (curve == Curve.P521) p521Square(r, a);
  else secp256k1Square(r, a);
}

/** r = a * b - c * d; not for Edwards25519. */
export function multiplySubtract(
  curve: Curve,
  r: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
): void {
  if (curve == Curve.P256) p256MultiplySubtract(r, a, b, c, d);
  else if (curve == Curve.P384) p384MultiplySubtract(r, a, b, c, d);
  else if (curve == Curve.P521) p521MultiplySubtract(r, a, b, c, d);
  else secp256k1MultiplySubtract(r, a, b, c, d);
}

/** Bytes of the vectors that hold an element: 48, 64 or 80. */
function laneBytes(curve: Curve): usize {
  if (curve == Curve.P384) return 64;
  return curve == Curve.P521 ? 80 : 48;
}

/** r = a + b, limb by limb. */
export function add(curve: Curve, r: usize, a: usize, b: usize): void {
  const end = laneBytes(curve);
  if (ASC_FEATURE_SIMD) {
    for (let at: usize = 0; at < end; at += 16) {
      v128.store(r + at, i32x4.add(v128.load(a + at), v128.load(b + at)));
    }
  } else {
    for (let at: usize = 0; at < end; at += 4) {
      store<i32>(r + at, load<i32>(a + at) + load<i32>(b + at));
    }
  }
}

/** r = a - b, limb by limb. */
export function subtract(curve: Curve, r: usize, a: usize, b: usize): void {
  const end = laneBytes(curve);
  if (ASC_FEATURE_SIMD) {
    for (let at: usize = 0; at < end; at += 16) {
      v128.store(r + at, i32x4.sub(v128.load(a + at), v128.load(b + at)));
    }
  } else {
    for (let at: usize = 0; at < end; at += 4) {
      store<i32>(r + at, load<i32>(a + at) - load<i32>(b + at));
    }
  }
}

/** r = -a, limb by limb. */
export function negate(curve: Curve, r: usize, a: usize): void {
  const end: usize = 4 * fieldLimbs(curve);
  for (let at: usize = 0; at < end; at += 4) store<i32>(r + at, -load<i32>(a + at));
}

/**
 * Makes limbs tight again: each keeps its low bits and takes the carry of its lower neighbour as it
 * was. For limbs below 2^31 in magnitude all but the highest end in [-8, 2^b + 8); the highest
 * keeps the sign.
 */
export function carry(curve: Curve, a: usize): void {
  const bits = <i32>fieldLimbBits(curve);
  const mask: i32 = (1 << bits) - 1;
  const last: usize = 4 * fieldLimbs(curve) - 4;
  const top = load<i32>(a + last);
  if (ASC_FEATURE_SIMD) {
    const end = laneBytes(curve);
    const masks = i32x4.splat(mask);
    let previous = i32x4.splat(0);
    for (let at: usize = 0; at < end; at += 16) {
      const limbs = v128.load(a + at);
      const carries = i32x4.shr_s(limbs, bits);
      const moved = v128.shuffle<i32>(previous, carries, 3, 4, 5, 6);
      v128.store(a + at, i32x4.add(v128.and(limbs, masks), moved));
      previous = carries;
    }
    // The highest limb keeps what lies above its mask.
    store<i32>(a + last, load<i32>(a + last) + (top & ~mask));
  } else {
    let moved: i32 = 0;
    for (let at: usize = 0; at < last; at += 4) {
      const limb = load<i32>(a + at);
      store<i32>(a + at, (limb & mask) + moved);
      moved = limb >> bits;
    }
    store<i32>(a + last, top + moved);
  }
}
