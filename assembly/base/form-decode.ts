// Decoding of application/x-www-form-urlencoded (WHATWG URL §5.1) and of paths: `+` is a blank in the first, `%HH` a byte, and a percent
// sign without two hex digits stands for itself. Plain runs go sixteen bytes a step.
import { escapedByte } from "./percent";

/** Whether a `%` or a `+` stands in the bytes. */
export function isFormEncoded(ptr: usize, length: u32): bool {
  return plainRun(ptr, ptr + length) < length;
}

/** Decodes to `target`, which holds `length` bytes and may be `ptr` itself; returns the bytes written. */
export function decodeForm(target: usize, ptr: usize, length: u32): u32 {
  return decode(target, ptr, length, 0x20);
}

/** As `decodeForm`, and `+` stays `+`, as in a path. */
export function decodePercent(target: usize, ptr: usize, length: u32): u32 {
  return decode(target, ptr, length, 0x2b);
}

function decode(target: usize, ptr: usize, length: u32, plus: u8): u32 {
  const end = ptr + length;
  let at = ptr;
  let out = target;
  while (at < end) {
    const run = plainRun(at, end);
    if (run > 0) {
      memory.copy(out, at, run);
      out += run;
      at += run;
      if (at >= end) break;
    }
    const byte = load<u8>(at);
    const escaped = byte == 0x25 ? escapedByte(at, end) : -1;
    store<u8>(out++, escaped >= 0 ? <u8>escaped : byte == 0x2b ? plus : byte);
    at += escaped >= 0 ? 3 : 1;
  }
  return <u32>(out - target);
}

/** Bytes before the next `%` or `+`. */
function plainRun(ptr: usize, end: usize): usize {
  const percent = i8x16.splat(0x25);
  const plus = i8x16.splat(0x2b);
  let at = ptr;
  for (; at + 16 <= end; at += 16) {
    const bytes = v128.load(at);
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, percent), i8x16.eq(bytes, plus)));
    if (hits != 0) return at + ctz(hits) - ptr;
  }
  while (at < end && load<u8>(at) != 0x25 && load<u8>(at) != 0x2b) at++;
  return at - ptr;
}
