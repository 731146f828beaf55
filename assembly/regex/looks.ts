// Zero-width tests at a position, from the bytes on both sides. Word characters are ASCII.

import { Look } from "./syntax/ast";
import { END_OF_TEXT } from "./program";

/** Which tests hold between `previous` and `byte` (END_OF_TEXT on either side), as bits by Look. */
export function looksBetween(previous: u32, byte: u32): u32 {
  let holds: u32 = 0;
  if (previous == END_OF_TEXT) holds |= (1 << Look.TEXT_START) | (1 << Look.LINE_START);
  else if (previous == 0x0a) holds |= 1 << Look.LINE_START;
  if (byte == END_OF_TEXT) holds |= (1 << Look.TEXT_END) | (1 << Look.LINE_END);
  else if (byte == 0x0a) holds |= 1 << Look.LINE_END;
  const boundary = isWordByte(previous) != isWordByte(byte);
  return holds | (boundary ? 1 << Look.WORD_BOUNDARY : 1 << Look.NOT_WORD_BOUNDARY);
}

/** ASCII letters, digits and underscore; false for END_OF_TEXT. */
export function isWordByte(byte: u32): bool {
  if (byte - 0x30 < 10 || byte == 0x5f) return true;
  return (byte | 0x20) - 0x61 < 26 && byte < 0x80;
}
