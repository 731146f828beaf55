// The lazy automaton: states are made when the text first needs them and kept in the shared cache. A
// match shows one byte late (the state after the byte behind it), so that $ and \b can look at that
// byte; a row therefore has one more cell, for the end of the text (the design of RE2's DFA).
//
// A cell is the address of the next row; bit 0 makes the scanning loop stop: the state matches, or the
// cell is UNKNOWN or DEAD.

import { Look } from "./syntax/ast";
import {
  cacheEpoch,
  cacheStates,
  flushCache,
  internState,
  stateFlags,
  stateThreads,
  takeCacheBytes,
} from "./dfa-cache";
import {
  StepMode,
  addMatch,
  addTarget,
  beginAt,
  beginSideStep,
  beginStep,
  clearThreads,
  sortThreads,
  stepCount,
  stepEntry,
  stepIdCount,
  stepIds,
  stepList,
  stepThreads,
} from "./nfa-step";
import { isWordByte, looksBetween } from "./looks";
import { END_OF_TEXT, Program } from "./program";

/** No next state computed yet. */
export const UNKNOWN: u32 = 1;
/** No match can follow. */
export const DEAD: u32 = 3;
/** The cache thrashes: go on without it from the threads of the last step. */
export const GIVE_UP: u32 = 5;

/** State flags: what precedes (none: any other byte), and more. */
export const enum StateFlag {
  AT_START = 1,
  AFTER_LINE_FEED = 2,
  AFTER_WORD = 4,
  CONTEXT = 7,
  /** New matches may still start here. */
  STARTING = 8,
  /** The threads before the last byte had a match. */
  MATCHED = 16,
}

@unmanaged
@final
export class Dfa {
  program: usize = 0;
  mode: u32 = 0;
  rowBytes: usize = 0;
  epoch: u32 = 0;
  /** 16 words: start rows by context, anchored ones from 8 on; 0 when not built. */
  starts: usize = 0;
  /** 8 words: by context a table of start steps by class, 0 when not built. */
  startSteps: usize = 0;
}

/** An automaton over a program that must outlive it. Configure time only; free with freeDfa. */
export function openDfa(program: Program, mode: StepMode): Dfa {
  const dfa = new Dfa();
  dfa.program = changetype<usize>(program); // unmanaged: the reference is the address
  dfa.mode = mode;
  dfa.rowBytes = (<usize>(program.classCount + 1)) << 2;
  dfa.starts = heap.alloc(96);
  dfa.startSteps = dfa.starts + 64;
  dfa.epoch = 0;
  return dfa;
}

/** Gives an automaton back and forgets all cached states, since some may be its own. */
export function freeDfa(dfa: Dfa): void {
  flushCache();
  heap.free(dfa.starts);
  heap.free(changetype<usize>(dfa)); // unmanaged: the reference is the block's address
}

export function programOf(dfa: Dfa): Program {
  return changetype<Program>(dfa.program); // stored by openDfa from a Program
}

function refresh(dfa: Dfa): void {
  if (dfa.epoch == cacheEpoch()) return;
  dfa.epoch = cacheEpoch();
  memory.fill(dfa.starts, 0, 96);
}

/** Context flags behind `previous` (END_OF_TEXT: nothing precedes), as far as the program asks. */
export function contextAfter(program: Program, previous: u32): u32 {
  const looks = program.looks;
  if (looks == 0) return 0;
  const starts: u32 = (1 << Look.TEXT_START) | (1 << Look.LINE_START);
  const words: u32 = (1 << Look.WORD_BOUNDARY) | (1 << Look.NOT_WORD_BOUNDARY);
  if (previous == END_OF_TEXT) return (looks & starts) != 0 ? StateFlag.AT_START : 0;
  if (previous == 0x0a)
    return (looks & (1 << Look.LINE_START)) != 0 ? StateFlag.AFTER_LINE_FEED : 0;
  return (looks & words) != 0 && isWordByte(previous) ? StateFlag.AFTER_WORD : 0;
}

function looksAfter(program: Program, context: u32, byte: u32): u32 {
  if (program.looks == 0) return 0;
  let previous: u32 = 0;
  if ((context & StateFlag.AT_START) != 0) previous = END_OF_TEXT;
  else if ((context & StateFlag.AFTER_LINE_FEED) != 0) previous = 0x0a;
  else if ((context & StateFlag.AFTER_WORD) != 0) previous = 0x61;
  return looksBetween(previous, byte);
}

/** Row where a search behind `previous` starts; 0 when not even one state fits the cache. */
export function startRow(dfa: Dfa, previous: u32, anchored: bool): usize {
  refresh(dfa);
  const program = programOf(dfa);
  const context = contextAfter(program, previous);
  const fixed = anchored || program.anchored;
  const cell = dfa.starts + ((<usize>context + (fixed ? 8 : 0)) << 2);
  const known = <usize>load<u32>(cell);
  if (known != 0) return known;
  beginStart(dfa, fixed);
  const flags = startFlags(context, fixed);
  let row = internResult(dfa, flags);
  if (row == 0) {
    flushCache();
    refresh(dfa);
    row = internResult(dfa, flags);
  }
  store<u32>(cell, <u32>row);
  return row;
}

/** Puts the threads of a start into the step result. */
export function beginStart(dfa: Dfa, fixed: bool): void {
  if (fixed) beginAt(programOf(dfa).entry);
  else beginStep(0);
}

/** Flags of a start state. */
export function startFlags(context: u32, fixed: bool): u32 {
  return context | (fixed ? 0 : StateFlag.STARTING);
}

