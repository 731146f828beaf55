// Hexadecimal text, RFC 4648 §8: two digits a byte, either case when reading, lower case when
// writing.
import { hexValue } from "./percent";

/**
 * Decodes `length` digits to `target`, which has room for half as many bytes and may be `ptr`
 * itself. Returns the count of bytes, or -1 when the length is odd or a byte is no digit.
 */
export function decodeHex(target: usize, ptr: usize, length: u32): i32 {
  if ((length & 1) != 0) return -1;
  for (let i: u32 = 0; i < length; i += 2) {
    const high = hexValue(load<u8>(ptr + i));
    const low = hexValue(load<u8>(ptr + i, 1));
    if ((high | low) > 15) return -1;
    store<u8>(target + (i >> 1), (high << 4) | low);
  }
  return <i32>(length >> 1);
}

/** Writes `length` bytes as twice as many digits to `target`, which lies outside them. */
export function encodeHex(target: usize, ptr: usize, length: u32): void {
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    store<u8>(target + (i << 1), hexDigit(byte >> 4));
    store<u8>(target + (i << 1), hexDigit(byte & 15), 1);
  }
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
