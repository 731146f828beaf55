// Ed25519 verification, RFC 8032 §5.1.7, strict and without the cofactor: S below the order, the
// key canonical and not of small order, and R compared as octets with the encoding of S*B - k*A, so
// that a non-canonical R never matches. All inputs are public, time may vary. A key may have a
// table, as in ecdsa.ts.
import { Curve, CurveValue, curveValue } from "./curve";
import { curveOrder, generatorTable, packPoint, prepareCurve } from "./curve-context";
import { doubleMultiply } from "./double-multiply";
import {
  EDWARDS_T_AT,
  EDWARDS_Y_AT,
  EDWARDS_Z_AT,
  edwardsAdd,
  edwardsDouble,
  edwardsNeutral,
} from "./edwards";
import { ELEMENT_BYTES, add, carry, multiply, negate, square, subtract } from "../field/field";
import {
  curveCoefficient,
  elementFromBytes,
  elementToBytes,
  fieldOne,
  invertElement,
  isZeroElement,
} from "../field/element";
import { PAD_LIMBS } from "../number/columns";
import { limbsAdd } from "../number/limbs";
import {
  NUMBER_BYTES,
  fromMontgomery,
  montgomeryMultiply,
  normalize,
  numberLimbBits,
  numberLimbs,
  readNumber,
  toMontgomery,
  writeNumber,
} from "../number/montgomery";
import {
  POINT_BYTES,
  buildTable,
  pointTableBytes,
  signedDigits,
  tableTurns,
  windowCount,
} from "./point-table";
import { SHA512_CONTEXT_BYTES, sha512Finish, sha512Start, sha512Update } from "../hash/sha512";

const C = Curve.Edwards25519;
const SIZE: usize = 32;

// A key record: address of the table or 0, the 32 octets of the key, the packed point -A with
// slack.
const TABLE_AT: usize = 0;
const OCTETS_AT: usize = 8;
const POINT_AT: usize = 40;

/** Bytes of a key record. */
export const ED25519_KEY_BYTES: usize = 40 + 128;

// prettier-ignore
const SQRT_MINUS_1: usize = memory.data<u8>([
  0x2b, 0x83, 0x24, 0x80, 0x4f, 0xc1, 0xdf, 0x0b, 0x2b, 0x4d, 0x00, 0x99, 0x3d, 0xfb, 0xd7, 0xa7,
  0x2f, 0x43, 0x18, 0x06, 0xad, 0x2f, 0xe4, 0x78, 0xc4, 0xee, 0x1b, 0x27, 0x4a, 0x0e, 0xa0, 0xb0,
]);

/** 2^256 modulo the order. */
// prettier-ignore
const TWO_256: usize = memory.data<u8>([
  0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
  0xc6, 0xef, 0x5b, 0xf4, 0x73, 0x7d, 0xcf, 0x70, 0xd6, 0xec, 0x31, 0x74, 0x8d, 0x98, 0x95, 0x1d,
]);

const X: usize = memory.data(80, 16);
const Y: usize = memory.data(80, 16);
const U: usize = memory.data(80, 16);
const V: usize = memory.data(80, 16);
const W: usize = memory.data(80, 16);
const BIG_ENDIAN: usize = memory.data(32, 16);
const DIGEST: usize = memory.data(64, 16);
const CONTEXT: usize = memory.data(<i32>SHA512_CONTEXT_BYTES, 16);
const HIGH: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const LOW: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const DIGITS_S: usize = memory.data(110, 16);
const DIGITS_K: usize = memory.data(110, 16);
const SUM: usize = memory.data(<i32>POINT_BYTES, 16);
const COLD_TABLE: usize = memory.data(32 * 108 + 64, 16);

/**
 * Writes a key record (ED25519_KEY_BYTES, memory of the caller, aligned to 8) from the 32 octets of
 * a public key. False when they are not canonical, encode no point, or a point of small order.
 * Prepares the curve: for configure time.
 */
export function ed25519Key(key: usize, octets: usize): bool {
  prepareCurve(C);
  if (!decompress(octets)) return false;
  negate(C, X, X);
  carry(C, X);
  store<usize>(key, 0, TABLE_AT);
  memory.copy(key + OCTETS_AT, octets, SIZE);
  packPoint(C, X, Y, key + POINT_AT);
  return !hasSmallOrder(key + POINT_AT);
}

/** Bytes of the table that makes a key fast. */
export function ed25519TableBytes(): usize {
  return pointTableBytes(C, tableTurns(C));
}

/**
 * Builds the table of a key in memory of the caller (ed25519TableBytes, aligned to 16), kept as
 * long as the key.
 */
export function ed25519UseTable(key: usize, table: usize): void {
  buildTable(C, tableTurns(C), key + POINT_AT, table);
  store<usize>(key, table, TABLE_AT);
}

/** True when the key has a table. */
export function ed25519HasTable(key: usize): bool {
  return load<usize>(key, TABLE_AT) != 0;
}