function internResult(dfa: Dfa, flags: u32): usize {
  const automaton = changetype<usize>(dfa); // unmanaged: the reference is the address
  return internState(
    automaton,
    dfa.rowBytes,
    flags,
    stepList(),
    stepCount(),
    stepIds(),
    stepIdCount(),
    UNKNOWN,
  );
}

/** Byte value that stands for a class; the last class is the end of the text. */
function byteOf(program: Program, column: u32): u32 {
  return column == program.classCount ? END_OF_TEXT : <u32>load<u8>(program.samples + column);
}

/**
 * Steps threads under `flags` over a class, leaving the result in nfa-step.ts. Returns the flags of the
 * state that the result makes.
 */
export function stepClass(dfa: Dfa, kernel: usize, count: u32, flags: u32, column: u32): u32 {
  const program = programOf(dfa);
  const byte = byteOf(program, column);
  const looks = looksAfter(program, flags & StateFlag.CONTEXT, byte);
  let starting = (flags & StateFlag.STARTING) != 0;
  const starts = starting ? startStep(dfa, flags & StateFlag.CONTEXT, column, looks, byte) : 0;
  beginStep(kernel);
  if (!stepThreads(program, dfa.mode, kernel, count, looks, byte)) starting = false;
  else if (starting)
    starting = starts == 0 ? stepEntry(program, dfa.mode, looks, byte) : mergeStart(dfa, starts);
  if (byte == END_OF_TEXT) {
    clearThreads();
    starting = false;
  }
  if (dfa.mode != StepMode.FIRST) sortThreads();
  const matched: u32 = stepIdCount() > 0 ? StateFlag.MATCHED : 0;
  if (!starting && stepCount() == 0) return matched;
  return contextAfter(program, byte) | matched | (starting ? StateFlag.STARTING : 0);
}

/**
 * What the start of the program alone makes of a class, remembered for the epoch: the start of a set or
 * a word list has thousands of instructions, and every state of an unanchored search contains it.
 * Record: [threads | matches | thread... | match...]. 0 when the cache has no room.
 */
function startStep(dfa: Dfa, context: u32, column: u32, looks: u32, byte: u32): usize {
  refresh(dfa);
  const tableCell = dfa.startSteps + ((<usize>context) << 2);
  let table = <usize>load<u32>(tableCell);
  if (table == 0) {
    const bytes = (dfa.rowBytes + 7) & ~7;
    table = takeCacheBytes(bytes);
    if (table == 0) return 0;
    memory.fill(table, 0, bytes);
    store<u32>(tableCell, <u32>table);
  }
  const cell = table + ((<usize>column) << 2);
  const known = <usize>load<u32>(cell);
  if (known != 0) return known;
  beginSideStep();
  stepEntry(programOf(dfa), dfa.mode, looks, byte);
  const threads = (<usize>stepCount()) << 2;
  const matches = (<usize>stepIdCount()) << 2;
  const record = takeCacheBytes((8 + threads + matches + 7) & ~7);
  if (record == 0) return 0;
  store<u32>(record, stepCount());
  store<u32>(record, stepIdCount(), 4);
  memory.copy(record + 8, stepList(), threads);
  memory.copy(record + 8 + threads, stepIds(), matches);
  store<u32>(cell, <u32>record);
  return record;
}

/** Adds a start step behind the other threads; false when its match ends the search for starts. */
function mergeStart(dfa: Dfa, record: usize): bool {
  const threads = load<u32>(record);
  const matches = load<u32>(record, 4);
  for (let i: u32 = 0; i < threads; i++) addTarget(load<u32>(record + 8 + ((<usize>i) << 2)));
  for (let i: u32 = 0; i < matches; i++) {
    addMatch(load<u32>(record + 8 + ((<usize>(threads + i)) << 2)));
  }
  if (matches == 0 || dfa.mode == StepMode.ALL) return true;
  if (dfa.mode == StepMode.ANY) clearThreads();
  return false;
}

let flushMark: usize = 0;
let flushCount: u32 = 0;

/** Starts the watch on flushes; `at` is the address of the first byte scanned. */
export function watchFlushes(at: usize): void {
  flushMark = at;
  flushCount = 0;
}

/**
 * Computes the cell of `row` for a class, the byte being at address `at`. Returns the cell, which may be
 * DEAD; or GIVE_UP, when the step's result waits in nfa-step.ts under the flags of lastFlags().
 */
export function buildCell(dfa: Dfa, row: usize, column: u32, at: usize): u32 {
  const flags = stepClass(dfa, row + dfa.rowBytes, stateThreads(row), stateFlags(row), column);
  resultFlags = flags;
  const epoch = cacheEpoch();
  let cell: u32 = DEAD;
  if (stepCount() > 0 || flags != 0) {
    let next = internResult(dfa, flags);
    if (next == 0) {
      if (thrashes(at)) return GIVE_UP;
      flushCache();
      refresh(dfa);
      next = internResult(dfa, flags);
      if (next == 0) return GIVE_UP;
    }
    cell = (<u32>next) | ((flags & StateFlag.MATCHED) != 0 ? 1 : 0);
  }
  if (cacheEpoch() == epoch) store<u32>(row + ((<usize>column) << 2), cell);
  return cell;
}

let resultFlags: u32 = 0;

/** Flags of the state that the last buildCell computed. */
export function lastFlags(): u32 {
  return resultFlags;
}

/** Whether the cache filled a second time in this search with fewer than ten bytes read for a state. */
function thrashes(at: usize): bool {
  const bytes = at > flushMark ? at - flushMark : flushMark - at;
  flushMark = at;
  flushCount++;
  return flushCount > 1 && bytes < <usize>cacheStates() * 10;
}
