// Memory that is given out in order and taken back as a whole: one arena for each request in flight (what must last
// from headers to the end of the stream) and one for the VM (what one callback needs). The first block is kept for
// good (it goes with the arena), further ones go back to the heap; past its limit an arena gives nothing more and says so.
import { Block } from "../../base/block";

const HEADER: usize = 8;
/** Vector code may read this far past the end of a text. */
const SLACK: usize = 16;

@final
export class Arena {
  /** Memory was asked for that the limit did not allow; stays true until `reset`. */
  isFull: bool = false;
  private own: Block;
  /** The newest block from the heap; 0: none. Its first word leads to the one before. */
  private block: usize = 0;
  private top: usize;
  private end: usize;
  private total: usize;

  /** @param firstBytes size of the block that is kept */
  constructor(
    private firstBytes: u32,
    private limitBytes: usize,
  ) {
    const own = new Block(firstBytes);
    this.own = own;
    this.top = own.ptr;
    this.end = own.ptr + firstBytes;
    this.total = firstBytes;
  }

  /** Memory for `bytes` bytes, 8-byte aligned, not zeroed; 0 when the limit is reached. */
  take(bytes: usize): usize {
    const rounded = (bytes + SLACK + 7) & ~7;
    if (this.end - this.top < rounded && !this.grow(rounded)) return 0;
    const at = this.top;
    this.top += rounded;
    return at;
  }

  /** The same, zeroed. */
  takeZeroed(bytes: usize): usize {
    const at = this.take(bytes);
    if (at != 0) memory.fill(at, 0, bytes);
    return at;
  }

  /** Gives back what the last `take` reserved behind `keep` bytes from `at`. */
  trim(at: usize, keep: usize): void {
    this.top = at + ((keep + (keep == 0 ? 0 : SLACK) + 7) & ~7);
  }

  /** Address of the first byte of all. */
  get start(): usize {
    return this.own.ptr;
  }

  /** Takes everything back. */
  reset(): void {
    while (this.block != 0) {
      const previous = load<usize>(this.block);
      heap.free(this.block);
      this.block = previous;
    }
    this.top = this.own.ptr;
    this.end = this.top + this.firstBytes;
    this.total = this.firstBytes;
    this.isFull = false;
  }

  private grow(bytes: usize): bool {
    const size = max<usize>(bytes + HEADER, this.firstBytes);
    if (this.total + size > this.limitBytes) {
      this.isFull = true;
      return false;
    }
    const block = heap.alloc(size);
    store<usize>(block, this.block);
    this.block = block;
    this.top = block + HEADER;
    this.end = block + size;
    this.total += size;
    return true;
  }
}
