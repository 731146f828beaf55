// lowercase and uppercase: ASCII letters only, as ModSecurity does it. Coraza folds Unicode too, which changes no rule
// of the Core Rule Set; its patterns fold ASCII.
import { firstInRange } from "./first-of";
import { UNCHANGED } from "./outcome";

export function lowercase(ptr: usize, length: u32, target: usize): i32 {
  return fold(ptr, length, target, 0x41);
}

export function uppercase(ptr: usize, length: u32, target: usize): i32 {
  return fold(ptr, length, target, 0x61);
}

/** Turns the other case over for the 26 letters from `first`. */
function fold(ptr: usize, length: u32, target: usize, first: u8): i32 {
  let i = firstInRange(ptr, 0, length, first, 26);
  if (i == length) return UNCHANGED;
  memory.copy(target, ptr, i);
  const base = i8x16.splat(first);
  const width = i8x16.splat(26);
  const bit = i8x16.splat(0x20);
  for (; i + 16 <= length; i += 16) {
    const bytes = v128.load(ptr + i);
    const letters = i8x16.lt_u(i8x16.sub(bytes, base), width);
    v128.store(target + i, v128.xor(bytes, v128.and(letters, bit)));
  }
  for (; i < length; i++) {
    const byte = load<u8>(ptr + i);
    store<u8>(target + i, <u8>(byte - first) < 26 ? byte ^ 0x20 : byte);
  }
  return <i32>length;
}
