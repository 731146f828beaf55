// The door of the room: one transformation applied to one value. Answers UNCHANGED as soon as it is known that the
// value stays as it is, so that nothing is copied and every rule that reads the value shares the one form of it; most
// values of ordinary traffic are such.
import { toLower } from "../base/ascii";
import { Transformation } from "./table";

/** The value is its own transformed form; nothing was written. */
export const UNCHANGED: u32 = 0xffffffff;

/** Most bytes that a transformation makes of `length` bytes: the room that `out` must have. */
export function transformedLimit(id: u32, length: u32): u32 {
  return length;
}

/**
 * Applies transformation `id` to `length` bytes at `input`, in linear time.
 * @param out room for transformedLimit(id, length) bytes; does not overlap the input
 * @returns bytes written at `out`, or UNCHANGED
 */
export function applyTransformation(id: u32, input: usize, length: u32, out: usize): u32 {
  if (id == <u32>Transformation.Lowercase) return lowercase(input, length, out);
  return UNCHANGED;
}

function lowercase(input: usize, length: u32, out: usize): u32 {
  let at: u32 = 0;
  while (at < length && load<u8>(input + at) - 0x41 >= 26) at++;
  if (at == length) return UNCHANGED;
  memory.copy(out, input, at);
  for (; at < length; at++) store<u8>(out + at, toLower(load<u8>(input + at)));
  return length;
}
