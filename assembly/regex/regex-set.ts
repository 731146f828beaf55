// Many patterns, one scan. All programs are joined under one lazy automaton in the mode that keeps every
// match. A pattern that would multiply the states of its neighbours (see syntax/spread.ts) is joined by
// its required literals instead; where one of them occurs, the pattern itself decides, on an automaton of
// its own. A spreading pattern without required literals always runs on its own.

import { addLiterals, addPattern, closeProgram, openProgram } from "./compiler";
import { Dfa, freeDfa, openDfa, programOf } from "./dfa";
import { ensureDfaCache } from "./dfa-cache";
import { scanForward } from "./dfa-scan";
import { findRequired } from "./literal/required";
import { StepMode, reserveSteps } from "./nfa-step";
import { freeProgram } from "./program";
import { PROGRAM_LIMIT, RegexFlag, RegexStatus, SET_LIMIT, SET_PROGRAM_LIMIT } from "./status";
import { parsePattern } from "./syntax/parser";
import { sourceFailureOffset, sourceStatus } from "./syntax/source";
import { spreads } from "./syntax/spread";
import { mostInstructions } from "./syntax/tree-facts";
import { trimTail } from "./syntax/trim";
import { vecAt, vecCopyOut, vecLength, vecPush, vecResize } from "./vec";

@unmanaged
@final
export class RegexSet {
  /** Number of patterns. */
  count: u32 = 0;
  /** Automaton of all patterns that need no other, and of the literals of the rest. */
  joined: usize = 0;
  /** Pairs (pattern number, own automaton | RUNS_ALWAYS), `ownCount` of them. */
  own: usize = 0;
  ownCount: u32 = 0;
}

/** In a pair's second word: the pattern has no literals in the joined automaton. */
const RUNS_ALWAYS: u32 = 1;

let count: u32 = 0;
let status: RegexStatus = RegexStatus.OK;
let failureOffset: u32 = 0;
/** Patterns to compile on their own: (number, copy of the text, length, flags, RUNS_ALWAYS or 0). */
const later: usize = memory.data(12);
const LATER_WORDS: u32 = 5;
const pairs: usize = memory.data(12);

/** Starts a new set; one set is built at a time, and no other pattern is compiled meanwhile. */
export function openSet(): void {
  count = 0;
  status = RegexStatus.OK;
  vecResize(later, 0);
  openProgram(SET_PROGRAM_LIMIT, false, false);
}

/**
 * Adds a pattern; its number is the count of patterns before it. False when it is refused (setStatus,
 * setFailureOffset); the set is then as it was before, and building may go on.
 */
export function addToSet(pattern: usize, length: u32, flags: u32): bool {
  if (count >= SET_LIMIT) return refuse(RegexStatus.TOO_MANY_PATTERNS);
  const root = parsePattern(pattern, length, flags | RegexFlag.NO_CAPTURES);
  status = sourceStatus();
  failureOffset = sourceFailureOffset();
  if (root == 0) return false;
  trimTail(root);
  if (!spreads(root)) {
    if (!addPattern(root, count, PROGRAM_LIMIT)) return refuse(RegexStatus.PROGRAM_TOO_LARGE);
    count++;
    return true;
  }
  // Its own program is compiled when the set is closed; that it fits is settled here.
  if (mostInstructions(root) >= PROGRAM_LIMIT - 2) return refuse(RegexStatus.PROGRAM_TOO_LARGE);
  const gated = findRequired(root);
  if (gated && !addLiterals(count, PROGRAM_LIMIT)) return refuse(RegexStatus.PROGRAM_TOO_LARGE);
  const copy = heap.alloc(max<u32>(1, length));
  memory.copy(copy, pattern, length);
  vecPush(later, count);
  vecPush(later, <u32>copy);
  vecPush(later, length);
  vecPush(later, flags | RegexFlag.NO_CAPTURES);
  vecPush(later, gated ? 0 : RUNS_ALWAYS);
  count++;
  return true;
}

function refuse(reason: RegexStatus): bool {
  status = reason;
  return false;
}

