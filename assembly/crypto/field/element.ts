// Field elements as numbers: octets in and out, comparison with zero, inversion. A context per
// curve, made once at configure time, holds what these need. None of it is on the path of a point
// addition.
import { Curve, CurveValue, coordinateBytes, curveValue } from "../ec/curve";
import { ELEMENT_BYTES, add, fieldLimbBits, fieldLimbs, multiply } from "./field";
import { limbsFromBytes, limbsToBytes } from "../number/limbs";
import { modularInverse, prepareInverse } from "../number/modular-inverse";

// A context (INVERSE_MODULUS_BYTES is 80): R^2, plain 1, p, the coefficient and the Montgomery form
// of 1, then p prepared for inversion.
const R_SQUARED_AT: usize = 0;
const PLAIN_ONE_AT: usize = 80;
const PRIME_AT: usize = 160;
const COEFFICIENT_AT: usize = 240;
const ONE_AT: usize = 320;
const INVERSE_AT: usize = 400;
const CONTEXT_BYTES: usize = 480;

const CONTEXTS: usize = memory.data(5 * 480, 16);
const VALUE: usize = memory.data(<i32>ELEMENT_BYTES, 16);
const BYTES: usize = memory.data(72, 16);

function context(curve: Curve): usize {
  return CONTEXTS + <usize>curve * CONTEXT_BYTES;
}

/**
 * Fills the context of a curve; must run before anything else here. Runs once, later calls return
 * at once.
 */
export function prepareField(curve: Curve): void {
  const at = context(curve);
  if (load<u32>(at + INVERSE_AT) != 0) return;
  const size = coordinateBytes(curve);
  readLimbs(curve, at + R_SQUARED_AT, curveValue(curve, CurveValue.RSquared));
  readLimbs(curve, at + PRIME_AT, curveValue(curve, CurveValue.Prime));
  store<i32>(at + PLAIN_ONE_AT, 1);
  multiply(curve, at + ONE_AT, at + PLAIN_ONE_AT, at + R_SQUARED_AT);
  elementFromBytes(curve, at + COEFFICIENT_AT, curveValue(curve, CurveValue.Coefficient));
  prepareInverse(at + INVERSE_AT, curveValue(curve, CurveValue.Prime), size);
}

/** The element 1 of a prepared field. */
export function fieldOne(curve: Curve): usize {
  return context(curve) + ONE_AT;
}

/**
 * b of the Weierstrass equation or d of the Edwards equation, as an element of a prepared field.
 */
export function curveCoefficient(curve: Curve): usize {
  return context(curve) + COEFFICIENT_AT;
}

function readLimbs(curve: Curve, out: usize, bytes: usize): void {
  limbsFromBytes(out, fieldLimbs(curve), fieldLimbBits(curve), bytes, coordinateBytes(curve));
}

/** Reads coordinateBytes(curve) big-endian octets as an element; the number must be below p. */
export function elementFromBytes(curve: Curve, out: usize, bytes: usize): void {
  readLimbs(curve, VALUE, bytes);
  multiply(curve, out, VALUE, context(curve) + R_SQUARED_AT);
}

/** Writes an element as coordinateBytes(curve) big-endian octets, below p. */
export function elementToBytes(curve: Curve, a: usize, out: usize): void {
  canonical(curve, a);
  limbsToBytes(VALUE, fieldLimbs(curve), fieldLimbBits(curve), out, coordinateBytes(curve));
}

/** True when a = 0 modulo p, for any element whose limbs a product accepts. */
export function isZeroElement(curve: Curve, a: usize): bool {
  canonical(curve, a);
  let any: i32 = 0;
  const end: usize = 4 * fieldLimbs(curve);
  for (let at: usize = 0; at < end; at += 4) any |= load<i32>(VALUE + at);
  return any == 0;
}

/** r = 1/a; 0 has none, and r has no meaning then. */
export function invertElement(curve: Curve, r: usize, a: usize): void {
  elementToBytes(curve, a, BYTES);
  modularInverse(context(curve) + INVERSE_AT, BYTES, BYTES, coordinateBytes(curve));
  elementFromBytes(curve, r, BYTES);
}

/** The number that an element stands for, in VALUE: every limb in range and the whole below p. */
function canonical(curve: Curve, a: usize): void {
  const at = context(curve);
  // A product with plain 1 leaves Montgomery form, and brings any value into (-p, 2p).
  multiply(curve, VALUE, a, at + PLAIN_ONE_AT);
  carryFully(curve);
  if (topLimb(curve) < 0) addPrime(curve, 1);
  addPrime(curve, -1);
  if (topLimb(curve) < 0) addPrime(curve, 1);
}

function topLimb(curve: Curve): i32 {
  return load<i32>(VALUE + 4 * fieldLimbs(curve) - 4);
}

function addPrime(curve: Curve, sign: i32): void {
  const prime = context(curve) + PRIME_AT;
  if (sign > 0) {
    add(curve, VALUE, VALUE, prime);
  } else {
    const end: usize = 4 * fieldLimbs(curve);
    for (let i: usize = 0; i < end; i += 4) {
      store<i32>(VALUE + i, load<i32>(VALUE + i) - load<i32>(prime + i));
    }
  }
  carryFully(curve);
}

function carryFully(curve: Curve): void {
  const bits = <i32>fieldLimbBits(curve);
  const mask: i32 = (1 << bits) - 1;
  const last: usize = 4 * fieldLimbs(curve) - 4;
  let moved: i32 = 0;
  for (let at: usize = 0; at < last; at += 4) {
    const limb = load<i32>(VALUE + at) + moved;
    store<i32>(VALUE + at, limb & mask);
    moved = limb >> bits;
  }
  store<i32>(VALUE + last, load<i32>(VALUE + last) + moved);
}
