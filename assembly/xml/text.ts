// The alphabet of XML: names, blanks, control bytes (XML 1.0 §2.2, §2.3), and the search for the marks that end
// comments, sections and instructions.
import { indexOfByte } from "../base/find-byte";

/** First byte at or after `at` that is no white space of §2.3. */
export function skipWhite(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) break;
    at++;
  }
  return at;
}

export function isNameStart(byte: u8): bool {
  return <u8>((byte | 0x20) - 0x61) < 26 || byte == 0x5f || byte == 0x3a || byte >= 0x80;
}

/** End of the name at `at`; `at` itself when none begins there. */
export function nameEnd(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    const isName = isNameStart(byte) || <u8>(byte - 0x30) < 10 || byte == 0x2d || byte == 0x2e;
    if (!isName) break;
    at++;
  }
  return at;
}

/** Place of two bytes, or of three when `third` is not 0; 0 when they do not stand together. */
export function findMark(from: usize, end: usize, first: u8, second: u8, third: u8): usize {
  for (let at = from; at < end; at++) {
    at += indexOfByte(at, 0, <u32>(end - at), first);
    if (end - at < <usize>(third == 0 ? 2 : 3)) return 0;
    if (load<u8>(at, 1) == second && (third == 0 || load<u8>(at, 2) == third)) return at;
  }
  return 0;
}

/** Control bytes other than tab and line ends. */
export function hasControl(at: usize, end: usize): bool {
  const limit = i8x16.splat(0x20);
  for (; at + 16 <= end; at += 16) {
    const bytes = v128.load(at);
    if (i8x16.bitmask(i8x16.lt_u(bytes, limit)) == 0) continue;
    for (let i: usize = 0; i < 16; i++) if (isControl(load<u8>(at + i))) return true;
  }
  for (; at < end; at++) if (isControl(load<u8>(at))) return true;
  return false;
}

function isControl(byte: u8): bool {
  return byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d;
}
