// Points of y^2 = x^3 + ax + b with a = -3 (P-256, P-384, P-521) or a = 0 (secp256k1) in XYZZ
// coordinates: x = X/ZZ, y = Y/ZZZ, ZZ^3 = ZZZ^2 (Explicit-Formulas Database: madd-2008-s and
// dbl-2008-s-1). An addition of an affine point costs 8 products and 2 squares, and both of its
// outer differences need one reduction less.
//
// The formulas do not hold when both points are equal or opposite. The fast path does not look:
// such a step makes ZZ zero, and a zero stays zero, so the caller sees it at the end and runs again
// with `careful`.
import { Curve } from "./curve";
import {
  ELEMENT_BYTES,
  add,
  carry,
  fieldLimbs,
  multiply,
  multiplySubtract,
  negate,
  square,
  subtract,
} from "../field/field";
import { curveCoefficient, fieldOne, isZeroElement } from "../field/element";

/** Offsets within a point. */
export const Y_AT: usize = 80;
export const ZZ_AT: usize = 160;
export const ZZZ_AT: usize = 240;
const INFINITY_AT: usize = 320;

const T0: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const T1: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const T2: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const T3: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const T4: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const T5: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const NEGATED: usize = memory.data(<i32>ELEMENT_BYTES, 16);

/** Makes a point the neutral element. */
export function setInfinity(p: usize): void {
  store<u32>(p, 1, INFINITY_AT);
}

/** True for the neutral element; after steps that were not careful also look at ZZ. */
export function isInfinity(p: usize): bool {
  return load<u32>(p, INFINITY_AT) != 0;
}

/** p = the affine point whose two coordinates lie packed (limbs only) at `affine`. */
export function setAffine(curve: Curve, p: usize, affine: usize): void {
  const size: usize = 4 * fieldLimbs(curve);
  memory.copy(p, affine, size);
  memory.copy(p + Y_AT, affine + size, size);
  memory.copy(p + ZZ_AT, fieldOne(curve), ELEMENT_BYTES);
  memory.copy(p + ZZZ_AT, fieldOne(curve), ELEMENT_BYTES);
  store<u32>(p, 0, INFINITY_AT);
}

/**
 * p = p + q, or p - q with `minus`, for a packed affine point q. Bounds: X and Y of p are tight,
 * products are tight, so every difference below has limbs within 2^b + 2^20 (magnitude), which a
 * product accepts on both sides.
 */
export function addAffine(curve: Curve, p: usize, q: usize, minus: bool, careful: bool): void {
  if (isInfinity(p)) {
    setAffine(curve, p, q);
    if (minus) negateY(curve, p);
    return;
  }
  let y = q + 4 * fieldLimbs(curve);
  if (minus) {
    negate(curve, NEGATED, y);
    y = NEGATED;
  }
  multiply(curve, T0, q, p + ZZ_AT);
  multiply(curve, T1, y, p + ZZZ_AT);
  subtract(curve, T0, T0, p);
  subtract(curve, T1, T1, p + Y_AT);
  if (careful && isZeroElement(curve, T0)) {
    addSameX(curve, p);
    return;
  }
  square(curve, T2, T0);
  multiply(curve, T3, T0, T2);
  multiply(curve, T4, p, T2);
  square(curve, T5, T1);
  subtract(curve, T5, T5, T3);
  subtract(curve, T5, T5, T4);
  subtract(curve, p, T5, T4);
  carry(curve, p);
  subtract(curve, T4, T4, p);
  multiplySubtract(curve, p + Y_AT, T1, T4, p + Y_AT, T3);
  multiply(curve, p + ZZ_AT, p + ZZ_AT, T2);
  multiply(curve, p + ZZZ_AT, p + ZZZ_AT, T3);
}

/**
 * The two exceptions of an addition, told apart by the difference of the y in T1: a doubling or the
 * neutral element.
 */
function addSameX(curve: Curve, p: usize): void {
  if (isZeroElement(curve, T1)) doublePoint(curve, p);
  else setInfinity(p);
}

function negateY(curve: Curve, p: usize): void {
  negate(curve, p + Y_AT, p + Y_AT);
  carry(curve, p + Y_AT);
}

/** p = 2p. No point of these curves has order two, so only the neutral element is special. */
export function doublePoint(curve: Curve, p: usize): void {
  if (isInfinity(p)) return;
  add(curve, T0, p + Y_AT, p + Y_AT);
  carry(curve, T0);
  square(curve, T1, T0);
  multiply(curve, T2, T0, T1);
  multiply(curve, T3, p, T1);
  if (curve == Curve.Secp256k1) {
    square(curve, T4, p);
  } else {
    subtract(curve, T4, p, p + ZZ_AT);
    add(curve, T5, p, p + ZZ_AT);
    multiply(curve, T4, T4, T5);
  }
  add(curve, T5, T4, T4);
  add(curve, T4, T4, T5);
  carry(curve, T4);
  square(curve, T5, T4);
  subtract(curve, T5, T5, T3);
  subtract(curve, p, T5, T3);
  carry(curve, p);
  subtract(curve, T3, T3, p);
  multiplySubtract(curve, p + Y_AT, T4, T3, T2, p + Y_AT);
  multiply(curve, p + ZZ_AT, p + ZZ_AT, T1);
  multiply(curve, p + ZZZ_AT, p + ZZZ_AT, T2);
}

/** True when the packed affine point satisfies the curve equation. */
export function isOnCurve(curve: Curve, x: usize, y: usize): bool {
  square(curve, T0, y);
  square(curve, T1, x);
  if (curve != Curve.Secp256k1) {
    // x^3 - 3x = x * (x^2 - 3)
    subtract(curve, T1, T1, fieldOne(curve));
    subtract(curve, T1, T1, fieldOne(curve));
    carry(curve, T1);
    subtract(curve, T1, T1, fieldOne(curve));
  }
  multiply(curve, T1, T1, x);
  subtract(curve, T0, T0, T1);
  subtract(curve, T0, T0, curveCoefficient(curve));
  carry(curve, T0);
  return isZeroElement(curve, T0);
}
