// The path a browser would send: dot segments removed (`.`, `..`, also as %2e), backslashes read as
// slashes, odd bytes escaped. WHATWG URL "path state" for special schemes, on bytes; RFC 3986
// §5.2.4 gives the same result where both speak. Escapes are otherwise kept as they are: decoding
// more would change which resource is meant. Linear: going up moves the end of the output back, and
// each output byte is written once and dropped at most once.
import { escapedByte } from "../base/percent";

/**
 * Writes the normal form of a path into `target`.
 * @param source path bytes without query, `length` of them; an initial `/` is supplied when missing
 * @param target at least `capacity` bytes, apart from the source
 * @returns bytes written, or -1 when `capacity` does not suffice (3 × length + 1 always does)
 */
export function normalizePath(source: usize, length: u32, target: usize, capacity: u32): i32 {
  const end = source + length;
  let p = source;
  if (p < end && isSlash(load<u8>(p))) p++;
  let out: u32 = 0;
  while (true) {
    const start = p;
    while (p < end && !isSlash(load<u8>(p))) p++;
    const dots = dotsOf(start, p);
    const last = p >= end;
    if (dots == 2) {
      while (out > 0 && load<u8>(target + --out) != 0x2f) {}
    }
    if (dots != 0) {
      if (last) {
        if (out >= capacity) return -1;
        store<u8>(target + out++, 0x2f);
      }
    } else {
      const written = writeSegment(start, p, target + out, capacity - out);
      if (written < 0) return -1;
      out += written;
    }
    if (last) return out;
    p++;
  }
}

/** 1 for `.`, 2 for `..`, escaped dots included, 0 for any other segment. */
function dotsOf(start: usize, end: usize): u32 {
  let dots: u32 = 0;
  let p = start;
  while (p < end) {
    const byte = load<u8>(p);
    if (byte == 0x2e) p++;
    else if (byte == 0x25 && escapedByte(p, end) == 0x2e) p += 3;
    else return 0;
    if (++dots > 2) return 0;
  }
  return dots;
}

function writeSegment(start: usize, end: usize, target: usize, capacity: u32): i32 {
  if (capacity == 0) return -1;
  store<u8>(target, 0x2f);
  let out: u32 = 1;
  for (let p = start; p < end; p++) {
    const byte = load<u8>(p);
    if (!mustEscape(byte)) {
      if (out >= capacity) return -1;
      store<u8>(target + out++, byte);
      continue;
    }
    if (out + 3 > capacity) return -1;
    store<u8>(target + out, 0x25);
    store<u8>(target + out, hexDigit(byte >> 4), 1);
    store<u8>(target + out, hexDigit(byte & 15), 2);
    out += 3;
  }
  return out;
}

function isSlash(byte: u8): bool {
  return byte == 0x2f || byte == 0x5c;
}

/** The path percent-encode set: controls, space, " # < > ? ^ ` { } and everything above 0x7E. */
function mustEscape(byte: u8): bool {
  if (byte <= 0x20 || byte >= 0x7f) return true;
  switch (byte) {
    case 0x22:
    case 0x23:
    case 0x3c:
    case 0x3e:
    case 0x3f:
    case 0x5e:
    case 0x60:
    case 0x7b:
    case 0x7d:
      return true;
    default:
      return false;
  }
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x37 + value;
}
