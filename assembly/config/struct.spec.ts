import { structToJson } from "./struct";

function check(bytes: usize, length: u32, wanted: string): void {
  const text = structToJson(bytes, length);
  assert(text !== null, "is a Struct");
  const got = String.UTF8.decodeUnsafe(text!.ptr, text!.length);
  assert(got == wanted, got);
}

export function writes_each_kind_of_value(): void {
  // {"n":1.5} , {"i":3} , {"s":"x"} , {"b":true}, {"z":null}, {"l":[false]}, {"o":{}}
  const all = memory.data<u8>([
    0x0a,
    0x0e,
    0x0a,
    1,
    0x6e,
    0x12,
    9,
    0x11,
    0,
    0,
    0,
    0,
    0,
    0,
    0xf8,
    0x3f, //
    0x0a,
    0x0e,
    0x0a,
    1,
    0x69,
    0x12,
    9,
    0x11,
    0,
    0,
    0,
    0,
    0,
    0,
    0x08,
    0x40, //
    0x0a,
    0x08,
    0x0a,
    1,
    0x73,
    0x12,
    3,
    0x1a,
    1,
    0x78, //
    0x0a,
    0x07,
    0x0a,
    1,
    0x62,
    0x12,
    2,
    0x20,
    1, //
    0x0a,
    0x07,
    0x0a,
    1,
    0x7a,
    0x12,
    2,
    0x08,
    0, //
    0x0a,
    0x0b,
    0x0a,
    1,
    0x6c,
    0x12,
    6,
    0x32,
    4,
    0x0a,
    2,
    0x20,
    0, //
    0x0a,
    0x07,
    0x0a,
    1,
    0x6f,
    0x12,
    2,
    0x2a,
    0, //
  ]);
  check(all, 82, `{"n":1.5,"i":3,"s":"x","b":true,"z":null,"l":[false],"o":{}}`);
}

export function json_text_and_broken_messages_are_no_struct(): void {
  const line = String.UTF8.encode('\n{"version":1}');
  assert(structToJson(changetype<usize>(line), line.byteLength) === null);
  const brace = String.UTF8.encode("{}");
  assert(structToJson(changetype<usize>(brace), brace.byteLength) === null);
  const cut = memory.data<u8>([0x0a, 0x08, 0x0a, 1, 0x73, 0x12, 3, 0x1a, 2, 0x78]);
  for (let length = 0; length <= 10; length++) assert(structToJson(cut, length) === null);
  const infinite = memory.data<u8>([
    0x0a, 14, 0x0a, 1, 0x6e, 0x12, 9, 0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f,
  ]);
  assert(structToJson(infinite, 16) === null);
}