/** True when `signature` (R || S, 64 octets) over the message was made with the key. */
export function ed25519Verify(
  key: usize,
  message: usize,
  messageBytes: usize,
  signature: usize,
  size: usize,
): bool {
  if (size != 2 * SIZE) return false;
  reverse(signature + SIZE);
  if (memory.compare(BIG_ENDIAN, curveValue(C, CurveValue.Order), SIZE) >= 0) return false;
  signedDigits(C, BIG_ENDIAN, DIGITS_S);
  sha512Start(CONTEXT);
  sha512Update(CONTEXT, signature, SIZE);
  sha512Update(CONTEXT, key + OCTETS_AT, SIZE);
  sha512Update(CONTEXT, message, messageBytes);
  sha512Finish(CONTEXT, DIGEST, 64);
  reduceDigest();
  signedDigits(C, BIG_ENDIAN, DIGITS_K);
  let table = load<usize>(key, TABLE_AT);
  let turns = tableTurns(C);
  if (table == 0) {
    table = COLD_TABLE;
    turns = windowCount(C);
    buildTable(C, turns, key + POINT_AT, table);
  }
  const turnsB = tableTurns(C);
  doubleMultiply(C, SUM, DIGITS_S, generatorTable(C), turnsB, DIGITS_K, table, turns, false);
  encodeSum();
  return memory.compare(DIGEST, signature, SIZE) == 0;
}

/** Copies 32 little-endian octets to BIG_ENDIAN. */
function reverse(octets: usize): void {
  for (let i: usize = 0; i < SIZE; i++) store<u8>(BIG_ENDIAN + i, load<u8>(octets + (31 - i)));
}

/**
 * BIG_ENDIAN = DIGEST, a number of 512 bits little-endian, modulo the order: high * 2^256 + low.
 */
function reduceDigest(): void {
  const order = curveOrder(C);
  reverse(DIGEST + SIZE);
  readNumber(order, LOW, BIG_ENDIAN, SIZE);
  toMontgomery(order, HIGH, LOW);
  readNumber(order, LOW, TWO_256, SIZE);
  montgomeryMultiply(order, HIGH, HIGH, LOW);
  normalize(order, HIGH);
  reverse(DIGEST);
  readNumber(order, LOW, BIG_ENDIAN, SIZE);
  toMontgomery(order, LOW, LOW);
  fromMontgomery(order, LOW, LOW);
  limbsAdd(LOW, HIGH, numberLimbs(order), numberLimbBits(order));
  normalize(order, LOW);
  writeNumber(order, LOW, BIG_ENDIAN, SIZE);
}

/** DIGEST = the 32 octets that encode SUM. */
function encodeSum(): void {
  invertElement(C, U, SUM + EDWARDS_Z_AT);
  multiply(C, X, SUM, U);
  multiply(C, Y, SUM + EDWARDS_Y_AT, U);
  elementToBytes(C, X, DIGEST);
  const sign = load<u8>(DIGEST + 31) & 1;
  elementToBytes(C, Y, BIG_ENDIAN);
  for (let i: usize = 0; i < SIZE; i++) store<u8>(DIGEST + i, load<u8>(BIG_ENDIAN + (31 - i)));
  store<u8>(DIGEST + 31, load<u8>(DIGEST + 31) | (<u8>(sign << 7)));
}

/**
 * (X, Y) = the point that 32 octets encode, RFC 8032 §5.1.3; false when y is not below p or there
 * is no such point.
 */
function decompress(octets: usize): bool {
  reverse(octets);
  const sign = load<u8>(BIG_ENDIAN) >> 7;
  store<u8>(BIG_ENDIAN, load<u8>(BIG_ENDIAN) & 0x7f);
  if (memory.compare(BIG_ENDIAN, curveValue(C, CurveValue.Prime), SIZE) >= 0) return false;
  elementFromBytes(C, Y, BIG_ENDIAN);
  // x^2 = u/v with u = y^2 - 1 and v = dy^2 + 1
  square(C, W, Y);
  multiply(C, V, W, curveCoefficient(C));
  subtract(C, U, W, fieldOne(C));
  add(C, V, V, fieldOne(C));
  carry(C, V);
  rootOfQuotient();
  square(C, W, X);
  multiply(C, W, W, V);
  add(C, V, W, U);
  subtract(C, W, W, U);
  carry(C, V);
  if (!isZeroElement(C, W)) {
    if (!isZeroElement(C, V)) return false;
    elementFromBytes(C, W, SQRT_MINUS_1);
    multiply(C, X, X, W);
  }
  elementToBytes(C, X, DIGEST);
  if ((load<u8>(DIGEST + 31) & 1) != sign) {
    if (isZeroElement(C, X)) return false;
    negate(C, X, X);
    carry(C, X);
  }
  return true;
}

/**
 * X = u v^3 (u v^7)^((p-5)/8), the candidate for the root of u/v; (p-5)/8 = 2^252 - 3 has all bits
 * but one.
 */
function rootOfQuotient(): void {
  square(C, W, V);
  multiply(C, W, W, V);
  multiply(C, X, U, W);
  square(C, W, W);
  multiply(C, W, W, V);
  multiply(C, W, W, U);
  memory.copy(SUM, W, ELEMENT_BYTES);
  for (let bit = 250; bit >= 0; bit--) {
    square(C, SUM, SUM);
    if (bit != 1) multiply(C, SUM, SUM, W);
  }
  multiply(C, X, X, SUM);
}

/** True when eight times the packed point is neutral: X = 0 and T = 0 then, and Y = Z. */
function hasSmallOrder(packed: usize): bool {
  edwardsNeutral(SUM);
  edwardsAdd(SUM, packed, false);
  edwardsDouble(SUM);
  edwardsDouble(SUM);
  edwardsDouble(SUM);
  subtract(C, U, SUM + EDWARDS_Y_AT, SUM + EDWARDS_Z_AT);
  return isZeroElement(C, SUM) && isZeroElement(C, SUM + EDWARDS_T_AT) && isZeroElement(C, U);
}
