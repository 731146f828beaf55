// Points of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 (edwards25519, RFC 8032 §5.1) in
// extended coordinates x = X/Z, y = Y/Z, xy = T/Z (Hisil, Wong, Carter, Dawson 2008; EFD
// madd-2008-hwcd-3, dbl-2008-hwcd). Table points are kept as (y + x, y - x, 2dxy), an addition
// costs seven products. The formulas are complete: no exceptions.
import { Curve } from "./curve";
import {
  ELEMENT_BYTES,
  add,
  carry,
  fieldLimbs,
  multiply,
  negate,
  square,
  subtract,
} from "../field/field";
import { fieldOne } from "../field/element";

const C = Curve.Edwards25519;

/** Offsets within a point. */
export const EDWARDS_Y_AT: usize = 80;
export const EDWARDS_Z_AT: usize = 160;
export const EDWARDS_T_AT: usize = 240;

const A: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const B: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const CC: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const D: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const E: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const F: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const G: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const H: usize = memory.data(<i32>ELEMENT_BYTES, 16);

/** Makes a point the neutral element (0, 1). */
export function edwardsNeutral(p: usize): void {
  memory.fill(p, 0, 4 * ELEMENT_BYTES);
  memory.copy(p + EDWARDS_Y_AT, fieldOne(C), ELEMENT_BYTES);
  memory.copy(p + EDWARDS_Z_AT, fieldOne(C), ELEMENT_BYTES);
}

/**
 * p = p + q, or p - q with `minus`, for a packed table point q. Bounds, with t for tight: A, B = 2t
 * * t; E = t; D = 2t; F = 2t, G = 3t carried, H = 2t; the products E*F, G*H, E*H, F*G have at most
 * one side above t.
 */
export function edwardsAdd(p: usize, q: usize, minus: bool): void {
  const size: usize = 4 * fieldLimbs(C);
  const plus = minus ? q + size : q;
  const less = minus ? q : q + size;
  subtract(C, A, p + EDWARDS_Y_AT, p);
  multiply(C, A, A, less);
  add(C, B, p + EDWARDS_Y_AT, p);
  multiply(C, B, B, plus);
  multiply(C, CC, p + EDWARDS_T_AT, q + 2 * size);
  add(C, D, p + EDWARDS_Z_AT, p + EDWARDS_Z_AT);
  subtract(C, E, B, A);
  add(C, H, B, A);
  if (minus) {
    add(C, F, D, CC);
    carry(C, F);
    subtract(C, G, D, CC);
    carry(C, G);
  } else {
    subtract(C, F, D, CC);
    add(C, G, D, CC);
    carry(C, G);
  }
  multiply(C, p, E, F);
  multiply(C, p + EDWARDS_Y_AT, G, H);
  multiply(C, p + EDWARDS_T_AT, E, H);
  multiply(C, p + EDWARDS_Z_AT, F, G);
}

/** p = 2p. */
export function edwardsDouble(p: usize): void {
  square(C, A, p);
  square(C, B, p + EDWARDS_Y_AT);
  square(C, CC, p + EDWARDS_Z_AT);
  add(C, CC, CC, CC);
  add(C, E, p, p + EDWARDS_Y_AT);
  carry(C, E);
  square(C, E, E);
  add(C, H, A, B);
  carry(C, H);
  subtract(C, E, H, E);
  subtract(C, G, A, B);
  add(C, F, CC, G);
  carry(C, F);
  multiply(C, p, E, F);
  multiply(C, p + EDWARDS_Y_AT, G, H);
  multiply(C, p + EDWARDS_T_AT, E, H);
  multiply(C, p + EDWARDS_Z_AT, F, G);
}

/** Turns a point into its opposite. */
export function edwardsNegate(p: usize): void {
  negate(C, p, p);
  carry(C, p);
  negate(C, p + EDWARDS_T_AT, p + EDWARDS_T_AT);
  carry(C, p + EDWARDS_T_AT);
}
