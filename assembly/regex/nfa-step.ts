// One step of the NFA over one byte, without captures: from an ordered list of threads to the next. The
// lazy automaton caches these steps; when its cache thrashes, the search goes on with bare steps.
//
// A list holds "kernels": the instructions right behind the bytes just consumed, before their empty
// transitions. That keeps lists short (word lists have thousands of instructions behind one split), and
// every test can be decided exactly, because both neighbours of the position are known at the step.

import { END_OF_TEXT, Op, Program, accepts } from "./program";

/** Which threads survive a match, and in which order lists are kept. */
export const enum StepMode {
  /** Stop at the first match of any pattern: yes or no. */
  ANY = 0,
  /** Leftmost-first: threads of lower priority die when one matches. */
  FIRST = 1,
  /** Every match of every pattern; also longest match of an anchored search. */
  ALL = 2,
}

let marks: usize = 0;
let targetMarks: usize = 0;
let stack: usize = 0;
let reached: usize = 0;
let listA: usize = 0;
let listB: usize = 0;
let listC: usize = 0;
let idsA: usize = 0;
let idsB: usize = 0;
let idsC: usize = 0;
let capacity: u32 = 0;
let idCapacity: u32 = 0;
let mark: u32 = 0;
let targetMark: u32 = 0;
let reachedCount: u32 = 0;

/** Result of the last step. */
let out: usize = 0;
let outIds: usize = 0;
let outCount: u32 = 0;
let outIdCount: u32 = 0;

/** Grows the work area for a program of this size. Configure time only. */
export function reserveSteps(instructions: u32, patterns: u32): void {
  if (instructions > capacity) {
    capacity = instructions;
    const bytes = (<usize>capacity) << 2;
    marks = regrow(marks, bytes);
    targetMarks = regrow(targetMarks, bytes);
    stack = regrow(stack, bytes);
    reached = regrow(reached, bytes);
    listA = regrow(listA, bytes);
    listB = regrow(listB, bytes);
    listC = regrow(listC, bytes);
    memory.fill(marks, 0, bytes);
    memory.fill(targetMarks, 0, bytes);
    mark = 0;
    targetMark = 0;
  }
  if (patterns > idCapacity) {
    idCapacity = patterns;
    idsA = regrow(idsA, (<usize>idCapacity) << 2);
    idsB = regrow(idsB, (<usize>idCapacity) << 2);
    idsC = regrow(idsC, (<usize>idCapacity) << 2);
  }
}

function regrow(old: usize, bytes: usize): usize {
  if (old != 0) heap.free(old);
  return heap.alloc(bytes);
}

/** Threads after the last step. */
export function stepList(): usize {
  return out;
}

export function stepCount(): u32 {
  return outCount;
}

/** Patterns that matched right before the byte of the last step. */
export function stepIds(): usize {
  return outIds;
}

export function stepIdCount(): u32 {
  return outIdCount;
}

/** Starts an empty result; `kernel` is the list about to be stepped, which is left alone. */
export function beginStep(kernel: usize): void {
  begin(kernel == listA ? listB : listA, kernel == listA ? idsB : idsA);
}

/** Starts an empty result beside the one that the next beginStep will be given as its kernel. */
export function beginSideStep(): void {
  begin(listC, idsC);
}

function begin(list: usize, ids: usize): void {
  out = list;
  outIds = ids;
  outCount = 0;
  outIdCount = 0;
  targetMark = nextMark(targetMarks, targetMark);
}

/** Marks count up; at the wrap the table is cleared, so that an old mark is never taken for a new one. */
function nextMark(table: usize, value: u32): u32 {
  if (value != 0xffffffff) return value + 1;
  memory.fill(table, 0, (<usize>capacity) << 2);
  return 1;
}

/**
 * Steps `count` threads at `kernel` over `byte`, appending to the result. Returns false when a match
 * ended the step (ANY, FIRST): nothing of lower priority may be added.
 */
