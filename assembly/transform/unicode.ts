// utf8toUnicode: every character beyond ASCII as %uHHHH (lower-case hex, four digits or more), so that urlDecodeUni
// after it folds look-alikes to ASCII. A byte that belongs to no UTF-8 sequence is %ufffd, as Coraza has it. Also the
// writer of UTF-8 that the decoders of references and of CSS share.
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

/** Bytes of the well-formed sequence of two to four bytes at `p`, or 0 (RFC 3629 §4). */
export function sequenceLength(p: usize, end: usize): u32 {
  const lead = load<u8>(p);
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (p + size > end) return 0;
  const second = load<u8>(p, 1);
  const low: u8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const high: u8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i: u32 = 2; i < size; i++) if ((load<u8>(p + i) & 0xc0) != 0x80) return 0;
  return size;
}

/** Code point of the sequence of `size` bytes at `p`. */
export function codePoint(p: usize, size: u32): u32 {
  let value: u32 = load<u8>(p) & (0xff >> (size + 1));
  for (let i: u32 = 1; i < size; i++) value = (value << 6) | (load<u8>(p + i) & 0x3f);
  return value;
}

/** Writes `code` as UTF-8, U+FFFD for what is none; returns the end. At most three bytes below U+10000, else four. */
export function writeUtf8(to: usize, code: u32): usize {
  if (code > 0x10ffff || code >> 11 == 0x1b) code = REPLACEMENT;
  if (code < 0x80) {
    store<u8>(to, <u8>code);
    return to + 1;
  }
  if (code < 0x800) {
    store<u8>(to, <u8>(0xc0 | (code >> 6)));
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 1);
    return to + 2;
  }
  if (code < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (code >> 12)));
    store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (code >> 18)));
  store<u8>(to, <u8>(0x80 | ((code >> 12) & 0x3f)), 1);
  store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 2);
  store<u8>(to, <u8>(0x80 | (code & 0x3f)), 3);
  return to + 4;
}

function writeHex(to: usize, code: u32): usize {
  const digits: u32 = code > 0xfffff ? 6 : code > 0xffff ? 5 : 4;
  for (let i = digits; i > 0; i--) {
    const value = <u8>((code >> ((i - 1) << 2)) & 15);
    store<u8>(to++, value < 10 ? 0x30 + value : 0x57 + value);
  }
  return to;
}
