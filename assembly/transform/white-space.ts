// removeWhitespace, compressWhitespace, trim, trimLeft, trimRight. Blanks are HT, LF, VT, FF, CR, space, NEL and NBSP
// (as UTF-8, and the lone byte A0 of Latin-1); removeWhitespace also takes the wider blanks of Unicode, as Coraza
// does. Trimming looks at the six ASCII blanks only.
import { sequenceLength } from "../base/utf8";
import { isBlank } from "./blank";
import { firstInSet } from "./first-of";
import { UNCHANGED } from "./outcome";

/** Bytes that may start a blank: 09-0D, 20, A0, and the lead bytes C2, E1, E2, E3. */
function firstCandidate(ptr: usize, from: u32, length: u32): u32 {
  return firstInSet(
    ptr,
    from,
    length,
    // Columns: bit 0 row 0, bit 1 row 2, bit 2 row A, bit 3 row C, bit 4 row E.
    i8x16(6, 16, 24, 16, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0),
    i8x16(1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 8, 0, 16, 0),
  );
}

export function removeWhitespace(ptr: usize, length: u32, target: usize): i32 {
  let mark = firstCandidate(ptr, 0, length);
  if (mark == length) return UNCHANGED;
  let copied: u32 = 0;
  let written: u32 = 0;
  let changed = false;
  while (mark < length) {
    const blank = wideBlank(ptr + mark, ptr + length);
    if (blank == 0) {
      mark = firstCandidate(ptr, mark + 1, length);
      continue;
    }
    memory.copy(target + written, ptr + copied, mark - copied);
    written += mark - copied;
    copied = mark + blank;
    changed = true;
    mark = firstCandidate(ptr, copied, length);
  }
  if (!changed) return UNCHANGED;
  memory.copy(target + written, ptr + copied, length - copied);
  return <i32>(written + length - copied);
}

export function compressWhitespace(ptr: usize, length: u32, target: usize): i32 {
  const first = firstCandidate(ptr, 0, length);
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, first);
  const end = ptr + length;
  let from = ptr + first;
  let to = target + first;
  let changed = false;
  let inside = false;
  while (from < end) {
    const byte = load<u8>(from);
    // Whole characters, so that a byte inside one is no blank.
    const sequence = byte < 0x80 ? 1 : sequenceLength(from, end);
    const size = max<u32>(sequence, 1);
    if (sequence == 0 ? byte == 0xa0 : narrowBlank(from, end) != 0) {
      if (inside || byte != 0x20) changed = true;
      if (!inside) store<u8>(to++, 0x20);
      inside = true;
    } else {
      inside = false;
      memory.copy(to, from, size);
      to += size;
    }
    from += size;
  }
  return changed ? <i32>(to - target) : UNCHANGED;
}

/** Takes ASCII blanks off the start (`left`) and the end (`right`). */
export function trimBlanks(ptr: usize, length: u32, target: usize, left: bool, right: bool): i32 {
  let start: u32 = 0;
  let end = length;
  if (left) while (start < end && isBlank(load<u8>(ptr + start))) start++;
  if (right) while (end > start && isBlank(load<u8>(ptr + end - 1))) end--;
  if (end - start == length) return UNCHANGED;
  memory.copy(target, ptr + start, end - start);
  return <i32>(end - start);
}

/** Bytes of the blank of ASCII, NEL or NBSP at `p`, or 0. */
function narrowBlank(p: usize, end: usize): u32 {
  const byte = load<u8>(p);
  if (isBlank(byte)) return 1;
  if (byte != 0xc2 || p + 1 == end) return 0;
  const next = load<u8>(p, 1);
  return next == 0x85 || next == 0xa0 ? 2 : 0;
}

/** Bytes of any blank at `p`, or 0. */
function wideBlank(p: usize, end: usize): u32 {
  const byte = load<u8>(p);
  if (byte < 0xe1) return narrowBlank(p, end);
  if (p + 2 >= end) return 0;
  const rest = ((<u32>load<u8>(p, 1)) << 8) | (<u32>load<u8>(p, 2));
  if (byte == 0xe1) return rest == 0x9a80 ? 3 : 0;
  if (byte == 0xe3) return rest == 0x8080 ? 3 : 0;
  if (byte != 0xe2) return 0;
  if (rest >= 0x8080 && rest <= 0x808a) return 3;
  return rest == 0x80a8 || rest == 0x80a9 || rest == 0x80af || rest == 0x819f ? 3 : 0;
}
