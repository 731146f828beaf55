// What a curve needs before its first verification: the field context, the order prepared for
// arithmetic and for inversion, and the table of the generator. Made once per curve, at configure
// time, in heap memory that stays: at most five of these exist, and a module that meets no key of a
// curve pays nothing for it.
import { Curve, CurveValue, coordinateBytes, curveValue } from "./curve";
import { elementFromBytes, prepareField } from "../field/element";
import { fieldLimbs } from "../field/field";
import { INVERSE_MODULUS_BYTES, prepareInverse } from "../number/modular-inverse";
import { modulusBytes, prepareModulus } from "../number/montgomery";
import { buildTable, packEdwardsPoint, pointTableBytes, tableTurns } from "./point-table";

const TABLES: usize = memory.data(5 * 4, 4);
const ORDERS: usize = memory.data(5 * 4, 4);
const INVERSES: usize = memory.data(5 * 80, 8);
const X: usize = memory.data(80, 16);
const Y: usize = memory.data(80, 16);
const PACKED: usize = memory.data(256, 16);

/**
 * Prepares a curve; later calls return at once. Allocates 30 to 67 KiB and takes about a
 * millisecond: not for requests.
 */
export function prepareCurve(curve: Curve): void {
  if (generatorTable(curve) != 0) return;
  prepareField(curve);
  const size = coordinateBytes(curve);
  const order = curveValue(curve, CurveValue.Order);
  const record = heap.alloc(modulusBytes(<u32>size * 8));
  prepareModulus(record, order, size);
  store<usize>(ORDERS + 4 * <usize>curve, record);
  prepareInverse(INVERSES + INVERSE_MODULUS_BYTES * <usize>curve, order, size);
  elementFromBytes(curve, X, curveValue(curve, CurveValue.GeneratorX));
  elementFromBytes(curve, Y, curveValue(curve, CurveValue.GeneratorY));
  packPoint(curve, X, Y, PACKED);
  const turns = tableTurns(curve);
  const table = heap.alloc(pointTableBytes(curve, turns));
  buildTable(curve, turns, PACKED, table);
  store<usize>(TABLES + 4 * <usize>curve, table);
}

/** The table of the generator, tableTurns(curve) turns; 0 before prepareCurve. */
export function generatorTable(curve: Curve): usize {
  return load<usize>(TABLES + 4 * <usize>curve);
}

/** The order as a modulus record (montgomery.ts). */
export function curveOrder(curve: Curve): usize {
  return load<usize>(ORDERS + 4 * <usize>curve);
}

/** The order as prepared for modularInverse. */
export function curveOrderInverse(curve: Curve): usize {
  return INVERSES + INVERSE_MODULUS_BYTES * <usize>curve;
}

/** Packs an affine point as tables keep it. */
export function packPoint(curve: Curve, x: usize, y: usize, out: usize): void {
  if (curve == Curve.Edwards25519) {
    packEdwardsPoint(x, y, out);
    return;
  }
  const size: usize = 4 * fieldLimbs(curve);
  memory.copy(out, x, size);
  memory.copy(out + size, y, size);
}
