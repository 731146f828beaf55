// A hash table in a SharedHeap: byte-string keys, values of any length with the number of their last write. Entries are
// never deleted, as proxy-Wasm's shared data never are. All methods expect the heap's lock to be held.
import { firstRootWord, type SharedHeap } from "./heap.ts";

/** Root words of this table. */
const bucketsRoot = firstRootWord;
const bucketCountRoot = firstRootWord + 1;
const entryCountRoot = firstRootWord + 2;

/** An entry's words: next entry, hash, bytes of the key, value's address, its length, its number; then the key. */
const entryWords = 6;
const firstBuckets = 256;

/** Place of an entry; 0 stands for none. */
export type EntryAddress = number;

export class SharedTable {
  readonly heap: SharedHeap;

  constructor(heap: SharedHeap) {
    this.heap = heap;
  }

  /** The entry of a key, one character a byte; 0 when there is none. */
  find(key: string): EntryAddress {
    const { words } = this.heap;
    const count = words[bucketCountRoot]!;
    if (count === 0) return 0;
    const hash = hashOf(key);
    let entry = words[(words[bucketsRoot]! >> 2) + (hash & (count - 1))]!;
    while (entry !== 0 && !(words[(entry >> 2) + 1] === hash && this.#holds(entry, key))) {
      entry = words[entry >> 2]!;
    }
    return entry;
  }

  /** The entry of a key, made empty with number 0 when there is none; 0 when memory is at its end. */
  findOrAdd(key: string): EntryAddress {
    const found = this.find(key);
    if (found !== 0) return found;
    const { heap } = this;
    if (!this.#makeRoom()) return 0;
    const entry = heap.allocate(entryWords * 4 + key.length);
    if (entry === 0) return 0;
    const { words, bytes } = heap;
    const at = entry >> 2;
    const hash = hashOf(key);
    const bucket = (words[bucketsRoot]! >> 2) + (hash & (words[bucketCountRoot]! - 1));
    words[at] = words[bucket]!;
    words[at + 1] = hash;
    words[at + 2] = key.length;
    words.fill(0, at + 3, at + entryWords);
    for (let i = 0; i < key.length; i++) bytes[entry + entryWords * 4 + i] = key.charCodeAt(i);
    words[bucket] = entry;
    words[entryCountRoot]!++;
    return entry;
  }

  /** A copy of the value. */
  value(entry: EntryAddress): Uint8Array<ArrayBuffer> {
    const { words, bytes } = this.heap;
    const address = words[(entry >> 2) + 3]!;
    return new Uint8Array(bytes.subarray(address, address + words[(entry >> 2) + 4]!));
  }

  /** False when memory is at its end; the value is then what it was. */
  setValue(entry: EntryAddress, value: Uint8Array): boolean {
    const { heap } = this;
    const at = entry >> 2;
    const before = heap.words[at + 3]!;
    const length = heap.words[at + 4]!;
    let address = before;
    if (before === 0 || capacity(length) !== capacity(value.length)) {
      address = heap.allocate(value.length);
      if (address === 0) return false;
      if (before !== 0) heap.release(before, length);
    }
    heap.bytes.set(value, address);
    heap.words[at + 3] = address;
    heap.words[at + 4] = value.length;
    return true;
  }

  /** Number of the last write, as an unsigned 32-bit number. */
  number(entry: EntryAddress): number {
    return this.heap.words[(entry >> 2) + 5]! >>> 0;
  }

  setNumber(entry: EntryAddress, value: number): void {
    this.heap.words[(entry >> 2) + 5] = value;
  }

  /** All keys, in no order. */
  *keys(): Generator<string> {
    const { words, bytes } = this.heap;
    for (let i = 0; i < words[bucketCountRoot]!; i++) {
      for (
        let entry = words[(words[bucketsRoot]! >> 2) + i]!;
        entry !== 0;
        entry = words[entry >> 2]!
      ) {
        const at = entry + entryWords * 4;
        let key = "";
        for (let j = 0; j < words[(entry >> 2) + 2]!; j++)
          key += String.fromCharCode(bytes[at + j]!);
        yield key;
      }
    }
  }

  #holds(entry: EntryAddress, key: string): boolean {
    const { words, bytes } = this.heap;
    if (words[(entry >> 2) + 2] !== key.length) return false;
    const at = entry + entryWords * 4;
    for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key.charCodeAt(i)) return false;
    return true;
  }

  /** Twice the buckets when there are twice as many entries as buckets. */
  #makeRoom(): boolean {
    const { heap } = this;
    const { words } = heap;
    const count = words[bucketCountRoot]!;
    if (count !== 0 && words[entryCountRoot]! < count * 2) return true;
    const wider = count === 0 ? firstBuckets : count * 2;
    const address = heap.allocate(wider * 4);
    if (address === 0) return count !== 0;
    words.fill(0, address >> 2, (address >> 2) + wider);
    const before = words[bucketsRoot]!;
    for (let i = 0; i < count; i++) {
      let entry = words[(before >> 2) + i]!;
      while (entry !== 0) {
        const next = words[entry >> 2]!;
        const bucket = (address >> 2) + (words[(entry >> 2) + 1]! & (wider - 1));
        words[entry >> 2] = words[bucket]!;
        words[bucket] = entry;
        entry = next;
      }
    }
    words[bucketsRoot] = address;
    words[bucketCountRoot] = wider;
    if (before !== 0) heap.release(before, count * 4);
    return true;
  }
}

/** Size class of a value: values of one class overwrite each other in place. */
function capacity(length: number): number {
  return length <= 16 ? 0 : 32 - Math.clz32((length - 1) >>> 4);
}

/** FNV-1a. Keys are the filters' own, never a client's bytes alone; a long chain costs time and no more. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
