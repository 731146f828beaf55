// @ipMatch and its file forms: whether an address lies in one of the networks of a list. IPv4 and IPv6 are kept apart;
// a mapped address ::ffff:a.b.c.d is the IPv4 one. Bits behind a prefix are ignored, as everywhere in SecLang. Networks
// are sorted ranges without overlap, found by binary search.
import { IpAddress, IpStatus } from "../http/ip";

/** Networks that a list may hold. */
const MAX_NETWORKS: u32 = 65536;
/** A range: first and last address, high and low word each. IPv4 has high word 0 and goes before IPv6. */
const RANGE_BYTES: usize = 40;

/** What is wrong with the entry that prepareAddressList refused, and where it stands. */
let faultStart: usize = 0;
let faultLength: u32 = 0;

export function addressFaultStart(): usize {
  return faultStart;
}

export function addressFaultLength(): u32 {
  return faultLength;
}

/**
 * Prepares a list separated by commas, or with `lines` by line ends, `#` beginning a comment there.
 * @returns the prepared list; 0 when an entry is no address or network
 */
export function prepareAddressList(text: usize, length: u32, lines: bool): usize {
  const end = text + length;
  let entries: u32 = 1;
  for (let p = text; p < end; p++) if (separates(load<u8>(p), lines)) entries++;
  const list = heap.alloc(8 + <usize>min(entries, MAX_NETWORKS) * RANGE_BYTES);
  let count: u32 = 0;
  for (let p = text; p < end;) {
    let stop = p;
    while (stop < end && !separates(load<u8>(stop), lines)) stop++;
    let last = stop;
    if (lines) {
      for (let q = p; q < last; q++) if (load<u8>(q) == 0x23) last = q;
    }
    while (p < last && isBlank(load<u8>(p))) p++;
    while (last > p && isBlank(load<u8>(last - 1))) last--;
    if (p < last) {
      faultStart = p;
      faultLength = <u32>(last - p);
      if (count == MAX_NETWORKS || !readRange(p, last, list + 8 + <usize>count * RANGE_BYTES)) {
        heap.free(list);
        return 0;
      }
      count++;
    }
    p = stop + 1;
  }
  store<u32>(list, mergeRanges(list + 8, count));
  return list;
}

function separates(byte: u8, lines: bool): bool {
  return lines ? byte == 0x0a : byte == 0x2c;
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || <u8>(byte - 9) < 5;
}

/** Reads `address` or `address/bits` into a range; false when it is neither. */
function readRange(start: usize, end: usize, range: usize): bool {
  let slash = start;
  while (slash < end && load<u8>(slash) != 0x2f) slash++;
  const address = new IpAddress();
  if (address.read(start, <u32>(slash - start)) != IpStatus.Ok) return false;
  let v6 = false;
  for (let p = start; p < slash; p++) if (load<u8>(p) == 0x3a) v6 = true;
  let bits: i32 = v6 ? 128 : 32;
  if (slash < end) {
    const given = prefixAt(slash + 1, end);
    if (given < 0 || given > bits) return false;
    bits = given;
  }
  let high = address.high;
  let low = address.low;
  let isV4 = address.isV4;
  if (isV4 && v6) {
    // A mapped network of fewer bits than the mapping itself holds no IPv4 address alone.
    if (bits >= 96) bits -= 96;
    else {
      isV4 = false;
      low |= 0xffff00000000;
    }
  }
  const free: u32 = isV4 ? 32 - bits : 128 - bits;
  const highMask: u64 = free >= 128 ? ~(<u64>0) : free > 64 ? ((<u64>1) << (free - 64)) - 1 : 0;
  const lowMask: u64 = free >= 64 ? ~(<u64>0) : ((<u64>1) << free) - 1;
  store<u64>(range, isV4 ? 0 : 1);
  store<u64>(range, high & ~highMask, 8);
  store<u64>(range, low & ~lowMask, 16);
  store<u64>(range, isV4 ? 0 : high | highMask, 24);
  store<u64>(range, (isV4 ? low & 0xffffffff : low) | lowMask, 32);
  return true;
}

