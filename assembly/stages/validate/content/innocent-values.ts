// Header values that were judged innocent: browsers send the same ones with every request. A value is known by
// a keyed 64-bit hash (SipHash, so that no client can aim a second value at one) in a table of fixed size where
// newer values take the place of older ones. What was found guilty, or excepted, is never kept.
import { Block } from "../../../base/block";
import { sipHash24 } from "../../../base/siphash";

/** Values kept; a power of two. */
const SLOTS: u32 = 256;
/** Shorter values cost less to judge than to look up, longer ones are seldom the same twice. */
const LEAST_BYTES: u32 = 8;
const MOST_BYTES: u32 = 512;

@final
export class InnocentValues {
  private block: Block = new Block(SLOTS * 8);
  private hash: u64 = 0;

  /** @param seed random number of this configuration */
  constructor(private seed: u64) {}

  /** Whether the value was judged by these classes before, and was innocent. */
  knows(ptr: usize, length: u32, classes: u32): bool {
    this.hash = 0;
    if (length < LEAST_BYTES || length > MOST_BYTES) return false;
    this.hash = sipHash24(this.seed, this.seed ^ classes, ptr, length) | 1;
    return load<u64>(this.slot()) == this.hash;
  }

  /** Keeps the value that `knows` was asked for last. */
  remember(): void {
    if (this.hash != 0) store<u64>(this.slot(), this.hash);
  }

  private slot(): usize {
    return this.block.ptr + ((<usize>((<u32>(this.hash >> 32)) & (SLOTS - 1))) << 3);
  }
}
