// What a schema says of one value without looking into it: its type, the values it may have, a number's bounds.
import { JsonEvent } from "../../json/event";
import { isEqual } from "../equality";
import { Keyword } from "../keyword";
import { SchemaNode, TypeBit } from "../node";
import { isMultiple, isWhole, numberAt } from "../number";
import { valueLength, valuePtr } from "../tape";

export function hasType(types: u32, kind: JsonEvent, row: usize): bool {
  switch (kind) {
    case JsonEvent.ObjectStart:
      return (types & TypeBit.Object) != 0;
    case JsonEvent.ArrayStart:
      return (types & TypeBit.Array) != 0;
    case JsonEvent.String:
      return (types & TypeBit.String) != 0;
    case JsonEvent.Null:
      return (types & TypeBit.Null) != 0;
    case JsonEvent.Number:
      if ((types & TypeBit.Number) != 0) return true;
      return (types & TypeBit.Integer) != 0 && isWhole(valuePtr(row), valueLength(row));
    default:
      return (types & TypeBit.Boolean) != 0;
  }
}

export function isOneOf(values: StaticArray<usize>, row: usize): bool {
  for (let i = 0; i < values.length; i++) if (isEqual(values[i], row)) return true;
  return false;
}

/** The keyword that a number fails; None when it holds. */
export function failedOfNumber(node: SchemaNode, row: usize): Keyword {
  const ptr = valuePtr(row);
  const length = valueLength(row);
  const value = numberAt(ptr, length);
  if (value < node.minimum) return Keyword.Minimum;
  if (value > node.maximum) return Keyword.Maximum;
  if (value <= node.exclusiveMinimum && node.exclusiveMinimum != -Infinity) {
    return Keyword.ExclusiveMinimum;
  }
  if (value >= node.exclusiveMaximum && node.exclusiveMaximum != Infinity) {
    return Keyword.ExclusiveMaximum;
  }
  const step = node.multipleOf;
  if (step == 0 || isMultiple(ptr, length, valuePtr(step), valueLength(step))) return Keyword.None;
  return Keyword.MultipleOf;
}