export function stepThreads(
  program: Program,
  mode: StepMode,
  kernel: usize,
  count: u32,
  looks: u32,
  byte: u32,
): bool {
  mark = nextMark(marks, mark);
  reachedCount = 0;
  for (let i: u32 = 0; i < count; i++) {
    follow(program.code, load<u32>(kernel + ((<usize>i) << 2)), looks);
  }
  return consume(program, mode, byte);
}

/** The same for the one thread that starts the program. */
export function stepEntry(program: Program, mode: StepMode, looks: u32, byte: u32): bool {
  mark = nextMark(marks, mark);
  reachedCount = 0;
  follow(program.code, program.entry, looks);
  return consume(program, mode, byte);
}

/** Collects what `pc` reaches without consuming, in priority order. */
function follow(code: usize, start: u32, looks: u32): void {
  let top = stack;
  let pc = start;
  while (true) {
    const cell = marks + ((<usize>pc) << 2);
    if (load<u32>(cell) != mark) {
      store<u32>(cell, mark);
      const word = load<u32>(code + ((<usize>pc) << 3));
      const op = word & 15;
      if (op == Op.SPLIT) {
        store<u32>(top, word >>> 4);
        top += 4;
        pc = load<u32>(code + ((<usize>pc) << 3), 4);
        continue;
      }
      if (op == Op.CAPTURE || (op == Op.LOOK && ((looks >>> (word >>> 4)) & 1) != 0)) {
        pc = load<u32>(code + ((<usize>pc) << 3), 4);
        continue;
      }
      if (op != Op.LOOK && op != Op.FAIL) {
        store<u32>(reached + ((<usize>reachedCount) << 2), pc);
        reachedCount++;
      }
    }
    if (top == stack) return;
    top -= 4;
    pc = load<u32>(top);
  }
}

/** Moves what accepts `byte` into the result and keeps matches. */
function consume(program: Program, mode: StepMode, byte: u32): bool {
  const code = program.code;
  for (let i: u32 = 0; i < reachedCount; i++) {
    const pc = load<u32>(reached + ((<usize>i) << 2));
    const word = load<u32>(code + ((<usize>pc) << 3));
    if ((word & 15) == Op.MATCH) {
      addMatch(word >>> 4);
      if (mode == StepMode.ALL) continue;
      if (mode == StepMode.ANY) outCount = 0;
      return false;
    }
    if (byte != END_OF_TEXT && accepts(program.sets, word, byte)) {
      addTarget(load<u32>(code + ((<usize>pc) << 3), 4));
    }
  }
  return true;
}

/** Adds a thread to the result unless it is there. */
export function addTarget(pc: u32): void {
  const cell = targetMarks + ((<usize>pc) << 2);
  if (load<u32>(cell) == targetMark) return;
  store<u32>(cell, targetMark);
  store<u32>(out + ((<usize>outCount) << 2), pc);
  outCount++;
}

/** Adds a pattern to the matches of the result unless it is there. */
export function addMatch(id: u32): void {
  for (let i: u32 = 0; i < outIdCount; i++) {
    if (load<u32>(outIds + ((<usize>i) << 2)) == id) return;
  }
  store<u32>(outIds + ((<usize>outIdCount) << 2), id);
  outIdCount++;
}

/** Drops the threads of the result; its matches stay. */
export function clearThreads(): void {
  outCount = 0;
}

/** Puts one thread into an empty result, for the start of an anchored search. */
export function beginAt(pc: u32): void {
  beginStep(0);
  addTarget(pc);
}

/** Sorts the result: where order carries no meaning, equal sets should be equal lists (Shell's sort). */
export function sortThreads(): void {
  let gap: u32 = 1;
  while (gap < outCount / 3) gap = 3 * gap + 1;
  for (; gap > 0; gap /= 3) {
    for (let i = gap; i < outCount; i++) {
      const value = load<u32>(out + ((<usize>i) << 2));
      let j = i;
      while (j >= gap && load<u32>(out + ((<usize>(j - gap)) << 2)) > value) {
        store<u32>(out + ((<usize>j) << 2), load<u32>(out + ((<usize>(j - gap)) << 2)));
        j -= gap;
      }
      store<u32>(out + ((<usize>j) << 2), value);
    }
  }
}
