// Test door to the base room: raw bytes in, results out.
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "../base/base64";
import { floatValue, parseF64 } from "../base/float";
import { decodeHex, encodeHex } from "../base/hex";
import { sipHash24 } from "../base/siphash";
import { validUtf8Prefix, writeCodePoint } from "../base/utf8";

/** Takes `size` bytes that stay. */
export function reserve(size: u32): usize {
  return heap.alloc(size);
}

export function utf8Prefix(ptr: usize, length: u32): u32 {
  return <u32>validUtf8Prefix(ptr, length);
}

/**
 * Compares validity of all byte sequences that start with `lead` and have `length` bytes (2 or 3)
 * with a bitmap at `expected`: bit n (least significant first) for the sequence whose further
 * bytes, big endian, are n. Returns the count of differences.
 */
export function utf8Differences(lead: u8, length: u32, expected: usize, work: usize): u32 {
  const count: u32 = 1 << ((length - 1) << 3);
  let wrong: u32 = 0;
  store<u8>(work, lead);
  for (let n: u32 = 0; n < count; n++) {
    for (let i: u32 = 1; i < length; i++) store<u8>(work + i, n >> ((length - 1 - i) << 3));
    const isValid = validUtf8Prefix(work, length) == length;
    if (isValid != (((load<u8>(expected + (n >> 3)) >> (n & 7)) & 1) == 1)) wrong++;
  }
  return wrong;
}

export function utf8Write(ptr: usize, codePoint: u32): u32 {
  return writeCodePoint(ptr, codePoint);
}

export function base64Decode(target: usize, ptr: usize, length: u32, isUrl: bool): i32 {
  return isUrl ? decodeBase64Url(target, ptr, length) : decodeBase64(target, ptr, length);
}

export function base64Encode(target: usize, ptr: usize, length: u32, isUrl: bool): u32 {
  return isUrl ? encodeBase64Url(target, ptr, length) : encodeBase64(target, ptr, length);
}

export function hexDecode(target: usize, ptr: usize, length: u32): i32 {
  return decodeHex(target, ptr, length);
}

export function hexEncode(target: usize, ptr: usize, length: u32): void {
  encodeHex(target, ptr, length);
}

export function float(ptr: usize, length: u32): f64 {
  parseF64(ptr, length);
  return floatValue;
}

/** Under the key of the published vectors, 00 to 0f. */
export function sipHash(ptr: usize, length: u32): u64 {
  return sipHash24(0x0706050403020100, 0x0f0e0d0c0b0a0908, ptr, length);
}
