// Where and why, for an audit line: the place of a field, its name when it is harmless to repeat, and the
// detector's reason. Never a value, and no name that could be one: letters, digits and the marks of paths alone.
import { Place } from "../../../fields/field";

/** Longest name that is repeated. */
const NAME_BYTES: u32 = 64;

const PLACE_NAMES: StaticArray<string> = [
  "query",
  "form",
  "cookie",
  "header",
  "json",
  "part",
  "file name",
  "file",
  "xml text",
  "xml attribute",
  "text",
  "path",
];

/** Stable name of a place, for audit lines. */
export function placeName(place: Place): string {
  return PLACE_NAMES[<i32>place];
}

// static: no allocation on the request path
const NOTE: usize = memory.data(256);
let length: u32 = 0;

/** Begins a note with the place of a field. */
export function beginNote(place: Place): void {
  length = 0;
  member("in", placeName(place));
}

/** Adds a member; both are our own ASCII without quotes. */
export function member(name: string, value: string): void {
  text(',"');
  text(name);
  text('":"');
  text(value);
  text('"');
}

/** Adds the field's path as its name, when it can be repeated. */
export function memberPath(ptr: usize, size: u32): void {
  if (size == 0 || size > NAME_BYTES || !isHarmless(ptr, size)) return;
  text(',"name":"');
  memory.copy(NOTE + length, ptr, size);
  length += size;
  text('"');
}

/** The note's bytes. */
export function notePtr(): usize {
  return NOTE;
}

export function noteLength(): u32 {
  return length;
}

function text(value: string): void {
  for (let i = 0; i < value.length && length < 250; i++) {
    store<u8>(NOTE + length++, <u8>value.charCodeAt(i));
  }
}

/** Letters, digits and `_ - . [ ] @ :`. */
function isHarmless(ptr: usize, size: u32): bool {
  for (let i: u32 = 0; i < size; i++) {
    const byte = load<u8>(ptr + i);
    if (<u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10) continue;
    if (byte == 0x5f || byte == 0x2d || byte == 0x2e || byte == 0x5b || byte == 0x5d) continue;
    if (byte != 0x40 && byte != 0x3a) return false;
  }
  return true;
}
