// How often a literal is expected in ordinary request text: the product of rough byte frequencies. Only
// the order of magnitude matters, to choose which part of a pattern gates it.

/** log2 of the rarity of a byte: letters about one in 16, rare punctuation one in 512 and less. */
export function byteRarity(byte: u32): u32 {
  switch (byte) {
    case 0x20:
    case 0x61:
    case 0x65:
    case 0x69:
    case 0x6e:
    case 0x6f:
    case 0x72:
    case 0x73:
    case 0x74:
      return 4; // space a e i n o r s t
    case 0x2d:
    case 0x2e:
    case 0x2f:
    case 0x3d:
    case 0x26:
    case 0x2c:
    case 0x5f:
    case 0x3a:
      return 6; // - . / = & , _ :
    case 0x6a:
    case 0x71:
    case 0x78:
    case 0x7a:
      return 9; // j q x z
  }
  if (byte - 0x61 < 26 || byte - 0x30 < 10) return 5;
  return byte < 0x20 ? 11 : 9;
}

/** Expected hits a byte of text of `length` bytes, one in each word at `words`. */
export function literalCost(words: usize, length: u32): f64 {
  let bits: u32 = 0;
  for (let i: u32 = 0; i < length; i++) bits += byteRarity(load<u32>(words + ((<usize>i) << 2)));
  return 1.0 / <f64>((<u64>1) << min<u32>(bits, 50));
}
