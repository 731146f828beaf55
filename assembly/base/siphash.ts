// SipHash-2-4 (Aumasson, Bernstein, "SipHash: a fast short-input PRF", 2012): a keyed hash whose
// collisions cannot be found without the key. For shared and long-lived tables fed by traffic.

/** 64-bit hash of `length` bytes under the 128-bit key (k0, k1), each read little endian. */
export function sipHash24(k0: u64, k1: u64, ptr: usize, length: u32): u64 {
  let v0: u64 = k0 ^ 0x736f6d6570736575;
  let v1: u64 = k1 ^ 0x646f72616e646f6d;
  let v2: u64 = k0 ^ 0x6c7967656e657261;
  let v3: u64 = k1 ^ 0x7465646279746573;
  const stop = ptr + (length & ~7);
  let word: u64 = 0;
  // One pass more than there are whole words: the last one takes the tail and the length.
  for (let isLast = false; !isLast; ptr += 8) {
    isLast = ptr >= stop;
    word = isLast ? lastWord(ptr, length) : load<u64>(ptr);
    v3 ^= word;
    for (let round = 0; round < 2; round++) {
      v0 += v1;
      v2 += v3;
      v1 = rotl(v1, 13) ^ v0;
      v3 = rotl(v3, 16) ^ v2;
      v0 = rotl(v0, 32) + v3;
      v2 += v1;
      v1 = rotl(v1, 17) ^ v2;
      v3 = rotl(v3, 21) ^ v0;
      v2 = rotl(v2, 32);
    }
    v0 ^= word;
  }
  v2 ^= 0xff;
  for (let round = 0; round < 4; round++) {
    v0 += v1;
    v2 += v3;
    v1 = rotl(v1, 13) ^ v0;
    v3 = rotl(v3, 16) ^ v2;
    v0 = rotl(v0, 32) + v3;
    v2 += v1;
    v1 = rotl(v1, 17) ^ v2;
    v3 = rotl(v3, 21) ^ v0;
    v2 = rotl(v2, 32);
  }
  return v0 ^ v1 ^ v2 ^ v3;
}

/** The up to seven bytes after the whole words, and the length modulo 256 in the top byte. */
function lastWord(ptr: usize, length: u32): u64 {
  let word = (<u64>length) << 56;
  const count = length & 7;
  for (let i: u32 = 0; i < count; i++) word |= (<u64>load<u8>(ptr + i)) << (i << 3);
  return word;
}