function prefixAt(p: usize, end: usize): i32 {
  if (p == end || end - p > 3) return -1;
  let value: i32 = 0;
  for (; p < end; p++) {
    const digit = <u8>(load<u8>(p) - 0x30);
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Order of two addresses, family first. */
function compare(a: usize, aHigh: u64, aLow: u64, familyB: u64, bHigh: u64, bLow: u64): i32 {
  const family = load<u64>(a);
  if (family != familyB) return family < familyB ? -1 : 1;
  if (aHigh != bHigh) return aHigh < bHigh ? -1 : 1;
  return aLow == bLow ? 0 : aLow < bLow ? -1 : 1;
}

/** Sorts the ranges by their first address (heap sort) and joins those that overlap; returns how many are left. */
function mergeRanges(ranges: usize, count: u32): u32 {
  for (let i = count >> 1; i > 0; i--) siftDown(ranges, i - 1, count);
  for (let i = count; i > 1; i--) {
    swap(ranges, 0, i - 1);
    siftDown(ranges, 0, i - 1);
  }
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const next = ranges + <usize>i * RANGE_BYTES;
    const last = ranges + <usize>kept * RANGE_BYTES - RANGE_BYTES;
    if (kept > 0 && startsWithin(next, last)) {
      if (endOrder(next, last) > 0) memory.copy(last + 24, next + 24, 16);
    } else {
      memory.copy(last + RANGE_BYTES, next, RANGE_BYTES);
      kept++;
    }
  }
  return kept;
}

function startsWithin(next: usize, last: usize): bool {
  const high = load<u64>(last, 24);
  return (
    compare(
      next,
      load<u64>(next, 8),
      load<u64>(next, 16),
      load<u64>(last),
      high,
      load<u64>(last, 32),
    ) <= 0
  );
}

function endOrder(a: usize, b: usize): i32 {
  return compare(
    a,
    load<u64>(a, 24),
    load<u64>(a, 32),
    load<u64>(b),
    load<u64>(b, 24),
    load<u64>(b, 32),
  );
}

function startOrder(a: usize, b: usize): i32 {
  return compare(
    a,
    load<u64>(a, 8),
    load<u64>(a, 16),
    load<u64>(b),
    load<u64>(b, 8),
    load<u64>(b, 16),
  );
}

function siftDown(ranges: usize, root: u32, count: u32): void {
  while (true) {
    let child = root * 2 + 1;
    if (child >= count) return;
    const left = ranges + <usize>child * RANGE_BYTES;
    if (child + 1 < count && startOrder(left + RANGE_BYTES, left) > 0) child++;
    const larger = ranges + <usize>child * RANGE_BYTES;
    if (startOrder(larger, ranges + <usize>root * RANGE_BYTES) <= 0) return;
    swap(ranges, root, child);
    root = child;
  }
}

const spare = memory.data(40, 8);

function swap(ranges: usize, a: u32, b: u32): void {
  const first = ranges + <usize>a * RANGE_BYTES;
  const second = ranges + <usize>b * RANGE_BYTES;
  memory.copy(spare, first, RANGE_BYTES);
  memory.copy(first, second, RANGE_BYTES);
  memory.copy(second, spare, RANGE_BYTES);
}

/** Whether the address read into `address` lies in the list. */
export function listHolds(list: usize, address: IpAddress): bool {
  const family: u64 = address.isV4 ? 0 : 1;
  let low: u32 = 0;
  let high = load<u32>(list);
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = list + 8 + <usize>middle * RANGE_BYTES;
    const first = load<u64>(range, 8);
    if (compare(range, first, load<u64>(range, 16), family, address.high, address.low) > 0) {
      high = middle;
    } else {
      const last = load<u64>(range, 24);
      if (compare(range, last, load<u64>(range, 32), family, address.high, address.low) >= 0)
        return true;
      low = middle + 1;
    }
  }
  return false;
}
