// Bracket expressions `[...]`: ranges, escapes, POSIX names, negation. A hyphen that cannot make a range
// is itself, a `]` in first place is itself (RE2 in Perl mode, PCRE).

import { openClass, addClassRange, addClassTable, closeClass } from "./class-builder";
import { posixTable } from "./class-names";
import { classEscape, takeCharacter, takeCharacterEscape } from "./escape";
import { RegexStatus } from "../status";
import { addressOf, fail, more, offset, peek, take, takeIf } from "./source";

/** Takes a bracket expression, the cursor being behind its `[`. Returns its node, 0 after a failure. */
export function takeClass(): u32 {
  const from = offset() - 1;
  const negated = takeIf(0x5e);
  openClass();
  let first = true;
  while (true) {
    if (!more()) {
      fail(RegexStatus.MISSING_BRACKET, from);
      return 0;
    }
    if (!first && takeIf(0x5d)) return closeClass(negated);
    first = false;
    if (peek() == 0x5b && peek(1) == 0x3a) {
      const taken = takePosixName();
      if (taken > 0) continue;
      if (taken < 0) return 0;
    }
    if (takeEscapedClass()) continue;
    if (!takeRange()) return 0;
  }
  return 0;
}

/** 1 when a `[:name:]` was taken, 0 when this is none, -1 when the name is unknown. */
function takePosixName(): i32 {
  const from = offset();
  let length: u32 = 2;
  while (peek(length) != 0x3a || peek(length + 1) != 0x5d) {
    const byte = peek(length);
    if (byte < 0 || byte == 0x5d || byte == 0x5b) return 0;
    length++;
  }
  const negated = peek(2) == 0x5e;
  const skip: u32 = negated ? 3 : 2;
  const table = posixTable(addressOf(from + skip), length - skip);
  if (table.length == 0) {
    fail(RegexStatus.BAD_CLASS_NAME, from);
    return -1;
  }
  addClassTable(table, negated);
  for (let i: u32 = 0; i < length + 2; i++) take();
  return 1;
}

/** Takes `\d` and its like; false leaves the cursor where it was. */
function takeEscapedClass(): bool {
  if (peek() != 0x5c) return false;
  const letter = peek(1);
  const table = classEscape(letter);
  if (table === null) return false;
  take();
  take();
  addClassTable(table, letter < 0x61);
  return true;
}

/** Takes `x` or `x-y`; false after a failure. */
function takeRange(): bool {
  const from = offset();
  const low = takeMember();
  if (low < 0) return false;
  let high = low;
  const next = peek(1);
  if (peek() == 0x2d && next >= 0 && next != 0x5d && !(next == 0x5c && isClassLetter(peek(2)))) {
    take();
    high = takeMember();
    if (high < 0) return false;
    if (high < low) return fail(RegexStatus.BAD_CLASS_RANGE, from);
  }
  addClassRange(<u32>low, <u32>high);
  return true;
}

function isClassLetter(letter: i32): bool {
  return classEscape(letter) !== null;
}

/** One member: a character or its escape; `\b` is backspace here. -1 after a failure. */
function takeMember(): i32 {
  const from = offset();
  if (!takeIf(0x5c)) return takeCharacter();
  if (takeIf(0x62)) return 0x08;
  return takeCharacterEscape(from);
}
