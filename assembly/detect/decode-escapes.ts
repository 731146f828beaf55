// Escapes that languages read inside their strings: those of JavaScript (ECMA-262 §12.9.4), those of CSS
// (CSS Syntax §4.3.7), and literals such as 0x2e that databases and old filters take for text.
import { hexValue } from "../base/percent";

/** The value of four hexadecimal digits at `p`, or -1. */
export function fourHex(p: usize): i32 {
  let value: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = hexValue(load<u8>(p + i));
    if (digit == 255) return -1;
    value = (value << 4) | (<i32>digit);
  }
  return value;
}

/** Writes a 16-bit unit as UTF-8. */
export function putUnit(out: usize, unit: u32): usize {
  if (unit < 0x80) {
    store<u8>(out, <u8>unit);
    return out + 1;
  }
  if (unit < 0x800) {
    store<u8>(out, <u8>(0xc0 | (unit >> 6)));
    store<u8>(out, <u8>(0x80 | (unit & 63)), 1);
    return out + 2;
  }
  store<u8>(out, <u8>(0xe0 | (unit >> 12)));
  store<u8>(out, <u8>(0x80 | ((unit >> 6) & 63)), 1);
  store<u8>(out, <u8>(0x80 | (unit & 63)), 2);
  return out + 3;
}

/**
 * \xHH, \uHHHH, \u{H}, \n, \r, \t, \/ and octal escapes; other backslashes stay.
 * Answers the end of what was written, or 0 when nothing changed.
 */
export function scriptEscapes(ptr: usize, end: usize, target: usize): usize {
  let out = target;
  let changed = false;
  for (let p = ptr; p < end;) {
    const byte = load<u8>(p);
    if (byte == 0x5c && p + 1 < end) {
      const next = load<u8>(p, 1);
      if (
        next == 0x78 &&
        p + 3 < end &&
        hexValue(load<u8>(p, 2)) != 255 &&
        hexValue(load<u8>(p, 3)) != 255
      ) {
        store<u8>(out++, (hexValue(load<u8>(p, 2)) << 4) | hexValue(load<u8>(p, 3)));
        p += 4;
        changed = true;
        continue;
      }
      if (next == 0x75 && p + 5 < end && fourHex(p + 2) >= 0) {
        out = putUnit(out, <u32>fourHex(p + 2));
        p += 6;
        changed = true;
        continue;
      }
      const single: u8 =
        next == 0x6e
          ? 0x0a
          : next == 0x72
            ? 0x0d
            : next == 0x74
              ? 0x09
              : next == 0x22 || next == 0x27 || next == 0x2f || next == 0x60
                ? next
                : 0;
      if (single != 0) {
        store<u8>(out++, single);
        p += 2;
        changed = true;
        continue;
      }
      if (
        next >= 0x30 &&
        next < 0x34 &&
        p + 3 < end &&
        <u8>(load<u8>(p, 2) - 0x30) < 8 &&
        <u8>(load<u8>(p, 3) - 0x30) < 8
      ) {
        store<u8>(
          out++,
          ((next - 0x30) << 6) | ((load<u8>(p, 2) - 0x30) << 3) | (load<u8>(p, 3) - 0x30),
        );
        p += 4;
        changed = true;
        continue;
      }
    }
    store<u8>(out++, byte);
    p++;
  }
  return changed ? out : 0;
}

/**
 * A backslash with one to six hexadecimal digits and the blank that ends them, where they spell a printable
 * ASCII character. Answers the end of what was written, or 0 when nothing changed.
 */
export function styleEscapes(ptr: usize, end: usize, target: usize): usize {
  let out = target;
  let changed = false;
  for (let p = ptr; p < end;) {
    const byte = load<u8>(p);
    if (byte == 0x5c) {
      let q = p + 1;
      let value: u32 = 0;
      while (q < end && q < p + 7 && hexValue(load<u8>(q)) != 255) {
        value = (value << 4) | hexValue(load<u8>(q));
        q++;
      }
      if (q > p + 2 && value > 0x20 && value < 0x7f) {
        store<u8>(out++, <u8>value);
        p = q < end && load<u8>(q) == 0x20 ? q + 1 : q;
        changed = true;
        continue;
      }
    }
    store<u8>(out++, byte);
    p++;
  }
  return changed ? out : 0;
}

/**
 * 0x2e, 0x2f, 0x5c, 0x0d and 0x0a as the byte they stand for, and literals of sixteen digits and more as the
 * text they hold, in one or two bytes a character. Answers the end of what was written, or 0.
 */
export function hexLiterals(ptr: usize, end: usize, target: usize): usize {
  let out = target;
  let changed = false;
  for (let p = ptr; p < end;) {
    const byte = load<u8>(p);
    if (byte == 0x30 && p + 3 < end && (load<u8>(p, 1) | 0x20) == 0x78) {
      let q = p + 2;
      while (q < end && hexValue(load<u8>(q)) != 255) q++;
      const text = q - p >= 18 ? hexText(p + 2, q, out) : 0;
      const mark = q - p >= 4 ? (hexValue(load<u8>(p, 2)) << 4) | hexValue(load<u8>(p, 3)) : 0;
      if (text != 0) {
        out = text;
        p = q;
        changed = true;
        continue;
      }
      if (mark == 0x2e || mark == 0x2f || mark == 0x5c || mark == 0x0d || mark == 0x0a) {
        store<u8>(out++, mark);
        p += 4;
        changed = true;
        continue;
      }
    }
    store<u8>(out++, byte);
    p++;
  }
  return changed ? out : 0;
}

/** Writes the printable text of hexadecimal digits without its zero bytes; its end, or 0 when it is none. */
function hexText(p: usize, end: usize, target: usize): usize {
  let out = target;
  for (; p + 1 < end; p += 2) {
    const byte = (hexValue(load<u8>(p)) << 4) | hexValue(load<u8>(p, 1));
    if (byte == 0) continue;
    if (byte < 0x20 || byte > 0x7e) return 0;
    store<u8>(out++, byte);
  }
  return out;
}
