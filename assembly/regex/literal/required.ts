// Required literals of a pattern: a set of strings of which every match contains at least one, lower
// case. A text without any of them cannot match, so one pass of the literal matcher decides for most
// patterns that they need not run (the decomposition of Hyperscan and RE2's prefilter, reduced to one
// alternation). Walks the tree bottom up; a node is either "exact" (it matches just these strings) or
// has the best set found inside it.

import {
  NodeKind,
  UNBOUNDED,
  firstChild,
  nextSibling,
  nodeA,
  nodeB,
  nodeKind,
  treeSet,
} from "../syntax/ast";
import { setHas } from "../byte-set";
import { vecAt, vecData, vecFree, vecLength, vecPush, vecResize } from "../vec";
import { literalCost } from "./cost";

/** Most strings of one pattern; its largest word list decides that. */
export const LITERALS_LIMIT: u32 = 2048;
/** Strings are cut to this length: a longer one filters no better. */
export const LITERAL_LIMIT_BYTES: u32 = 12;
/** A class with more members than this ends a string. */
const CLASS_LIMIT: u32 = 8;
/** Most strings that a concatenation may multiply to. */
const PRODUCT_LIMIT: u32 = 256;
/** Work limit of one pattern, in strings made. */
const ITEMS_LIMIT: u32 = 65536;

/** Bytes of all strings, one a word; pairs (offset, length); sets are ranges of pairs. */
const bytes: usize = memory.data(12);
const items: usize = memory.data(12);

/** A set as first item << 32 | count; NO_SET: none known. */
const NO_SET: u64 = 0xffffffffffffffff;

let exact: bool = false;
let result: u64 = NO_SET;

/** Finds the required literals of a tree; false when there are none worth having. */
export function findRequired(root: u32): bool {
  vecResize(bytes, 0);
  vecResize(items, 0);
  visit(root);
  return result != NO_SET && !hasEmpty(result);
}

/** Gives the memory of the strings back. */
export function freeRequired(): void {
  vecFree(bytes);
  vecFree(items);
}

/** Number of literals that findRequired found. */
export function requiredCount(): u32 {
  return setSize(result);
}

/** Length of literal `index`, 1 to LITERAL_LIMIT_BYTES. */
export function requiredLength(index: u32): u32 {
  return itemLength(setFirst(result) + index);
}

/** Byte `at` of literal `index`; letters are lower case. */
export function requiredByte(index: u32, at: u32): u8 {
  return <u8>itemByte(setFirst(result) + index, at);
}

/** Expected number of hits a byte of ordinary text, from cost.ts: lower filters better. */
export function requiredCost(): f64 {
  return setCost(result);
}

function makeSet(first: u32): u64 {
  return ((<u64>first) << 32) | (<u64>((vecLength(items) >> 1) - first));
}

function setFirst(set: u64): u32 {
  return <u32>(set >> 32);
}

function setSize(set: u64): u32 {
  return <u32>set;
}

function nextItem(): u32 {
  return vecLength(items) >> 1;
}

function itemLength(item: u32): u32 {
  return vecAt(items, item * 2 + 1);
}

function itemByte(item: u32, at: u32): u32 {
  return vecAt(bytes, vecAt(items, item * 2) + at);
}

/** Adds the string left + right (item numbers), cut to the limit. */
function addJoined(left: u32, right: u32): void {
  const offset = vecLength(bytes);
  for (let at: u32 = 0; at < itemLength(left); at++) vecPush(bytes, itemByte(left, at));
  for (let at: u32 = 0; at < itemLength(right); at++) vecPush(bytes, itemByte(right, at));
  vecPush(items, offset);
  vecPush(items, vecLength(bytes) - offset);
}

function addCopy(item: u32): void {
  const offset = vecAt(items, item * 2);
  const length = itemLength(item);
  vecPush(items, offset);
  vecPush(items, length);
}

function emptySet(): u64 {
  const first = nextItem();
  vecPush(items, 0);
  vecPush(items, 0);
  return makeSet(first);
}

function hasEmpty(set: u64): bool {
  for (let i: u32 = 0; i < setSize(set); i++) {
    if (itemLength(setFirst(set) + i) == 0) return true;
  }
  return false;
}

function longest(set: u64): u32 {
  let length: u32 = 0;
  for (let i: u32 = 0; i < setSize(set); i++)
    length = max<u32>(length, itemLength(setFirst(set) + i));
  return length;
}

function setCost(set: u64): f64 {
  if (set == NO_SET) return Infinity;
  let cost: f64 = 0;
  for (let i: u32 = 0; i < setSize(set); i++) {
    const item = setFirst(set) + i;
    const offset = vecAt(items, item * 2);
    cost += literalCost(vecData(bytes) + ((<usize>offset) << 2), itemLength(item));
  }
  return cost;
}

/** The better of two required sets. */
function better(left: u64, right: u64): u64 {
  if (left == NO_SET || setSize(left) > LITERALS_LIMIT) return right;
  if (right == NO_SET || setSize(right) > LITERALS_LIMIT) return left;
  return setCost(right) < setCost(left) ? right : left;
}

