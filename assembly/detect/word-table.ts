// Words and what they mean, case-folded: open addressing over a hash of at most 32 bytes, so that a
// lookup reads the word once. Tables are written once at configure time from lists of words, and only
// read afterwards; memory lies outside the managed heap.
import { toLower } from "../base/ascii";

/** Longest word of a table in bytes. */
export const WORD_BYTES: u32 = 40;
const SLOT_BYTES: usize = 48;

/** Slots of 48 bytes: value (u32), length (u32), the folded word. */
@unmanaged
@final
export class WordTable {
  private slots: usize = 0;
  private mask: u32 = 0;

  /** A table for at most `words` words. */
  static create(words: u32): WordTable {
    const table = new WordTable();
    let count: u32 = 16;
    while (count < words * 2) count <<= 1;
    table.mask = count - 1;
    table.slots = heap.alloc(<usize>count * SLOT_BYTES);
    memory.fill(table.slots, 0, <usize>count * SLOT_BYTES);
    return table;
  }

  /** Gives each of the words, separated by blanks, the value (above 0). The first value given stays. */
  add(value: u32, words: string): void {
    let start = 0;
    for (let i = 0; i <= words.length; i++) {
      if (i < words.length && words.charCodeAt(i) != 0x20) continue;
      if (i > start && <u32>(i - start) <= WORD_BYTES) this.put(value, words, start, i);
      start = i + 1;
    }
  }

  /** Value of the word of `length` bytes at `ptr`, letters in either case; 0 when it is not there. */
  find(ptr: usize, length: u32): u32 {
    if (length == 0 || length > WORD_BYTES) return 0;
    let hash: u32 = 0x811c9dc5;
    for (let i: u32 = 0; i < length; i++) hash = (hash ^ toLower(load<u8>(ptr + i))) * 0x01000193;
    for (let i = mix(hash) & this.mask; true; i = (i + 1) & this.mask) {
      const slot = this.slots + <usize>i * SLOT_BYTES;
      const value = load<u32>(slot);
      if (value == 0) return 0;
      if (load<u32>(slot, 4) == length && sameFolded(ptr, slot + 8, length)) return value;
    }
    return 0;
  }

  private put(value: u32, words: string, start: i32, end: i32): void {
    let hash: u32 = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = (hash ^ words.charCodeAt(i)) * 0x01000193;
    const length = <u32>(end - start);
    for (let i = mix(hash) & this.mask; ; i = (i + 1) & this.mask) {
      const slot = this.slots + <usize>i * SLOT_BYTES;
      if (load<u32>(slot) != 0) {
        if (load<u32>(slot, 4) == length && isWord(slot + 8, words, start, length)) return;
        continue;
      }
      store<u32>(slot, value);
      store<u32>(slot, length, 4);
      for (let j: u32 = 0; j < length; j++)
        store<u8>(slot + 8 + j, <u8>words.charCodeAt(start + j));
      return;
    }
  }
}

function mix(hash: u32): u32 {
  return hash ^ (hash >>> 15);
}

function isWord(bytes: usize, words: string, start: i32, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(bytes + i) != <u8>words.charCodeAt(start + i)) return false;
  }
  return true;
}

function sameFolded(ptr: usize, folded: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (toLower(load<u8>(ptr + i)) != load<u8>(folded + i)) return false;
  }
  return true;
}
