// The wire form of header maps: u32 count, count × (u32 name length, u32 value length), then name NUL
// value NUL for each, little endian, ending exactly at the last NUL (proxy-wasm-cpp-host pairs_util).
// The reader checks all of it once and packs each entry's place into the length table of the block
// itself, so that every later access is one load and nothing is allocated.
import { PairsLimit } from "./constants";

/** What the codec found; anything but Ok leaves the reader empty. */
export const enum PairsStatus {
  Ok = 0,
  /** The block ends before its table or its last entry does. */
  Truncated = 1,
  /** More bytes, or more entries, than the limit. */
  TooLarge = 2,
  /** A name or a value is not followed by NUL. */
  MissingNul = 3,
  /** Bytes are left after the last entry. */
  TrailingBytes = 4,
  /** The writer was given a name that is no token. */
  BadName = 5,
  /** The writer was given a value with a control byte. */
  BadValue = 6,
}

/** Entry packing: offset 22 bits, name length 21, value length 21; a block has at most 2^20 bytes. */
const lengthBits: u64 = 21;
const lengthMask: u64 = 0x1fffff;

/** Reads one block. It owns nothing: the block must stay where it is, and is changed in place. */
@final
export class PairsReader {
  private base: usize = 0;
  private entries: u32 = 0;

  /** Number of entries, 0 before a block was opened. */
  get count(): u32 {
    return this.entries;
  }

  /** Forgets the block. */
  clear(): void {
    this.entries = 0;
  }

  /** Takes a block of `size` bytes; (0, 0) is the empty map. A block can be opened once. */
  open(ptr: usize, size: u32): PairsStatus {
    this.entries = 0;
    this.base = ptr;
    if (size == 0) return PairsStatus.Ok;
    if (size > <u32>PairsLimit.MaxBytes) return PairsStatus.TooLarge;
    if (size < 4) return PairsStatus.Truncated;
    const count = load<u32>(ptr);
    if (count > (size - 4) >> 3) return PairsStatus.Truncated;
    let at = 4 + (count << 3);
    for (let i: u32 = 0; i < count; i++) {
      const entry = ptr + 4 + ((<usize>i) << 3);
      const nameLength = load<u32>(entry);
      const valueLength = load<u32>(entry, 4);
      const left = size - at;
      if (nameLength >= left || valueLength >= left - nameLength - 1) return PairsStatus.Truncated;
      const valueAt = at + nameLength + 1;
      const end = valueAt + valueLength;
      if (load<u8>(ptr + valueAt - 1) != 0 || load<u8>(ptr + end) != 0) {
        return PairsStatus.MissingNul;
      }
      store<u64>(entry, pack(at, nameLength, valueLength));
      at = end + 1;
    }
    if (at != size) return PairsStatus.TrailingBytes;
    this.entries = count;
    return PairsStatus.Ok;
  }

  /** Address of name `index` (below `count`; past it 0). */
  namePtr(index: u32): usize {
    if (index >= this.entries) return 0;
    return this.base + <usize>(this.entry(index) >> (2 * lengthBits));
  }

  nameLength(index: u32): u32 {
    if (index >= this.entries) return 0;
    return <u32>((this.entry(index) >> lengthBits) & lengthMask);
  }

  /** Address of value `index` (below `count`; past it 0). */
  valuePtr(index: u32): usize {
    if (index >= this.entries) return 0;
    const entry = this.entry(index);
    const nameLength = (entry >> lengthBits) & lengthMask;
    return this.base + <usize>((entry >> (2 * lengthBits)) + nameLength + 1);
  }

  valueLength(index: u32): u32 {
    if (index >= this.entries) return 0;
    return <u32>(this.entry(index) & lengthMask);
  }

  /** Index of the first entry from `from` on with exactly this name (Envoy's are lower case), or -1. */
  indexOf(name: usize, nameLength: u32, from: u32 = 0): i32 {
    for (let i = from; i < this.entries; i++) {
      const entry = this.entry(i);
      if (<u32>((entry >> lengthBits) & lengthMask) != nameLength) continue;
      const at = this.base + <usize>(entry >> (2 * lengthBits));
      if (memory.compare(at, name, <usize>nameLength) == 0) return <i32>i;
    }
    return -1;
  }

  private entry(index: u32): u64 {
    return load<u64>(this.base + 4 + ((<usize>index) << 3));
  }
}

function pack(at: u32, nameLength: u32, valueLength: u32): u64 {
  return ((<u64>at) << (2 * lengthBits)) | ((<u64>nameLength) << lengthBits) | (<u64>valueLength);
}
