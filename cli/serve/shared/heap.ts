// Memory that all threads of a process see: a growable SharedArrayBuffer with a lock and an allocator of powers of two.
// What lives in it is what Envoy keeps once a process: shared data, queues, metrics. A lock is held for the time of one
// operation, a few hundred nanoseconds; a thread that waits sleeps (Drepper, "Futexes are tricky", mutex 2).

/** Layout of the first words: lock, end of what was handed out, one free list a size class, then what owners keep. */
const lockWord = 0;
const endWord = 1;
const freeWords = 2;
const sizeClasses = 32;
/** Words for the owners of the heap, for example the root of a table. */
export const firstRootWord = freeWords + sizeClasses;
const rootWords = 16;
const headerBytes = (firstRootWord + rootWords) * 4;

const leastBytes = 16;
const firstBytes = 256 * 1024;
/** A process's shared state ends here; a write beyond it fails, as a refused allocation does. */
export const heapLimitBytes = 512 * 1024 * 1024;
/** A lock that nobody gives back means a dead thread; better an error than a proxy that hangs. */
const lockTimeoutMs = 10_000;
const spins = 64;

export class SharedHeap {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly longs: BigInt64Array;

  /** @param buffer another thread's heap; absent: a new one */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(firstBytes, { maxByteLength: heapLimitBytes });
    this.words = new Int32Array(this.buffer);
    this.bytes = new Uint8Array(this.buffer);
    this.longs = new BigInt64Array(this.buffer);
    if (buffer === undefined) this.words[endWord] = headerBytes;
  }

  /** Runs `work` while no other thread is in the heap. Not to be nested. */
  locked<T>(work: () => T): T {
    this.#lock();
    try {
      return work();
    } finally {
      if (Atomics.exchange(this.words, lockWord, 0) === 2) Atomics.notify(this.words, lockWord, 1);
    }
  }

  /** Address of at least `size` bytes, a multiple of 16; 0 when the limit is reached. Contents are what they were. */
  allocate(size: number): number {
    const sizeClass = classOf(size);
    const free = this.words[freeWords + sizeClass]!;
    if (free !== 0) {
      this.words[freeWords + sizeClass] = this.words[free >> 2]!;
      return free;
    }
    const at = this.words[endWord]!;
    const end = at + leastBytes * 2 ** sizeClass;
    if (end > heapLimitBytes) return 0;
    if (end > this.buffer.byteLength) {
      this.buffer.grow(Math.min(heapLimitBytes, Math.max(end, this.buffer.byteLength * 2)));
    }
    this.words[endWord] = end;
    return at;
  }

  /** Gives `size` bytes at `address` back. */
  release(address: number, size: number): void {
    const sizeClass = classOf(size);
    this.words[address >> 2] = this.words[freeWords + sizeClass]!;
    this.words[freeWords + sizeClass] = address;
  }

  /** Bytes handed out so far, freed ones included. */
  get usedBytes(): number {
    return this.words[endWord]!;
  }

  #lock(): void {
    const { words } = this;
    for (let i = 0; i < spins; i++) {
      if (Atomics.compareExchange(words, lockWord, 0, 1) === 0) return;
    }
    while (Atomics.exchange(words, lockWord, 2) !== 0) {
      if (Atomics.wait(words, lockWord, 2, lockTimeoutMs) === "timed-out") {
        throw new Error("shared memory is locked by a thread that is gone");
      }
    }
  }
}

/** 0 for up to 16 bytes, 1 for up to 32, and so on. */
function classOf(size: number): number {
  return size <= leastBytes ? 0 : 32 - Math.clz32((size - 1) >>> 4);
}
