// The script of the probe filter: which host calls to make in which callback, and what to return.
// Text, one section a line (or between `|`): `requestHeaders:get 0 x-a;return 1`. Operations are separated by `;`,
// their arguments by one space. Escapes in an argument: `%41` is a byte, a lone `~` is the empty string,
// `*600*x` is `x` 600 times. A section may be narrowed: `requestBody.end` (end of stream), `requestBody#2` (second call),
// `trap/requestHeaders` (only streams whose request header `x-s` is `trap`).

/** Most arguments an operation may have; more are ignored. */
const MAX_ARGUMENTS: u32 = 64;

/** Decoded arguments of the current operation, valid until the next call of `split`. */
let pool: usize = 0;
const POOL_BYTES: u32 = 4194304;
const starts: usize = memory.data(256);
const sizes: usize = memory.data(256);
let count: u32 = 0;

/** Where a section's operations start and end; `found` is false when the script lacks it. */
@final
export class Section {
  ptr: usize = 0;
  size: u32 = 0;
  found: bool = false;
}

/** Look up a section by its exact name. */
export function find(script: usize, size: u32, name: string, into: Section): bool {
  into.found = false;
  let line: u32 = 0;
  while (line < size) {
    let end = line;
    while (end < size && !isLineEnd(load<u8>(script + end))) end++;
    if (startsWith(script + line, end - line, name)) {
      into.ptr = script + line + name.length + 1;
      into.size = end - line - name.length - 1;
      into.found = true;
      return true;
    }
    line = end + 1;
  }
  return false;
}

/** Does the script tell streams apart by `x-s`? */
export function usesLabels(script: usize, size: u32): bool {
  let inName = true;
  for (let i: u32 = 0; i < size; i++) {
    const byte = load<u8>(script + i);
    if (isLineEnd(byte)) inName = true;
    else if (byte == 0x3a) inName = false;
    else if (inName && byte == 0x2f) return true;
  }
  return false;
}

/** Size of the operation that begins at `ptr` (up to `;` or the end of the section). */
export function operationSize(ptr: usize, left: u32): u32 {
  let size: u32 = 0;
  while (size < left && load<u8>(ptr + size) != 0x3b) size++;
  return size;
}

/** Split one operation into decoded words; word 0 is its name. Returns how many there are. */
export function split(ptr: usize, size: u32): u32 {
  if (pool == 0) pool = heap.alloc(POOL_BYTES);
  let used: u32 = 0;
  count = 0;
  let at: u32 = 0;
  while (at <= size && count < MAX_ARGUMENTS) {
    let end = at;
    while (end < size && load<u8>(ptr + end) != 0x20) end++;
    const length = decode(ptr + at, end - at, pool + used);
    store<usize>(starts + ((<usize>count) << 2), pool + used);
    store<u32>(sizes + ((<usize>count) << 2), length);
    used += length;
    count++;
    at = end + 1;
  }
  return count;
}

export function argumentCount(): u32 {
  return count;
}

/** Address of word `index`, 0 when absent. */
export function argumentAt(index: u32): usize {
  return index < count ? load<usize>(starts + ((<usize>index) << 2)) : 0;
}

export function argumentSize(index: u32): u32 {
  return index < count ? load<u32>(sizes + ((<usize>index) << 2)) : 0;
}

/** Word `index` as a decimal number, perhaps negative; 0 when absent. */
export function numberAt(index: u32): i64 {
  const ptr = argumentAt(index);
  const size = argumentSize(index);
  const negative = size > 0 && load<u8>(ptr) == 0x2d;
  let value: i64 = 0;
  for (let i: u32 = negative ? 1 : 0; i < size; i++) {
    value = value * 10 + <i64>(load<u8>(ptr + i) - 0x30);
  }
  return negative ? -value : value;
}

/** Is word `index` this literal? */
export function isWord(index: u32, literal: string): bool {
  const size = argumentSize(index);
  if (size != <u32>literal.length) return false;
  const ptr = argumentAt(index);
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(ptr + i) != <u8>literal.charCodeAt(i)) return false;
  }
  return true;
}

function isLineEnd(byte: u8): bool {
  return byte == 0x0a || byte == 0x7c;
}

function startsWith(line: usize, size: u32, name: string): bool {
  const length = <u32>name.length;
  if (size <= length || load<u8>(line + length) != 0x3a) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(line + i) != <u8>name.charCodeAt(i)) return false;
  }
  return true;
}

/** Decode one argument; `into` has room, since a script is far smaller than the pool. */
function decode(ptr: usize, size: u32, into: usize): u32 {
  if (size == 1 && load<u8>(ptr) == 0x7e) return 0;
  let times: u32 = 1;
  let at: u32 = 0;
  if (size > 2 && load<u8>(ptr) == 0x2a) {
    times = 0;
    for (at = 1; at < size && load<u8>(ptr + at) != 0x2a; at++) {
      times = times * 10 + (load<u8>(ptr + at) - 0x30);
    }
    at++;
  }
  let length: u32 = 0;
  while (at < size) {
    let byte = load<u8>(ptr + at++);
    if (byte == 0x25 && at + 1 < size) {
      byte = (nibble(load<u8>(ptr + at)) << 4) | nibble(load<u8>(ptr + at + 1));
      at += 2;
    }
    store<u8>(into + length++, byte);
  }
  if (times <= 1) return length;
  for (let i: u32 = 1; i < times; i++) memory.copy(into + i * length, into, length);
  return times * length;
}

function nibble(byte: u8): u8 {
  if (byte >= 0x61) return byte - 0x57;
  if (byte >= 0x41) return byte - 0x37;
  return byte - 0x30;
}
