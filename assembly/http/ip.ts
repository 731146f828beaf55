// Addresses in text: strict dotted IPv4 (four decimal parts, no leading zeros: 010 is 8 for some
// readers and 10 for others) and IPv6 (RFC 4291 §2.2, all forms), with zone (RFC 4007 §11),
// brackets and port as they come in `source.address` and Forwarded. An IPv4-mapped address
// ::ffff:a.b.c.d *is* the IPv4 address, so that a v4 rule cannot be passed by spelling it as v6.
import { hexValue } from "../base/percent";

/** What reading an address found. */
export const enum IpStatus {
  Ok = 0,
  Empty = 1,
  Malformed = 2,
  /** The address is right, what follows the colon is not a port from 0 to 65535. */
  BadPort = 3,
}

@final
export class IpAddress {
  /** True for IPv4, mapped addresses included: then `high` is 0 and `low` the 32 bits. */
  isV4: bool = false;
  /** First and last 64 bits in network order as numbers. */
  high: u64 = 0;
  low: u64 = 0;
  /** Port read by `readWithPort`, or -1. */
  port: i32 = -1;
  /** Length of the zone id without `%`, 0 without one. */
  zoneLength: u32 = 0;

  private pointer: usize = 0;
  private end: u32 = 0;
  private position: u32 = 0;

  /** Reads an address alone: `192.0.2.1`, `2001:db8::1`, `fe80::1%eth0`; no brackets, no port. */
  read(pointer: usize, length: u32): IpStatus {
    this.reset(pointer);
    return this.readBetween(0, length);
  }

  /**
   * Reads an address with an optional port: `192.0.2.1:80`, `[2001:db8::1]:80`, `[::1]`, and every
   * form of `read`.
   */
  readWithPort(pointer: usize, length: u32): IpStatus {
    this.reset(pointer);
    if (length == 0) return IpStatus.Empty;
    if (load<u8>(pointer) == 0x5b) return this.readBracketed(length);
    let colons: u32 = 0;
    let colon: u32 = 0;
    for (let i: u32 = 0; i < length && colons < 2; i++) {
      if (load<u8>(pointer + i) != 0x3a) continue;
      colons++;
      colon = i;
    }
    if (colons != 1) return this.readBetween(0, length);
    const status = this.readBetween(0, colon);
    return status == IpStatus.Ok ? this.readPort(colon + 1, length) : IpStatus.Malformed;
  }

  private reset(pointer: usize): void {
    this.pointer = pointer;
    this.isV4 = false;
    this.high = this.low = 0;
    this.port = -1;
    this.zoneLength = 0;
  }

  private readBracketed(length: u32): IpStatus {
    let close: u32 = 1;
    while (close < length && load<u8>(this.pointer + close) != 0x5d) close++;
    if (close == length || this.readV6(1, close) != IpStatus.Ok) return IpStatus.Malformed;
    if (close + 1 == length) return IpStatus.Ok;
    if (load<u8>(this.pointer + close, 1) != 0x3a) return IpStatus.Malformed;
    return this.readPort(close + 2, length);
  }

  private readPort(start: u32, end: u32): IpStatus {
    if (start == end || end - start > 5) return IpStatus.BadPort;
    let port: u32 = 0;
    for (let i = start; i < end; i++) {
      const digit = <u8>(load<u8>(this.pointer + i) - 0x30);
      if (digit > 9) return IpStatus.BadPort;
      port = port * 10 + digit;
    }
    if (port > 65535) return IpStatus.BadPort;
    this.port = <i32>port;
    return IpStatus.Ok;
  }

  private readBetween(start: u32, end: u32): IpStatus {
    if (start == end) return IpStatus.Empty;
    for (let i = start; i < end; i++) {
      if (load<u8>(this.pointer + i) == 0x3a) return this.readV6(start, end);
    }
    const v4 = this.v4(start, end);
    if (v4 < 0) return IpStatus.Malformed;
    this.isV4 = true;
    this.low = <u64>v4;
    return IpStatus.Ok;
  }

