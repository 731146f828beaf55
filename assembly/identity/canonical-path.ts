// The one form in which paths are compared and counted. It is wider than any single upstream's reading: escapes are decoded once,
// backslashes and escaped slashes separate, empty and `.` segments go, `..` goes up, `;parameters` go, and so does a trailing
// slash. A service may read `/login;x=1`, `//login` or `/%6cogin` as `/login`; a limit that did not would be passed that way.
// The price is that paths which a service keeps apart may share a count. Linear: each output byte is written and dropped once.
import { escapedByte } from "../base/percent";

/** Longest canonical path, bytes. */
export const maxPathBytes: u32 = 65536;

/**
 * Writes the canonical form of a path.
 * @param source path without query, `length` bytes
 * @param target room for `maxPathBytes`
 * @returns bytes written, 1 or more (`/`), or -1 when they do not fit
 */
export function canonicalPath(source: usize, length: u32, target: usize): i32 {
  const end = source + length;
  let p = source;
  let out: u32 = 0;
  while (p < end) {
    const segment = out;
    let inParameter = false;
    let isOver = false;
    while (p < end && !isOver) {
      const raw = load<u8>(p);
      const escaped = raw == 0x25 ? escapedByte(p, end) : -1;
      const byte = escaped >= 0 ? <u8>escaped : raw;
      p += escaped >= 0 ? 3 : 1;
      if (byte == 0x2f || byte == 0x5c) {
        isOver = true;
      } else if (byte == 0x3b) {
        inParameter = true;
      } else if (!inParameter) {
        if (out + 2 > maxPathBytes) return -1;
        if (out == segment) store<u8>(target + out++, 0x2f);
        store<u8>(target + out++, byte);
      }
    }
    const dots = dotsOf(target + segment, out - segment);
    if (dots == 0) continue;
    out = segment;
    if (dots == 2) {
      while (out > 0 && load<u8>(target + --out) != 0x2f) {}
    }
  }
  if (out > 0) return <i32>out;
  store<u8>(target, 0x2f);
  return 1;
}

/** 1 for `/.`, 2 for `/..`, 0 for any other segment with its slash. */
function dotsOf(segment: usize, length: u32): u32 {
  if (length < 2 || length > 3 || load<u8>(segment, 1) != 0x2e) return 0;
  if (length == 2) return 1;
  return load<u8>(segment, 2) == 0x2e ? 2 : 0;
}
