// Duplicate member names in constant time each. The first 16 names of an object lie in a short row of their
// depth, whose tags are compared four at a time and which stays in the cache; most objects have no more. The
// 17th moves them to one open-addressing table for all large objects of a text, keyed by (object serial, decoded
// name). Slots of earlier texts are told by their serial and count as free, so nothing is cleared between
// texts. A row stays when its object ends: objects of one array have the same names in the same order mostly, and
// a name that stands where it stood in the object before needs neither hash nor search. At most half of the slots are ever taken; a probe that passes 64 taken slots means forged collisions
// and is refused, which bounds the work whatever the names are.
import { Block } from "../base/block";
import { finishHash, hashBytes, mixWord } from "../base/keyed-hash";
import { writeCodePoint } from "../base/utf8";
import { readEscape, sameText, unitCodePoint } from "./unescape";

/** What `NameTable.add` found. */
export const enum NameVerdict {
  New = 0,
  Duplicate = 1,
  Collisions = 2,
}

// Slot: u32 hash tag, u32 object serial, u32 address of the raw name, u32 length (high bit: has
// escapes).
const SLOT_SHIFT: u32 = 4;
const MAX_PROBES: u32 = 64;
const ESCAPED: u32 = 0x80000000;
const SERIAL_KEY: u64 = 0xa0761d6478bd642f;

/** Names in the row of a depth. */
const ROW_NAMES: u32 = 16;
// Row: 16 tags (u32), then 16 pairs of address and length as in a slot, then the text that the names are of,
// how many names there are, how many of the object before may still stand at their place, and ROW_SEEN.
const ROW_SHIFT: u32 = 8;
const ROW_PAIRS: usize = 64;
const ROW_TEXT: usize = 192;
const ROW_COUNT: usize = 196;
const ROW_EXPECTED: usize = 200;
/** Bit set of six bits of each tag: a name whose bit is not there is new, and most are. */
const ROW_SEEN: usize = 208;

/** Names seen in the open text. */
@final
export class NameTable {
  private block: Block;
  private slots: usize;
  private mask: u32 = 0;
  /** Serials below this one belong to earlier texts. */
  private firstSerial: u32 = 1;
  private rowBlock: Block;
  private rows: usize;
  /** Number of the text; rows of another one point to bytes that are gone. */
  private text: u32 = 0;

  /**
   * Room for `maxKeys` names in one text of at most `maxDepth` open containers; `seed` should differ between
   * processes.
   */
  constructor(
    private maxKeys: u32,
    private maxDepth: u32,
    private seed: u64,
  ) {
    this.rowBlock = new Block((maxDepth + 1) << ROW_SHIFT);
    this.block = new Block(slotsFor(maxKeys) << (<u32>SLOT_SHIFT));
    this.rows = this.rowBlock.ptr;
    this.slots = this.block.ptr;
    this.clear();
  }

  /**
   * Starts a text of `length` bytes, whose objects take serials upward from `serial`. Returns the
   * serial to use: 1 after the counter came near its end and the table was cleared, else `serial`.
   * A short text uses only as many slots as its length can hold names, which then stay in the
   * cache.
   */
  begin(serial: u32, length: u32): u32 {
    if (serial > 0x7fffffff) {
      this.clear();
      serial = 1;
    }
    this.firstSerial = serial;
    if (++this.text == 0) {
      memory.fill(this.rows, 0, (<usize>(this.maxDepth + 1)) << ROW_SHIFT);
      this.text = 1;
    }
    // `"":1,` is the shortest member.
    this.mask = slotsFor(min(this.maxKeys, length / 5 + 1)) - 1;
    return serial;
  }

  private clear(): void {
    memory.fill(this.slots, 0, (<usize>slotsFor(this.maxKeys)) << SLOT_SHIFT);
  }

  /**
   * Length of the name that begins at `ptr` (behind its quote) when it is the one that stood in this place in the
   * object before; the name is then added. Else 0. Called for each name in turn, then `add` when it answers 0.
   */
  repeated(depth: u32, count: u32, ptr: usize, limit: usize): u32 {
    if (count > ROW_NAMES) return 0;
    const row = this.rows + ((<usize>depth) << ROW_SHIFT);
    if (count == 1) {
      const isOfText = load<u32>(row, ROW_TEXT) == this.text;
      store<u32>(row, isOfText ? load<u32>(row, ROW_COUNT) : 0, ROW_EXPECTED);
      store<u32>(row, this.text, ROW_TEXT);
    }
    store<u32>(row, count, ROW_COUNT);
    if (count <= load<u32>(row, ROW_EXPECTED)) {
      const pair = row + ROW_PAIRS + ((<usize>(count - 1)) << 3);
      // Names with escapes have the high bit and are too long.
      const length = load<u32>(pair, 4);
      if (length - 1 < 15 && ptr + 16 <= limit && load<u8>(ptr + length) == 0x22) {
        const equal = i8x16.bitmask(i8x16.eq(v128.load(ptr), v128.load(<usize>load<u32>(pair))));
        const wanted = (1 << length) - 1;
        if ((equal & wanted) == wanted) return length;
      }
    }
    store<u32>(row, 0, ROW_EXPECTED);
    return 0;
  }

