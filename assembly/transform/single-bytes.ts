// Transformations that look at one byte at a time: NUL bytes and parity bits.
import { indexOfByte } from "../base/find-byte";
import { firstNotAscii } from "./first-of";
import { UNCHANGED } from "./outcome";

/** removeNulls: drops every NUL. */
export function removeNulls(ptr: usize, length: u32, target: usize): i32 {
  let from: u32 = 0;
  let nul = indexOfByte(ptr, 0, length, 0);
  if (nul == length) return UNCHANGED;
  let written: u32 = 0;
  while (true) {
    memory.copy(target + written, ptr + from, nul - from);
    written += nul - from;
    if (nul == length) return <i32>written;
    from = nul + 1;
    nul = indexOfByte(ptr, from, length, 0);
  }
}

/** replaceNulls: a blank for every NUL. */
export function replaceNulls(ptr: usize, length: u32, target: usize): i32 {
  let nul = indexOfByte(ptr, 0, length, 0);
  if (nul == length) return UNCHANGED;
  memory.copy(target, ptr, length);
  for (; nul < length; nul = indexOfByte(ptr, nul + 1, length, 0)) store<u8>(target + nul, 0x20);
  return <i32>length;
}

/** parityEven7bit, parityOdd7bit: bit 7 makes the count of ones even (`odd` 0) or odd (1). */
export function setParity(ptr: usize, length: u32, target: usize, odd: u32): i32 {
  let changed = false;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    const bits = byte & 0x7f;
    const out = <u8>(bits | (((popcnt<u32>(bits) + odd) & 1) << 7));
    if (out != byte) changed = true;
    store<u8>(target + i, out);
  }
  return changed ? <i32>length : UNCHANGED;
}

/** parityZero7bit: clears bit 7. */
export function clearParity(ptr: usize, length: u32, target: usize): i32 {
  if (firstNotAscii(ptr, 0, length) == length) return UNCHANGED;
  for (let i: u32 = 0; i < length; i++) store<u8>(target + i, load<u8>(ptr + i) & 0x7f);
  return <i32>length;
}
