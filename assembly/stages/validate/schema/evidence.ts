// Where a text failed its schema and by which keyword, for an audit line: the JSON pointer of the value, of names that are harmless to
// repeat (any other is a star), and never a value.
import { JsonEvent } from "../../../json/event";
import { MAX_NOTE } from "../../findings";
import { ROW, kindOf, nameLength, namePtr, nextOf } from "../../../schema/tape";

/** Longest pointer, and longest name in it; what is longer is cut off or a star. */
const POINTER_BYTES: u32 = 72;
const NAME_BYTES: u32 = 40;
/** What a cut-off pointer and the quote behind it take. */
const TAIL_BYTES: u32 = 5;
/** Less room than this is not worth a pointer. */
const ROOM_BYTES: u32 = 24;

// static: no allocation on the request path
const NOTE: usize = memory.data(512);
let length: u32 = 0;

/** Begins a note. */
export function beginNote(): void {
  length = 0;
}

/** The note's bytes. */
export function notePtr(): usize {
  return NOTE;
}

export function noteLength(): u32 {
  return length;
}

/** Adds a member; both are our own ASCII without quotes. */
export function member(name: string, value: string): void {
  open(name);
  text(value);
  text('"');
}

/** Adds a member of bytes when they are harmless and not too many. */
export function memberBytes(name: string, ptr: usize, size: u32): void {
  if (size == 0 || size > NAME_BYTES || !isHarmless(ptr, size)) return;
  open(name);
  bytes(ptr, size);
  text('"');
}

/** Adds a member of bytes that are known to need no escaping. */
export function memberText(name: string, ptr: usize, size: u32): void {
  open(name);
  bytes(ptr, size);
  text('"');
}

/** Adds `at`: where `row` stands below `top`, as far as a note has room. */
export function memberPointer(top: usize, row: usize): void {
  if (length + ROOM_BYTES > MAX_NOTE) return;
  open("at");
  const last = min(length + POINTER_BYTES, MAX_NOTE - TAIL_BYTES);
  let at = top;
  while (at != row) {
    const isArray = kindOf(at) == JsonEvent.ArrayStart;
    let child = at + ROW;
    let index: u32 = 0;
    while (nextOf(child) <= row) {
      child = nextOf(child);
      index++;
    }
    const size = isArray ? 11 : 1 + max(1, nameLength(child));
    if (length + size > last) {
      text("/...");
      break;
    }
    text("/");
    if (isArray) digits(index);
    else token(namePtr(child), nameLength(child));
    at = child;
  }
  text('"');
}

function token(ptr: usize, size: u32): void {
  if (size > 0 && size <= NAME_BYTES && isHarmless(ptr, size)) bytes(ptr, size);
  else text("*");
}

function open(name: string): void {
  text(',"');
  text(name);
  text('":"');
}

function text(value: string): void {
  for (let i = 0; i < value.length && length < 500; i++) {
    store<u8>(NOTE + length++, <u8>value.charCodeAt(i));
  }
}

function bytes(ptr: usize, size: u32): void {
  const count = min(size, 500 - min<u32>(length, 500));
  memory.copy(NOTE + length, ptr, count);
  length += count;
}

function digits(value: u32): void {
  let unit: u32 = 1;
  while (value / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) store<u8>(NOTE + length++, <u8>(0x30 + ((value / unit) % 10)));
}

/** Letters, digits and `_ - . @ : $`. */
function isHarmless(ptr: usize, size: u32): bool {
  for (let i: u32 = 0; i < size; i++) {
    const byte = load<u8>(ptr + i);
    if (<u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10) continue;
    if (byte == 0x5f || byte == 0x2d || byte == 0x2e || byte == 0x40 || byte == 0x3a) continue;
    if (byte != 0x24) return false;
  }
  return true;
}
