// Base64 and base64url, RFC 4648 §4 and §5, in the one strict spelling of each value: base64 with
// its padding, base64url without (RFC 7515 §2), no blanks, no letters of the other alphabet, and
// the unused bits of the last letter zero (§3.5), so that no two texts decode to the same bytes.

/** Decoded lengths and failures: what the decoders return for a text that is no base64. */
export const NOT_BASE64: i32 = -1;

/** Bytes that `letters` letters of base64url decode to; for sizing targets. */
export function decodedLength(letters: u32): u32 {
  return (letters >> 2) * 3 + (((letters & 3) * 3) >> 2);
}

/** Letters, without padding, that `bytes` bytes take. */
export function encodedLength(bytes: u32): u32 {
  return (bytes / 3) * 4 + (bytes % 3 == 0 ? 0 : (bytes % 3) + 1);
}

/**
 * Decodes base64url without padding. `target` needs `decodedLength(length)` bytes and may be `ptr`
 * itself. Returns the count of bytes, or `NOT_BASE64`; then `target` holds garbage.
 */
export function decodeBase64Url(target: usize, ptr: usize, length: u32): i32 {
  return decode(target, ptr, length, 0x2d, 0x5f);
}

/** Decodes base64 with padding; otherwise like `decodeBase64Url`. */
export function decodeBase64(target: usize, ptr: usize, length: u32): i32 {
  if ((length & 3) != 0) return NOT_BASE64;
  if (length > 0 && load<u8>(ptr + length - 1) == 0x3d) {
    length--;
    if (load<u8>(ptr + length - 1) == 0x3d) length--;
  }
  return decode(target, ptr, length, 0x2b, 0x2f);
}

function decode(target: usize, ptr: usize, length: u32, letter62: u8, letter63: u8): i32 {
  const tail = length & 3;
  if (tail == 1) return NOT_BASE64;
  const start = target;
  const stop = ptr + (length - tail);
  for (; ptr < stop; ptr += 4, target += 3) {
    const a = value(load<u8>(ptr), letter62, letter63);
    const b = value(load<u8>(ptr, 1), letter62, letter63);
    const c = value(load<u8>(ptr, 2), letter62, letter63);
    const d = value(load<u8>(ptr, 3), letter62, letter63);
    if ((a | b | c | d) > 63) return NOT_BASE64;
    store<u8>(target, (a << 2) | (b >> 4));
    store<u8>(target, (b << 4) | (c >> 2), 1);
    store<u8>(target, (c << 6) | d, 2);
  }
  if (tail != 0) {
    const a = value(load<u8>(ptr), letter62, letter63);
    const b = value(load<u8>(ptr, 1), letter62, letter63);
    const c = tail == 3 ? value(load<u8>(ptr, 2), letter62, letter63) : 0;
    const unused: u32 = tail == 3 ? c & 3 : b & 15;
    if ((a | b | c) > 63 || unused != 0) return NOT_BASE64;
    store<u8>(target++, (a << 2) | (b >> 4));
    if (tail == 3) store<u8>(target++, (b << 4) | (c >> 2));
  }
  return <i32>(target - start);
}

/**
 * Encodes to base64url without padding; `target` needs `encodedLength(length)` bytes. Returns them.
 */
export function encodeBase64Url(target: usize, ptr: usize, length: u32): u32 {
  return encode(target, ptr, length, 0x2d, 0x5f);
}

/**
 * Encodes to base64 with padding; `target` needs `(length + 2) / 3 * 4` bytes. Returns that count.
 */
export function encodeBase64(target: usize, ptr: usize, length: u32): u32 {
  let count = encode(target, ptr, length, 0x2b, 0x2f);
  while ((count & 3) != 0) store<u8>(target + count++, 0x3d);
  return count;
}

function encode(target: usize, ptr: usize, length: u32, letter62: u8, letter63: u8): u32 {
  const start = target;
  const end = ptr + length;
  for (; ptr < end; ptr += 3) {
    const room = end - ptr;
    const b: u32 = room > 1 ? load<u8>(ptr, 1) : 0;
    const c: u32 = room > 2 ? load<u8>(ptr, 2) : 0;
    const bits = ((<u32>load<u8>(ptr)) << 16) | (b << 8) | c;
    store<u8>(target++, letter(bits >> 18, letter62, letter63));
    store<u8>(target++, letter((bits >> 12) & 63, letter62, letter63));
    if (room > 1) store<u8>(target++, letter((bits >> 6) & 63, letter62, letter63));
    if (room > 2) store<u8>(target++, letter(bits & 63, letter62, letter63));
  }
  return <u32>(target - start);
}

/** 0 to 63, or 255. */
function value(byte: u8, letter62: u8, letter63: u8): u32 {
  const common = load<u8>(values + byte);
  if (common < 64) return common;
  return byte == letter62 ? 62 : byte == letter63 ? 63 : 255;
}

function letter(value: u32, letter62: u8, letter63: u8): u8 {
  if (value < 26) return <u8>(0x41 + value);
  if (value < 52) return <u8>(0x61 - 26 + value);
  if (value < 62) return <u8>(0x30 - 52 + value);
  return value == 62 ? letter62 : letter63;
}

/** Values of the 62 letters that both alphabets share; 255 elsewhere. */
// prettier-ignore
const values = memory.data<u8>([
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, //
  0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, //
  0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
]);
