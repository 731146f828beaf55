// Growable array of u32 in the heap, without a garbage-collected object: compile-time structures of the
// regex room live in these, and a frozen memory image keeps them where they are.
//
//   vec -> [ data: usize | length: u32 | capacity: u32 ]      data -> length words in use
//
// A vec is three words of static memory (`memory.data(12)`) or of any heap block, all zero at first.

/** Bytes that a vec itself takes. */
export const VEC_BYTES: usize = 12;

/** Number of words in use. */
export function vecLength(vec: usize): u32 {
  return load<u32>(vec, 4);
}

/** Address of the first word; valid until the next push. */
export function vecData(vec: usize): usize {
  return <usize>load<u32>(vec);
}

/** Word at `index`; the caller knows that it is below the length. */
export function vecAt(vec: usize, index: u32): u32 {
  return load<u32>(vecData(vec) + ((<usize>index) << 2));
}

/** Overwrites the word at `index`, which must be below the length. */
export function vecPut(vec: usize, index: u32, value: u32): void {
  store<u32>(vecData(vec) + ((<usize>index) << 2), value);
}

/** Appends one word; grows by doubling. */
export function vecPush(vec: usize, value: u32): void {
  const length = vecLength(vec);
  vecReserve(vec, length + 1);
  store<u32>(vec, length + 1, 4);
  vecPut(vec, length, value);
}

/** Removes and returns the last word; the vec must not be empty. */
export function vecPop(vec: usize): u32 {
  const length = vecLength(vec) - 1;
  store<u32>(vec, length, 4);
  return vecAt(vec, length);
}

/** Makes room for `count` words in total. */
export function vecReserve(vec: usize, count: u32): void {
  const capacity = load<u32>(vec, 8);
  if (count <= capacity) return;
  const wanted = max<u32>(max<u32>(16, capacity << 1), count);
  const old = vecData(vec);
  const bytes = (<usize>wanted) << 2;
  const data = old == 0 ? heap.alloc(bytes) : heap.realloc(old, bytes);
  store<u32>(vec, <u32>data);
  store<u32>(vec, wanted, 8);
}

/** Sets the length; words that become part of the vec are zero. */
export function vecResize(vec: usize, length: u32): void {
  const old = vecLength(vec);
  vecReserve(vec, length);
  if (length > old)
    memory.fill(vecData(vec) + ((<usize>old) << 2), 0, (<usize>(length - old)) << 2);
  store<u32>(vec, length, 4);
}

/** Gives the memory back; the vec is empty and can be used again. */
export function vecFree(vec: usize): void {
  if (vecData(vec) != 0) heap.free(vecData(vec));
  memory.fill(vec, 0, VEC_BYTES);
}

/** Copies the words in use into a heap block of their own that the caller frees; 0 when empty. */
export function vecCopyOut(vec: usize): usize {
  const bytes = (<usize>vecLength(vec)) << 2;
  if (bytes == 0) return 0;
  const block = heap.alloc(bytes);
  memory.copy(block, vecData(vec), bytes);
  return block;
}
