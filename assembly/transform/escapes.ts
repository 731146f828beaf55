// Escapes of script and of C: jsDecode (\uHHHH by its low byte, \xHH, octal) and escapeSeqDecode (ANSI C, \xHH,
// octal). A backslash before any other byte goes, the byte stays. Octal follows ModSecurity: three digits at most,
// the low byte of what they say.
import { indexOfByte } from "../base/find-byte";
import { hexValue } from "../base/percent";
import { UNCHANGED } from "./outcome";

export function jsDecode(ptr: usize, length: u32, target: usize): i32 {
  const first = indexOfByte(ptr, 0, length, 0x5c);
  if (first >= length - 1 || length == 0) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  while (from < end) {
    const byte = load<u8>(from);
    if (byte != 0x5c || from + 1 == end) {
      store<u8>(to++, byte);
      from++;
      continue;
    }
    const kind = load<u8>(from, 1);
    if (kind == 0x75 && from + 5 < end && hexPair(from + 2) >= 0 && hexPair(from + 4) >= 0) {
      const low = <u8>hexPair(from + 4);
      const wide = hexPair(from + 2) == 0xff && low > 0 && low < 0x5f;
      store<u8>(to++, wide ? low + 0x20 : low);
      from += 6;
    } else if (kind == 0x78 && from + 3 < end && hexPair(from + 2) >= 0) {
      store<u8>(to++, <u8>hexPair(from + 2));
      from += 4;
    } else if (isOctal(kind)) {
      // Three digits only where they are one byte.
      const count = octalDigits(from + 1, end, kind > 0x33 ? 2 : 3);
      store<u8>(to++, <u8>octal(from + 1, count));
      from += 1 + count;
    } else {
      store<u8>(to++, letterEscape(kind));
      from += 2;
    }
  }
  return <i32>(to - target);
}

export function escapeSeqDecode(ptr: usize, length: u32, target: usize): i32 {
  const first = indexOfByte(ptr, 0, length, 0x5c);
  if (first >= length - 1 || length == 0) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  while (from < end) {
    const byte = load<u8>(from);
    if (byte != 0x5c || from + 1 == end) {
      store<u8>(to++, byte);
      from++;
      continue;
    }
    const kind = load<u8>(from, 1);
    if ((kind | 0x20) == 0x78 && from + 3 < end && hexPair(from + 2) >= 0) {
      store<u8>(to++, <u8>hexPair(from + 2));
      from += 4;
    } else if (isOctal(kind)) {
      const count = octalDigits(from + 1, end, 3);
      store<u8>(to++, <u8>octal(from + 1, count));
      from += 1 + count;
    } else {
      store<u8>(to++, letterEscape(kind));
      from += 2;
    }
  }
  return <i32>(to - target);
}

/** Value of two hex digits at `p`, which lie inside the value, or -1. */
function hexPair(p: usize): i32 {
  const high: u32 = hexValue(load<u8>(p));
  const low: u32 = hexValue(load<u8>(p, 1));
  return (high | low) > 15 ? -1 : <i32>((high << 4) | low);
}

function isOctal(byte: u8): bool {
  return <u8>(byte - 0x30) < 8;
}

function octalDigits(p: usize, end: usize, most: u32): u32 {
  let count: u32 = 1;
  while (count < most && p + count < end && isOctal(load<u8>(p + count))) count++;
  return count;
}

function octal(p: usize, count: u32): u32 {
  let value: u32 = 0;
  for (let i: u32 = 0; i < count; i++) value = value * 8 + (load<u8>(p + i) - 0x30);
  return value;
}

/** What `\letter` means in C; any other byte means itself. */
function letterEscape(byte: u8): u8 {
  switch (byte) {
    case 0x61:
      return 7;
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
    case 0x76:
      return 11;
  }
  return byte;
}
