// Memory for everything that lives no longer than one callback: the buffers that the host asks for
// through malloc, and the scratch that host calls are built in. A bump pointer over 64 KiB of static
// memory, taken back as a whole when the outermost callback returns; what does not fit goes to the
// heap and is freed at that same moment. The host allocates only while a callback of ours is running,
// so nothing outlives it unless it was copied; a nested callback never takes back the outer one's.

/** Named limits of one outermost callback. */
export const enum ArenaLimit {
  /** Static block; larger requests, and what comes after it is full, go to the heap. */
  StaticBytes = 65536,
  /** All heap blocks together: a host that wants more is told no (it answers InvalidMemoryAccess). */
  HeapBytes = 33554432,
}

/** Vector code may read this far past the end of a buffer without leaving our memory. */
const slackBytes: usize = 16;
const headerBytes: usize = 16;

let used: usize = 0;
let depth: i32 = 0;
let heapBlocks: usize = 0;
let heapBytes: usize = 0;

/**
 * Memory for `size` bytes, 8-byte aligned, not zeroed, valid until the outermost callback returns.
 * @returns 0 when the heap limit of this callback is reached.
 */
export function allocate(size: usize): usize {
  if (size > <usize>ArenaLimit.HeapBytes) return 0;
  const rounded = (size + 7) & ~7;
  if (used + rounded <= <usize>ArenaLimit.StaticBytes) {
    const at = arenaStart() + used;
    used += rounded;
    return at;
  }
  return allocateOnHeap(rounded);
}

/** Marks the start of a callback; each call needs its `leave`. */
export function enter(): void {
  depth++;
}

/** Marks the end of a callback; the outermost one takes back every buffer of the arena. */
export function leave(): void {
  depth--;
  if (depth > 0) return;
  depth = 0;
  used = 0;
  if (heapBlocks != 0) freeHeapBlocks();
}

/** Is no callback running? */
export function isOutermost(): bool {
  return depth == 0;
}

/** Bytes in use now, heap blocks included (for tests and for the debug log). */
export function usedBytes(): usize {
  return used + heapBytes;
}

function arenaStart(): usize {
  return memory.data(65552, 16);
}

function allocateOnHeap(size: usize): usize {
  if (heapBytes + size > <usize>ArenaLimit.HeapBytes) return 0;
  const block = heap.alloc(headerBytes + size + slackBytes);
  store<usize>(block, heapBlocks);
  heapBlocks = block;
  heapBytes += size;
  return block + headerBytes;
}

function freeHeapBlocks(): void {
  let block = heapBlocks;
  while (block != 0) {
    const next = load<usize>(block);
    heap.free(block);
    block = next;
  }
  heapBlocks = 0;
  heapBytes = 0;
}
