import { KnownHeader } from "./header-name";
import { HeaderMap, HeaderMapStatus, MAX_HEADERS } from "./header-map";

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

// Writes `name: value` lines as a pairs block and returns its size.
function block(lines: string[], into: usize): u32 {
  store<u32>(into, lines.length);
  let text = into + 4 + (lines.length << 3);
  for (let i = 0; i < lines.length; i++) {
    const colon = lines[i].indexOf(": ");
    const name = lines[i].substring(0, colon);
    const value = lines[i].substring(colon + 2);
    store<u32>(into + 4 + (i << 3), name.length);
    store<u32>(into + 8 + (i << 3), value.length);
    text += String.UTF8.encodeUnsafe(changetype<usize>(name), name.length, text, true);
    text += String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, text, true);
  }
  return <u32>(text - into);
}

function textAt(pointer: usize, length: u32): string {
  return String.UTF8.decodeUnsafe(pointer, length);
}

export function reads_entries_and_finds_known_names(): void {
  const map = new HeaderMap();
  const memory = heap.alloc(4096);
  const size = block(
    [
      ":authority: a.example",
      ":path: /x",
      ":method: GET",
      "cookie: a=1",
      "x-own: 7",
      "cookie: b=22222",
    ],
    memory,
  );
  assert(map.read(memory, size) == HeaderMapStatus.Ok);
  assert(map.count == 6);
  assert(textAt(map.value(map.first(KnownHeader.Path)), map.valueLength(1)) == "/x");
  assert(map.first(KnownHeader.Cookie) == 3 && map.occurrences(KnownHeader.Cookie) == 2);
  assert(map.find(at("cookie"), 6, 4) == 5);
  assert(map.first(KnownHeader.UserAgent) == -1 && map.occurrences(KnownHeader.UserAgent) == 0);
  assert(map.findLiteral("x-own") == 4 && map.findLiteral("x-ow") == -1);
  assert(map.longestValueBytes == 9);
  assert(
    map.totalBytes == 10 + 9 + 5 + 2 + 7 + 3 + 6 + 3 + 5 + 1 + 6 + 7,
    map.totalBytes.toString(),
  );
}

export function an_empty_block_is_an_empty_map(): void {
  const map = new HeaderMap();
  assert(map.read(0, 0) == HeaderMapStatus.Ok && map.count == 0);
  const memory = heap.alloc(16);
  assert(map.read(memory, block([], memory)) == HeaderMapStatus.Ok && map.count == 0);
}

export function a_block_cut_anywhere_is_malformed_and_leaves_nothing_behind(): void {
  const map = new HeaderMap();
  const memory = heap.alloc(4096);
  const size = block([":path: /x", "cookie: a=1"], memory);
  for (let cut: u32 = 1; cut < size; cut++) {
    assert(map.read(memory, cut) == HeaderMapStatus.Malformed, cut.toString());
    assert(map.count == 0 && map.first(KnownHeader.Path) == -1);
  }
}

export function lengths_that_wrap_are_malformed(): void {
  const map = new HeaderMap();
  const memory = heap.alloc(4096);
  const size = block([":path: /x"], memory);
  store<u32>(memory + 4, 0xffffffff);
  assert(map.read(memory, size) == HeaderMapStatus.Malformed);
  store<u32>(memory + 4, 5);
  store<u32>(memory + 8, 0xfffffff8);
  assert(map.read(memory, size) == HeaderMapStatus.Malformed);
  store<u32>(memory, MAX_HEADERS + 1);
  assert(map.read(memory, size) == HeaderMapStatus.TooMany);
  store<u32>(memory, 0xffffffff);
  assert(map.read(memory, size) == HeaderMapStatus.TooMany);
}

export function a_map_is_used_again_without_growing(): void {
  const map = new HeaderMap();
  const memory = heap.alloc(4096);
  const size = block(["cookie: a=1", "accept: b"], memory);
  map.read(memory, size);
  const pages = memory_pages();
  for (let i = 0; i < 10000; i++) map.read(memory, size);
  assert(memory_pages() == pages && map.occurrences(KnownHeader.Cookie) == 1);
}

function memory_pages(): i32 {
  return memory.size();
}
