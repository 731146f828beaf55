// UTF-8 checking one byte at a time, for input whose bytes do not stand next to each other in
// memory (percent-decoded paths). The state holds how many continuation bytes are missing and the
// range the next one must lie in, which is what rules out overlong forms, surrogates and code
// points past U+10FFFF (Unicode 15 §3.9, table 3-7). Constant work for each byte.

/** Between two characters: the state to begin with, and the only one in which a text may end. */
export const UTF8_START: u32 = 0;

/** No character continues like this; the state stays here. */
export const UTF8_REJECT: u32 = 0xffffffff;

/**
 * Feeds one byte.
 * @param state what the last call returned, at first UTF8_START
 * @returns the next state, or UTF8_REJECT
 */
export function utf8Step(state: u32, byte: u8): u32 {
  if (state == UTF8_START) return lead(byte);
  if (state == UTF8_REJECT) return UTF8_REJECT;
  const low = <u8>(state >> 8);
  const high = <u8>(state >> 16);
  if (byte < low || byte > high) return UTF8_REJECT;
  const missing = (state & 0xff) - 1;
  return missing == 0 ? UTF8_START : pack(missing, 0x80, 0xbf);
}

function lead(byte: u8): u32 {
  if (byte < 0x80) return UTF8_START;
  if (byte < 0xc2) return UTF8_REJECT;
  if (byte < 0xe0) return pack(1, 0x80, 0xbf);
  if (byte < 0xf0) return pack(2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf);
  if (byte < 0xf5) return pack(3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf);
  return UTF8_REJECT;
}

function pack(missing: u32, low: u32, high: u32): u32 {
  return missing | (low << 8) | (high << 16);
}
