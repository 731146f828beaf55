// SHA-1 (FIPS 180-4 §6.1) for t:sha1, which rules use to compare session values with what they stored: no security
// rests on it, so it stands here and not among the hashes that do.

/** Writes the 20 bytes of the digest to `target`, which lies outside the message. */
export function sha1(ptr: usize, length: u32, target: usize): void {
  store<u32>(state, 0x67452301);
  store<u32>(state, 0xefcdab89, 4);
  store<u32>(state, 0x98badcfe, 8);
  store<u32>(state, 0x10325476, 12);
  store<u32>(state, 0xc3d2e1f0, 16);
  const whole = length & ~63;
  for (let i: u32 = 0; i < whole; i += 64) block(ptr + i);
  const rest = length - whole;
  memory.fill(tail, 0, 128);
  memory.copy(tail, ptr + whole, rest);
  store<u8>(tail + rest, 0x80);
  const size: u32 = rest < 56 ? 64 : 128;
  store<u64>(tail + size - 8, bswap<u64>((<u64>length) << 3));
  block(tail);
  if (size == 128) block(tail + 64);
  for (let i: u32 = 0; i < 20; i += 4) store<u32>(target + i, bswap<u32>(load<u32>(state + i)));
}

function block(ptr: usize): void {
  for (let i: u32 = 0; i < 64; i += 4) store<u32>(words + i, bswap<u32>(load<u32>(ptr + i)));
  for (let i: u32 = 64; i < 320; i += 4) {
    const p = words + i;
    const mixed = load<u32>(p - 12) ^ load<u32>(p - 32) ^ load<u32>(p - 56) ^ load<u32>(p - 64);
    store<u32>(p, rotl<u32>(mixed, 1));
  }
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  for (let i: u32 = 0; i < 80; i++) {
    let f: u32 = b ^ c ^ d;
    let k: u32 = i < 40 ? 0x6ed9eba1 : 0xca62c1d6;
    if (i < 20) {
      f = (b & c) | (~b & d);
      k = 0x5a827999;
    } else if (i >= 40 && i < 60) {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8f1bbcdc;
    }
    const next = rotl<u32>(a, 5) + f + e + k + load<u32>(words + (i << 2));
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = next;
  }
  store<u32>(state, load<u32>(state) + a);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
}

const state = memory.data(20, 4);
const words = memory.data(320, 4);
const tail = memory.data(128, 8);
