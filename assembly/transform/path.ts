// normalizePath and normalizePathWin: dot segments and doubled slashes removed, a leading `..` of a relative path
// kept. The Windows form also turns backslashes over, cuts an alternate data stream (`file::$DATA`) off the last
// segment and trailing dots and blanks off every segment, since Windows opens the same file without them.
import { indexOfByte } from "../base/find-byte";
import { isAlpha } from "../base/ascii";
import { firstInSet } from "./first-of";
import { UNCHANGED } from "./outcome";

export function normalizePath(ptr: usize, length: u32, target: usize): i32 {
  if (isNormal(ptr, length)) return UNCHANGED;
  memory.copy(target, ptr, length);
  return answer(ptr, length, target, normalize(target, length));
}

export function normalizePathWin(ptr: usize, length: u32, target: usize): i32 {
  // `/`, `\`, `:`, `.` and blank are all that it looks at.
  const first = firstInSet(
    ptr,
    0,
    length,
    i8x16(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 4, 0, 1, 1),
    i8x16(0, 0, 1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  );
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, length);
  let slash = indexOfByte(target, 0, length, 0x5c);
  for (; slash < length; slash = indexOfByte(target, slash, length, 0x5c)) {
    store<u8>(target + slash, 0x2f);
  }
  const size = trimSegments(target, cutStream(target, normalize(target, length)));
  return answer(ptr, length, target, size);
}

function answer(ptr: usize, length: u32, target: usize, size: u32): i32 {
  return size == length && memory.compare(ptr, target, length) == 0 ? UNCHANGED : <i32>size;
}

/** True when no segment is empty or begins with a dot: most paths. */
function isNormal(ptr: usize, length: u32): bool {
  if (length == 0) return true;
  if (load<u8>(ptr) == 0x2e) return false;
  let slash = indexOfByte(ptr, 0, length, 0x2f);
  while (slash + 1 < length) {
    const next = load<u8>(ptr + slash, 1);
    if (next == 0x2f || next == 0x2e) return false;
    slash = indexOfByte(ptr, slash + 1, length, 0x2f);
  }
  return true;
}

/** Normalises the bytes in place; returns how many are left. */
function normalize(path: usize, length: u32): u32 {
  if (length == 0) return 0;
  const end = path + length;
  const rooted = load<u8>(path) == 0x2f;
  const folder = load<u8>(end - 1) == 0x2f;
  const start = rooted ? path + 1 : path;
  let to = start;
  // Below this nothing can be taken back: the root, or the leading `..` of a relative path.
  let floor = start;
  for (let from = start; from < end;) {
    let stop = from;
    while (stop < end && load<u8>(stop) != 0x2f) stop++;
    const size = stop - from;
    const dots = size == 2 && load<u8>(from) == 0x2e && load<u8>(from, 1) == 0x2e;
    if (dots && to > floor) {
      while (to > floor && load<u8>(--to) != 0x2f) {}
    } else if (dots ? !rooted : size > 0 && !(size == 1 && load<u8>(from) == 0x2e)) {
      if (to > start) store<u8>(to++, 0x2f);
      memory.copy(to, from, size);
      to += size;
      if (dots) floor = to;
    }
    from = stop + 1;
  }
  if (folder && to > start) store<u8>(to++, 0x2f);
  return <u32>(to - path);
}

/** Cuts `:…` off the last segment, a drive letter aside; a trailing slash stays. */
function cutStream(path: usize, length: u32): u32 {
  if (length == 0) return 0;
  const folder = load<u8>(path + length - 1) == 0x2f;
  const drive = length >= 2 && load<u8>(path, 1) == 0x3a && isAlpha(load<u8>(path));
  const stop: u32 = folder ? length - 1 : length;
  let last: u32 = stop;
  const first: u32 = drive ? 2 : 0;
  while (last > first && load<u8>(path + last - 1) != 0x2f) last--;
  const colon = indexOfByte(path, last, stop, 0x3a);
  if (colon >= stop) return length;
  if (!folder) return colon;
  store<u8>(path + colon, 0x2f);
  return colon + 1;
}

/** Cuts trailing dots and blanks off every segment that is not made of dots alone; a segment of blanks goes whole. */
function trimSegments(path: usize, length: u32): u32 {
  const end = path + length;
  let to = path;
  let first = true;
  for (let from = path; from <= end;) {
    let stop = from;
    let onlyDots = true;
    for (; stop < end && load<u8>(stop) != 0x2f; stop++) {
      if (load<u8>(stop) != 0x2e) onlyDots = false;
    }
    let last = stop;
    if (!onlyDots) {
      while (last > from && (load<u8>(last - 1) == 0x2e || load<u8>(last - 1) == 0x20)) last--;
    }
    if (onlyDots || last > from) {
      if (!first) store<u8>(to++, 0x2f);
      first = false;
      memory.copy(to, from, last - from);
      to += last - from;
    }
    from = stop + 1;
  }
  return <u32>(to - path);
}
