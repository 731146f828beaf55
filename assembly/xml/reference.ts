// References in XML text and attribute values (XML 1.0 §4.1, §4.6): the five predefined names and character
// references. Nothing else is known, since nothing else is declared.
import { writeCodePoint } from "../base/utf8";
import { hexValue } from "../base/percent";

let code: u32 = 0;
let isNamed: bool = false;

/**
 * Length of the reference whose `&` stands at `at`, or 0 when it is none that is known. Its character is
 * then `referenceCode`.
 */
export function referenceLength(at: usize, end: usize): u32 {
  isNamed = false;
  if (at + 3 > end) return 0;
  if (load<u8>(at, 1) == 0x23) return numeric(at, end);
  isNamed = isNameByte(load<u8>(at, 1));
  if (at + 4 <= end && load<u16>(at, 1) == 0x746c && load<u8>(at, 3) == 0x3b) return named(0x3c, 4);
  if (at + 4 <= end && load<u16>(at, 1) == 0x7467 && load<u8>(at, 3) == 0x3b) return named(0x3e, 4);
  if (at + 5 <= end && load<u32>(at, 1) == 0x3b706d61) return named(0x26, 5);
  if (at + 6 > end || load<u8>(at, 5) != 0x3b) return 0;
  if (load<u32>(at, 1) == 0x746f7571) return named(0x22, 6);
  return load<u32>(at, 1) == 0x736f7061 ? named(0x27, 6) : 0;
}

/** Code point of the reference read last. */
export function referenceCode(): u32 {
  return code;
}

/** After a length of 0: whether a name stood there, so that it is an entity we do not know. */
export function isEntityName(): bool {
  return isNamed;
}

function named(value: u32, length: u32): u32 {
  code = value;
  return length;
}

function numeric(at: usize, end: usize): u32 {
  const isHex = load<u8>(at, 2) == 0x78;
  const start = at + (isHex ? 3 : 2);
  let p = start;
  let value: u32 = 0;
  for (; p < end && load<u8>(p) != 0x3b; p++) {
    const digit = hexValue(load<u8>(p));
    if (digit > (isHex ? <u8>15 : <u8>9)) return 0;
    value = value * (isHex ? 16 : 10) + digit;
    if (value > 0x10ffff) return 0;
  }
  if (p == start || p >= end) return 0;
  // §2.2: no other control characters, no surrogates, no non-characters at the end of the plane.
  if (value < 0x20 && value != 9 && value != 10 && value != 13) return 0;
  if (value - 0xd800 < 0x800 || value == 0xfffe || value == 0xffff) return 0;
  code = value;
  return <u32>(p + 1 - at);
}

function isNameByte(byte: u8): bool {
  return <u8>((byte | 0x20) - 0x61) < 26 || byte == 0x5f || byte == 0x3a || byte >= 0x80;
}

/**
 * Writes text with its references resolved to `target`, which holds `length` bytes; returns how many it
 * took. For text that the reader has passed.
 */
export function resolveReferences(target: usize, ptr: usize, length: u32): u32 {
  const end = ptr + length;
  let out = target;
  for (let at = ptr; at < end;) {
    const byte = load<u8>(at);
    const size = byte == 0x26 ? referenceLength(at, end) : 0;
    if (size > 0) {
      out += writeCodePoint(out, code);
      at += size;
    } else {
      store<u8>(out++, byte);
      at++;
    }
  }
  return <u32>(out - target);
}
