// ECDSA verification, FIPS 186-5 §6.4.2, over signatures r || s of fixed length (RFC 7518 §3.4).
// All inputs are public, time may vary. A key has a table of its point if the caller gives memory
// for it; else a small one is built for each signature. The check R.x = r (mod n) is made without
// inversion: X = r * ZZ, or X = (r + n) * ZZ while r + n < p.
import { Curve, CurveValue, coordinateBytes, curveValue } from "./curve";
import {
  curveOrder,
  curveOrderInverse,
  generatorTable,
  packPoint,
  prepareCurve,
} from "./curve-context";
import { doubleMultiply } from "./double-multiply";
import { multiply, subtract } from "../field/field";
import { elementFromBytes, isZeroElement } from "../field/element";
import { modularInverse } from "../number/modular-inverse";
import {
  NUMBER_BYTES,
  montgomeryMultiply,
  normalize,
  readNumber,
  toMontgomery,
  writeNumber,
} from "../number/montgomery";
import { PAD_LIMBS } from "../number/columns";
import {
  POINT_BYTES,
  buildTable,
  pointTableBytes,
  signedDigits,
  tableTurns,
  windowCount,
} from "./point-table";
import { ZZ_AT, isInfinity, isOnCurve } from "./weierstrass";

// A key record: curve, address of the table or 0, the packed point with slack for vector loads.
const CURVE_AT: usize = 0;
const TABLE_AT: usize = 4;
const POINT_AT: usize = 8;

/** Bytes of a key record. */
export const ECDSA_KEY_BYTES: usize = 8 + 2 * 80;

const SCALAR: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const INVERSE: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const RESULT: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const BYTES: usize = memory.data(72, 16);
const DIGITS_U: usize = memory.data(110, 16);
const DIGITS_V: usize = memory.data(110, 16);
const SUM: usize = memory.data(<i32>POINT_BYTES, 16);
const COLD_TABLE: usize = memory.data(16 * 152 + 64, 16);
const X: usize = memory.data(80, 16);
const Y: usize = memory.data(80, 16);

/** Octets of a signature: twice the coordinate. */
export function ecdsaSignatureBytes(curve: Curve): usize {
  return 2 * coordinateBytes(curve);
}

/**
 * Writes a key record (ECDSA_KEY_BYTES, memory of the caller, aligned to 4) from two coordinates of
 * exactly coordinateBytes(curve) big-endian octets. False when a coordinate is not below p or the
 * point is not on the curve; the record must not be used then. Prepares the curve: for configure
 * time.
 */
export function ecdsaKey(key: usize, curve: Curve, x: usize, y: usize): bool {
  prepareCurve(curve);
  const size = coordinateBytes(curve);
  const prime = curveValue(curve, CurveValue.Prime);
  if (memory.compare(x, prime, size) >= 0 || memory.compare(y, prime, size) >= 0) return false;
  elementFromBytes(curve, X, x);
  elementFromBytes(curve, Y, y);
  if (!isOnCurve(curve, X, Y)) return false;
  store<u32>(key, curve, CURVE_AT);
  store<usize>(key, 0, TABLE_AT);
  packPoint(curve, X, Y, key + POINT_AT);
  return true;
}

/** Bytes of the table that makes a key of this curve fast: 36 to 67 KiB. */
export function ecdsaTableBytes(curve: Curve): usize {
  return pointTableBytes(curve, tableTurns(curve));
}

/**
 * Builds the table of a key in memory of the caller (ecdsaTableBytes, aligned to 16), who must keep
 * it as long as the key. Costs about as much as four verifications without one.
 */
export function ecdsaUseTable(key: usize, table: usize): void {
  const curve = <Curve>load<u32>(key, CURVE_AT);
  buildTable(curve, tableTurns(curve), key + POINT_AT, table);
  store<usize>(key, table, TABLE_AT);
}

/** True when the key has a table. */
export function ecdsaHasTable(key: usize): bool {
  return load<usize>(key, TABLE_AT) != 0;
}

/**
 * True when `signature` (r || s) over a message with this digest was made with the key. Both
 * numbers must lie in 1..n-1.
 */
export function ecdsaVerify(
  key: usize,
  digest: usize,
  digestBytes: usize,
  signature: usize,
  size: usize,
): bool {
  const curve = <Curve>load<u32>(key, CURVE_AT);
  const half = coordinateBytes(curve);
  if (size != 2 * half) return false;
  const order = curveOrder(curve);
  if (!isInRange(order, signature, half) || !isInRange(order, signature + half, half)) return false;
  // 1/s; then u = z/s and v = r/s: one factor in Montgomery form, so the product comes out plain.
  modularInverse(curveOrderInverse(curve), signature + half, BYTES, half);
  readNumber(order, INVERSE, BYTES, half);
  // The leftmost bits of the digest; at most one subtraction brings them below n (FIPS 186-5 §6.4.2
  // step 2).
  readNumber(order, SCALAR, digest, min<usize>(digestBytes, half));
  normalize(order, SCALAR);
  divide(curve, half, DIGITS_U);
  readNumber(order, SCALAR, signature, half);
  divide(curve, half, DIGITS_V);
  sum(curve, key, false);
  if (isInfinity(SUM) || isZeroElement(curve, SUM + ZZ_AT)) {
    sum(curve, key, true);
    if (isInfinity(SUM)) return false;
  }
  return isSumAt(curve, signature, half);
}

/** True when `size` octets are a number from 1 to the order less one. */
function isInRange(order: usize, bytes: usize, size: usize): bool {
  let any: u8 = 0;
  for (let i: usize = 0; i < size; i++) any |= load<u8>(bytes + i);
  return any != 0 && readNumber(order, SCALAR, bytes, size);
}

/** Digits of SCALAR * INVERSE modulo the order. */
function divide(curve: Curve, half: usize, digits: usize): void {
  const order = curveOrder(curve);
  toMontgomery(order, RESULT, SCALAR);
  montgomeryMultiply(order, RESULT, RESULT, INVERSE);
  normalize(order, RESULT);
  writeNumber(order, RESULT, BYTES, half);
  signedDigits(curve, BYTES, digits);
}

/** SUM = u*G + v*Q. */
function sum(curve: Curve, key: usize, careful: bool): void {
  let table = load<usize>(key, TABLE_AT);
  let turns = tableTurns(curve);
  if (table == 0) {
    table = COLD_TABLE;
    turns = windowCount(curve);
    buildTable(curve, turns, key + POINT_AT, table);
  }
  const turnsG = tableTurns(curve);
  doubleMultiply(
    curve,
    SUM,
    DIGITS_U,
    generatorTable(curve),
    turnsG,
    DIGITS_V,
    table,
    turns,
    careful,
  );
}

/** True when the x of SUM is r, or r + n where that is below p. */
function isSumAt(curve: Curve, r: usize, half: usize): bool {
  if (isX(curve, r)) return true;
  const order = curveValue(curve, CurveValue.Order);
  let carry: u32 = 0;
  for (let i = half; i > 0;) {
    i -= 1;
    carry += <u32>load<u8>(r + i) + <u32>load<u8>(order + i);
    store<u8>(BYTES + i, <u8>carry);
    carry >>= 8;
  }
  const prime = curveValue(curve, CurveValue.Prime);
  return carry == 0 && memory.compare(BYTES, prime, half) < 0 && isX(curve, BYTES);
}

/** X = x * ZZ */
function isX(curve: Curve, x: usize): bool {
  elementFromBytes(curve, X, x);
  multiply(curve, X, X, SUM + ZZ_AT);
  subtract(curve, X, X, SUM);
  return isZeroElement(curve, X);
}
