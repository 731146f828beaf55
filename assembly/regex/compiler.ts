// Syntax tree to Thompson NFA. Written backwards: each node is given the instruction that follows it and
// returns its own entry, so nothing is patched but loops. A reverse program, which reads the text from
// its end, is the same walk with the order of concatenations and the side of the tests exchanged.
//
// Counted repeats are copied out (x{2,4} = xx(x(x)?)?); the program limit bounds that. A starred item
// that can be empty becomes (x+)?, which keeps the priorities of Perl (golang.org/issue/46123).

import {
  Look,
  NodeKind,
  UNBOUNDED,
  firstChild,
  nextSibling,
  nodeA,
  nodeB,
  nodeKind,
  treeSet,
} from "./syntax/ast";
import { findByteClasses } from "./byte-classes";
import { SET_BYTES, setAddRange, setCount, setEquals, setUnite } from "./byte-set";
import { beginsAtTextStart, canBeEmpty, isOneByte } from "./syntax/tree-facts";
import { requiredByte, requiredCount, requiredLength } from "./literal/required";
import {
  ROOT,
  addOutput,
  byteOf,
  childOf,
  growTrie,
  openTrie,
  outputOf,
  siblingOf,
} from "./literal/trie";
import { Op, Program } from "./program";
import { vecCopyOut, vecData, vecFree, vecLength, vecPop, vecPush, vecPut, vecResize } from "./vec";

const code: usize = memory.data(12);
const sets: usize = memory.data(12);
/** Child lists of the nodes on the path, for walking them from their end. */
const children: usize = memory.data(12);
/** Entries of the patterns of a set. */
const entries: usize = memory.data(12);
const united: usize = memory.data(32, 8);

let limit: u32 = 0;
let limitTotal: u32 = 0;
let overflow: bool = false;
let backwards: bool = false;
let capturing: bool = false;
let looks: u32 = 0;
let anchored: bool = true;

/** Starts a program of at most `limitInstructions`. */
export function openProgram(limitInstructions: u32, reverse: bool, captures: bool): void {
  vecResize(code, 0);
  vecResize(sets, 0);
  vecResize(children, 0);
  vecResize(entries, 0);
  limit = limitInstructions;
  limitTotal = limitInstructions;
  overflow = false;
  backwards = reverse;
  capturing = captures;
  looks = 0;
  anchored = !reverse;
  emit(Op.FAIL, 0, 0);
}

/**
 * Adds the current tree as pattern `id`, of at most `limitInstructions` itself. False when a limit is
 * passed; the program is then as it was before.
 */
export function addPattern(root: u32, id: u32, limitInstructions: u32): bool {
  const before = vecLength(code);
  limit = min<u32>(limitTotal, (before >> 1) + limitInstructions);
  const match = emit(Op.MATCH, id, 0);
  const entry = compile(root, match);
  if (!keepPattern(entry, before)) return false;
  if (anchored && !beginsAtTextStart(root)) anchored = false;
  return true;
}

/** Keeps a pattern's entry, or takes everything since `before` back when a limit was passed. */
function keepPattern(entry: u32, before: u32): bool {
  if (overflow) {
    overflow = false;
    vecResize(code, before);
    vecResize(children, 0);
    return false;
  }
  vecPush(entries, entry);
  return true;
}

/**
 * Adds the literals that findRequired found, ASCII case ignored, as pattern `id`. False as addPattern.
 */
export function addLiterals(id: u32, limitInstructions: u32): bool {
  const before = vecLength(code);
  limit = min<u32>(limitTotal, (before >> 1) + limitInstructions);
  openTrie();
  for (let i: u32 = 0; i < requiredCount(); i++) {
    let node = ROOT;
    for (let at: u32 = 0; at < requiredLength(i); at++) node = growTrie(node, requiredByte(i, at));
    addOutput(node, id);
  }
  const entry = compileTrie(ROOT, emit(Op.MATCH, id, 0));
  anchored = false;
  return keepPattern(entry, before);
}

/** Alternation of a trie's words; what continues a word that already matched is left out. */
function compileTrie(node: u32, match: u32): u32 {
  if (outputOf(node) != 0) return match;
  let entry: u32 = 0;
  for (let child = childOf(node); child != 0; child = siblingOf(child)) {
    const next = compileTrie(child, match);
    const branch = compileFolded(byteOf(child), next);
    entry = entry == 0 ? branch : emit(Op.SPLIT, entry, branch);
  }
  return entry;
}

/** A byte, or both cases of a letter. */
function compileFolded(byte: u32, next: u32): u32 {
  if (byte - 0x61 >= 26) return emit(Op.RANGE, byte | (byte << 8), next);
  memory.fill(united, 0, SET_BYTES);
  setAddRange(united, byte, byte);
  setAddRange(united, byte & 0xdf, byte & 0xdf);
  return emit(Op.SET, setNumber(united), next);
}

/** Finishes the program. `groups` is the number of capture groups. The caller owns the result. */
export function closeProgram(groups: u32): Program {
  const program = new Program();
  limit = 0xffffffff; // the splits that join patterns do not count
  program.patterns = vecLength(entries);
  let entry = vecLength(entries) == 0 ? 0 : vecPop(entries);
  while (vecLength(entries) > 0) entry = emit(Op.SPLIT, entry, vecPop(entries));
  program.entry = entry;
  program.length = vecLength(code) >> 1;
  program.code = vecCopyOut(code);
  program.setCount = (vecLength(sets) << 2) / <u32>SET_BYTES;
  program.sets = vecCopyOut(sets);
  program.slots = 2 * (groups + 1);
  program.looks = looks;
  program.anchored = anchored;
  findByteClasses(program);
  return program;
}

