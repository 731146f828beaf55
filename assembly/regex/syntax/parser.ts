// Pattern text to syntax tree. RE2 syntax as RE2, Go and PCRE agree on it; a loop with its own stack of
// open groups instead of recursion (the cut and the stack are those of Go's regexp/syntax). Whatever has
// no regular meaning is refused with a status of its own and the offset of its first byte.

import {
  Look,
  NodeKind,
  UNBOUNDED,
  addNode,
  appendChild,
  firstChild,
  lastChild,
  resetTree,
  wrapNode,
} from "./ast";
import {
  addClassRange,
  addClassTable,
  characterNode,
  closeClass,
  openClass,
} from "./class-builder";
import { takeClass } from "./class-parser";
import { classEscape, takeCharacter, takeCharacterEscape } from "./escape";
import { GroupKind, groupIndex, groupKind, resetGroups, takeGroupOpening } from "./group-parser";
import { isPlusAt, leastCount, mostCount, takeCounts } from "./quantifier";
import { NEST_LIMIT, PATTERN_LIMIT_BYTES, RegexFlag, RegexStatus } from "../status";
import {
  fail,
  failed,
  flags,
  hasFlag,
  maxCharacter,
  more,
  offset,
  openSource,
  peek,
  setFlags,
  take,
  takeIf,
} from "./source";
import { vecLength, vecPop, vecPush, vecResize } from "../vec";

/** Per open group: flags outside, its number (0: none), concatenation and alternation outside, offset. */
const stack: usize = memory.data(12);
const FRAME_WORDS: u32 = 5;

let concat: u32 = 0;
let alternation: u32 = 0;
/** What stands before the cursor: nothing to repeat, an item, or an item already repeated. */
let repeatable: u32 = 0;

const NOTHING: u32 = 0;
const ITEM: u32 = 1;
const REPEATED: u32 = 2;

/** Parses a pattern. Returns the root node, or 0 when source.ts holds the reason why not. */
export function parsePattern(pattern: usize, length: u32, startFlags: u32): u32 {
  resetTree();
  resetGroups();
  openSource(pattern, length, startFlags);
  vecResize(stack, 0);
  if (length > PATTERN_LIMIT_BYTES) {
    fail(RegexStatus.PATTERN_TOO_LONG, PATTERN_LIMIT_BYTES);
    return 0;
  }
  openBranch();
  alternation = 0;
  while (more() && !failed()) takeItem();
  if (!failed() && vecLength(stack) > 0) {
    const opening = vecPop(stack);
    fail(RegexStatus.MISSING_PAREN, opening);
  }
  return failed() ? 0 : closeBranches();
}

function openBranch(): void {
  concat = addNode(NodeKind.CONCAT, 0, 0);
  repeatable = NOTHING;
}

/** Node of the group that ends here: its alternation, or its only branch. */
function closeBranches(): u32 {
  const branch = simplified(concat);
  if (alternation == 0) return branch;
  appendChild(alternation, branch);
  return alternation;
}

/** A concatenation of nothing is the empty string, of one item that item. */
function simplified(node: u32): u32 {
  const first = firstChild(node);
  if (first == 0) return addNode(NodeKind.EMPTY, 0, 0);
  return first == lastChild(node) ? first : node;
}

function append(node: u32): void {
  if (node == 0) return;
  appendChild(concat, node);
  repeatable = ITEM;
}

function appendLook(look: Look): void {
  append(addNode(NodeKind.LOOK, look, 0));
}

function takeItem(): void {
  const from = offset();
  const byte = peek();
  if (hasFlag(RegexFlag.EXTENDED) && skipExtended(byte)) return;
  switch (byte) {
    case 0x28: // (
      take();
      openGroup(from);
      return;
    case 0x29: // )
      take();
      closeGroup(from);
      return;
    case 0x7c: // |
      take();
      if (alternation == 0) alternation = addNode(NodeKind.ALTERNATE, 0, 0);
      appendChild(alternation, simplified(concat));
      openBranch();
      return;
    case 0x5b: // [
      take();
      append(takeClass());
      return;
    case 0x2e: // .
      take();
      append(dotNode());
      return;
    case 0x5e: // ^
      take();
      appendLook(hasFlag(RegexFlag.MULTI_LINE) ? Look.LINE_START : Look.TEXT_START);
      return;
    case 0x24: // $
      take();
      appendLook(hasFlag(RegexFlag.MULTI_LINE) ? Look.LINE_END : Look.TEXT_END);
      return;
    case 0x5c: // backslash
      take();
      takeEscape(from);
      return;
    case 0x2a: // *
    case 0x2b: // +
    case 0x3f: // ?
      take();
      repeat(byte == 0x2b ? 1 : 0, byte == 0x3f ? 1 : UNBOUNDED, from);
      return;
    case 0x7b: // {
      if (takeCountedRepeat(from)) return;
  }
  const value = takeCharacter();
  if (value >= 0) append(characterNode(<u32>value));
}