  /** The 32 bits of a dotted address in [start, end), or -1. */
  private v4(start: u32, end: u32): i64 {
    let address: i64 = 0;
    let i = start;
    for (let part = 0; part < 4; part++) {
      if (part > 0) {
        if (i >= end || load<u8>(this.pointer + i) != 0x2e) return -1;
        i++;
      }
      const first = i;
      let value: u32 = 0;
      while (i < end && i - first < 4) {
        const digit = <u8>(load<u8>(this.pointer + i) - 0x30);
        if (digit > 9) break;
        value = value * 10 + digit;
        i++;
      }
      const leadingZero = i - first > 1 && load<u8>(this.pointer + first) == 0x30;
      if (i == first || value > 255 || leadingZero) return -1;
      address = (address << 8) | (<i64>value);
    }
    return i == end ? address : -1;
  }

  private readV6(start: u32, end: u32): IpStatus {
    const address = this.cutZone(start, end);
    if (address < 0) return IpStatus.Malformed;
    this.position = start;
    this.end = <u32>address;
    let before: u32 = 0;
    let compressed = false;
    // Groups shift in from the right; `before` counts those left of `::`, which are moved up at the
    // end.
    let high: u64 = 0;
    let low: u64 = 0;
    let leftHigh: u64 = 0;
    let leftLow: u64 = 0;
    let groups: u32 = 0;
    if (this.takeColons()) compressed = true;
    while (this.position < this.end) {
      let value = this.group();
      let size: u32 = 1;
      if (value < 0) {
        value = this.v4(this.position, this.end);
        if (value < 0) return IpStatus.Malformed;
        this.position = this.end;
        size = 2;
      }
      high = (high << (size << 4)) | (low >> (64 - (size << 4)));
      low = (low << (size << 4)) | (<u64>value);
      groups += size;
      if (groups > 8) return IpStatus.Malformed;
      if (this.position == this.end) break;
      if (this.takeColons()) {
        if (compressed) return IpStatus.Malformed;
        compressed = true;
        before = groups;
        leftHigh = high;
        leftLow = low;
        high = low = 0;
        continue;
      }
      // A single colon needs another group behind it.
      if (load<u8>(this.pointer + this.position) != 0x3a) return IpStatus.Malformed;
      this.position++;
      if (this.position == this.end) return IpStatus.Malformed;
    }
    if (compressed ? groups > 7 : groups != 8) return IpStatus.Malformed;
    this.place(leftHigh, leftLow, (8 - before) << 4, high, low);
    return IpStatus.Ok;
  }

  /** Puts the groups left of `::` at the top; `shift` is 128 when there are none. */
  private place(leftHigh: u64, leftLow: u64, shift: u32, high: u64, low: u64): void {
    if (shift < 64) {
      // Groups left of `::` fill more than the first half.
      if (shift > 0) leftHigh = (leftHigh << shift) | (leftLow >> (64 - shift));
      high |= leftHigh;
      low |= leftLow << shift;
    } else if (shift < 128) {
      high |= leftLow << (shift - 64);
    }
    this.isV4 = high == 0 && low >> 32 == 0xffff;
    this.high = high;
    this.low = this.isV4 ? low & 0xffffffff : low;
  }

  /** Offset where the address ends and the zone begins, or -1 for an empty or oversized zone. */
  private cutZone(start: u32, end: u32): i32 {
    for (let i = start; i < end; i++) {
      if (load<u8>(this.pointer + i) != 0x25) continue;
      this.zoneLength = end - i - 1;
      return this.zoneLength == 0 || this.zoneLength > 64 ? -1 : <i32>i;
    }
    return <i32>end;
  }

  private takeColons(): bool {
    if (this.position + 2 > this.end) return false;
    if (load<u16>(this.pointer + this.position) != 0x3a3a) return false;
    this.position += 2;
    return true;
  }

  /** One to four hex digits followed by a colon or the end, or -1 with the position unchanged. */
  private group(): i64 {
    let i = this.position;
    let value: u32 = 0;
    while (i < this.end && i - this.position < 4) {
      const digit = hexValue(load<u8>(this.pointer + i));
      if (digit > 15) break;
      value = (value << 4) | digit;
      i++;
    }
    if (i == this.position) return -1;
    if (i < this.end && load<u8>(this.pointer + i) != 0x3a) return -1;
    this.position = i;
    return value;
  }
}
