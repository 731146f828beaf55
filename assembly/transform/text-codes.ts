// Texts that stand for bytes: base64Decode, base64DecodeExt, base64Encode, hexEncode, hexDecode, sqlHexDecode. These
// read what attackers send, not what a standard allows, so the strict decoders of the base room do not fit.
import { isBlank } from "./blank";
import { encodeBase64 } from "../base/base64";
import { indexOfByte } from "../base/find-byte";
import { encodeHex } from "../base/hex";
import { hexValue } from "../base/percent";
import { UNCHANGED } from "./outcome";

/**
 * base64Decode: reads letters up to the first byte that is none, newlines skipped. The forgiving form (`ext`) skips
 * every other byte but `=`, and takes the letters of base64url too.
 */
export function decodeBase64Loosely(ptr: usize, length: u32, target: usize, ext: bool): i32 {
  if (length == 0) return UNCHANGED;
  let bits: u32 = 0;
  let count: u32 = 0;
  let to = target;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte == 0x0a || byte == 0x0d || (ext && isBlank(byte))) continue;
    if (byte == 0x3d) break;
    const value = letterValue(byte, ext);
    if (value == 255) {
      if (ext) continue;
      break;
    }
    bits = (bits << 6) | value;
    if (++count == 4) {
      store<u8>(to, <u8>(bits >> 16));
      store<u8>(to, <u8>(bits >> 8), 1);
      store<u8>(to, <u8>bits, 2);
      to += 3;
      count = 0;
      bits = 0;
    }
  }
  if (count == 2) store<u8>(to++, <u8>(bits >> 4));
  if (count == 3) {
    store<u8>(to++, <u8>(bits >> 10));
    store<u8>(to++, <u8>(bits >> 2));
  }
  return <i32>(to - target);
}

function letterValue(byte: u8, ext: bool): u32 {
  if (<u8>(byte - 0x41) < 26) return byte - 0x41;
  if (<u8>(byte - 0x61) < 26) return byte - 0x47;
  if (<u8>(byte - 0x30) < 10) return byte + 4;
  if (byte == 0x2b || (ext && byte == 0x2d)) return 62;
  return byte == 0x2f || (ext && byte == 0x5f) ? 63 : 255;
}

export function base64Encode(ptr: usize, length: u32, target: usize): i32 {
  return length == 0 ? UNCHANGED : <i32>encodeBase64(target, ptr, length);
}

export function hexEncode(ptr: usize, length: u32, target: usize): i32 {
  if (length == 0) return UNCHANGED;
  encodeHex(target, ptr, length);
  return <i32>(length << 1);
}

/** hexDecode: pairs of digits; any byte counts as a digit and a lone last one goes, as in ModSecurity. */
export function hexDecode(ptr: usize, length: u32, target: usize): i32 {
  if (length == 0) return UNCHANGED;
  const pairs = length >> 1;
  for (let i: u32 = 0; i < pairs; i++) {
    const high = looseDigit(load<u8>(ptr + (i << 1)));
    store<u8>(target + i, (high << 4) + looseDigit(load<u8>(ptr + (i << 1), 1)));
  }
  return <i32>pairs;
}

function looseDigit(byte: u8): u8 {
  return byte >= 0x41 ? (byte & 0xdf) - 0x37 : byte - 0x30;
}

/** sqlHexDecode: `0x414243` becomes `ABC`; a lone last digit stays. */
export function sqlHexDecode(ptr: usize, length: u32, target: usize): i32 {
  let zero = indexOfByte(ptr, 0, length, 0x30);
  let copied: u32 = 0;
  let to = target;
  let changed = false;
  while (zero + 3 < length) {
    const marked = (load<u8>(ptr + zero, 1) | 0x20) == 0x78;
    if (!marked || !isPair(ptr + zero + 2)) {
      zero = indexOfByte(ptr, zero + 1, length, 0x30);
      continue;
    }
    memory.copy(to, ptr + copied, zero - copied);
    to += zero - copied;
    copied = zero + 2;
    while (copied + 1 < length && isPair(ptr + copied)) {
      const high = hexValue(load<u8>(ptr + copied));
      store<u8>(to++, (high << 4) | hexValue(load<u8>(ptr + copied, 1)));
      copied += 2;
    }
    changed = true;
    zero = indexOfByte(ptr, copied, length, 0x30);
  }
  if (!changed) return UNCHANGED;
  memory.copy(to, ptr + copied, length - copied);
  return <i32>(to - target + (length - copied));
}

function isPair(p: usize): bool {
  return hexValue(load<u8>(p)) != 255 && hexValue(load<u8>(p, 1)) != 255;
}
