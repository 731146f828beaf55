// Collects the members of one character class and turns them into a syntax tree node. Characters below
// 256 (128 in UTF-8 mode) live in a byte set; higher code points, which only UTF-8 mode has, in a list
// of ranges that becomes an alternation of byte-range sequences (the split is the one of RE2's compiler
// and of Thompson's grep: equal length, then equal leading bytes). Surrogates are never members.

import { NodeKind, addNode, addSetNode, appendChild } from "./ast";
import { SET_BYTES, setAddRange, setHas } from "../byte-set";
import { RegexFlag } from "../status";
import { hasFlag } from "./source";
import { vecAt, vecLength, vecPush, vecPut, vecResize } from "../vec";

const low: usize = memory.data(32, 8);
const scratch: usize = memory.data(32, 8);
/** Pairs (first, last) of code points from 0x80 up, in UTF-8 mode. */
const high: usize = memory.data(12);

/** Starts an empty class. */
export function openClass(): void {
  memory.fill(low, 0, SET_BYTES);
  vecResize(high, 0);
}

function lowLimit(): u32 {
  return hasFlag(RegexFlag.UTF8) ? 0x7f : 0xff;
}

/** Adds the characters from `first` to `last`. */
export function addClassRange(first: u32, last: u32): void {
  const edge = lowLimit();
  if (first <= edge) setAddRange(low, first, min<u32>(last, edge));
  if (last > edge) {
    vecPush(high, max<u32>(first, edge + 1));
    vecPush(high, last);
  }
}

/** Adds an ASCII table of (first, last) pairs, or everything outside it. Folds before it negates. */
export function addClassTable(table: StaticArray<u8>, negated: bool): void {
  const members = scratch;
  memory.fill(members, 0, SET_BYTES);
  for (let i = 0; i < table.length; i += 2) setAddRange(members, table[i], table[i + 1]);
  if (hasFlag(RegexFlag.CASE_INSENSITIVE)) foldSet(members);
  const edge = lowLimit();
  for (let byte: u32 = 0; byte <= edge; byte++) {
    if (setHas(members, byte) != negated) setAddRange(low, byte, byte);
  }
  if (negated && edge == 0x7f) addClassRange(0x80, 0x10ffff);
}

/** Adds the other case of every ASCII letter in the set. */
function foldSet(set: usize): void {
  for (let upper: u32 = 0x41; upper <= 0x5a; upper++) {
    const lower = upper | 0x20;
    if (setHas(set, upper)) setAddRange(set, lower, lower);
    else if (setHas(set, lower)) setAddRange(set, upper, upper);
  }
}

/** Finishes the class: folds, negates, and returns its node. */
export function closeClass(negated: bool): u32 {
  if (hasFlag(RegexFlag.CASE_INSENSITIVE)) foldSet(low);
  sortHigh();
  if (negated) negate();
  if (vecLength(high) == 0) return addSetNode(low);
  const node = addNode(NodeKind.ALTERNATE, 0, 0);
  const ascii = addSetNode(low);
  appendChild(node, ascii);
  for (let i: u32 = 0; i < vecLength(high); i += 2) {
    addSequences(node, vecAt(high, i), vecAt(high, i + 1));
  }
  return node;
}

/** Insertion sort by first code point, then merge of what touches. */
function sortHigh(): void {
  const length = vecLength(high);
  for (let i: u32 = 2; i < length; i += 2) {
    const first = vecAt(high, i);
    const last = vecAt(high, i + 1);
    let j = i;
    while (j > 0 && vecAt(high, j - 2) > first) {
      vecPut(high, j, vecAt(high, j - 2));
      vecPut(high, j + 1, vecAt(high, j - 1));
      j -= 2;
    }
    vecPut(high, j, first);
    vecPut(high, j + 1, last);
  }
  let kept: u32 = 0;
  for (let i: u32 = 0; i < length; i += 2) {
    if (kept > 0 && vecAt(high, i) <= vecAt(high, kept - 1) + 1) {
      vecPut(high, kept - 1, max<u32>(vecAt(high, kept - 1), vecAt(high, i + 1)));
      continue;
    }
    vecPut(high, kept, vecAt(high, i));
    vecPut(high, kept + 1, vecAt(high, i + 1));
    kept += 2;
  }
  vecResize(high, kept);
}

/** Complement of the sorted class, in place: the bounds between members are the gaps' bounds. */
function negate(): void {
  const edge = lowLimit();
  for (let word: usize = 0; word < SET_BYTES; word += 8) {
    store<u64>(low + word, ~load<u64>(low + word));
  }
  if (edge == 0xff) return;
  memory.fill(low + 16, 0, 16);
  const length = vecLength(high);
  let from: u32 = 0x80;
  for (let i: u32 = 0; i < length; i += 2) {
    const first = vecAt(high, i);
    const last = vecAt(high, i + 1);
    if (first > from) {
      vecPush(high, from);
      vecPush(high, first - 1);
    }
    from = last + 1;
  }
  if (from <= 0x10ffff) {
    vecPush(high, from);
    vecPush(high, 0x10ffff);
  }
  const gaps = vecLength(high) - length;
  for (let i: u32 = 0; i < gaps; i++) vecPut(high, i, vecAt(high, length + i));
  vecResize(high, gaps);
}

/** Node that matches one character, which may be several bytes in UTF-8 mode. */
export function characterNode(value: u32): u32 {
  openClass();
  addClassRange(value, value);
  return closeClass(false);
}

/** Appends to `parent` the byte sequences of the code points from `first` to `last`. */
function addSequences(parent: u32, first: u32, last: u32): void {
  if (first > last) return;
  if (first <= 0xdfff && last >= 0xd800) {
    addSequences(parent, first, 0xd7ff);
    addSequences(parent, 0xe000, last);
    return;
  }
  const length = encodedLength(first);
  if (length != encodedLength(last)) {
    const edge: u32 = length == 2 ? 0x7ff : 0xffff;
    addSequences(parent, first, edge);
    addSequences(parent, edge + 1, last);
    return;
  }
  for (let tail: u32 = 1; tail < length; tail++) {
    const mask = ((<u32>1) << (6 * tail)) - 1;
    if ((first & ~mask) == (last & ~mask)) continue;
    if ((first & mask) != 0) {
      addSequences(parent, first, first | mask);
      addSequences(parent, (first | mask) + 1, last);
      return;
    }
    if ((last & mask) != mask) {
      addSequences(parent, first, (last & ~mask) - 1);
      addSequences(parent, last & ~mask, last);
      return;
    }
  }
  const sequence = addNode(NodeKind.CONCAT, 0, 0);
  for (let i: u32 = 0; i < length; i++) {
    const range = addNode(
      NodeKind.RANGE,
      encodedByte(first, length, i),
      encodedByte(last, length, i),
    );
    appendChild(sequence, range);
  }
  appendChild(parent, sequence);
}

/** Bytes of a code point from 0x80 up. */
function encodedLength(value: u32): u32 {
  return value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

function encodedByte(value: u32, length: u32, index: u32): u32 {
  const bits = value >>> (6 * (length - 1 - index));
  if (index > 0) return 0x80 | (bits & 0x3f);
  return length == 2 ? 0xc0 | bits : length == 3 ? 0xe0 | bits : 0xf0 | bits;
}