  /**
   * Adds the raw name (between its quotes) of member number `count` (from 1) of the open object `serial` at
   * `depth`. `limit` is the end of the text. The caller keeps the count of names of one text within `maxKeys`
   * and the text in place until it ends.
   */
  add(
    depth: u32,
    count: u32,
    serial: u32,
    ptr: usize,
    length: u32,
    escaped: bool,
    limit: usize,
  ): NameVerdict {
    const row = this.rows + ((<usize>depth) << ROW_SHIFT);
    if (count > ROW_NAMES) {
      if (count == ROW_NAMES + 1 && !this.move(row, serial, limit)) return NameVerdict.Collisions;
      const state = this.seed ^ (serial * SERIAL_KEY);
      return this.addToTable(
        escaped ? hashUnescaped(state, ptr, length) : hashBytes(state, ptr, length, limit),
        serial,
        ptr,
        length,
        escaped,
      );
    }
    // The tag of a row does not depend on the object, so that it serves the next one.
    const tag = <u32>(
      (escaped ? hashUnescaped(this.seed, ptr, length) : hashBytes(this.seed, ptr, length, limit))
    );
    const known = count - 1;
    store<u32>(row + (known << 2), tag);
    const own = row + ROW_PAIRS + ((<usize>known) << 3);
    store<u32>(own, <u32>ptr);
    store<u32>(own, escaped ? length | ESCAPED : length, 4);
    // Bits of names that are gone may stay, where the first name was a repeated one.
    const seen: u64 = known == 0 ? 0 : load<u64>(row, ROW_SEEN);
    const bit: u64 = (<u64>1) << (tag & 63);
    store<u64>(row, seen | bit, ROW_SEEN);
    if ((seen & bit) == 0) return NameVerdict.New;
    const wanted = i32x4.splat(tag);
    for (let i: u32 = 0; i < known; i += 4) {
      let hits = i32x4.bitmask(i32x4.eq(v128.load(row + (i << 2)), wanted));
      // Tags behind the last name are left from other objects.
      if (known - i < 4) hits &= (1 << (known - i)) - 1;
      for (; hits != 0; hits &= hits - 1) {
        const pair = row + ROW_PAIRS + ((<usize>(i + ctz(hits))) << 3);
        if (sameName(pair, ptr, length, escaped)) return NameVerdict.Duplicate;
      }
    }
    return NameVerdict.New;
  }

  /** Puts the names of a full row into the table. */
  private move(row: usize, serial: u32, limit: usize): bool {
    const state = this.seed ^ (serial * SERIAL_KEY);
    for (let i: u32 = 0; i < ROW_NAMES; i++) {
      const pair = row + ROW_PAIRS + ((<usize>i) << 3);
      const ptr = <usize>load<u32>(pair);
      const length = load<u32>(pair, 4) & ~ESCAPED;
      const escaped = (load<u32>(pair, 4) & ESCAPED) != 0;
      const hash = escaped
        ? hashUnescaped(state, ptr, length)
        : hashBytes(state, ptr, length, limit);
      // A caller may go on after a duplicate; it has been told.
      const verdict = this.addToTable(hash, serial, ptr, length, escaped);
      if (verdict == NameVerdict.Collisions) return false;
    }
    return true;
  }

  private addToTable(hash: u64, serial: u32, ptr: usize, length: u32, escaped: bool): NameVerdict {
    const tag = <u32>hash;
    let index = <u32>(hash >> 32);
    for (let probe: u32 = 0; probe < MAX_PROBES; probe++, index++) {
      const slot = this.slots + ((<usize>(index & this.mask)) << SLOT_SHIFT);
      const owner = load<u32>(slot, 4);
      if (owner < this.firstSerial) {
        store<u32>(slot, tag);
        store<u32>(slot, serial, 4);
        store<u32>(slot, <u32>ptr, 8);
        store<u32>(slot, escaped ? length | ESCAPED : length, 12);
        return NameVerdict.New;
      }
      if (load<u32>(slot) == tag && owner == serial && sameName(slot + 8, ptr, length, escaped)) {
        return NameVerdict.Duplicate;
      }
    }
    return NameVerdict.Collisions;
  }
}

/** Twice as many slots as names, as a power of two. */
function slotsFor(names: u32): u32 {
  return max<u32>(16, 1 << (32 - clz(names * 2 - 1)));
}

/** Compares with the name whose address and length lie at `pair`. */
function sameName(pair: usize, ptr: usize, length: u32, escaped: bool): bool {
  const other = <usize>load<u32>(pair);
  const word = load<u32>(pair, 4);
  if (!escaped && (word & ESCAPED) == 0) {
    return word == length && memory.compare(other, ptr, length) == 0;
  }
  return sameText(other, word & ~ESCAPED, ptr, length);
}

/** The hash that the decoded bytes would have, without a place to decode them to. */
function hashUnescaped(seed: u64, ptr: usize, length: u32): u64 {
  const end = ptr + length;
  let state = seed;
  let word: u64 = 0;
  let total: u32 = 0;
  while (ptr < end) {
    let bytes: u32;
    let count: u32 = 1;
    const byte = load<u8>(ptr);
    if (byte != 0x5c) {
      bytes = byte;
      ptr++;
    } else {
      ptr = readEscape(ptr, end);
      count = writeCodePoint(scratch, unitCodePoint);
      bytes = load<u32>(scratch);
    }
    for (let i: u32 = 0; i < count; i++) {
      word |= (<u64>((bytes >> (i << 3)) & 0xff)) << ((total & 7) << 3);
      total++;
      if ((total & 7) == 0) {
        state = mixWord(state, word);
        word = 0;
      }
    }
  }
  if ((total & 7) != 0) state = mixWord(state, word);
  return finishHash(state, total);
}

/** Four bytes for one encoded code point. */
const scratch = memory.data(8);
