// One-pass matching: where at every byte of an anchored match only one thread can go on, groups are found
// by a plain automaton whose transitions say which slots to set; no thread lists, no copies (the idea and
// the conditions are those of RE2's onepass.cc). Most patterns with groups are of this kind once the start
// of the match is known: `(\w+)=(\w+)`, `^([0-9]+)-([0-9]+)$`.
//
//   table -> [ nodes | node bytes ] node -> [ match condition | - ] [ next | condition ] of each class
//   condition = tests (6 bits) | slots 2 to 26 (25 bits) | MATCH_WINS

import { looksBetween } from "./looks";
import { END_OF_TEXT, Op, Program, accepts } from "./program";
import { vecAt, vecData, vecLength, vecPop, vecPush, vecPut, vecResize } from "./vec";

/** Slots that a condition can name, the two of the whole match included. */
const SLOT_LIMIT: u32 = 27;
/** Bytes of one table. */
const TABLE_LIMIT_BYTES: u32 = 65536;
const HEADER: usize = 8;
/** A match of higher priority ends here: do not go on if it holds. */
const MATCH_WINS: u32 = 0x80000000;
/** No match ends in this node, or no transition. */
const NONE: u32 = 0xffffffff;
const LOOKS: u32 = 63;

const table: usize = memory.data(12);
/** Instruction of each node. */
const starts: usize = memory.data(12);
/** Node + 1 of each instruction. */
const nodeOf: usize = memory.data(12);
/** Generation in which a closure saw an instruction. */
const seen: usize = memory.data(12);
/** Pairs (instruction, condition) still to follow. */
const pending: usize = memory.data(12);

/** Builds the table of a program; 0 when it is not one-pass or too large. The caller frees the block. */
export function buildOnePass(program: Program): usize {
  if (program.slots > SLOT_LIMIT) return 0;
  const nodeWords = 2 + 2 * program.classCount;
  vecResize(table, 0);
  vecResize(starts, 0);
  vecResize(nodeOf, 0);
  vecResize(nodeOf, program.length);
  vecResize(seen, 0);
  vecResize(seen, program.length);
  addNode(program.entry, nodeWords);
  for (let node: u32 = 0; node < vecLength(starts); node++) {
    if (!fillNode(program, node, nodeWords)) return 0;
    if (vecLength(table) << 2 > TABLE_LIMIT_BYTES) return 0;
  }
  const bytes = (<usize>vecLength(table)) << 2;
  const block = heap.alloc(HEADER + bytes);
  store<u32>(block, vecLength(starts));
  store<u32>(block, nodeWords << 2, 4);
  memory.copy(block + HEADER, vecData(table), bytes);
  return block;
}

/** Node that starts at an instruction. */
function addNode(pc: u32, nodeWords: u32): u32 {
  const known = vecAt(nodeOf, pc);
  if (known != 0) return known - 1;
  const node = vecLength(starts);
  vecPush(starts, pc);
  vecPut(nodeOf, pc, node + 1);
  for (let word: u32 = 0; word < nodeWords; word++) vecPush(table, NONE);
  return node;
}

/** Follows the empty transitions of a node; false when two ways meet or compete for a byte. */
function fillNode(program: Program, node: u32, nodeWords: u32): bool {
  const code = program.code;
  let matched = false;
  vecResize(pending, 0);
  vecPush(pending, vecAt(starts, node));
  vecPush(pending, 0);
  while (vecLength(pending) > 0) {
    const condition = vecPop(pending);
    const pc = vecPop(pending);
    if (vecAt(seen, pc) == node + 1) return false;
    vecPut(seen, pc, node + 1);
    const word = load<u32>(code + ((<usize>pc) << 3));
    const next = load<u32>(code + ((<usize>pc) << 3), 4);
    const argument = word >>> 4;
    switch (word & 15) {
      case Op.SPLIT:
        follow(argument, condition);
        follow(next, condition);
        break;
      case Op.CAPTURE:
        follow(next, condition | ((<u32>64) << (argument - 2)));
        break;
      case Op.LOOK:
        follow(next, condition | ((<u32>1) << argument));
        break;
      case Op.MATCH:
        if (matched) return false;
        matched = true;
        vecPut(table, node * nodeWords, condition);
        break;
      case Op.RANGE:
      case Op.SET: {
        const target = addNode(next, nodeWords);
        const wins = matched ? MATCH_WINS : 0;
        if (!addMoves(program, node * nodeWords, word, target, condition | wins)) return false;
        break;
      }
    }
  }
  return true;
}

function follow(pc: u32, condition: u32): void {
  vecPush(pending, pc);
  vecPush(pending, condition);
}

/** Enters a transition for every class that an instruction accepts; false when one is taken. */
function addMoves(program: Program, base: u32, word: u32, target: u32, condition: u32): bool {
  for (let column: u32 = 0; column < program.classCount; column++) {
    if (!accepts(program.sets, word, load<u8>(program.samples + column))) continue;
    const cell = base + 2 + 2 * column;
    if (vecAt(table, cell) != NONE) return false;
    vecPut(table, cell, target);
    vecPut(table, cell + 1, condition);
  }
  return true;
}

/**
 * Matches at offset `from`, reading no further than `to`; `out` and `slots` as in pikeSearch. False,
 * with `out` undefined, when there is no match that begins there.
 */
export function onePassSearch(
  program: Program,
  block: usize,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  out: usize,
  slots: u32,
  scratch: usize,
): bool {
  const nodeBytes = <usize>load<u32>(block, 4);
  const slotBytes = (<usize>slots) << 2;
  let node = block + HEADER;
  let matched = false;
  memory.fill(scratch, 0xff, slotBytes);
  for (let at = from; ; at++) {
    const previous = at > 0 ? <u32>load<u8>(text + at - 1) : END_OF_TEXT;
    const byte = at < textBytes ? <u32>load<u8>(text + at) : END_OF_TEXT;
    const looks = program.looks == 0 ? 0 : looksBetween(previous, byte);
    const ending = load<u32>(node);
    const ends = ending != NONE && (ending & LOOKS & ~looks) == 0;
    if (ends) {
      memory.copy(out, scratch, slotBytes);
      setSlots(out, slots, ending, at);
      matched = true;
    }
    if (at >= to) break;
    const cell = node + 8 + ((<usize>load<u8>(program.classes + byte)) << 3);
    const target = load<u32>(cell);
    const condition = load<u32>(cell, 4);
    if (target == NONE || (condition & LOOKS & ~looks) != 0) break;
    if (ends && (condition & MATCH_WINS) != 0) break;
    setSlots(scratch, slots, condition, at);
    node = block + HEADER + <usize>target * nodeBytes;
  }
  if (matched) store<u32>(out, from);
  return matched;
}

/** Sets the slots of a condition to a position; slot 1 always, so that the last match's end stays in it. */
function setSlots(at: usize, slots: u32, condition: u32, position: u32): void {
  store<u32>(at, position, 4);
  let bits = (condition & ~MATCH_WINS) >>> 6;
  while (bits != 0) {
    const slot: u32 = <u32>ctz<u32>(bits) + 2;
    if (slot < slots) store<u32>(at + ((<usize>slot) << 2), position);
    bits &= bits - 1;
  }
}
