// `host[:port]` as in Host and :authority (RFC 9110 §7.2, RFC 3986 §3.2.2), split into offsets.
// Stricter than the grammar where the rest of it only serves confusion: no user info, no commas
// (two Host headers arrive joined as `a,b`), no escapes, no blanks.
import { IpAddress, IpStatus } from "./ip";

/** Longest host name, RFC 1035 §2.3.4. */
export const MAX_HOST_BYTES: u32 = 253;

/** What reading an authority found. */
export const enum AuthorityStatus {
  Ok = 0,
  Empty = 1,
  /** A byte that no host name holds; `,` and `@` among them. */
  BadByte = 2,
  /** Not a number from 0 to 65535 after the colon. */
  BadPort = 3,
  /** Brackets without an IPv6 address in them. */
  BadAddress = 4,
  TooLong = 5,
}

@final
export class Authority {
  /** The host is the first `hostLength` bytes, brackets included, a trailing dot not. */
  hostLength: u32 = 0;
  /** 0 to 65535, or -1 without a port. */
  port: i32 = -1;
  private address: IpAddress = new IpAddress();

  /** Reads `length` bytes; after any status but Ok the fields mean nothing. */
  read(pointer: usize, length: u32): AuthorityStatus {
    this.port = -1;
    this.hostLength = 0;
    if (length == 0) return AuthorityStatus.Empty;
    const bracketed = load<u8>(pointer) == 0x5b;
    let i: u32 = 0;
    if (bracketed) {
      while (i < length && load<u8>(pointer + i) != 0x5d) i++;
      if (i == length) return AuthorityStatus.BadAddress;
      if (this.address.readWithPort(pointer, ++i) != IpStatus.Ok) return AuthorityStatus.BadAddress;
    } else {
      while (i < length && isHostByte(load<u8>(pointer + i))) i++;
    }
    if (i == 0) return load<u8>(pointer) == 0x3a ? AuthorityStatus.Empty : AuthorityStatus.BadByte;
    if (i > MAX_HOST_BYTES + 1) return AuthorityStatus.TooLong;
    this.hostLength = !bracketed && load<u8>(pointer + i - 1) == 0x2e ? i - 1 : i;
    if (this.hostLength == 0) return AuthorityStatus.Empty;
    if (this.hostLength > MAX_HOST_BYTES) return AuthorityStatus.TooLong;
    if (i == length) return AuthorityStatus.Ok;
    if (load<u8>(pointer + i) != 0x3a) return AuthorityStatus.BadByte;
    return this.readPort(pointer + i + 1, length - i - 1);
  }

  private readPort(pointer: usize, length: u32): AuthorityStatus {
    // "host:" with nothing after the colon is allowed by RFC 3986 §3.2.3.
    if (length > 5) return AuthorityStatus.BadPort;
    let port: i32 = 0;
    for (let i: u32 = 0; i < length; i++) {
      const digit = <u8>(load<u8>(pointer + i) - 0x30);
      if (digit > 9) return AuthorityStatus.BadPort;
      port = port * 10 + digit;
    }
    if (port > 65535) return AuthorityStatus.BadPort;
    if (length > 0) this.port = port;
    return AuthorityStatus.Ok;
  }
}

/** Letters, digits, `-`, `.` and `_` (not a host name by RFC 952, yet common inside clusters). */
function isHostByte(byte: u8): bool {
  if (<u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10) return true;
  return byte == 0x2d || byte == 0x2e || byte == 0x5f;
}
