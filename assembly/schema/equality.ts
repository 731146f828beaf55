// Equality of JSON values as JSON Schema has it (Core §4.2.2): numbers by value, strings by code points, objects whatever the
// order of their members. And a hash that agrees with it, by which many values are told apart in one pass.
import { JsonEvent } from "../json/event";
import { sameText, textHash } from "../json/unescape";
import { numberAt } from "./number";
import {
  ROW,
  childCount,
  kindOf,
  nameLength,
  namePtr,
  nextOf,
  valueLength,
  valuePtr,
} from "./tape";

/** Whether two rows, of one text or of two, mean the same value. Nesting is bounded by the reader's own limit. */
export function isEqual(a: usize, b: usize): bool {
  const kind = kindOf(a);
  if (kind != kindOf(b)) return false;
  if (kind == JsonEvent.String) {
    return sameText(valuePtr(a), valueLength(a), valuePtr(b), valueLength(b));
  }
  if (kind == JsonEvent.Number) {
    return numberAt(valuePtr(a), valueLength(a)) == numberAt(valuePtr(b), valueLength(b));
  }
  if (kind == JsonEvent.ArrayStart) return childCount(a) == childCount(b) && sameElements(a, b);
  if (kind == JsonEvent.ObjectStart) return childCount(a) == childCount(b) && sameMembers(a, b);
  return true;
}

function sameElements(a: usize, b: usize): bool {
  const end = nextOf(a);
  let other = b + ROW;
  for (let row = a + ROW; row < end; row = nextOf(row)) {
    if (!isEqual(row, other)) return false;
    other = nextOf(other);
  }
  return true;
}

/** The reader refuses repeated names, so equal counts and each member found is enough. */
function sameMembers(a: usize, b: usize): bool {
  const end = nextOf(a);
  for (let row = a + ROW; row < end; row = nextOf(row)) {
    const other = memberOf(b, namePtr(row), nameLength(row));
    if (other == 0 || !isEqual(row, other)) return false;
  }
  return true;
}

/** The member with this raw name; 0: none. */
export function memberOf(object: usize, name: usize, length: u32): usize {
  const end = nextOf(object);
  for (let row = object + ROW; row < end; row = nextOf(row)) {
    if (sameText(namePtr(row), nameLength(row), name, length)) return row;
  }
  return 0;
}

/** Equal values have equal hashes. @param seed random: a client must not be able to aim at one */
export function valueHash(row: usize, seed: u64): u64 {
  const kind = kindOf(row);
  const start = seed ^ (<u64>kind * 0x9e3779b97f4a7c15);
  if (kind == JsonEvent.String) return textHash(start, valuePtr(row), valueLength(row));
  if (kind == JsonEvent.Number) {
    const value = numberAt(valuePtr(row), valueLength(row));
    return mix(start ^ reinterpret<u64>(value == 0 ? 0 : value));
  }
  const end = nextOf(row);
  let hash = start;
  if (kind == JsonEvent.ArrayStart) {
    for (let at = row + ROW; at < end; at = nextOf(at)) hash = mix(hash ^ valueHash(at, seed));
  } else if (kind == JsonEvent.ObjectStart) {
    // A sum does not depend on the order.
    for (let at = row + ROW; at < end; at = nextOf(at)) {
      hash += mix(textHash(seed, namePtr(at), nameLength(at)) ^ valueHash(at, seed));
    }
  }
  return hash;
}

/** The finishing steps of splitmix64. */
export function mix(value: u64): u64 {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}
