// The compiled form of one pattern, or of a set of patterns: a Thompson NFA as flat instructions, the
// byte sets they refer to, and the byte classes. Every engine of the room runs this program.
//
//   instruction -> [ operation (4 bits) | argument (28 bits) ] [ next instruction ]     8 bytes
//
// Instruction 0 is FAIL, so that 0 can mean "none". Ownership: the heap; freeProgram gives it back.

import { SET_BYTES } from "./byte-set";

export const enum Op {
  FAIL = 0,
  /** One byte; argument = lowest | highest << 8. */
  RANGE = 1,
  /** One byte of set number argument. */
  SET = 2,
  /** Goes on at next, or with lower priority at the argument. */
  SPLIT = 3,
  /** Keeps the position in slot argument. */
  CAPTURE = 4,
  /** Goes on when the test (a Look) holds here. */
  LOOK = 5,
  /** Pattern number argument has matched. */
  MATCH = 6,
}

/** Stands for "behind the last byte" where a byte value is expected. */
export const END_OF_TEXT: u32 = 256;

@unmanaged
@final
export class Program {
  /** Instructions, 8 bytes each. */
  code: usize = 0;
  length: u32 = 0;
  /** Byte sets, 32 bytes each. */
  sets: usize = 0;
  setCount: u32 = 0;
  /** Where an anchored search starts. */
  entry: u32 = 0;
  /** Patterns in the program; 1 except for sets. */
  patterns: u32 = 1;
  /** Capture slots, two for each group and two for the whole match. */
  slots: u32 = 2;
  /** Bit l is set when Look l occurs. */
  looks: u32 = 0;
  /** Whether a match can only begin at the start of the text. */
  anchored: bool = false;
  /** 256 bytes: class of each byte value. */
  classes: usize = 0;
  /** `classCount` bytes: one byte value of each class. */
  samples: usize = 0;
  /** Number of classes, 1 to 256. */
  classCount: u32 = 0;
}

/** Operation of instruction `pc`. */
export function opOf(code: usize, pc: u32): u32 {
  return load<u32>(code + ((<usize>pc) << 3)) & 15;
}

/** Argument of instruction `pc`. */
export function argumentOf(code: usize, pc: u32): u32 {
  return load<u32>(code + ((<usize>pc) << 3)) >>> 4;
}

/** Instruction after `pc`. */
export function nextOf(code: usize, pc: u32): u32 {
  return load<u32>(code + ((<usize>pc) << 3), 4);
}

/** Whether a RANGE or SET instruction, given by its first word, accepts a byte. */
export function accepts(sets: usize, word: u32, byte: u32): bool {
  const argument = word >>> 4;
  if ((word & 15) == Op.RANGE)
    return byte - (argument & 0xff) <= (argument >>> 8) - (argument & 0xff);
  const set = sets + <usize>argument * SET_BYTES;
  return ((load<u8>(set + (byte >> 3)) >>> (byte & 7)) & 1) != 0;
}

/** Gives the memory of a program back. */
export function freeProgram(program: Program): void {
  heap.free(program.code);
  if (program.sets != 0) heap.free(program.sets);
  heap.free(program.classes);
  heap.free(program.samples);
  heap.free(changetype<usize>(program)); // unmanaged: the reference is the block's address
}
