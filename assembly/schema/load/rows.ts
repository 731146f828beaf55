// Rows of a schema document asked by name, at configure time: members of an object, texts, and the pointer of a row. Nothing is
// decoded to be compared: a description of an API has a hundred thousand names.
import { JsonEvent } from "../../json/event";
import { unescapeInto } from "../../json/unescape";
import { ROW, kindOf, nameLength, namePtr, nextOf, valueLength, valuePtr } from "../tape";

/** The name of a member, unescaped. */
export function nameOf(row: usize): string {
  return decoded(namePtr(row), nameLength(row));
}

/** The text of a string value. */
export function textOf(row: usize): string {
  return decoded(valuePtr(row), valueLength(row));
}

/** A raw string as a text. */
export function decoded(ptr: usize, length: u32): string {
  const room = heap.alloc(length + 1);
  const text = String.UTF8.decodeUnsafe(room, unescapeInto(room, ptr, length));
  heap.free(room);
  return text;
}

/** The row of a member of an object row; 0: none. */
export function member(row: usize, name: string): usize {
  if (kindOf(row) != JsonEvent.ObjectStart) return 0;
  const end = nextOf(row);
  for (let at = row + ROW; at < end; at = nextOf(at)) if (isNamed(at, name)) return at;
  return 0;
}

/** The row of a member that is an object; 0: there is none, or it is something else. */
export function objectMember(row: usize, name: string): usize {
  const found = member(row, name);
  return found != 0 && kindOf(found) == JsonEvent.ObjectStart ? found : 0;
}

/** The text of a string member; "" when there is none, or it is no string. */
export function textMember(row: usize, name: string): string {
  const found = member(row, name);
  return found != 0 && kindOf(found) == JsonEvent.String ? textOf(found) : "";
}

/** Whether a member holds `true`. */
export function isTrueMember(row: usize, name: string): bool {
  const found = member(row, name);
  return found != 0 && kindOf(found) == JsonEvent.True;
}

/** Whether the row's name is an ASCII text; a name with escapes is decoded, any other compared as it stands. */
export function isNamed(row: usize, name: string): bool {
  const ptr = namePtr(row);
  const length = nameLength(row);
  if (length < <u32>name.length) return false;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte == 0x5c || byte >= 0x80) return nameOf(row) == name;
    if (i >= <u32>name.length || <u32>byte != <u32>name.charCodeAt(i)) return false;
  }
  return true;
}

/** JSON pointer (RFC 6901) from `top` down to `row`, which lies in it. */
export function pointerBelow(top: usize, row: usize): string {
  let pointer = "";
  let at = top;
  while (at != row) {
    const isArray = kindOf(at) == JsonEvent.ArrayStart;
    let child = at + ROW;
    let index = 0;
    while (nextOf(child) <= row) {
      child = nextOf(child);
      index++;
    }
    pointer += "/" + (isArray ? index.toString() : escapeToken(nameOf(child)));
    at = child;
  }
  return pointer;
}

/** A name as a token of a JSON pointer. */
export function escapeToken(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