/** Why the last addToSet was false. */
export function setStatus(): RegexStatus {
  return status;
}

/** Offset in the pattern of what was refused. */
export function setFailureOffset(): u32 {
  return failureOffset;
}

/** Finishes the set. The caller frees it with freeSet. */
export function closeSet(): RegexSet {
  ensureDfaCache();
  const set = new RegexSet();
  set.count = count;
  const program = closeProgram(0);
  reserveSteps(program.length, max<u32>(1, count));
  // Dfa is unmanaged: a reference is the address of the block.
  set.joined = changetype<usize>(openDfa(program, StepMode.ALL));
  vecResize(pairs, 0);
  for (let i: u32 = 0; i < vecLength(later); i += LATER_WORDS) {
    const text = <usize>vecAt(later, i + 1);
    const own = compileOwn(text, vecAt(later, i + 2), vecAt(later, i + 3));
    heap.free(text);
    vecPush(pairs, vecAt(later, i));
    vecPush(pairs, (<u32>own) | vecAt(later, i + 4));
  }
  set.ownCount = vecLength(pairs) >> 1;
  set.own = vecCopyOut(pairs);
  return set;
}

/** Automaton of one pattern, which addToSet has parsed and measured. */
function compileOwn(pattern: usize, length: u32, flags: u32): usize {
  const root = parsePattern(pattern, length, flags);
  trimTail(root);
  openProgram(PROGRAM_LIMIT, false, false);
  addPattern(root, 0, PROGRAM_LIMIT);
  const program = closeProgram(0);
  reserveSteps(program.length, 1);
  return changetype<usize>(openDfa(program, StepMode.ANY)); // unmanaged: the reference is the address
}

/** Bytes of the bitset that scanSet fills. */
export function setHitBytes(set: RegexSet): u32 {
  return ((set.count + 31) >> 5) << 2;
}

/**
 * Sets bit i of the bitset at `hits` (setHitBytes bytes, cleared by the caller) for every pattern i that
 * matches anywhere in the text. Returns whether any did.
 */
export function scanSet(set: RegexSet, text: usize, textBytes: u32, hits: usize): bool {
  const joined = changetype<Dfa>(set.joined); // stored by closeSet from a Dfa
  let any = scanForward(joined, text, textBytes, 0, textBytes, false, hits) >= 0;
  if (set.ownCount == 0) return any;
  for (let i: u32 = 0; i < set.ownCount; i++)
    confirm(set.own + ((<usize>i) << 3), text, textBytes, hits);
  any = false;
  for (let at: u32 = 0; at < setHitBytes(set); at += 4) any = any || load<u32>(hits + at) != 0;
  return any;
}

/** Lets a pattern with an automaton of its own decide, if its literals occurred or it has none. */
function confirm(pair: usize, text: usize, textBytes: u32, hits: usize): void {
  const id = load<u32>(pair);
  const own = load<u32>(pair, 4);
  const word = hits + ((id >> 5) << 2);
  const bit = (<u32>1) << (id & 31);
  if ((own & RUNS_ALWAYS) == 0 && (load<u32>(word) & bit) == 0) return;
  const dfa = changetype<Dfa>(<usize>(own & ~RUNS_ALWAYS)); // stored by closeSet from a Dfa
  const matched = scanForward(dfa, text, textBytes, 0, textBytes, false, 0) >= 0;
  store<u32>(word, matched ? load<u32>(word) | bit : load<u32>(word) & ~bit);
}

/** Gives the memory of a set back. */
export function freeSet(set: RegexSet): void {
  freeAutomaton(set.joined);
  for (let i: u32 = 0; i < set.ownCount; i++) {
    freeAutomaton(<usize>(load<u32>(set.own + ((<usize>i) << 3), 4) & ~RUNS_ALWAYS));
  }
  if (set.own != 0) heap.free(set.own);
  heap.free(changetype<usize>(set)); // unmanaged: the reference is the block's address
}

function freeAutomaton(address: usize): void {
  const dfa = changetype<Dfa>(address); // stored by closeSet from a Dfa
  freeProgram(programOf(dfa));
  freeDfa(dfa);
}
