// Scanning a text with a lazy automaton: the inner loops, and what happens where they stop. The loops
// load one class and one cell a byte; the next cell depends on the last, so the latency of the first
// cache is the speed limit, and unrolling gains nothing.

import {
  DEAD,
  Dfa,
  GIVE_UP,
  StateFlag,
  UNKNOWN,
  buildCell,
  contextAfter,
  lastFlags,
  programOf,
  startFlags,
  startRow,
  stepClass,
  beginStart,
  watchFlushes,
} from "./dfa";
import { stateMatches, stateThreads } from "./dfa-cache";
import { StepMode, stepCount, stepIdCount, stepIds, stepList } from "./nfa-step";
import { END_OF_TEXT, Program } from "./program";

/** No match. */
export const NO_MATCH: i32 = -1;

let haltRow: usize = 0;

/** Runs from `at` to `end`; stops before a byte whose cell needs care. Leaves the row in haltRow. */
function run(start: usize, first: usize, end: usize, classes: usize): usize {
  let row = start;
  let at = first;
  while (at < end) {
    const cell = load<u32>(row + ((<usize>load<u8>(classes + load<u8>(at))) << 2));
    if ((cell & 1) != 0) break;
    row = cell;
    at++;
  }
  haltRow = row;
  return at;
}

/** The same towards lower addresses: the next byte is the one before `at`. */
function runBack(start: usize, first: usize, end: usize, classes: usize): usize {
  let row = start;
  let at = first;
  while (at > end) {
    const cell = load<u32>(row + ((<usize>load<u8>(classes + load<u8>(at - 1))) << 2));
    if ((cell & 1) != 0) break;
    row = cell;
    at--;
  }
  haltRow = row;
  return at;
}

/** ORs the pattern numbers at `ids` into the bitset. */
function collect(ids: usize, count: u32, hits: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const id = load<u32>(ids + ((<usize>i) << 2));
    const word = hits + ((id >> 5) << 2);
    store<u32>(word, load<u32>(word) | ((<u32>1) << (id & 31)));
  }
}

/**
 * Scans offsets `from` to `to` of a text forwards. Mode ANY: where the first match ends that any reading
 * of the text meets. FIRST: where the leftmost-first match ends. ALL: where the last match ends; then
 * `hits`, unless 0, is a bitset into which the numbers of all patterns that match are put.
 * NO_MATCH when there is none.
 */
export function scanForward(
  dfa: Dfa,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  hits: usize,
): i32 {
  const program = programOf(dfa);
  const classes = program.classes;
  const end = text + to;
  const previous = from > 0 ? <u32>load<u8>(text + from - 1) : END_OF_TEXT;
  let at = text + from;
  let row = startRow(dfa, previous, anchored);
  if (row == 0) return simulateFromStart(dfa, text, textBytes, from, to, anchored, hits, previous);
  watchFlushes(at);
  let last = NO_MATCH;
  let column: u32 = 0;
  while (true) {
    at = run(row, at, end, classes);
    row = haltRow;
    if (at < end) column = load<u8>(classes + load<u8>(at));
    else column = to < textBytes ? <u32>load<u8>(classes + load<u8>(end)) : program.classCount;
    let cell = load<u32>(row + ((<usize>column) << 2));
    if (cell == UNKNOWN) cell = buildCell(dfa, row, column, at);
    if (cell == GIVE_UP) {
      return simulate(dfa, text, textBytes, <u32>(at - text), to, last, hits, lastFlags());
    }
    if (cell == DEAD) return last;
    row = <usize>(cell & ~7);
    if ((cell & 1) != 0) {
      last = <i32>(at - text);
      if (dfa.mode == StepMode.ANY) return last;
      if (hits != 0)
        collect(row + dfa.rowBytes + ((<usize>stateThreads(row)) << 2), stateMatches(row), hits);
    }
    if (at >= end) return last;
    at++;
  }
  return last;
}

/**
 * Scans backwards from offset `to` down to `from` with the automaton of a reverse program, anchored at
 * `to`. Returns the lowest offset where a match starts that ends at `to`, or NO_MATCH.
 */
export function scanBackward(dfa: Dfa, text: usize, textBytes: u32, from: u32, to: u32): i32 {
  const program = programOf(dfa);
  const classes = program.classes;
  const end = text + from;
  const previous = to < textBytes ? <u32>load<u8>(text + to) : END_OF_TEXT;
  let at = text + to;
  let row = startRow(dfa, previous, true);
  if (row == 0) return NO_MATCH;
  watchFlushes(at);
  let last = NO_MATCH;
  let column: u32 = 0;
  while (true) {
    at = runBack(row, at, end, classes);
    row = haltRow;
    if (at > text) column = load<u8>(classes + load<u8>(at - 1));
    else column = program.classCount;
    let cell = load<u32>(row + ((<usize>column) << 2));
    if (cell == UNKNOWN) cell = buildCell(dfa, row, column, at);
    if (cell == GIVE_UP) return GIVEN_UP;
    if (cell == DEAD) return last;
    row = <usize>(cell & ~7);
    if ((cell & 1) != 0) last = <i32>(at - text);
    if (at <= end) return last;
    at--;
  }
  return last;
}

/** scanBackward could not finish within the cache; the caller uses another engine. */
export const GIVEN_UP: i32 = -2;

function classAt(program: Program, text: usize, textBytes: u32, at: u32): u32 {
  return at < textBytes ? <u32>load<u8>(program.classes + load<u8>(text + at)) : program.classCount;
}

/** The whole scan without cache, when not even the start state fits. */
function simulateFromStart(
  dfa: Dfa,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  hits: usize,
  previous: u32,
): i32 {
  const program = programOf(dfa);
  const fixed = anchored || program.anchored;
  beginStart(dfa, fixed);
  const flags = startFlags(contextAfter(program, previous), fixed);
  const column = classAt(program, text, textBytes, from);
  const next = stepClass(dfa, stepList(), stepCount(), flags, column);
  return simulate(dfa, text, textBytes, from, to, NO_MATCH, hits, next);
}

/**
 * Goes on without cache: the step over the byte at `first` is done and waits in nfa-step.ts under
 * `flags`. Same result as scanForward.
 */
function simulate(
  dfa: Dfa,
  text: usize,
  textBytes: u32,
  first: u32,
  to: u32,
  lastMatch: i32,
  hits: usize,
  firstFlags: u32,
): i32 {
  const program = programOf(dfa);
  let last = lastMatch;
  let flags = firstFlags;
  let at = first;
  while (true) {
    if ((flags & StateFlag.MATCHED) != 0) {
      last = <i32>at;
      if (dfa.mode == StepMode.ANY) return last;
      if (hits != 0) collect(stepIds(), stepIdCount(), hits);
    }
    if (at >= to || (stepCount() == 0 && (flags & StateFlag.STARTING) == 0)) return last;
    at++;
    flags = stepClass(dfa, stepList(), stepCount(), flags, classAt(program, text, textBytes, at));
  }
  return last;
}
