// Tables of multiples of one point. A scalar is cut into signed windows of w bits; the table holds
// d * 2^(w*r*i) * Q for d = 1..2^(w-1) and every r-th window i, so that a multiplication is one
// addition a window and w doublings for each of the r - 1 turns in between (a comb, Lim and Lee
// 1994, with signed digits). Many turns: a small table; one turn: no doublings at all. The points
// are affine, brought there by one inversion for each run of them.
import { Curve, coordinateBytes, orderBits } from "./curve";
import { edwardsAdd, edwardsDouble, edwardsNeutral } from "./edwards";
import { ELEMENT_BYTES, add, carry, fieldLimbs, multiply, square, subtract } from "../field/field";
import { curveCoefficient, fieldOne, invertElement } from "../field/element";
import { addAffine, doublePoint, setAffine, setInfinity } from "./weierstrass";

/** Bytes of a point in projective coordinates: four elements and a flag. */
export const POINT_BYTES: usize = 336;

/** The most windows of a scalar. */
export const MAX_WINDOWS: usize = 110;

const RUN: usize = memory.data(32 * 336, 16);
const PREFIX: usize = memory.data(32 * 80, 16);
const INVERSE: usize = memory.data(80, 16);
const SCALE: usize = memory.data(80, 16);
const X: usize = memory.data(80, 16);
const Y: usize = memory.data(80, 16);
const BASES: usize = memory.data(32 * 160, 16);
const WORK: usize = memory.data(336, 16);
const PACKED: usize = memory.data(80, 16);

/** Window width in bits. */
export function windowBits(curve: Curve): u32 {
  return curve == Curve.P384 || curve == Curve.P521 ? 5 : 6;
}

/** Windows of a scalar, with room for the carry of the highest. */
export function windowCount(curve: Curve): u32 {
  return orderBits(curve) / windowBits(curve) + 1;
}

/** Turns of a full table: how many windows share one run of points. */
export function tableTurns(curve: Curve): u32 {
  return curve == Curve.P384 || curve == Curve.P521 ? 4 : 2;
}

/** Runs of points in a table with this many turns. */
export function tableRuns(curve: Curve, turns: u32): u32 {
  return (windowCount(curve) + turns - 1) / turns;
}

/** Bytes of one run. */
export function runBytes(curve: Curve): usize {
  return affineBytes(curve) << (windowBits(curve) - 1);
}

/** Bytes of a packed affine point: two coordinates, or three values of an Edwards point. */
export function affineBytes(curve: Curve): usize {
  return 4 * fieldLimbs(curve) * (curve == Curve.Edwards25519 ? 3 : 2);
}

/** Bytes of a table, with the slack that vector loads at its end need. */
export function pointTableBytes(curve: Curve, turns: u32): usize {
  return runBytes(curve) * <usize>tableRuns(curve, turns) + 64;
}

/** p = 2p on any curve. */
export function doubleAny(curve: Curve, p: usize): void {
  if (curve == Curve.Edwards25519) edwardsDouble(p);
  else doublePoint(curve, p);
}

/** p = p + q, or p - q, for a packed affine q on any curve. */
export function addAny(curve: Curve, p: usize, q: usize, minus: bool, careful: bool): void {
  if (curve == Curve.Edwards25519) edwardsAdd(p, q, minus);
  else addAffine(curve, p, q, minus, careful);
}

/** p = the neutral element of any curve. */
export function neutralAny(curve: Curve, p: usize): void {
  if (curve == Curve.Edwards25519) edwardsNeutral(p);
  else setInfinity(p);
}

/**
 * Writes the table of a packed affine point (pointTableBytes, memory of the caller). The point must
 * be of the prime order on a Weierstrass curve: then no step of the building meets an exception.
 */
export function buildTable(curve: Curve, turns: u32, point: usize, table: usize): void {
  const runs = <usize>tableRuns(curve, turns);
  const packed = affineBytes(curve);
  neutralAny(curve, WORK);
  addAny(curve, WORK, point, false, false);
  for (let i: usize = 0; i < runs; i++) {
    memory.copy(RUN + i * POINT_BYTES, WORK, POINT_BYTES);
    if (i + 1 == runs) break;
    for (let d = turns * windowBits(curve); d > 0; d--) doubleAny(curve, WORK);
  }
  toAffine(curve, runs, BASES);
  for (let i: usize = 0; i < runs; i++) {
    buildRun(curve, BASES + i * packed, table + i * runBytes(curve));
  }
}

