// A request's headers as a flat table of views over the block that one proxy_get_header_map_pairs
// call returns. Reading the block once also finds the known names, their number, the total size and
// the largest value, so that every later question is an array read. The block belongs to the caller
// and must outlive the questions; the table is made once and used again.
//
// Block (proxy-Wasm ABI 0.2.1): u32 count, then count × (u32 name length, u32 value length), then
// name NUL value NUL ...
import { Block } from "../base/block";
import { KnownHeader, knownHeader } from "./header-name";
import { equalsLiteral } from "./literal";

/** What reading a block found. */
export const enum HeaderMapStatus {
  Ok = 0,
  /** Lengths reach past the block, or the block is shorter than its own table. */
  Malformed = 1,
  /** More entries than MAX_HEADERS. */
  TooMany = 2,
}

/** Entries a map can hold: Envoy hands out no more (PairsLimit.MaxCount). */
export const MAX_HEADERS: u32 = 1024;

// One row: name pointer, name length, value pointer, value length (u32 each).
const ROW_BYTES: usize = 16;

@final
export class HeaderMap {
  /** Entries in the map. */
  count: u32 = 0;
  /** Bytes of all names and values, terminators not counted. */
  totalBytes: u32 = 0;
  /** Length of the longest value, bytes. */
  longestValueBytes: u32 = 0;
  private rowBlock: Block = new Block(<u32>(ROW_BYTES * MAX_HEADERS));
  private rows: usize;
  /** For each known name: row of its first entry + 1, and how many entries it has (u16 each). */
  private knownBlock: Block = new Block((<u32>KnownHeader.Count) << 2);
  private known: usize;

  /** Takes 16 KiB for the table: made at configure time, one for each root. */
  constructor() {
    this.rows = this.rowBlock.ptr;
    this.known = this.knownBlock.ptr;
    this.clear();
  }

  /** Forgets every entry; to be called when the block is given back. */
  clear(): void {
    this.count = 0;
    this.totalBytes = 0;
    this.longestValueBytes = 0;
    memory.fill(this.known, 0, (<usize>KnownHeader.Count) << 2);
  }

  /**
   * Reads a block of `size` bytes, behind which eight more can be read (the arena keeps them). After any status but Ok the map
   * is empty.
   * @param block may be 0 when `size` is 0: no entries
   */
  read(block: usize, size: u32): HeaderMapStatus {
    this.clear();
    if (size == 0) return HeaderMapStatus.Ok;
    if (size < 4) return HeaderMapStatus.Malformed;
    const count = load<u32>(block);
    if (count > MAX_HEADERS) return HeaderMapStatus.TooMany;
    const end = block + size;
    let text = block + 4 + ((<usize>count) << 3);
    if (text > end) return HeaderMapStatus.Malformed;
    let lengths = block + 4;
    let row = this.rows;
    let total: u32 = 0;
    let longest: u32 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const nameLength = load<u32>(lengths);
      const valueLength = load<u32>(lengths, 4);
      // 64 bits, because two lengths of 4 GiB would wrap a 32-bit sum.
      if (<u64>nameLength + <u64>valueLength + 2 > <u64>(end - text)) return this.malformed();
      store<u32>(row, <u32>text);
      store<u32>(row, nameLength, 4);
      this.note(knownHeader(text, nameLength), i);
      text += nameLength + 1;
      store<u32>(row, <u32>text, 8);
      store<u32>(row, valueLength, 12);
      text += valueLength + 1;
      total += nameLength + valueLength;
      if (valueLength > longest) longest = valueLength;
      lengths += 8;
      row += ROW_BYTES;
    }
    this.count = count;
    this.totalBytes = total;
    this.longestValueBytes = longest;
    return HeaderMapStatus.Ok;
  }

  private malformed(): HeaderMapStatus {
    this.clear();
    return HeaderMapStatus.Malformed;
  }

  private note(name: KnownHeader, row: u32): void {
    const slot = this.known + ((<usize>name) << 2);
    const seen = load<u16>(slot, 2);
    if (seen == 0) store<u16>(slot, <u16>(row + 1));
    store<u16>(slot, seen + 1, 2);
  }

  /** Row of the first entry of a known name, or -1. */
  first(name: KnownHeader): i32 {
    return <i32>load<u16>(this.known + ((<usize>name) << 2)) - 1;
  }

  /**
   * How many entries a known name has. Envoy joins repeated standard fields by commas into one
   * entry.
   */
  occurrences(name: KnownHeader): u32 {
    return load<u16>(this.known + ((<usize>name) << 2), 2);
  }

  /**
   * Row of the first entry from `from` on whose name is these lower-case bytes, or -1. Linear in
   * the number of entries.
   */
  find(name: usize, nameLength: u32, from: u32 = 0): i32 {
    for (let i = from; i < this.count; i++) {
      if (this.nameLength(i) != nameLength) continue;
      if (memory.compare(this.name(i), name, nameLength) == 0) return i;
    }
    return -1;
  }

  /** As `find`, for a name written in the source. */
  findLiteral(name: string): i32 {
    for (let i: u32 = 0; i < this.count; i++) {
      if (equalsLiteral(this.name(i), this.nameLength(i), name)) return i;
    }
    return -1;
  }

  /** Address of the name in row `row` (0 to count - 1). */
  name(row: u32): usize {
    return load<u32>(this.rows + <usize>row * ROW_BYTES);
  }

  nameLength(row: u32): u32 {
    return load<u32>(this.rows + <usize>row * ROW_BYTES, 4);
  }

  /** Address of the value in row `row`; the byte after the value is readable (its terminator). */
  value(row: u32): usize {
    return load<u32>(this.rows + <usize>row * ROW_BYTES, 8);
  }

  valueLength(row: u32): u32 {
    return load<u32>(this.rows + <usize>row * ROW_BYTES, 12);
  }
}
