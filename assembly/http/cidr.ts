// A list of networks answered by binary search: ranges sorted and merged once at configure time,
// then log2(n) comparisons an address. IPv4 and IPv6 are kept apart, so that `::/0` does not
// silently cover every IPv4 client; a mapped network ::ffff:a.b.c.d/96+n is the IPv4 network
// a.b.c.d/n (RFC 4632, RFC 4291 §2.5.5.2).
import { IpAddress, IpStatus } from "./ip";

/** Networks a list may hold. */
export const MAX_NETWORKS: i32 = 65536;

/** What adding a network found. */
export const enum CidrStatus {
  Ok = 0,
  /** Not an address. */
  BadAddress = 1,
  /** No number after the slash, or more bits than the address has. */
  BadPrefix = 2,
  /** Bits are set after the prefix: 10.0.0.1/8 is most likely a slip. */
  HostBits = 3,
  /** MAX_NETWORKS reached. */
  Full = 4,
}

@final
class Range {
  constructor(
    public startHigh: u64,
    public startLow: u64,
    public endHigh: u64,
    public endLow: u64,
  ) {}
}

/** Sorted ranges of one address family. */
@final
class RangeTable {
  private ranges: Array<Range> = [];
  private count: i32 = 0;

  add(range: Range): void {
    this.ranges.push(range);
    this.count++;
  }

  get length(): i32 {
    return this.count;
  }

  /** Sorts and merges; afterwards no two ranges touch. */
  seal(): void {
    this.ranges.sort((a, b) => compare(a.startHigh, a.startLow, b.startHigh, b.startLow));
    let last = -1;
    for (let i = 0; i < this.count; i++) {
      const range = this.ranges[i];
      if (last >= 0) {
        const top = this.ranges[last];
        if (compare(range.startHigh, range.startLow, top.endHigh, top.endLow) <= 0) {
          if (compare(range.endHigh, range.endLow, top.endHigh, top.endLow) > 0) {
            top.endHigh = range.endHigh;
            top.endLow = range.endLow;
          }
          continue;
        }
      }
      this.ranges[++last] = range;
    }
    this.count = last + 1;
  }

  has(high: u64, low: u64): bool {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      const range = this.ranges[middle];
      if (compare(high, low, range.startHigh, range.startLow) < 0) to = middle;
      else if (compare(high, low, range.endHigh, range.endLow) > 0) from = middle + 1;
      else return true;
    }
    return false;
  }
}

@final
export class CidrList {
  private v4: RangeTable = new RangeTable();
  private v6: RangeTable = new RangeTable();
  private address: IpAddress = new IpAddress();

  /** Adds `address` or `address/bits`; call `seal` after the last one. */
  add(pointer: usize, length: u32): CidrStatus {
    if (this.v4.length + this.v6.length >= MAX_NETWORKS) return CidrStatus.Full;
    let slash: u32 = 0;
    while (slash < length && load<u8>(pointer + slash) != 0x2f) slash++;
    const address = this.address;
    if (address.read(pointer, slash) != IpStatus.Ok || address.zoneLength > 0)
      return CidrStatus.BadAddress;
    const textIsV6 = hasColon(pointer, slash);
    let bits: i32 = textIsV6 ? 128 : 32;
    if (slash < length) {
      bits = decimal(pointer + slash + 1, length - slash - 1, bits);
      if (bits < 0) return CidrStatus.BadPrefix;
    }
    if (!address.isV4) return this.addV6(address.high, address.low, bits);
    if (!textIsV6) return this.addV4(address.low, bits);
    // ::ffff:0:0/90 reaches outside the mapped block.
    return bits < 96 ? CidrStatus.BadPrefix : this.addV4(address.low, bits - 96);
  }

  private addV4(low: u64, bits: i32): CidrStatus {
    const host: u64 = ((<u64>1) << (32 - bits)) - 1;
    if ((low & host) != 0) return CidrStatus.HostBits;
    this.v4.add(new Range(0, low, 0, low | host));
    return CidrStatus.Ok;
  }

  private addV6(high: u64, low: u64, bits: i32): CidrStatus {
    const hostHigh = onesBelow(64 - bits);
    const hostLow = onesBelow(128 - bits);
    if (((high & hostHigh) | (low & hostLow)) != 0) return CidrStatus.HostBits;
    this.v6.add(new Range(high, low, high | hostHigh, low | hostLow));
    return CidrStatus.Ok;
  }

  /** Sorts and merges. Without it `has` answers nonsense. */
  seal(): void {
    this.v4.seal();
    this.v6.seal();
  }

  /** True when a network of the list holds the address; its zone does not matter. */
  has(address: IpAddress): bool {
    return address.isV4 ? this.v4.has(0, address.low) : this.v6.has(address.high, address.low);
  }

  /** Ranges after merging, both families. */
  get size(): i32 {
    return this.v4.length + this.v6.length;
  }
}

/**
 * `count` ones at the bottom; none below 0, all from 64 on (a shift by 64 would be a shift by 0).
 */
function onesBelow(count: i32): u64 {
  if (count <= 0) return 0;
  return count >= 64 ? ~(<u64>0) : ((<u64>1) << count) - 1;
}

function compare(aHigh: u64, aLow: u64, bHigh: u64, bLow: u64): i32 {
  if (aHigh != bHigh) return aHigh < bHigh ? -1 : 1;
  return aLow < bLow ? -1 : aLow > bLow ? 1 : 0;
}

function hasColon(pointer: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (load<u8>(pointer + i) == 0x3a) return true;
  return false;
}

/** One to three digits as a number of at most `max`, or -1. */
function decimal(pointer: usize, length: u32, max: i32): i32 {
  if (length == 0 || length > 3 || (length > 1 && load<u8>(pointer) == 0x30)) return -1;
  let value: i32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const digit = <u8>(load<u8>(pointer + i) - 0x30);
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= max ? value : -1;
}
