// urlDecode, urlDecodeUni, urlEncode. What is no valid escape stays as it is. urlDecodeUni also reads %uHHHH (IIS):
// best fit of code page 20127, else the low byte; full-width ASCII (FF01 to FF5E) becomes ASCII.
import { hexValue } from "../base/percent";
import { bestFit } from "./best-fit";
import { firstOfTwo } from "./first-of";
import { UNCHANGED } from "./outcome";

export function urlDecode(ptr: usize, length: u32, target: usize): i32 {
  return decode(ptr, length, target, false);
}

export function urlDecodeUni(ptr: usize, length: u32, target: usize): i32 {
  return decode(ptr, length, target, true);
}

function decode(ptr: usize, length: u32, target: usize, unicode: bool): i32 {
  const first = firstOfTwo(ptr, 0, length, 0x25, 0x2b);
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  let changed = false;
  while (from < end) {
    const byte = load<u8>(from);
    if (byte == 0x2b) {
      store<u8>(to++, 0x20);
      from++;
      changed = true;
    } else if (byte != 0x25) {
      store<u8>(to++, byte);
      from++;
    } else if (unicode && from + 5 < end && (load<u8>(from, 1) | 0x20) == 0x75) {
      const code = fourHex(from + 2);
      if (code < 0) {
        // The two bytes are copied together, so that the `u` begins nothing.
        store<u8>(to++, byte);
        store<u8>(to++, load<u8>(from, 1));
        from += 2;
      } else {
        store<u8>(to++, asciiOf(<u32>code));
        from += 6;
        changed = true;
      }
    } else {
      const high: u32 = from + 2 < end ? hexValue(load<u8>(from, 1)) : 255;
      const low: u32 = from + 2 < end ? hexValue(load<u8>(from, 2)) : 255;
      if ((high | low) > 15) {
        store<u8>(to++, byte);
        from++;
      } else {
        store<u8>(to++, <u8>((high << 4) | low));
        from += 3;
        changed = true;
      }
    }
  }
  return changed ? <i32>(to - target) : UNCHANGED;
}

/** Value of four hex digits at `p`, or -1. */
function fourHex(p: usize): i32 {
  const a: u32 = hexValue(load<u8>(p));
  const b: u32 = hexValue(load<u8>(p, 1));
  const c: u32 = hexValue(load<u8>(p, 2));
  const d: u32 = hexValue(load<u8>(p, 3));
  if ((a | b | c | d) > 15) return -1;
  return <i32>((a << 12) | (b << 8) | (c << 4) | d);
}

function asciiOf(code: u32): u8 {
  const fit = bestFit(code);
  if (fit != 0) return fit;
  const low = <u8>code;
  return code >> 8 == 0xff && low > 0 && low < 0x5f ? low + 0x20 : low;
}

export function urlEncode(ptr: usize, length: u32, target: usize): i32 {
  let changed = false;
  let to = target;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (<u8>(byte - 0x30) < 10 || <u8>((byte | 0x20) - 0x61) < 26 || byte == 0x2a) {
      store<u8>(to++, byte);
      continue;
    }
    changed = true;
    if (byte == 0x20) {
      store<u8>(to++, 0x2b);
      continue;
    }
    store<u8>(to, 0x25);
    store<u8>(to, digit(byte >> 4), 1);
    store<u8>(to, digit(byte & 15), 2);
    to += 3;
  }
  return changed ? <i32>(to - target) : UNCHANGED;
}

function digit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
