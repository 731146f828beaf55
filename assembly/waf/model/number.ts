// Numbers in text as SecLang reads and writes them: a leading whole number counts, anything else is 0.

/** A leading whole number as C reads it: blanks, sign, digits; 0 when there are none. */
export function numberOf(ptr: usize, length: u32): i64 {
  let at: u32 = 0;
  while (at < length && (load<u8>(ptr + at) == 0x20 || load<u8>(ptr + at) - 9 < 5)) at++;
  const negative = at < length && load<u8>(ptr + at) == 0x2d;
  if (at < length && (negative || load<u8>(ptr + at) == 0x2b)) at++;
  let value: i64 = 0;
  for (; at < length && load<u8>(ptr + at) - 0x30 < 10 && value < 0xffffffffffff; at++) {
    value = value * 10 + <i64>(load<u8>(ptr + at) - 0x30);
  }
  return negative ? -value : value;
}

/** Most bytes that writeNumber writes. */
export const NUMBER_BYTES: u32 = 20;

/** Writes a number in decimal at `out` (NUMBER_BYTES of room); returns its length. */
export function writeNumber(value: i64, out: usize): u32 {
  let rest = value < 0 ? <u64>-value : <u64>value;
  let digits: u32 = 0;
  do {
    store<u8>(out + digits++, <u8>(0x30 + (rest % 10)));
    rest /= 10;
  } while (rest != 0);
  if (value < 0) store<u8>(out + digits++, 0x2d);
  for (let i: u32 = 0; i < digits >> 1; i++) {
    const byte = load<u8>(out + i);
    store<u8>(out + i, load<u8>(out + digits - 1 - i));
    store<u8>(out + digits - 1 - i, byte);
  }
  return digits;
}

/** Whether a text is digits and nothing else. */
export function isWhole(ptr: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (load<u8>(ptr + i) - 0x30 > 9) return false;
  return length > 0;
}
