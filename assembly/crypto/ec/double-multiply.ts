// u*G + v*Q over two tables of any number of turns (see point-table.ts): the turns run from the
// highest window down, w doublings between two of them, and each table joins in for the turns that
// it has.
import { Curve } from "./curve";
import {
  addAny,
  affineBytes,
  doubleAny,
  neutralAny,
  runBytes,
  windowBits,
  windowCount,
} from "./point-table";

/**
 * Writes u*G + v*Q to `sum` (POINT_BYTES). Digits come from signedDigits, tables from buildTable.
 * Time depends on the scalars, which are public. Without `careful` a Weierstrass sum whose ZZ is
 * zero has no meaning (weierstrass.ts).
 */
export function doubleMultiply(
  curve: Curve,
  sum: usize,
  u: usize,
  tableG: usize,
  turnsG: u32,
  v: usize,
  tableQ: usize,
  turnsQ: u32,
  careful: bool,
): void {
  neutralAny(curve, sum);
  for (let turn = max<u32>(turnsG, turnsQ); turn > 0;) {
    turn -= 1;
    if (turn < turnsG) addTurn(curve, sum, u, tableG, turnsG, turn, careful);
    if (turn < turnsQ) addTurn(curve, sum, v, tableQ, turnsQ, turn, careful);
    if (turn > 0) for (let i = windowBits(curve); i > 0; i--) doubleAny(curve, sum);
  }
}

/** Adds every window of one turn: windows turn, turn + turns, turn + 2 * turns, ... */
function addTurn(
  curve: Curve,
  sum: usize,
  digits: usize,
  table: usize,
  turns: u32,
  turn: u32,
  careful: bool,
): void {
  const count = windowCount(curve);
  const run = runBytes(curve);
  const packed = affineBytes(curve);
  for (let window = turn; window < count; window += turns) {
    const digit = <i32>load<i8>(digits + window);
    if (digit > 0) addAny(curve, sum, table + <usize>(digit - 1) * packed, false, careful);
    else if (digit < 0) addAny(curve, sum, table + <usize>(-digit - 1) * packed, true, careful);
    table += run;
  }
}
