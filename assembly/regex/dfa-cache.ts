// The memory of all lazy automata: one arena of fixed size that states of every pattern share, and one
// hash table that finds a state again. When the arena is full everything is forgotten at once and the
// epoch counts up; an automaton whose epoch is old starts anew. So memory is bounded however many
// patterns there are, and hot patterns take what they need.
//
//   state -> [ hash | automaton | flags | threads | matches | - ] [ row: one cell a class ] [ threads ] [ matches ]
//                                                      a state is named by the address of its row ^

/** Cache size unless reserveDfaCache says otherwise. */
export const DEFAULT_CACHE_BYTES: u32 = 1048576;

const HEADER: usize = 24;

let base: usize = 0;
let limit: usize = 0;
let top: usize = 0;
let table: usize = 0;
let tableMask: u32 = 0;
let states: u32 = 0;
let epoch: u32 = 0;
let flushes: u32 = 0;

/** Sets the size of the cache, at least 16 KiB. Configure time only: all cached states are dropped. */
export function reserveDfaCache(bytes: u32): void {
  if (base != 0) {
    heap.free(base);
    heap.free(table);
  }
  const size = max<u32>(bytes, 16384);
  base = (heap.alloc(size + 8) + 7) & ~7;
  limit = base + size;
  // One slot for 64 bytes of arena: states are larger, so the table stays below half full.
  let slots: u32 = 256;
  while (slots < size >> 6) slots <<= 1;
  table = heap.alloc((<usize>slots) << 2);
  tableMask = slots - 1;
  flushCache();
}

/** Makes sure that there is a cache. Configure time only. */
export function ensureDfaCache(): void {
  if (base == 0) reserveDfaCache(DEFAULT_CACHE_BYTES);
}

/** Forgets every state. */
export function flushCache(): void {
  top = base;
  states = 0;
  epoch++;
  flushes++;
  memory.fill(table, 0, (<usize>(tableMask + 1)) << 2);
}

/** Counts flushes; states of an older epoch are gone. */
export function cacheEpoch(): u32 {
  return epoch;
}

/** States since the last flush. */
export function cacheStates(): u32 {
  return states;
}

/** Bytes in use since the last flush. */
export function cacheBytesUsed(): u32 {
  return <u32>(top - base);
}

/** Takes `bytes` (a multiple of 8) of the arena until the next flush; 0 when it is full. */
export function takeCacheBytes(bytes: usize): usize {
  if (limit - top < bytes) return 0;
  const block = top;
  top += bytes;
  return block;
}

export function stateFlags(row: usize): u32 {
  return load<u32>(row - 16);
}

export function stateThreads(row: usize): u32 {
  return load<u32>(row - 12);
}

export function stateMatches(row: usize): u32 {
  return load<u32>(row - 8);
}

function hashWords(seed: u32, words: usize, count: u32): u32 {
  let hash = seed;
  for (let i: u32 = 0; i < count; i++) {
    hash = rotl<u32>((hash ^ load<u32>(words + ((<usize>i) << 2))) * 0x9e3779b1, 15);
  }
  return hash;
}

/**
 * Finds the state of `automaton` with these flags, threads and matches, or makes it with every cell of
 * its row `unknown`. Returns the address of its row, or 0 when the arena is full.
 */
export function internState(
  automaton: usize,
  rowBytes: usize,
  flags: u32,
  threads: usize,
  threadCount: u32,
  matches: usize,
  matchCount: u32,
  unknown: u32,
): usize {
  let hash = hashWords((<u32>automaton) ^ (flags * 0x85ebca6b), threads, threadCount);
  hash = hashWords(hash, matches, matchCount);
  hash ^= hash >>> 16;
  let slot = hash & tableMask;
  while (true) {
    const row = <usize>load<u32>(table + ((<usize>slot) << 2));
    if (row == 0) break;
    if (
      load<u32>(row - 24) == hash &&
      sameState(row, rowBytes, automaton, flags, threads, threadCount, matches, matchCount)
    ) {
      return row;
    }
    slot = (slot + 1) & tableMask;
  }
  const listBytes = (<usize>(threadCount + matchCount)) << 2;
  const block = takeCacheBytes((HEADER + rowBytes + listBytes + 7) & ~7);
  if (block == 0 || states > tableMask >> 1) return 0;
  const row = block + HEADER;
  store<u32>(block, hash);
  store<u32>(block, <u32>automaton, 4);
  store<u32>(block, flags, 8);
  store<u32>(block, threadCount, 12);
  store<u32>(block, matchCount, 16);
  for (let cell: usize = 0; cell < rowBytes; cell += 4) store<u32>(row + cell, unknown);
  memory.copy(row + rowBytes, threads, (<usize>threadCount) << 2);
  memory.copy(row + rowBytes + ((<usize>threadCount) << 2), matches, (<usize>matchCount) << 2);
  store<u32>(table + ((<usize>slot) << 2), <u32>row);
  states++;
  return row;
}

function sameState(
  row: usize,
  rowBytes: usize,
  automaton: usize,
  flags: u32,
  threads: usize,
  threadCount: u32,
  matches: usize,
  matchCount: u32,
): bool {
  if (load<u32>(row - 20) != <u32>automaton || stateFlags(row) != flags) return false;
  if (stateThreads(row) != threadCount || stateMatches(row) != matchCount) return false;
  const list = row + rowBytes;
  const bytes = (<usize>threadCount) << 2;
  if (memory.compare(list, threads, bytes) != 0) return false;
  return memory.compare(list + bytes, matches, (<usize>matchCount) << 2) == 0;
}
