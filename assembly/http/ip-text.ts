// Addresses as text, for a service that counts by them: dotted IPv4, and IPv6 in the one form of RFC 5952 §4 (lower case, no leading
// zeros, the longest run of two or more zero groups, the first of equals, as `::`).
import { IpAddress } from "./ip";

/** Longest text: eight groups and a prefix length. */
export const maxIpTextBytes: u32 = 43;

/**
 * Writes an address, or with fewer bits than it has its network: `10.0.0.0/24`.
 * @param bits leading bits that count, 0 to 32 (IPv4) or 0 to 128 (IPv6)
 * @param target room for maxIpTextBytes
 * @returns bytes written
 */
export function writeIp(address: IpAddress, bits: u32, target: usize): u32 {
  const width: u32 = address.isV4 ? 32 : 128;
  const at = address.isV4
    ? writeV4(kept(address.low << 32, bits) >> 32, target)
    : writeV6(kept(address.high, bits), bits > 64 ? kept(address.low, bits - 64) : 0, target);
  if (bits >= width) return <u32>(at - target);
  store<u8>(at, 0x2f);
  return <u32>(writeDecimal(bits, at + 1) - target);
}

/** The first `bits` bits; a shift by 64 would be a shift by 0. */
function kept(value: u64, bits: u32): u64 {
  if (bits == 0) return 0;
  return bits >= 64 ? value : value & ~(u64.MAX_VALUE >> bits);
}

function writeV4(value: u64, at: usize): usize {
  for (let shift: u64 = 24; shift > 0; shift -= 8) {
    at = writeDecimal(<u32>((value >> shift) & 255), at);
    store<u8>(at++, 0x2e);
  }
  return writeDecimal(<u32>(value & 255), at);
}

function writeV6(high: u64, low: u64, at: usize): usize {
  let start: u32 = 8;
  let length: u32 = 1;
  for (let i: u32 = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && group(high, low, end) == 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
    if (end > i) i = end;
  }
  for (let i: u32 = 0; i < 8;) {
    if (i == start) {
      store<u16>(at, 0x3a3a);
      at += 2;
      i += length;
      continue;
    }
    at = writeHex(group(high, low, i++), at);
    if (i < 8 && i != start) store<u8>(at++, 0x3a);
  }
  return at;
}

function group(high: u64, low: u64, i: u32): u32 {
  const half = i < 4 ? high : low;
  return <u32>((half >> ((3 - (i & 3)) << 4)) & 0xffff);
}

function writeHex(value: u32, at: usize): usize {
  let shift: u32 = 12;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (let left = (shift >> 2) + 1; left > 0; left--, shift -= 4) {
    const digit = (value >> shift) & 15;
    store<u8>(at++, <u8>(digit < 10 ? 0x30 + digit : 0x57 + digit));
  }
  return at;
}

/** 0 to 999. */
function writeDecimal(value: u32, at: usize): usize {
  if (value >= 100) store<u8>(at++, <u8>(0x30 + value / 100));
  if (value >= 10) store<u8>(at++, <u8>(0x30 + ((value / 10) % 10)));
  store<u8>(at++, <u8>(0x30 + (value % 10)));
  return at;
}
