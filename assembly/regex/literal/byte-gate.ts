// Is any byte of a set in the text? Sixteen bytes at a time: the low nibble picks a row of eight bits
// from one of two tables (by the top bit), the high nibble picks the bit; exact for every set (Lemire
// and Mula, "Base64 encoding and decoding at almost the speed of a memory copy", use the same lookup).
//
// A gate is 64 bytes: two 16-byte tables and the set itself.

import { SET_BYTES, setHas } from "../byte-set";

/** Bytes of one gate. */
export const GATE_BYTES: usize = 64;

/** Builds the gate at `gate` for the 32-byte set at `set`. */
export function makeGate(gate: usize, set: usize): void {
  memory.fill(gate, 0, GATE_BYTES);
  memory.copy(gate + 32, set, SET_BYTES);
  for (let byte: u32 = 0; byte < 256; byte++) {
    if (!setHas(set, byte)) continue;
    const cell = gate + ((byte >> 7) << 4) + (byte & 15);
    store<u8>(cell, load<u8>(cell) | (<u8>((<u32>1) << ((byte >> 4) & 7))));
  }
}

/** Address of the first byte from `at` on that is in the gate's set; `end` when there is none. */
export function findInGate(gate: usize, at: usize, end: usize): usize {
  const low = v128.load(gate);
  const high = v128.load(gate, 16);
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const nibble = i8x16.splat(15);
  let p = at;
  while (p + 16 <= end) {
    const bytes = v128.load(p);
    const column = v128.and(bytes, nibble);
    const upper = i8x16.shr_s(bytes, 7); // all ones where the byte is 0x80 and up
    const rows = v128.bitselect(i8x16.swizzle(high, column), i8x16.swizzle(low, column), upper);
    const hit = v128.and(rows, i8x16.swizzle(bits, i8x16.shr_u(bytes, 4)));
    if (v128.any_true(hit)) {
      return p + <usize>ctz<i32>(i8x16.bitmask(i8x16.ne(hit, i8x16.splat(0))));
    }
    p += 16;
  }
  while (p < end) {
    if (setHas(gate + 32, load<u8>(p))) return p;
    p++;
  }
  return end;
}

/** Puts the set of byte values that occur into the 32 bytes at `set`. */
export function bytesPresent(at: usize, end: usize, set: usize): void {
  memory.fill(set, 0, SET_BYTES);
  for (let p = at; p < end; p++) {
    const byte = <u32>load<u8>(p);
    const cell = set + ((byte >> 5) << 2);
    store<u32>(cell, load<u32>(cell) | ((<u32>1) << (byte & 31)));
  }
}
