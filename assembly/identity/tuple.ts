// The bytes that an identity's key is made of: parts one after the other, each behind its length, so that no two different
// tuples have the same bytes. Fixed size, written anew for each identity.
import { Block } from "../base/block";
import { sipHash24 } from "../base/siphash";
import { SourceStatus } from "./source-status";

/** Longest part, bytes: longer values are Oversized rather than cut, since a cut value is another identity. */
export const maxPartBytes: u32 = 1024;
/** Parts of an identity. */
export const maxParts: i32 = 8;

/** Length that stands for "no value": no real part is that long. */
const noValue: u32 = 0xffffffff;

@final
export class Tuple {
  private block: Block = new Block(<u32>maxParts * (4 + maxPartBytes));
  private bytes: usize = this.block.ptr;
  private length: u32 = 0;
  /** The part appended last. */
  lastPtr: usize = 0;
  lastLength: u32 = 0;

  /** Begins an identity. */
  clear(): void {
    this.length = 0;
  }

  /** Appends a value of `length` bytes; an empty one is Missing. At most `maxParts` times. */
  part(ptr: usize, length: u32): SourceStatus {
    if (length == 0) return SourceStatus.Missing;
    if (length > maxPartBytes) return SourceStatus.Oversized;
    copy(this.open(length), ptr, length);
    return SourceStatus.Ok;
  }

  /** Appends a part of `length` bytes, 1 to maxPartBytes, that the caller writes at the returned address at once. */
  open(length: u32): usize {
    const at = this.bytes + this.length;
    store<u32>(at, length);
    this.length += 4 + length;
    this.lastPtr = at + 4;
    this.lastLength = length;
    return at + 4;
  }

  /** Appends the part of all requests that have no value here. */
  none(): void {
    store<u32>(this.bytes + this.length, noValue);
    this.length += 4;
  }

  /** Key of the tuple under a secret. */
  key(k0: u64, k1: u64): u64 {
    return sipHash24(k0, k1, this.bytes, this.length);
  }
}

/** A value of a few bytes by words, the last of them overlapping: `memory.copy` leaves the module for each. */
function copy(target: usize, ptr: usize, length: u32): void {
  if (length < 8 || length > 64) {
    memory.copy(target, ptr, length);
    return;
  }
  const last = length - 8;
  for (let at: u32 = 0; at < last; at += 8) store<u64>(target + at, load<u64>(ptr + at));
  store<u64>(target + last, load<u64>(ptr + last));
}
