// Where in a text the value just read stands, as a JSON Pointer (RFC 6901): `/items/3/name`.
// Written from the reader's frames into memory of the caller, for audit lines and for the path of a
// value in the flat view of a body.
import { writeU64 } from "../base/decimal";
import { JsonPlace } from "./place";
import { unescapeInto } from "./unescape";

/**
 * Writes the pointer of the value just read by `place`; for Start and End events that is the
 * container. Returns the count of bytes, at most `capacity`: a pointer that does not fit is cut off
 * after its last whole part. The pointer of the top value is empty.
 */
export function writePointer(place: JsonPlace, target: usize, capacity: u32): u32 {
  // A container just opened has no member yet; its own frame is not part of its path.
  const isStart = place.depth > 0 && place.countAt(place.depth) == 0;
  const depth = isStart ? place.depth - 1 : place.depth;
  let length: u32 = 0;
  for (let level: u32 = 1; level <= depth; level++) {
    // What the container at `level` has open: the next container, or the value itself.
    const isValue = level == place.depth;
    const ptr = isValue ? place.namePtr : place.containerNamePtr(level + 1);
    const size = isValue ? place.nameLength : place.containerNameLength(level + 1);
    const room = capacity - length;
    const part = place.isObjectAt(level)
      ? writeName(target + length, room, ptr, size)
      : writeIndex(target + length, room, place.countAt(level) - 1);
    if (part == 0) return length;
    length += part;
  }
  return length;
}

/** A slash and a name with `~` and `/` as `~0` and `~1` (§3); 0 when it does not fit. */
function writeName(target: usize, capacity: u32, ptr: usize, length: u32): u32 {
  // Decoding never lengthens a name, so it is put at the end of the room it may need at most.
  if (capacity < length + 1) return 0;
  const plain = target + (capacity - length);
  const end = plain + unescapeInto(plain, ptr, length);
  let out = target;
  store<u8>(out++, 0x2f);
  for (let at = plain; at < end; at++) {
    const byte = load<u8>(at);
    const isEscaped = byte == 0x7e || byte == 0x2f;
    // Not to overtake the bytes that are still to be read.
    if (isEscaped && out >= at) return 0;
    if (isEscaped) store<u8>(out++, 0x7e);
    store<u8>(out++, byte == 0x7e ? 0x30 : byte == 0x2f ? 0x31 : byte);
  }
  return <u32>(out - target);
}

function writeIndex(target: usize, capacity: u32, index: u32): u32 {
  if (capacity < 11) return 0;
  store<u8>(target, 0x2f);
  return writeU64(target + 1, index) + 1;
}
