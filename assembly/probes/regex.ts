// Test door of the regex room: raw bytes in, statuses and offsets out. Never shipped.

import { cacheEpoch, cacheStates, reserveDfaCache } from "../regex/dfa-cache";
import {
  Regex,
  compileRegex,
  find,
  findByPike,
  freeRegex,
  matches,
  regexFailureOffset,
  regexStatus,
  releaseBuildMemory,
} from "../regex/regex";
import {
  RegexSet,
  addToSet,
  closeSet,
  freeSet,
  openSet,
  scanSet,
  setHitBytes,
  setStatus,
} from "../regex/regex-set";

import { explainPattern } from "../regex/explain";
import { GATE_BYTES, findInGate, makeGate } from "../regex/literal/byte-gate";
import { findLiteral, scanLiterals } from "../regex/literal/literal-scan";
import {
  addLiteral,
  closeLiterals,
  freeLiterals,
  openLiterals,
} from "../regex/literal/literal-set";
import { LiteralSet } from "../regex/literal/states";
import {
  findRequired,
  requiredByte,
  requiredCost,
  requiredCount,
  requiredLength,
} from "../regex/literal/required";
import { parsePattern } from "../regex/syntax/parser";
import { spreads } from "../regex/syntax/spread";
import { trimTail } from "../regex/syntax/trim";

/** A block of the heap for the test to write into. */
export function allocate(bytes: u32): usize {
  return heap.alloc(max<u32>(bytes, 1));
}

export function release(block: usize): void {
  heap.free(block);
}

/** Handle of the compiled pattern, or 0. */
export function compile(pattern: usize, length: u32, flags: u32): usize {
  const regex = compileRegex(pattern, length, flags);
  return regex === null ? 0 : changetype<usize>(regex);
}

export function status(): u32 {
  return regexStatus();
}

export function failureOffset(): u32 {
  return regexFailureOffset();
}

export function free(handle: usize): void {
  freeRegex(changetype<Regex>(handle));
}

export function groups(handle: usize): u32 {
  return changetype<Regex>(handle).groups;
}

export function pike(
  handle: usize,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  out: usize,
  slots: u32,
): bool {
  return findByPike(changetype<Regex>(handle), text, textBytes, from, to, anchored, out, slots);
}

/** The engines that the facade chooses; `pike` is the reference. */
export function automaton(
  handle: usize,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  out: usize,
  slots: u32,
): bool {
  return find(changetype<Regex>(handle), text, textBytes, from, to, anchored, out, slots);
}

/** Whether groups are found by the one-pass table. */
export function isOnePass(handle: usize): bool {
  return changetype<Regex>(handle).onePass != 0;
}

export function isMatch(handle: usize, text: usize, textBytes: u32): bool {
  return matches(changetype<Regex>(handle), text, textBytes);
}

/** Starts a set of patterns. */
export function beginSet(): void {
  openSet();
}

/** Adds a pattern to the set; 0 or a status. */
export function addPattern(pattern: usize, length: u32, flags: u32): u32 {
  return addToSet(pattern, length, flags) ? 0 : setStatus();
}

/** Handle of the finished set. */
export function endSet(): usize {
  return changetype<usize>(closeSet());
}

/** Patterns of a set that have an automaton of their own. */
export function ownCount(handle: usize): u32 {
  return changetype<RegexSet>(handle).ownCount;
}

/** Fills the bitset at `hits`, which must hold one bit for each pattern. */
export function scan(handle: usize, text: usize, textBytes: u32, hits: usize): bool {
  const set = changetype<RegexSet>(handle);
  memory.fill(hits, 0, setHitBytes(set));
  return scanSet(set, text, textBytes, hits);
}

export function releaseSet(handle: usize): void {
  freeSet(changetype<RegexSet>(handle));
}

/** Starts a set of literals. */
export function beginLiterals(ignoreCase: bool): void {
  openLiterals(ignoreCase);
}

export function literal(bytes: usize, length: u32, id: u32): bool {
  return addLiteral(bytes, length, id);
}

export function endLiterals(denseBytes: u32): usize {
  return changetype<usize>(closeLiterals(denseBytes));
}

export function scanForLiterals(handle: usize, text: usize, textBytes: u32, hits: usize): bool {
  return scanLiterals(changetype<LiteralSet>(handle), text, textBytes, hits);
}

export function firstLiteral(handle: usize, text: usize, textBytes: u32): i32 {
  return findLiteral(changetype<LiteralSet>(handle), text, textBytes);
}

export function literalBytes(handle: usize): u32 {
  return changetype<LiteralSet>(handle).bytes;
}

export function literalStates(handle: usize): u32 {
  return changetype<LiteralSet>(handle).states;
}

export function releaseLiterals(handle: usize): void {
  freeLiterals(changetype<LiteralSet>(handle));
}

/** Required literals of a pattern, written to `out` one a line; the bytes written. */
export function requiredLiterals(pattern: usize, length: u32, flags: u32, out: usize): u32 {
  const root = parsePattern(pattern, length, flags);
  if (root == 0 || !findRequired(root)) return 0;
  let at = out;
  for (let i: u32 = 0; i < requiredCount(); i++) {
    for (let j: u32 = 0; j < requiredLength(i); j++) store<u8>(at++, requiredByte(i, j));
    store<u8>(at++, 0x0a);
  }
  return <u32>(at - out);
}

/** Whether a set would give the pattern an automaton of its own. */
export function spreadsStates(pattern: usize, length: u32, flags: u32): bool {
  const root = parsePattern(pattern, length, flags);
  trimTail(root);
  return spreads(root);
}

export function requiredPrice(): f64 {
  return requiredCost();
}

/** First byte of the 32-byte set in the text, as an offset. */
export function gate(set: usize, text: usize, textBytes: u32): u32 {
  const block = heap.alloc(GATE_BYTES);
  makeGate(block, set);
  const at = findInGate(block, text, text + textBytes);
  heap.free(block);
  return <u32>(at - text);
}

/** Description of a pattern, written to `out`; its length. */
export function explain(pattern: usize, length: u32, flags: u32, out: usize, capacity: u32): u32 {
  return explainPattern(pattern, length, flags, out, capacity);
}

/** Gives back what only compiling needs. */
export function releaseBuild(): void {
  releaseBuildMemory();
}

/** Sets the size of the cache that automata share. */
export function reserveCache(bytes: u32): void {
  reserveDfaCache(bytes);
}

/** Flushes of the cache so far. */
export function flushes(): u32 {
  return cacheEpoch();
}

/** States in the cache. */
export function states(): u32 {
  return cacheStates();
}
