// The syntax tree of the pattern being compiled: records in one flat vec, node 0 means "none".
// Parsing, literal extraction and program compilation read it one after another; it is reset for the
// next pattern, so there is only one tree at a time.
//
//   node -> [ kind | a | b | first child | next sibling | last child ]

import { SET_BYTES, setCount, setEquals } from "../byte-set";
import { vecData, vecFree, vecLength, vecResize } from "../vec";

export const enum NodeKind {
  /** Matches the empty string. */
  EMPTY = 1,
  /** One byte from `a` to `b`. */
  RANGE = 2,
  /** One byte of set number `a`. */
  SET = 3,
  /** Zero-width test, `a` is a Look. */
  LOOK = 4,
  CONCAT = 5,
  ALTERNATE = 6,
  /** First child `a` to `b` times (b = UNBOUNDED: no end), preferring more. */
  REPEAT = 7,
  /** The same, preferring fewer. */
  REPEAT_LAZY = 8,
  /** First child, its span kept as group `a` (1 and up). */
  CAPTURE = 9,
  /** Matches nothing. */
  FAIL = 10,
}

/** Zero-width tests. */
export const enum Look {
  TEXT_START = 0,
  TEXT_END = 1,
  LINE_START = 2,
  LINE_END = 3,
  WORD_BOUNDARY = 4,
  NOT_WORD_BOUNDARY = 5,
}

export const UNBOUNDED: u32 = 0xffffffff;

const NODE_WORDS: u32 = 6;
const nodes: usize = memory.data(12);
const sets: usize = memory.data(12);

/** Drops the tree and its sets; memory is kept for the next pattern. */
export function resetTree(): void {
  vecResize(nodes, 0);
  vecResize(nodes, NODE_WORDS);
  vecResize(sets, 0);
}

/** Gives the memory of the tree back, after a whole configuration is compiled. */
export function freeTree(): void {
  vecFree(nodes);
  vecFree(sets);
}

function record(node: u32): usize {
  return vecData(nodes) + <usize>(node * NODE_WORDS * 4);
}

/** Adds a node without children and returns its number. */
export function addNode(kind: NodeKind, a: u32, b: u32): u32 {
  const length = vecLength(nodes);
  vecResize(nodes, length + NODE_WORDS);
  const node = length / NODE_WORDS;
  store<u32>(record(node), kind);
  store<u32>(record(node), a, 4);
  store<u32>(record(node), b, 8);
  return node;
}

export function nodeKind(node: u32): NodeKind {
  return <NodeKind>load<u32>(record(node));
}

export function nodeA(node: u32): u32 {
  return load<u32>(record(node), 4);
}

export function nodeB(node: u32): u32 {
  return load<u32>(record(node), 8);
}

export function firstChild(node: u32): u32 {
  return load<u32>(record(node), 12);
}

export function nextSibling(node: u32): u32 {
  return load<u32>(record(node), 16);
}

export function lastChild(node: u32): u32 {
  return load<u32>(record(node), 20);
}

/** Appends a child that is in no other list. */
export function appendChild(parent: u32, child: u32): void {
  const last = lastChild(parent);
  if (last == 0) store<u32>(record(parent), child, 12);
  else store<u32>(record(last), child, 16);
  store<u32>(record(parent), child, 20);
}

/**
 * Turns `node` into a node of another kind that has the old `node` as its only child; the place in the
 * sibling list stays. This is how a quantifier takes the item before it.
 */
export function wrapNode(node: u32, kind: NodeKind, a: u32, b: u32): void {
  const inner = addNode(nodeKind(node), nodeA(node), nodeB(node));
  store<u32>(record(inner), firstChild(node), 12);
  store<u32>(record(inner), lastChild(node), 20);
  store<u32>(record(node), kind);
  store<u32>(record(node), a, 4);
  store<u32>(record(node), b, 8);
  store<u32>(record(node), inner, 12);
  store<u32>(record(node), inner, 20);
}

/** Changes the kind of a node; its children are then no longer looked at by kinds without children. */
export function setNodeKind(node: u32, kind: NodeKind): void {
  store<u32>(record(node), kind);
}

/** Changes the two numbers of a node. */
export function setNodeCounts(node: u32, a: u32, b: u32): void {
  store<u32>(record(node), a, 4);
  store<u32>(record(node), b, 8);
}

/** Address of set number `index`; valid until the next addSetNode. */
export function treeSet(index: u32): usize {
  return vecData(sets) + <usize>index * SET_BYTES;
}

/** Number of distinct sets of the tree. */
export function treeSetCount(): u32 {
  return (vecLength(sets) << 2) / <u32>SET_BYTES;
}

/** Adds a node for one byte out of the 32-byte set at `set`; equal sets share a number. */
export function addSetNode(set: usize): u32 {
  const count = setCount(set);
  if (count == 0) return addNode(NodeKind.FAIL, 0, 0);
  const low = lowestByte(set);
  const high = highestByte(set);
  if (high - low + 1 == count) return addNode(NodeKind.RANGE, low, high);
  const known = treeSetCount();
  for (let i: u32 = 0; i < known; i++) {
    if (setEquals(treeSet(i), set)) return addNode(NodeKind.SET, i, 0);
  }
  vecResize(sets, vecLength(sets) + <u32>(SET_BYTES / 4));
  memory.copy(treeSet(known), set, SET_BYTES);
  return addNode(NodeKind.SET, known, 0);
}

function lowestByte(set: usize): u32 {
  for (let word: u32 = 0; word < 4; word++) {
    const bits = load<u64>(set + (word << 3));
    if (bits != 0) return (word << 6) + <u32>ctz<u64>(bits);
  }
  return 256;
}

function highestByte(set: usize): u32 {
  for (let word: i32 = 3; word >= 0; word--) {
    const bits = load<u64>(set + (word << 3));
    if (bits != 0) return (word << 6) + 63 - <u32>clz<u64>(bits);
  }
  return 0;
}
