// Many patterns, one scan: all programs joined under one start, one lazy automaton in the mode that
// keeps every match, a bitset of the patterns that matched. The state space of joined patterns is far
// larger than that of each, but a text only visits a few states of it, and the cache bounds the rest.

import { addPattern, closeProgram, openProgram } from "./compiler";
import { Dfa, freeDfa, openDfa } from "./dfa";
import { ensureDfaCache } from "./dfa-cache";
import { scanForward } from "./dfa-scan";
import { StepMode, reserveSteps } from "./nfa-step";
import { parsePattern } from "./syntax/parser";
import { Program, freeProgram } from "./program";
import { sourceFailureOffset, sourceStatus } from "./syntax/source";
import { PROGRAM_LIMIT, RegexFlag, RegexStatus, SET_LIMIT, SET_PROGRAM_LIMIT } from "./status";
import { trimTail } from "./syntax/trim";

@unmanaged
@final
export class RegexSet {
  /** Number of patterns. */
  count: u32 = 0;
  program: usize = 0;
  automaton: usize = 0;
}

let count: u32 = 0;
let status: RegexStatus = RegexStatus.OK;
let failureOffset: u32 = 0;

/** Starts a new set; one set is built at a time, and no other pattern is compiled meanwhile. */
export function openSet(): void {
  count = 0;
  status = RegexStatus.OK;
  openProgram(SET_PROGRAM_LIMIT, false, false);
}

/**
 * Adds a pattern; its number is the count of patterns before it. False when it is refused (setStatus,
 * setFailureOffset); the set is then as it was before, and building may go on.
 */
export function addToSet(pattern: usize, length: u32, flags: u32): bool {
  const root = parsePattern(pattern, length, flags | RegexFlag.NO_CAPTURES);
  status = sourceStatus();
  failureOffset = sourceFailureOffset();
  if (root == 0) return false;
  if (count >= SET_LIMIT) {
    status = RegexStatus.TOO_MANY_PATTERNS;
    return false;
  }
  trimTail(root);
  if (!addPattern(root, count, PROGRAM_LIMIT)) {
    status = RegexStatus.PROGRAM_TOO_LARGE;
    return false;
  }
  count++;
  return true;
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
  const program = closeProgram(0);
  ensureDfaCache();
  reserveSteps(program.length, max<u32>(1, count));
  const set = new RegexSet();
  set.count = count;
  // Program and Dfa are unmanaged: a reference is the address of the block.
  set.program = changetype<usize>(program);
  set.automaton = changetype<usize>(openDfa(program, StepMode.ALL));
  return set;
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
  const dfa = changetype<Dfa>(set.automaton); // stored by closeSet from a Dfa
  return scanForward(dfa, text, textBytes, 0, textBytes, false, hits) >= 0;
}

/** Gives the memory of a set back. */
export function freeSet(set: RegexSet): void {
  freeDfa(changetype<Dfa>(set.automaton)); // this and the casts below: stored by closeSet
  freeProgram(changetype<Program>(set.program));
  heap.free(changetype<usize>(set));
}
