// replaceComments (/* */ as one blank), removeComments (also HTML comments, and everything from `--` or `#`),
// removeCommentsChar (the comment marks alone). The byte after a closed comment is copied unread, and one that closes
// at the end of the value leaves a NUL: ModSecurity's behaviour, which its test files hold.
import { indexOfByte } from "../base/find-byte";
import { firstInSet } from "./first-of";
import { UNCHANGED } from "./outcome";

export function replaceComments(ptr: usize, length: u32, target: usize): i32 {
  const end = ptr + length;
  let open = nextOpening(ptr, 0, length);
  if (open == length) return UNCHANGED;
  let copied: u32 = 0;
  let written: u32 = 0;
  while (open < length) {
    memory.copy(target + written, ptr + copied, open - copied);
    written += open - copied;
    store<u8>(target + written++, 0x20);
    let close = indexOfByte(ptr, open + 2, length, 0x2a);
    while (close < length && !(ptr + close + 1 < end && load<u8>(ptr + close, 1) == 0x2f)) {
      close = indexOfByte(ptr, close + 1, length, 0x2a);
    }
    if (close >= length) return <i32>written;
    copied = close + 2;
    open = nextOpening(ptr, copied, length);
  }
  memory.copy(target + written, ptr + copied, length - copied);
  return <i32>(written + length - copied);
}

/** Offset of the next opening mark of a C comment, or `length`. */
function nextOpening(ptr: usize, from: u32, length: u32): u32 {
  let slash = indexOfByte(ptr, from, length, 0x2f);
  while (slash < length) {
    if (slash + 1 < length && load<u8>(ptr + slash, 1) == 0x2a) return slash;
    slash = indexOfByte(ptr, slash + 1, length, 0x2f);
  }
  return length;
}

/** First byte that may begin or end a comment: `#`, `*`, `-`, `/`, `<`. */
function firstMark(ptr: usize, length: u32): u32 {
  return firstInSet(
    ptr,
    0,
    length,
    i8x16(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1, 0, 1),
    i8x16(0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  );
}

export function removeComments(ptr: usize, length: u32, target: usize): i32 {
  const first = firstMark(ptr, length);
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  let inside = false;
  while (from < end) {
    if (inside) {
      const closing: u32 = isPair(from, end, 0x2a, 0x2f) ? 2 : isArrow(from, end) ? 3 : 0;
      if (closing == 0) {
        from++;
        continue;
      }
      inside = false;
      from += closing;
      store<u8>(to++, from < end ? load<u8>(from) : 0);
      from++;
      continue;
    }
    const byte = load<u8>(from);
    if (byte == 0x23 || isPair(from, end, 0x2d, 0x2d)) break;
    const opening: u32 = isPair(from, end, 0x2f, 0x2a) ? 2 : isMarkupOpening(from, end) ? 4 : 0;
    if (opening != 0) {
      inside = true;
      from += opening;
    } else {
      store<u8>(to++, byte);
      from++;
    }
  }
  if (inside) store<u8>(to++, 0x20);
  return same(ptr, length, target, to);
}

export function removeCommentsChar(ptr: usize, length: u32, target: usize): i32 {
  const first = firstMark(ptr, length);
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  while (from < end) {
    const mark = markLength(from, end);
    if (mark == 0) store<u8>(to++, load<u8>(from++));
    else from += mark;
  }
  return same(ptr, length, target, to);
}

function markLength(p: usize, end: usize): u32 {
  if (load<u8>(p) == 0x23) return 1;
  if (isPair(p, end, 0x2f, 0x2a) || isPair(p, end, 0x2a, 0x2f)) return 2;
  if (isMarkupOpening(p, end)) return 4;
  if (isArrow(p, end)) return 3;
  return isPair(p, end, 0x2d, 0x2d) ? 2 : 0;
}

/** These either drop a byte or copy all of them. */
function same(ptr: usize, length: u32, target: usize, to: usize): i32 {
  const written = <u32>(to - target);
  return written == length && memory.compare(ptr, target, length) == 0 ? UNCHANGED : <i32>written;
}

function isPair(p: usize, end: usize, a: u8, b: u8): bool {
  return p + 1 < end && load<u8>(p) == a && load<u8>(p, 1) == b;
}

/** `-->` */
function isArrow(p: usize, end: usize): bool {
  return p + 2 < end && isPair(p, end, 0x2d, 0x2d) && load<u8>(p, 2) == 0x3e;
}

/** `<!--` */
function isMarkupOpening(p: usize, end: usize): bool {
  return p + 3 < end && isPair(p, end, 0x3c, 0x21) && isPair(p + 2, end, 0x2d, 0x2d);
}
