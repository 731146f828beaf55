// What follows an opening parenthesis: capture, name, flags, or a construct that is refused by name.

import { GROUP_LIMIT, RegexFlag, RegexStatus } from "../status";
import { addressOf, fail, flags, more, offset, peek, setFlags, take, takeIf } from "./source";
import { vecAt, vecLength, vecPush, vecResize } from "../vec";

export const enum GroupKind {
  /** A comment or flags for the rest of the enclosing group: no group opens. */
  NOTHING = 0,
  PLAIN = 1,
  /** Capturing; groupIndex() is its number. */
  CAPTURE = 2,
  /** `(?flags:`: already in force; groupIndex() holds the flags to restore at its end. */
  FLAGGED = 3,
}

let kind: GroupKind = GroupKind.NOTHING;
let value: u32 = 0;
let captures: u32 = 0;
/** Triples (group number, offset of the name, its length). */
const names: usize = memory.data(12);

/** Forgets the groups of the pattern before. */
export function resetGroups(): void {
  captures = 0;
  vecResize(names, 0);
}

/** Capture groups opened so far. */
export function captureCount(): u32 {
  return captures;
}

/** The vec of (group number, offset, length) triples of named groups. */
export function groupNames(): usize {
  return names;
}

/** Kind of the group that takeGroupOpening read last. */
export function groupKind(): GroupKind {
  return kind;
}

/** Number of the capture, or the flags outside a flagged group. */
export function groupIndex(): u32 {
  return value;
}

/** Reads what follows the `(` at `from`; false after a failure. */
export function takeGroupOpening(from: u32): bool {
  if (peek() == 0x2a) return fail(RegexStatus.VERB, from);
  if (!takeIf(0x3f)) return openCapture(from);
  switch (peek()) {
    case 0x3a: // :
      take();
      kind = GroupKind.PLAIN;
      return true;
    case 0x50: // P
      return takePythonGroup(from);
    case 0x3c: // <
      if (peek(1) == 0x3d || peek(1) == 0x21) return fail(RegexStatus.LOOKBEHIND, from);
      take();
      return takeName(0x3e, from);
    case 0x27: // '
      take();
      return takeName(0x27, from);
    case 0x23: // #
      return takeComment(from);
    case 0x3d: // =
    case 0x21: // !
      return fail(RegexStatus.LOOKAHEAD, from);
    case 0x3e: // >
      return fail(RegexStatus.ATOMIC_GROUP, from);
    case 0x7c: // |
      return fail(RegexStatus.BRANCH_RESET, from);
    case 0x28: // (
      return fail(RegexStatus.CONDITIONAL, from);
  }
  const byte = peek();
  if (byte == 0x52 || byte == 0x26 || byte == 0x2b || (byte >= 0x30 && byte <= 0x39)) {
    return fail(RegexStatus.RECURSION, from);
  }
  return takeFlags(from);
}

function openCapture(from: u32): bool {
  if (captures >= GROUP_LIMIT) return fail(RegexStatus.TOO_MANY_GROUPS, from);
  kind = GroupKind.CAPTURE;
  value = ++captures;
  return true;
}

/** `(?P<name>`, and the two constructs of Python that are not regular. */
function takePythonGroup(from: u32): bool {
  take();
  if (takeIf(0x3c)) return takeName(0x3e, from);
  if (peek() == 0x3d) return fail(RegexStatus.BACKREFERENCE, from);
  if (peek() == 0x3e) return fail(RegexStatus.RECURSION, from);
  return fail(RegexStatus.BAD_GROUP, from);
}

function takeName(close: i32, from: u32): bool {
  const begin = offset();
  while (isNameByte(peek())) take();
  const length = offset() - begin;
  if (length == 0 || !takeIf(close)) return fail(RegexStatus.BAD_GROUP_NAME, from);
  for (let i: u32 = 0; i < vecLength(names); i += 3) {
    if (vecAt(names, i + 2) != length) continue;
    const known = addressOf(vecAt(names, i + 1));
    if (memory.compare(known, addressOf(begin), length) == 0) {
      return fail(RegexStatus.DUPLICATE_GROUP_NAME, from);
    }
  }
  if (!openCapture(from)) return false;
  vecPush(names, captures);
  vecPush(names, begin);
  vecPush(names, length);
  return true;
}

function isNameByte(byte: i32): bool {
  if (byte >= 0x30 && byte <= 0x39) return true;
  return byte == 0x5f || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}

function takeComment(from: u32): bool {
  while (more()) {
    if (take() == 0x29) {
      kind = GroupKind.NOTHING;
      return true;
    }
  }
  return fail(RegexStatus.MISSING_PAREN, from);
}

/** `(?ims-U)` or `(?ims-U:`. */
function takeFlags(from: u32): bool {
  const outside = flags();
  let inside = outside;
  let negative = false;
  let seen = false;
  while (more()) {
    const byte = take();
    if (byte == 0x2d) {
      if (negative) break;
      negative = true;
      seen = false;
      continue;
    }
    if (byte == 0x3a || byte == 0x29) {
      if (negative && !seen) break;
      setFlags(inside);
      kind = byte == 0x29 ? GroupKind.NOTHING : GroupKind.FLAGGED;
      value = outside;
      return true;
    }
    const flag = flagOf(byte);
    if (flag == 0) break;
    seen = true;
    inside = negative ? inside & ~flag : inside | flag;
  }
  return fail(more() ? RegexStatus.BAD_GROUP : RegexStatus.MISSING_PAREN, from);
}

function flagOf(byte: i32): u32 {
  switch (byte) {
    case 0x69:
      return RegexFlag.CASE_INSENSITIVE;
    case 0x6d:
      return RegexFlag.MULTI_LINE;
    case 0x73:
      return RegexFlag.DOT_ALL;
    case 0x55:
      return RegexFlag.UNGREEDY;
    case 0x78:
      return RegexFlag.EXTENDED;
    case 0x75:
      return RegexFlag.UTF8;
  }
  return 0;
}
