// Pike's NFA simulation with capture slots: all threads step through the text together, so time is
// bounded by text × program. The slowest engine and the reference of the others; the facade uses it to
// fill groups inside a span that an automaton has already found (Cox, "Regular Expression Matching: the
// Virtual Machine Approach", 2009).

import { looksBetween } from "./looks";
import { END_OF_TEXT, Op, Program, accepts } from "./program";

/** Slot value of a group that took no part in the match. */
export const NO_POSITION: u32 = 0xffffffff;

/** Thread memory, grown while patterns compile and never while text is searched. */
let block: usize = 0;
let blockBytes: usize = 0;

let marks: usize = 0;
let stack: usize = 0;
let mark: u32 = 0;

/** Room for the slots of any reserved program, free while no Pike search runs. */
export function slotScratch(): usize {
  return block;
}

/** Bytes that a search of this program with that many slots needs. */
export function pikeBytes(program: Program, slots: u32): usize {
  return <usize>program.length * (4 + 24 + 2 * (4 + <usize>slots * 4)) + <usize>slots * 8 + 64;
}

/** Makes sure that a search of this program needs no allocation. */
export function reservePike(program: Program): void {
  const bytes = pikeBytes(program, program.slots);
  if (bytes <= blockBytes) return;
  if (block != 0) heap.free(block);
  block = heap.alloc(bytes);
  blockBytes = bytes;
}

/**
 * Searches the first `textBytes` of `text` from offset `from`, for a match that ends at or before `to`.
 * Fills `out` with `slots` u32 offsets (start and end of the match, then of each group) and returns
 * true, or leaves it and returns false. `slots` is at most program.slots, and even.
 */
export function pikeSearch(
  program: Program,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchoredStart: bool,
  longest: bool,
  out: usize,
  slots: u32,
): bool {
  const length = program.length;
  const threadBytes: usize = 4 + ((<usize>slots) << 2);
  const initial = layOut(length, slots);
  let current = initial + ((<usize>slots) << 3);
  let next = current + <usize>length * threadBytes;
  let count: u32 = 0;
  let matched = false;
  const stopStarts = anchoredStart || program.anchored;
  for (let at = from; ; at++) {
    const previous = at > 0 ? <u32>load<u8>(text + at - 1) : END_OF_TEXT;
    const byte = at < textBytes ? <u32>load<u8>(text + at) : END_OF_TEXT;
    // Threads in `current` wait before their closure, in priority order.
    beginClosure();
    const looks = looksBetween(previous, byte);
    if (!matched && (at == from || !stopStarts)) {
      const thread = current + <usize>count * threadBytes;
      store<u32>(thread, program.entry);
      memory.fill(thread + 4, 0xff, (<usize>slots) << 2);
      if (slots > 0) store<u32>(thread, at, 4);
      count++;
    }
    if (count == 0) return matched;
    let stepped: u32 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const thread = current + <usize>i * threadBytes;
      if (longest && matched && slots > 0 && load<u32>(thread, 4) > load<u32>(out)) continue;
      const result = runThread(
        program,
        thread,
        at,
        looks,
        at < to ? byte : END_OF_TEXT,
        next,
        stepped,
        slots,
        longest,
        out,
        matched,
      );
      stepped = result >>> 1;
      if ((result & 1) != 0) {
        matched = true;
        if (!longest) break;
      }
    }
    if (at >= to) return matched;
    const swap = current;
    current = next;
    next = swap;
    count = stepped;
  }
  return matched;
}

/** Divides the block; returns the start of the slot area. */
function layOut(length: u32, _slots: u32): usize {
  marks = block;
  stack = block + ((<usize>length) << 2);
  memory.fill(marks, 0, (<usize>length) << 2);
  mark = 0;
  return stack + <usize>length * 24;
}

function beginClosure(): void {
  mark++;
}

/**
 * Follows one thread through its empty transitions, in priority order, and steps what consumes `byte`
 * into `next`. Slots are changed in place in the thread and restored from the stack.
 * Returns (threads in next) << 1 | (a match was kept).
 */
function runThread(
  program: Program,
  thread: usize,
  at: u32,
  looks: u32,
  byte: u32,
  next: usize,
  stepped: u32,
  slots: u32,
  longest: bool,
  out: usize,
  matched: bool,
): u32 {
  const code = program.code;
  const threadBytes: usize = 4 + ((<usize>slots) << 2);
  let found = false;
  let top = stack;
  let pc = load<u32>(thread);
  while (true) {
    // Stack entries: instruction, or slot to restore | 1 << 31 with its old value.
    if (load<u32>(marks + ((<usize>pc) << 2)) != mark) {
      store<u32>(marks + ((<usize>pc) << 2), mark);
      const word = load<u32>(code + ((<usize>pc) << 3));
      const target = load<u32>(code + ((<usize>pc) << 3), 4);
      const argument = word >>> 4;
      switch (word & 15) {
        case Op.SPLIT:
          store<u32>(top, argument);
          top += 8;
          pc = target;
          continue;
        case Op.CAPTURE:
          if (argument < slots) {
            store<u32>(top, argument | 0x80000000);
            store<u32>(top, load<u32>(thread + 4 + (argument << 2)), 4);
            top += 8;
            store<u32>(thread + 4 + (argument << 2), at);
          }
          pc = target;
          continue;
        case Op.LOOK:
          if (((looks >>> argument) & 1) != 0) {
            pc = target;
            continue;
          }
          break;
        case Op.MATCH:
          if (keepMatch(thread, at, slots, longest, out, matched || found)) found = true;
          if (!longest) return (stepped << 1) | 1;
          break;
        case Op.RANGE:
        case Op.SET:
          if (byte != END_OF_TEXT && accepts(program.sets, word, byte)) {
            const moved = next + <usize>stepped * threadBytes;
            store<u32>(moved, target);
            memory.copy(moved + 4, thread + 4, (<usize>slots) << 2);
            stepped++;
          }
          break;
      }
    }
    while (true) {
      if (top == stack) return (stepped << 1) | (found ? 1 : 0);
      top -= 8;
      const entry = load<u32>(top);
      if (entry < 0x80000000) {
        pc = entry;
        break;
      }
      store<u32>(thread + 4 + ((entry & 0x7fffffff) << 2), load<u32>(top, 4));
    }
  }
  return 0;
}

/** Copies the slots out; in longest mode only when this match is further left or longer. */
function keepMatch(thread: usize, at: u32, slots: u32, longest: bool, out: usize, had: bool): bool {
  if (slots == 0) return true;
  if (longest && had) {
    const start = load<u32>(thread, 4);
    if (start > load<u32>(out)) return false;
    if (start == load<u32>(out) && at <= load<u32>(out, 4)) return false;
  }
  memory.copy(out, thread + 4, (<usize>slots) << 2);
  store<u32>(out, at, 4);
  return true;
}