/** The multiples 1, 2, ... 2^(w-1) of one packed point. */
function buildRun(curve: Curve, base: usize, out: usize): void {
  const points = (<usize>1) << (windowBits(curve) - 1);
  neutralAny(curve, WORK);
  addAny(curve, WORK, base, false, false);
  for (let d: usize = 0; d < points; d++) {
    memory.copy(RUN + d * POINT_BYTES, WORK, POINT_BYTES);
    if (d == 0) doubleAny(curve, WORK);
    else addAny(curve, WORK, base, false, false);
  }
  toAffine(curve, points, out);
}

/**
 * Packs the points of RUN as affine ones to `out`, with a single inversion (P. Montgomery's trick).
 */
function toAffine(curve: Curve, count: usize, out: usize): void {
  const denominator: usize = curve == Curve.Edwards25519 ? 160 : 240;
  const packed = affineBytes(curve);
  memory.copy(PREFIX, RUN + denominator, ELEMENT_BYTES);
  for (let i: usize = 1; i < count; i++) {
    const here = PREFIX + i * ELEMENT_BYTES;
    multiply(curve, here, here - ELEMENT_BYTES, RUN + i * POINT_BYTES + denominator);
  }
  invertElement(curve, INVERSE, PREFIX + (count - 1) * ELEMENT_BYTES);
  for (let i = count; i > 0;) {
    i -= 1;
    const p = RUN + i * POINT_BYTES;
    if (i > 0) multiply(curve, SCALE, INVERSE, PREFIX + (i - 1) * ELEMENT_BYTES);
    else memory.copy(SCALE, INVERSE, ELEMENT_BYTES);
    multiply(curve, INVERSE, INVERSE, p + denominator);
    if (curve == Curve.Edwards25519) packEdwards(p, out + i * packed);
    else packWeierstrass(curve, p, out + i * packed);
  }
}

/** SCALE is 1/ZZZ: y = Y/ZZZ, and x = X * (ZZ/ZZZ)^2 because ZZ^3 = ZZZ^2. */
function packWeierstrass(curve: Curve, p: usize, out: usize): void {
  const size: usize = 4 * fieldLimbs(curve);
  multiply(curve, Y, p + 80, SCALE);
  multiply(curve, X, p + 160, SCALE);
  square(curve, X, X);
  multiply(curve, X, p, X);
  memory.copy(out, X, size);
  memory.copy(out + size, Y, size);
}

/** SCALE is 1/Z. */
function packEdwards(p: usize, out: usize): void {
  multiply(Curve.Edwards25519, X, p, SCALE);
  multiply(Curve.Edwards25519, Y, p + 80, SCALE);
  packEdwardsPoint(X, Y, out);
}

/** Packs the affine point (x, y) of edwards25519 as (y + x, y - x, 2dxy). */
export function packEdwardsPoint(x: usize, y: usize, out: usize): void {
  const curve = Curve.Edwards25519;
  const size: usize = 4 * fieldLimbs(curve);
  multiply(curve, PACKED, x, y);
  multiply(curve, PACKED, PACKED, curveCoefficient(curve));
  add(curve, PACKED, PACKED, PACKED);
  carry(curve, PACKED);
  memory.copy(out + 2 * size, PACKED, size);
  add(curve, PACKED, y, x);
  carry(curve, PACKED);
  memory.copy(out, PACKED, size);
  subtract(curve, PACKED, y, x);
  carry(curve, PACKED);
  memory.copy(out + size, PACKED, size);
}

/**
 * Cuts a scalar below 2^orderBits, coordinateBytes(curve) big-endian octets, into signed digits,
 * one i8 a window.
 */
export function signedDigits(curve: Curve, scalar: usize, digits: usize): void {
  const width = windowBits(curve);
  const count = windowCount(curve);
  const size = <u32>coordinateBytes(curve);
  const half: i32 = 1 << (width - 1);
  let moved: i32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    let digit = moved;
    const bit = i * width;
    const at = bit >> 3;
    let bits: u32 = 0;
    if (at < size) bits = load<u8>(scalar + (size - 1 - at));
    if (at + 1 < size) bits |= (<u32>load<u8>(scalar + (size - 2 - at))) << 8;
    digit += (<i32>(bits >> (bit & 7))) & (2 * half - 1);
    moved = digit > half ? 1 : 0;
    store<i8>(digits + i, <i8>(digit - (moved << width)));
  }
}
