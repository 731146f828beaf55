// Byte classes: bytes that no instruction of a program tells apart share one column of the automaton.
// Each distinct range, set and test adds a random-looking 64-bit number to the bytes it holds; bytes
// with equal sums behave alike (a fixed sequence, so that a build is reproducible; two different
// signatures collide with probability 2^-48 for any real program).

import { Look } from "./syntax/ast";
import { SET_BYTES, setHas } from "./byte-set";
import { Op, Program } from "./program";

/** Fills classes, samples and classCount of a program. */
export function findByteClasses(program: Program): void {
  const sums = heap.alloc(256 * 8);
  memory.fill(sums, 0, 256 * 8);
  addInstructions(program, sums);
  const lineLooks: u32 = (1 << Look.LINE_START) | (1 << Look.LINE_END);
  const wordLooks: u32 = (1 << Look.WORD_BOUNDARY) | (1 << Look.NOT_WORD_BOUNDARY);
  if ((program.looks & lineLooks) != 0) addRange(sums, 0x0a, 0x0a, 1);
  if ((program.looks & wordLooks) != 0) {
    addRange(sums, 0x30, 0x39, 2);
    addRange(sums, 0x41, 0x5a, 2);
    addRange(sums, 0x5f, 0x5f, 2);
    addRange(sums, 0x61, 0x7a, 2);
  }
  program.classes = heap.alloc(256);
  program.samples = heap.alloc(256);
  memory.fill(program.samples, 0, 256);
  number(program, sums);
  program.samples = heap.realloc(program.samples, program.classCount);
  heap.free(sums);
}

/** Adds each distinct RANGE once, and each set. */
function addInstructions(program: Program, sums: usize): void {
  const seen = heap.alloc(8192);
  memory.fill(seen, 0, 8192);
  for (let pc: u32 = 0; pc < program.length; pc++) {
    const word = load<u32>(program.code + ((<usize>pc) << 3));
    if ((word & 15) != Op.RANGE) continue;
    const range = word >>> 4;
    const cell = seen + (range >> 3);
    const bit = (<u32>1) << (range & 7);
    if ((load<u8>(cell) & bit) != 0) continue;
    store<u8>(cell, load<u8>(cell) | bit);
    addRange(sums, range & 0xff, range >>> 8, 0x10000 + range);
  }
  heap.free(seen);
  for (let i: u32 = 0; i < program.setCount; i++) {
    const set = program.sets + <usize>i * SET_BYTES;
    for (let byte: u32 = 0; byte < 256; byte++) {
      if (setHas(set, byte)) addRange(sums, byte, byte, 0x100 + i);
    }
  }
}

function addRange(sums: usize, low: u32, high: u32, seed: u32): void {
  const value = scramble(seed);
  for (let byte = low; byte <= high; byte++) {
    const cell = sums + ((<usize>byte) << 3);
    store<u64>(cell, load<u64>(cell) + value);
  }
}

/** The output function of SplitMix64 (Steele, Lea, Flood 2014). */
function scramble(seed: u32): u64 {
  let z = (<u64>seed + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Numbers the distinct sums in order of their first byte. */
function number(program: Program, sums: usize): void {
  let count: u32 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) {
    const sum = load<u64>(sums + ((<usize>byte) << 3));
    let found: u32 = 0;
    while (
      found < count &&
      load<u64>(sums + ((<usize>load<u8>(program.samples + found)) << 3)) != sum
    ) {
      found++;
    }
    if (found == count) store<u8>(program.samples + count++, byte);
    store<u8>(program.classes + byte, found);
  }
  program.classCount = count;
}