function give(isExact: bool, set: u64): void {
  exact = isExact;
  result = set;
}

/** What the last visit says as a required set: exact strings too, unless one is empty. */
function asRequired(): u64 {
  return result != NO_SET && hasEmpty(result) ? NO_SET : result;
}

function visit(node: u32): void {
  if (vecLength(items) > ITEMS_LIMIT * 2) return give(false, NO_SET);
  switch (nodeKind(node)) {
    case NodeKind.EMPTY:
    case NodeKind.LOOK:
      return give(true, emptySet());
    case NodeKind.RANGE:
    case NodeKind.SET:
      return visitByte(node);
    case NodeKind.CONCAT:
      return visitConcat(node);
    case NodeKind.ALTERNATE:
      return visitAlternate(node);
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      return visitRepeat(node);
    case NodeKind.CAPTURE:
      return visit(firstChild(node));
  }
  give(true, makeSet(nextItem())); // FAIL: no string at all
}

function visitByte(node: u32): void {
  const range = nodeKind(node) == NodeKind.RANGE;
  const set: usize = range ? 0 : treeSet(nodeA(node));
  const first = nextItem();
  for (let byte: u32 = 0; byte < 256; byte++) {
    const lower = byte - 0x41 < 26 ? byte | 0x20 : byte;
    // An upper-case letter is represented by its lower case, unless that is a member itself.
    if (!member(set, node, byte) || (lower != byte && member(set, node, lower))) continue;
    if (nextItem() - first >= CLASS_LIMIT) return give(false, NO_SET);
    vecPush(items, vecLength(bytes));
    vecPush(items, 1);
    vecPush(bytes, lower);
  }
  give(true, makeSet(first));
}

function member(set: usize, node: u32, byte: u32): bool {
  return set == 0 ? byte >= nodeA(node) && byte <= nodeB(node) : setHas(set, byte);
}

/** Multiplies neighbours that are exact; where that ends, the product so far is one candidate. */
function visitConcat(node: u32): void {
  let run = emptySet();
  let best = NO_SET;
  let whole = true;
  for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
    visit(child);
    if (!exact) {
      best = better(best, better(requiredOf(run), asRequired()));
      run = emptySet();
      whole = false;
      continue;
    }
    const fits =
      setSize(run) * setSize(result) <=
      max<u32>(PRODUCT_LIMIT, max<u32>(setSize(run), setSize(result)));
    if (fits && longest(run) < LITERAL_LIMIT_BYTES) {
      run = product(run, result);
      continue;
    }
    best = better(best, requiredOf(run));
    run = result;
    whole = false;
  }
  if (whole) return give(true, run);
  give(false, better(best, requiredOf(run)));
}

function requiredOf(set: u64): u64 {
  return hasEmpty(set) ? NO_SET : set;
}

function product(left: u64, right: u64): u64 {
  const first = nextItem();
  for (let i: u32 = 0; i < setSize(left); i++) {
    for (let j: u32 = 0; j < setSize(right); j++)
      addJoined(setFirst(left) + i, setFirst(right) + j);
  }
  return makeSet(first);
}

/** Exact when all branches are; else the union of what each branch requires, when each does. */
function visitAlternate(node: u32): void {
  let all = true;
  let union = makeSet(nextItem());
  for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
    visit(child);
    const branch = all && exact ? result : asRequired();
    if (!exact) {
      all = false;
      if (hasEmpty(union)) union = NO_SET;
    }
    if (branch == NO_SET || union == NO_SET) {
      return give(false, NO_SET);
    }
    if (setSize(union) + setSize(branch) > LITERALS_LIMIT) return give(false, NO_SET);
    union = joined(union, branch);
  }
  give(all, union);
}

function joined(left: u64, right: u64): u64 {
  const first = nextItem();
  for (let i: u32 = 0; i < setSize(left); i++) addCopy(setFirst(left) + i);
  for (let i: u32 = 0; i < setSize(right); i++) addCopy(setFirst(right) + i);
  return makeSet(first);
}

function visitRepeat(node: u32): void {
  const least = nodeA(node);
  const most = nodeB(node);
  if (most == 0) return give(true, emptySet());
  visit(firstChild(node));
  if (least == 1 && most == 1) return;
  if (least == 0) {
    if (!exact || most == UNBOUNDED || most > 1) return give(false, NO_SET);
    return give(true, joined(emptySet(), result));
  }
  const item = result;
  const small = exact && least <= LITERAL_LIMIT_BYTES && setSize(item) == 1;
  if (!small) return give(false, asRequired());
  let run = item;
  for (let i: u32 = 1; i < least && longest(run) < LITERAL_LIMIT_BYTES; i++)
    run = product(run, item);
  give(least == most && least * longest(item) <= LITERAL_LIMIT_BYTES, run);
  if (!exact) result = asRequired();
}
