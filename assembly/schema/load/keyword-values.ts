// Values of keywords: counts, numbers and lists of names, each checked for what the keyword may hold.
import { JsonEvent } from "../../json/event";
import { numberAt, isWhole } from "../number";
import { kindOf, valueLength, valuePtr } from "../tape";
import { member } from "./rows";

/** What a count is when the keyword holds something else. */
export const NO_COUNT: i64 = -1;

/** A whole number of 0 or more; `otherwise` when the keyword is absent; NO_COUNT when it is something else. */
export function countOf(schema: usize, keyword: string, otherwise: i64): i64 {
  const row = member(schema, keyword);
  if (row == 0) return otherwise;
  if (kindOf(row) != JsonEvent.Number || !isWhole(valuePtr(row), valueLength(row))) return NO_COUNT;
  const value = numberAt(valuePtr(row), valueLength(row));
  return value < 0 ? NO_COUNT : <i64>min(value, 4294967294);
}

/** A number; `otherwise` when the keyword is absent, NaN when it is something else. */
export function numberOf(schema: usize, keyword: string, otherwise: f64): f64 {
  const row = member(schema, keyword);
  if (row == 0) return otherwise;
  return kindOf(row) == JsonEvent.Number ? numberAt(valuePtr(row), valueLength(row)) : NaN;
}
