import { JsonWriter } from "./writer";

function ptrOf(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text));
}

function result(writer: JsonWriter, room: usize): string {
  assert(!writer.overflow);
  return String.UTF8.decodeUnsafe(room, writer.length);
}

export function puts_commas_and_colons(): void {
  const room = heap.alloc(256);
  const json = new JsonWriter();
  json.begin(room, 256);
  json.objectStart();
  json.key("a");
  json.integer(-5);
  json.key("list");
  json.arrayStart();
  json.unsigned(u64.MAX_VALUE);
  json.null();
  json.bool(true);
  json.objectStart();
  json.objectEnd();
  json.literal("x");
  json.arrayEnd();
  json.name(ptrOf('n"1'), 3);
  json.raw(ptrOf("1e5"), 3);
  json.objectEnd();
  assert(
    result(json, room) == `{"a":-5,"list":[18446744073709551615,null,true,{},"x"],"n\\"1":1e5}`,
    result(json, room),
  );
}

export function escapes_what_must_be(): void {
  const room = heap.alloc(256);
  const json = new JsonWriter();
  json.begin(room, 256);
  const text = 'plain text of more than sixteen bytes "q" \\ \n\r\t\x00\x1f\x7f é東😀';
  json.string(ptrOf(text), <u32>String.UTF8.byteLength(text));
  const wanted = `"plain text of more than sixteen bytes \\"q\\" \\\\ \\n\\r\\t\\u0000\\u001f\x7f é東😀"`;
  assert(result(json, room) == wanted, result(json, room));
}

export function bytes_that_are_no_utf8_become_replacement_characters(): void {
  const room = heap.alloc(256);
  const bytes = memory.data<u8>([0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x62]);
  const json = new JsonWriter();
  json.begin(room, 256);
  json.string(bytes, 8);
  assert(result(json, room) == `"a\\ufffd\\ufffd(\\ufffd\\ufffd\\ufffdb"`, result(json, room));
}

export function stays_within_its_room(): void {
  const room = heap.alloc(64);
  const json = new JsonWriter();
  for (let capacity: u32 = 0; capacity < 40; capacity++) {
    memory.fill(room, 0xaa, 64);
    json.begin(room, capacity);
    json.objectStart();
    json.key("key");
    json.string(ptrOf("a\nb\x01c, and more"), 16);
    json.key("n");
    json.integer(12345);
    json.objectEnd();
    assert(json.length <= capacity);
    for (let i = capacity; i < 64; i++) assert(load<u8>(room + i) == 0xaa);
    // An integer asks for the room of the longest one.
    if (capacity < 39) assert(json.overflow || json.length < capacity);
  }
}
