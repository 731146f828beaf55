// Builds a header block in the wire form of pairs.ts. Names and values are checked as they come in,
// because Envoy does not check them, and the first refusal sticks: `finish` answers it, so that one
// check at the end is enough. Past 1,024 entries or 1 MiB Envoy would wipe the whole map without a
// word; this writer answers TooLarge instead.
import { Block } from "../base/block";
import { PairsLimit } from "./constants";
import { isFieldName, isFieldValue } from "./field";
import { PairsStatus } from "./pairs";
import { View } from "./view";

/** A reusable writer with its own heap buffer. Made at configure time; `reset` starts a new block. */
@final
export class PairsWriter {
  private block: Block = new Block(0);
  /** Where the finished block is; valid after `finish` until the next `reset`. */
  ptr: usize = 0;
  /** Its size in bytes; 0 for the empty map, as the wire wants it. */
  length: u32 = 0;
  private count: u32 = 0;
  private dataBytes: u32 = 0;
  private markedCount: u32 = 0;
  private markedBytes: u32 = 0;
  private status: PairsStatus = PairsStatus.Ok;

  /** Room for `maxCount` entries with `maxDataBytes` of names and values, both within the ABI's limits. */
  constructor(
    private maxCount: u32 = 64,
    private maxDataBytes: u32 = 16384,
  ) {
    this.maxCount = min<u32>(maxCount, PairsLimit.MaxCount);
    const room: u32 = <u32>PairsLimit.MaxBytes - 4 - 8 * this.maxCount;
    this.maxDataBytes = min<u32>(maxDataBytes, room);
    this.block = new Block(4 + 8 * this.maxCount + this.maxDataBytes);
    this.ptr = this.block.ptr;
  }

  /** Starts an empty block. */
  reset(): void {
    this.length = 0;
    this.count = 0;
    this.dataBytes = 0;
    this.status = PairsStatus.Ok;
  }

  /** Appends one entry; the bytes are copied. A refused entry makes the whole block refused. */
  add(name: usize, nameLength: u32, value: usize, valueLength: u32): PairsStatus {
    if (!isFieldName(name, nameLength)) return this.refuse(PairsStatus.BadName);
    if (!isFieldValue(value, valueLength)) return this.refuse(PairsStatus.BadValue);
    return this.append(name, nameLength, value, valueLength);
  }

  /** As `add`, for bytes of the filter's own that can be nothing but a name and a value: they are not looked at. */
  addKnown(name: View, value: usize, valueLength: u32): PairsStatus {
    return this.append(name.ptr, name.length, value, valueLength);
  }

  private append(name: usize, nameLength: u32, value: usize, valueLength: u32): PairsStatus {
    const left = this.maxDataBytes - this.dataBytes;
    if (this.count >= this.maxCount || left < 2 || nameLength > left - 2) {
      return this.refuse(PairsStatus.TooLarge);
    }
    if (valueLength > left - 2 - nameLength) return this.refuse(PairsStatus.TooLarge);
    const sizes = this.ptr + 4 + ((<usize>this.count) << 3);
    store<u32>(sizes, nameLength);
    store<u32>(sizes, valueLength, 4);
    let at = this.ptr + 4 + ((<usize>this.maxCount) << 3) + <usize>this.dataBytes;
    memory.copy(at, name, <usize>nameLength);
    store<u8>(at + nameLength, 0);
    at += <usize>nameLength + 1;
    memory.copy(at, value, <usize>valueLength);
    store<u8>(at + valueLength, 0);
    this.dataBytes += nameLength + valueLength + 2;
    this.count++;
    return this.status;
  }

  /**
   * What was added so far stays through every `rewind`. Such a block is finished with exactly as many entries as the writer
   * has room for, because then nothing in it is moved.
   */
  mark(): void {
    this.markedCount = this.count;
    this.markedBytes = this.dataBytes;
  }

  /** Takes out what was added since `mark`; how many entries stay. */
  rewind(): u32 {
    this.length = 0;
    this.count = this.markedCount;
    this.dataBytes = this.markedBytes;
    this.status = PairsStatus.Ok;
    return this.count;
  }

  /** Closes the block: afterwards `ptr` and `length` are what the host wants. */
  finish(): PairsStatus {
    if (this.status != PairsStatus.Ok) return this.status;
    if (this.count == 0 || this.length != 0) return PairsStatus.Ok;
    store<u32>(this.ptr, this.count);
    if (this.count != this.maxCount) {
      if (this.markedCount > 0) return this.refuse(PairsStatus.Truncated);
      const data = this.ptr + 4 + ((<usize>this.count) << 3);
      memory.copy(data, this.ptr + 4 + ((<usize>this.maxCount) << 3), <usize>this.dataBytes);
    }
    this.length = 4 + (this.count << 3) + this.dataBytes;
    // The block was moved together: whoever adds more without a reset would write over it.
    this.count = this.maxCount;
    return PairsStatus.Ok;
  }

  private refuse(status: PairsStatus): PairsStatus {
    if (this.status == PairsStatus.Ok) this.status = status;
    return status;
  }
}
