// Memory that is given out in order and taken back as a whole: one arena for each request in flight (what must last
// from headers to the end of the stream) and one for the VM (what one callback needs). The first block is kept for
// good, further ones go back to the heap; past its limit an arena gives nothing more and says so.

const HEADER: usize = 8;
/** Vector code may read this far past the end of a text. */
const SLACK: usize = 16;

@final
export class Arena {
  /** Memory was asked for that the limit did not allow; stays true until `reset`. */
  isFull: bool = false;
  private first: usize = 0;
  private block: usize = 0;
  private top: usize = 0;
  private end: usize = 0;
  private total: usize = 0;

  /** @param firstBytes size of the block that is kept; made when it is first needed */
  constructor(
    private firstBytes: usize,
    private limitBytes: usize,
  ) {}

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

  /** Takes everything back. */
  reset(): void {
    while (this.block != this.first) {
      const previous = load<usize>(this.block);
      heap.free(this.block);
      this.block = previous;
    }
    this.top = this.first == 0 ? 0 : this.first + HEADER;
    this.end = this.first == 0 ? 0 : this.first + this.firstBytes;
    this.total = this.first == 0 ? 0 : this.firstBytes;
    this.isFull = false;
  }

  private grow(bytes: usize): bool {
    if (this.first == 0) {
      this.first = heap.alloc(this.firstBytes);
      store<usize>(this.first, 0);
      this.block = this.first;
      this.reset();
      if (this.end - this.top >= bytes) return true;
    }
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
