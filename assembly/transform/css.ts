// cssDecode: one to six hex digits after a backslash are one code point, written as UTF-8 (CSS Syntax §4.3.7; U+FFFD
// for zero and for what is no code point), and one blank after them goes. Full-width ASCII becomes ASCII. A backslash
// before a newline goes with it, before anything else alone. ModSecurity writes the low byte; Coraza since 3.8 this.
import { indexOfByte } from "../base/find-byte";
import { isBlank } from "./blank";
import { hexValue } from "../base/percent";
import { writeCodePoint } from "../base/utf8";
import { UNCHANGED } from "./outcome";
import { REPLACEMENT } from "./unicode";

export function cssDecode(ptr: usize, length: u32, target: usize): i32 {
  const first = indexOfByte(ptr, 0, length, 0x5c);
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  while (from < end) {
    const byte = load<u8>(from++);
    if (byte != 0x5c) {
      store<u8>(to++, byte);
      continue;
    }
    if (from == end) break;
    let code: u32 = 0;
    let digits: u32 = 0;
    for (; digits < 6 && from < end; digits++, from++) {
      const value: u32 = hexValue(load<u8>(from));
      if (value > 15) break;
      code = (code << 4) | value;
    }
    if (digits == 0) {
      const next = load<u8>(from++);
      if (next != 0x0a) store<u8>(to++, next);
      continue;
    }
    if (code == 0) code = REPLACEMENT;
    if (code >= 0xff01 && code <= 0xff5e) code -= 0xfee0;
    to += writeCodePoint(to, code);
    if (from < end && isBlank(load<u8>(from))) from++;
  }
  return <i32>(to - target);
}