/** In extended mode: takes white space, or a comment to the end of its line. */
function skipExtended(byte: i32): bool {
  if (byte == 0x20 || (byte >= 0x09 && byte <= 0x0d)) {
    take();
    return true;
  }
  if (byte != 0x23) return false;
  while (more() && take() != 0x0a) continue;
  return true;
}

function dotNode(): u32 {
  openClass();
  if (hasFlag(RegexFlag.DOT_ALL)) {
    addClassRange(0, maxCharacter());
    return closeClass(false);
  }
  addClassRange(0x0a, 0x0a);
  return closeClass(true);
}

function takeEscape(from: u32): void {
  const letter = peek();
  const table = classEscape(letter);
  if (table !== null) {
    take();
    openClass();
    addClassTable(table, letter < 0x61);
    append(closeClass(false));
    return;
  }
  switch (letter) {
    case 0x41: // A
      take();
      appendLook(Look.TEXT_START);
      return;
    case 0x7a: // z
      take();
      appendLook(Look.TEXT_END);
      return;
    case 0x62: // b
      take();
      appendLook(Look.WORD_BOUNDARY);
      return;
    case 0x42: // B
      take();
      appendLook(Look.NOT_WORD_BOUNDARY);
      return;
    case 0x43: // C: any byte
      take();
      append(addNode(NodeKind.RANGE, 0, 0xff));
      return;
    case 0x51: // Q
      take();
      takeQuoted();
      return;
  }
  const value = takeCharacterEscape(from);
  if (value >= 0) append(characterNode(<u32>value));
}

/** `\Q...\E`: everything is literal; without `\E` to the end of the pattern. */
function takeQuoted(): void {
  while (more() && !failed()) {
    if (peek() == 0x5c && peek(1) == 0x45) {
      take();
      take();
      return;
    }
    const value = takeCharacter();
    if (value >= 0) append(characterNode(<u32>value));
  }
}

/** Takes a counted repeat if there is one; else the brace is a character. */
function takeCountedRepeat(from: u32): bool {
  if (!takeCounts(from)) return failed();
  repeat(leastCount(), mostCount(), from);
  return true;
}

/** Wraps the item before the cursor in a repeat, and takes the `?` that makes it lazy. */
function repeat(least: u32, most: u32, from: u32): void {
  if (repeatable == NOTHING) {
    fail(RegexStatus.MISSING_REPEAT_ARGUMENT, from);
    return;
  }
  if (repeatable == REPEATED) {
    fail(isPlusAt(from) ? RegexStatus.POSSESSIVE : RegexStatus.DOUBLE_REPEAT, from);
    return;
  }
  const lazy = takeIf(0x3f) != hasFlag(RegexFlag.UNGREEDY);
  wrapNode(lastChild(concat), lazy ? NodeKind.REPEAT_LAZY : NodeKind.REPEAT, least, most);
  repeatable = REPEATED;
}

function openGroup(from: u32): void {
  if (!takeGroupOpening(from)) return;
  const kind = groupKind();
  if (kind == GroupKind.NOTHING) return;
  if (vecLength(stack) >= NEST_LIMIT * FRAME_WORDS) {
    fail(RegexStatus.NESTED_TOO_DEEPLY, from);
    return;
  }
  vecPush(stack, kind == GroupKind.CAPTURE ? groupIndex() : 0);
  vecPush(stack, kind == GroupKind.FLAGGED ? groupIndex() : flags());
  vecPush(stack, concat);
  vecPush(stack, alternation);
  vecPush(stack, from);
  alternation = 0;
  openBranch();
}

function closeGroup(from: u32): void {
  if (vecLength(stack) == 0) {
    fail(RegexStatus.UNEXPECTED_PAREN, from);
    return;
  }
  let node = closeBranches();
  vecPop(stack);
  alternation = vecPop(stack);
  concat = vecPop(stack);
  setFlags(vecPop(stack));
  const index = vecPop(stack);
  if (index > 0 && !hasFlag(RegexFlag.NO_CAPTURES)) {
    const capture = addNode(NodeKind.CAPTURE, index, 0);
    appendChild(capture, node);
    node = capture;
  }
  append(node);
}
