// utf8toUnicode: every character beyond ASCII as %uHHHH (lower-case hex, four digits or more), so that urlDecodeUni
// after it folds look-alikes to ASCII. A byte that belongs to no UTF-8 sequence is %ufffd, as Coraza has it.
import { sequenceLength } from "../base/utf8";
import { firstNotAscii } from "./first-of";
import { UNCHANGED } from "./outcome";

/** What stands for bytes that are no text. */
export const REPLACEMENT: u32 = 0xfffd;

export function utf8toUnicode(ptr: usize, length: u32, target: usize): i32 {
  const first = firstNotAscii(ptr, 0, length);
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  while (from < end) {
    const byte = load<u8>(from);
    if (byte < 0x80) {
      store<u8>(to++, byte);
      from++;
      continue;
    }
    const size = sequenceLength(from, end);
    store<u16>(to, 0x7525);
    to = writeHex(to + 2, size == 0 ? REPLACEMENT : codePoint(from, size));
    from += max<u32>(size, 1);
  }
  return <i32>(to - target);
}

/** Code point of the sequence of `size` bytes at `p`. */
function codePoint(p: usize, size: u32): u32 {
  let value: u32 = load<u8>(p) & (0xff >> (size + 1));
  for (let i: u32 = 1; i < size; i++) value = (value << 6) | (load<u8>(p + i) & 0x3f);
  return value;
}

function writeHex(to: usize, code: u32): usize {
  const digits: u32 = code > 0xfffff ? 6 : code > 0xffff ? 5 : 4;
  for (let i = digits; i > 0; i--) {
    const value = <u8>((code >> ((i - 1) << 2)) & 15);
    store<u8>(to++, value < 10 ? 0x30 + value : 0x57 + value);
  }
  return to;
}
