// A growing byte buffer for configure time: texts of errors, converted documents. Not for the data
// path, where nothing grows.

/** Bytes that grow at the end. Owns its block; `dispose` frees it, `take` hands it on. */
@final
export class ByteBuffer {
  /** Start of the bytes; moves when the buffer grows. 0 until the first byte. */
  ptr: usize = 0;
  /** Bytes written. */
  length: u32 = 0;
  private capacity: u32 = 0;

  /**
   * Makes room for `count` more bytes and returns where they go; the caller then adds to `length`.
   */
  reserve(count: u32): usize {
    const needed = this.length + count;
    if (needed > this.capacity) {
      let capacity: u32 = this.capacity == 0 ? 64 : this.capacity;
      while (capacity < needed) capacity <<= 1;
      this.ptr = this.ptr == 0 ? heap.alloc(capacity) : heap.realloc(this.ptr, capacity);
      this.capacity = capacity;
    }
    return this.ptr + this.length;
  }

  /** Adds one byte. */
  byte(value: u8): void {
    store<u8>(this.reserve(1), value);
    this.length++;
  }

  /** Adds `count` bytes from `source`, which lies outside this buffer. */
  bytes(source: usize, count: u32): void {
    memory.copy(this.reserve(count), source, count);
    this.length += count;
  }

  /** Adds a string as UTF-8. */
  text(value: string): void {
    const room = this.reserve(<u32>String.UTF8.byteLength(value));
    this.length += <u32>String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, room);
  }

  /**
   * Gives the block to the caller, who frees it with `heap.free`; the buffer is empty afterwards.
   */
  take(): usize {
    const ptr = this.ptr;
    this.ptr = 0;
    this.length = 0;
    this.capacity = 0;
    return ptr;
  }

  /** Frees the block; the buffer is empty and may be used again. */
  dispose(): void {
    if (this.ptr != 0) heap.free(this.ptr);
    this.take();
  }
}