/** Gives the memory of the builder back. */
export function freeBuilder(): void {
  vecFree(code);
  vecFree(sets);
  vecFree(children);
  vecFree(entries);
}

function emit(op: Op, argument: u32, next: u32): u32 {
  const pc = vecLength(code) >> 1;
  if (pc >= limit) {
    overflow = true;
    return 0;
  }
  vecPush(code, op | (argument << 4));
  vecPush(code, next);
  return pc;
}

function compile(node: u32, next: u32): u32 {
  if (overflow) return 0;
  switch (nodeKind(node)) {
    case NodeKind.EMPTY:
      return next;
    case NodeKind.RANGE:
      return emit(Op.RANGE, nodeA(node) | (nodeB(node) << 8), next);
    case NodeKind.SET:
      return emit(Op.SET, setNumber(treeSet(nodeA(node))), next);
    case NodeKind.LOOK:
      return compileLook(nodeA(node), next);
    case NodeKind.CONCAT:
      return compileConcat(node, next);
    case NodeKind.ALTERNATE:
      return compileAlternate(node, next);
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      return compileRepeat(node, next);
    case NodeKind.CAPTURE:
      return compileCapture(node, next);
  }
  return 0; // FAIL
}

function compileLook(look: u32, next: u32): u32 {
  if (backwards && look < <u32>Look.WORD_BOUNDARY) look ^= 1; // start and end are neighbours
  looks |= (<u32>1) << look;
  return emit(Op.LOOK, look, next);
}

function compileConcat(node: u32, next: u32): u32 {
  if (backwards) {
    for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
      next = compile(child, next);
    }
    return next;
  }
  const bottom = pushChildren(node);
  while (vecLength(children) > bottom) next = compile(vecPop(children), next);
  return next;
}

function pushChildren(node: u32): u32 {
  const bottom = vecLength(children);
  for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
    vecPush(children, child);
  }
  return bottom;
}

function compileAlternate(node: u32, next: u32): u32 {
  if (isOneByte(node)) return compileUnion(node, next);
  const bottom = pushChildren(node);
  let entry: u32 = compile(vecPop(children), next);
  while (vecLength(children) > bottom) {
    const branch = compile(vecPop(children), next);
    entry = emit(Op.SPLIT, entry, branch);
  }
  return entry;
}

/** An alternation of single bytes is one set. */
function compileUnion(node: u32, next: u32): u32 {
  memory.fill(united, 0, SET_BYTES);
  for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
    if (nodeKind(child) == NodeKind.RANGE) setAddRange(united, nodeA(child), nodeB(child));
    else setUnite(united, treeSet(nodeA(child)));
  }
  if (setCount(united) == 256) return emit(Op.RANGE, 0xff00, next);
  return emit(Op.SET, setNumber(united), next);
}

function compileCapture(node: u32, next: u32): u32 {
  if (!capturing) return compile(firstChild(node), next);
  const slot = nodeA(node) << 1;
  const close = emit(Op.CAPTURE, slot | 1, next);
  return emit(Op.CAPTURE, slot, compile(firstChild(node), close));
}

function compileRepeat(node: u32, next: u32): u32 {
  const least = nodeA(node);
  const most = nodeB(node);
  const greedy = nodeKind(node) == NodeKind.REPEAT;
  const item = firstChild(node);
  if (most == 0) return next;
  let entry = next;
  let copies = least;
  if (most == UNBOUNDED) {
    entry = compileLoop(item, next, greedy, least > 0);
    if (copies > 0) copies--;
  } else {
    for (let i = least; i < most && !overflow; i++) {
      const before = vecLength(code);
      const body = compile(item, entry);
      if (vecLength(code) == before) break; // the item is empty: more copies change nothing
      entry = split(body, next, greedy);
    }
  }
  for (let i: u32 = 0; i < copies && !overflow; i++) {
    const before = vecLength(code);
    entry = compile(item, entry);
    if (vecLength(code) == before) break;
  }
  return entry;
}

/** x+ when `once`, else x*. */
function compileLoop(item: u32, next: u32, greedy: bool, once: bool): u32 {
  const loop = emit(Op.SPLIT, next, next);
  const body = compile(item, loop);
  if (overflow) return 0;
  if (greedy) vecPut(code, loop * 2 + 1, body);
  else vecPut(code, loop * 2, Op.SPLIT | (body << 4));
  if (once) return body;
  return canBeEmpty(item) ? split(body, next, greedy) : loop;
}

function split(body: u32, next: u32, greedy: bool): u32 {
  return greedy ? emit(Op.SPLIT, next, body) : emit(Op.SPLIT, body, next);
}

/** Number of a set in this program; equal sets share one. */
function setNumber(set: usize): u32 {
  const words = <u32>(SET_BYTES / 4);
  const count = vecLength(sets) / words;
  for (let i: u32 = 0; i < count; i++) {
    if (setEquals(vecData(sets) + <usize>i * SET_BYTES, set)) return i;
  }
  for (let word: u32 = 0; word < words; word++) vecPush(sets, load<u32>(set + (word << 2)));
  return count;
}
