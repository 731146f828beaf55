// A fast keyed hash for hash tables on the data path: one 64-bit multiplication per eight bytes,
// each step a bijection of the word, so that two texts of up to eight bytes of one length never
// share all 64 bits. It is no PRF: a table that takes keys from traffic must also bound its probes.
// Where an attacker could gain from a collision (shared state, fair sharding), use siphash.ts.

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;
const FINISHER: u64 = 0xd6e8feb86659fd93;

/** Mixes the next eight bytes (little endian, zero-padded at the end of the text) into a state. */
export function mixWord(state: u64, word: u64): u64 {
  const mixed = (state ^ word) * MULTIPLIER;
  return mixed ^ (mixed >> 32);
}

/** Closes a state with the text's length in bytes. */
export function finishHash(state: u64, length: u32): u64 {
  const mixed = (state ^ length) * FINISHER;
  return mixed ^ (mixed >> 29);
}

/**
 * Hash of `length` bytes under `seed`. Reads nothing at or past `limit`, the end of readable
 * memory.
 */
export function hashBytes(seed: u64, ptr: usize, length: u32, limit: usize): u64 {
  let state = seed;
  let at = ptr;
  const end = ptr + length;
  while (at + 8 <= end) {
    state = mixWord(state, load<u64>(at));
    at += 8;
  }
  if (at < end) state = mixWord(state, lastWord(at, <u32>(end - at), limit));
  return finishHash(state, length);
}

/** The 1 to 7 bytes at `at`, zero-padded; one load where eight bytes may be read. */
function lastWord(at: usize, count: u32, limit: usize): u64 {
  if (at + 8 <= limit) return load<u64>(at) & (((<u64>1) << (count << 3)) - 1);
  let word: u64 = 0;
  for (let i: u32 = 0; i < count; i++) word |= (<u64>load<u8>(at + i)) << (i << 3);
  return word;
}
