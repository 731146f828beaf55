// Zeroes what the frozen heap has given back: free blocks still hold what they once held, which would be frozen as data.
// The heap is AssemblyScript's (TLSF): blocks follow each other, each behind one word of its size with two flag bits,
// up to the end of memory. They begin behind the heap's root, which is told by the address of the last block that it keeps.
// Source: AssemblyScript's std/assembly/rt/tlsf.ts (root and block layout).

const free = 1;
const flags = 3;
/** Links of the free list at the front, and the word at the end by which the next block finds this one. */
const kept = { front: 8, back: 4 };

/** Bytes of the root before the address of the last block, and of the root as a whole. */
const rootBytes = { tail: 1568, whole: 1572 };

/**
 * Zeroes free blocks of the heap whose root lies at or behind `from`. Returns the bytes zeroed.
 * @throws RangeError when no heap is found: a module of another compiler
 */
export function scrubHeap(memory: Uint8Array, from: number): number {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  const last = memory.length - 4;
  for (let root = (from + 15) & ~15; root + rootBytes.whole < last; root += 16) {
    if (words[(root + rootBytes.tail) >> 2] !== last) continue;
    // Payloads are aligned to 16 bytes, so headers lie four bytes before a multiple of it.
    const first = ((root + rootBytes.whole + 19) & ~15) - 4;
    const blocks = walk(words, first);
    if (blocks === undefined) continue;
    let zeroed = 0;
    for (const [payload, size] of blocks) {
      if (size <= kept.front + kept.back) continue;
      memory.fill(0, payload + kept.front, payload + size - kept.back);
      zeroed += size - kept.front - kept.back;
    }
    return zeroed;
  }
  throw new RangeError("the module's heap was not found: is it a filter of this package?");
}

/** Free blocks from the header at `first` on; undefined when the chain does not end where memory does. */
function walk(words: Uint32Array, first: number): [payload: number, size: number][] | undefined {
  const blocks: [number, number][] = [];
  const end = words.length << 2;
  let at = first;
  for (let count = 0; at < end - 4; count++) {
    const header = words[at >> 2]!;
    const size = (header & ~flags) >>> 0;
    if (size < 12 || size % 16 !== 12 || at + 4 + size > end - 4) return undefined;
    if ((header & free) !== 0) blocks.push([at + 4, size]);
    at += 4 + size;
    if (at === end - 4) return count > 0 && (words[at >> 2]! & ~flags) === 0 ? blocks : undefined;
  }
  return undefined;
}
