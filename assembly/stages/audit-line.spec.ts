import { View } from "../abi/view";
import { AuditLine, MAX_ID_BYTES, isHarmlessId } from "./audit-line";

const room: usize = memory.data(96);

function isWord(byte: u32): bool {
  const folded = byte | 0x20;
  if ((folded >= 0x61 && folded <= 0x7a && byte < 0x7b) || (byte >= 0x30 && byte <= 0x39))
    return true;
  return byte == 0x2d || byte == 0x5f || byte == 0x2e;
}

export function an_id_holds_letters_digits_dashes_underscores_and_dots(): void {
  for (let length: u32 = 1; length <= MAX_ID_BYTES; length++) {
    memory.fill(room, 0x61, 96);
    assert(isHarmlessId(room, length));
    for (let at: u32 = 0; at < length; at++) {
      for (let byte: u32 = 0; byte < 256; byte++) {
        store<u8>(room + at, <u8>byte);
        assert(isHarmlessId(room, length) == isWord(byte), byte.toString());
      }
      store<u8>(room + at, 0x61);
    }
  }
  assert(!isHarmlessId(room, 0) && !isHarmlessId(room, MAX_ID_BYTES + 1));
}

export function what_stands_behind_an_id_does_not_matter(): void {
  memory.fill(room, 0, 96);
  for (let length: u32 = 1; length <= MAX_ID_BYTES; length++) {
    store<u8>(room + length - 1, 0x7a);
    assert(isHarmlessId(room, length));
  }
}

export function a_line_is_its_parts(): void {
  const line = new AuditLine();
  const prefix = View.of('{"event":"x"');
  const id = View.of("a-1");
  line.begin(prefix);
  line.observed(0);
  line.limit(u64.MAX_VALUE);
  line.requestId(id.ptr, id.length);
  line.end();
  const text = new View(line.ptr, line.length).toText();
  assert(text == '{"event":"x","observed":0,"limit":18446744073709551615,"requestId":"a-1"}', text);
}
