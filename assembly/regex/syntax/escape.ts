// Escapes: what follows a backslash, for the body of a pattern and for classes. RE2's list, and the
// escapes of PCRE that mean one character or one regular class (\e, \cX, \h). What has no regular
// meaning is refused by its own name, so that a rule author learns why.

import { BLANK, DIGIT, PERL_SPACE, SPACE, WORD } from "./class-names";
import { RegexFlag, RegexStatus } from "../status";
import { fail, hasFlag, maxCharacter, more, offset, peek, take, takeIf } from "./source";

/** Table of the class escape `\d \s \w \h` (either case) whose letter is `letter`; null otherwise. */
export function classEscape(letter: i32): StaticArray<u8> | null {
  switch (letter | 0x20) {
    case 0x64:
      return DIGIT;
    case 0x73:
      return hasFlag(RegexFlag.PERL_SPACE) ? PERL_SPACE : SPACE;
    case 0x77:
      return WORD;
    case 0x68:
      return BLANK;
  }
  return null;
}

/**
 * Takes an escape that stands for one character; the cursor is behind the backslash, which is at
 * `from`. Returns the character, or -1 after a failure was noted.
 */
export function takeCharacterEscape(from: u32): i32 {
  if (!more()) return refuse(RegexStatus.TRAILING_BACKSLASH, from);
  const letter = take();
  if (letter >= 0x31 && letter <= 0x39) {
    const next = peek();
    if (letter > 0x37 || next < 0x30 || next > 0x37) return refuse(RegexStatus.BACKREFERENCE, from);
    return takeOctal(letter, from);
  }
  switch (letter) {
    case 0x30:
      return takeOctal(letter, from);
    case 0x78: // x
      return takeHex(from);
    case 0x61: // a
      return 0x07;
    case 0x65: // e
      return 0x1b;
    case 0x66: // f
      return 0x0c;
    case 0x6e: // n
      return 0x0a;
    case 0x72: // r
      return 0x0d;
    case 0x74: // t
      return 0x09;
    case 0x76: // v
      return 0x0b;
    case 0x63: // c
      return takeControl(from);
    case 0x67: // g
    case 0x6b: // k
      return refuse(RegexStatus.BACKREFERENCE, from);
    case 0x70: // p
    case 0x50: // P
      return refuse(RegexStatus.UNICODE_CLASS, from);
  }
  if (isLetter(letter) || letter >= 0x80) return refuse(RegexStatus.BAD_ESCAPE, from);
  return letter;
}

function isLetter(byte: i32): bool {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

function refuse(status: RegexStatus, from: u32): i32 {
  fail(status, from);
  return -1;
}

/** Up to two more octal digits. */
function takeOctal(first: i32, from: u32): i32 {
  let value = first - 0x30;
  for (let i = 0; i < 2; i++) {
    const next = peek();
    if (next < 0x30 || next > 0x37) break;
    value = value * 8 + take() - 0x30;
  }
  return bounded(value, from);
}

/** `\xHH` or `\x{H...}`. */
function takeHex(from: u32): i32 {
  let value = 0;
  if (takeIf(0x7b)) {
    let digits = 0;
    while (!takeIf(0x7d)) {
      const digit = hexValue(take());
      if (digit < 0) return refuse(RegexStatus.BAD_ESCAPE, from);
      value = value * 16 + digit;
      digits++;
      if (value > 0x10ffff) return refuse(RegexStatus.CODE_POINT_TOO_LARGE, from);
    }
    if (digits == 0) return refuse(RegexStatus.BAD_ESCAPE, from);
    return bounded(value, from);
  }
  for (let i = 0; i < 2; i++) {
    const digit = hexValue(take());
    if (digit < 0) return refuse(RegexStatus.BAD_ESCAPE, from);
    value = value * 16 + digit;
  }
  return value;
}

function bounded(value: i32, from: u32): i32 {
  if (<u32>value > maxCharacter()) return refuse(RegexStatus.CODE_POINT_TOO_LARGE, from);
  return value;
}

function hexValue(byte: i32): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** `\cX`: the control character of a letter. */
function takeControl(from: u32): i32 {
  const letter = take();
  if (!isLetter(letter)) return refuse(RegexStatus.BAD_ESCAPE, from);
  return letter & 0x1f;
}

/** Takes one character of the pattern: a byte, or a UTF-8 sequence in UTF-8 mode. -1 after a failure. */
export function takeCharacter(): i32 {
  const from = offset();
  const lead = take();
  if (lead < 0x80 || !hasFlag(RegexFlag.UTF8)) return lead;
  const tail = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : 0;
  let value = lead & (0x3f >> tail);
  for (let i = 0; i < tail; i++) {
    const next = take();
    if ((next & 0xc0) != 0x80 || next < 0) return refuse(RegexStatus.INVALID_UTF8, from);
    value = (value << 6) | (next & 0x3f);
  }
  const least = tail == 3 ? 0x10000 : tail == 2 ? 0x800 : 0x80;
  if (tail == 0 || value < least || value > 0x10ffff || (value & 0x1ff800) == 0xd800) {
    return refuse(RegexStatus.INVALID_UTF8, from);
  }
  return value;
}
