// A set of keys as all workers share it: a head with its number and a check, then the text as it was fetched. Read back, it is
// somebody else's bytes until the check says otherwise.
import { sipHash24 } from "../base/siphash";

/** Bytes before the text: u64 magic, u32 generation, u32 length of the text, u64 check. */
export const KEY_RECORD_HEAD: u32 = 24;
const MAGIC: u64 = 0x314b4b574a574d4d;

/** Writes the head in front of `length` bytes that already stand at `record` + KEY_RECORD_HEAD. */
export function sealKeyRecord(record: usize, generation: u32, length: u32): void {
  store<u64>(record, MAGIC);
  store<u32>(record, generation, 8);
  store<u32>(record, length, 12);
  store<u64>(record, check(record, length), 16);
}

/** The generation of a record, 0 when these bytes are none. */
export function generationOf(record: usize, size: u32): u32 {
  if (size < KEY_RECORD_HEAD || load<u64>(record) != MAGIC) return 0;
  const length = load<u32>(record, 12);
  if (length != size - KEY_RECORD_HEAD || load<u64>(record, 16) != check(record, length)) return 0;
  return load<u32>(record, 8);
}

function check(record: usize, length: u32): u64 {
  const numbers = load<u64>(record, 8);
  return sipHash24(MAGIC, numbers, record + KEY_RECORD_HEAD, length);
}
