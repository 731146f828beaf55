// Server-side request forgery: the value as a URL or a bare host that leads inside: loopback, private
// and link-local addresses in every spelling that inet_aton takes (octal, hexadecimal, one to four
// parts), IPv6 forms that hold them, local names, and schemes that speak other protocols. RFC 1918,
// RFC 3927, RFC 4193, RFC 6890; the WHATWG URL host parser for the odd spellings.
import { isAlpha, isDigit, toLower } from "../base/ascii";
import { IpAddress, IpStatus } from "../http/ip";
import { equalsLiteralFolded } from "../http/literal";
import { Reason, at } from "./verdict";

let address: IpAddress | null = null;

/** Makes the reader of addresses, once, at configure time. */
export function prepareSsrf(): void {
  if (address === null) address = new IpAddress();
}

let value: u64 = 0;
let parts: u32 = 0;
let odd: bool = false;

/** Judges the bytes from `ptr` to `end`. `high` asks for private networks without a URL around them. */
export function detectSsrf(ptr: usize, end: usize, high: bool): Reason {
  let p = ptr;
  while (p < end && load<u8>(p) <= 0x20) p++;
  while (end > p && load<u8>(end - 1) <= 0x20) end--;
  if (end - p > 2048 || p >= end) return Reason.None;
  const authority = authorityStart(p, end);
  if (authority == 0) return bareHost(p, end, high);
  return judgeAuthority(authority, end);
}

/** Where the authority of a URL at `p` begins, or 0. Slashes either way, as browsers take them. */
function authorityStart(p: usize, end: usize): usize {
  let q = p;
  while (q < end && q < p + 12 && (isAlpha(load<u8>(q)) || load<u8>(q) == 0x2b)) q++;
  if (q < end && load<u8>(q) == 0x3a && q - p >= 2) q++;
  else if (q != p) return 0;
  const slashes = q;
  while (q < end && (load<u8>(q) == 0x2f || load<u8>(q) == 0x5c)) q++;
  if (q - slashes >= 2) return q;
  // http:127.0.0.1/
  return q - p >= 5 && equalsLiteralFolded(p, 4, "http") ? q : 0;
}

function judgeAuthority(start: usize, end: usize): Reason {
  let stop = start;
  let host = start;
  let credentials = false;
  while (stop < end) {
    const byte = load<u8>(stop);
    if (byte <= 0x20 && stop > start && hasAt(stop, end))
      return at(start, stop, Reason.SsrfCredentials);
    if (byte == 0x2f || byte == 0x3f || byte <= 0x20) break;
    if (byte == 0x23 || byte == 0x5c) {
      // What one parser takes for the host another takes for a fragment.
      if (stop + 1 < end && hasAt(stop, end)) return at(start, stop, Reason.SsrfCredentials);
      break;
    }
    if (byte == 0x40) {
      host = stop + 1;
      credentials = true;
    }
    stop++;
  }
  let hostEnd = stop;
  if (host < stop && load<u8>(host) == 0x5b) {
    while (hostEnd > host && load<u8>(hostEnd - 1) != 0x5d) hostEnd--;
    const inside = ipv6(host + 1, max(host + 1, hostEnd - 1));
    return inside ? at(host, hostEnd, Reason.SsrfAddress) : Reason.None;
  }
  for (let q = host; q < stop; q++) {
    if (load<u8>(q) == 0x3a || load<u8>(q) == 0x21) {
      hostEnd = q;
      break;
    }
  }
  if (isLocalName(host, hostEnd)) return at(host, hostEnd, Reason.SsrfHost);
  if (ipv4(host, hostEnd) && (odd || isInside(value))) return at(host, hostEnd, Reason.SsrfAddress);
  return credentials && ipv4(host, hostEnd) ? at(start, host, Reason.SsrfCredentials) : Reason.None;
}

function hasAt(p: usize, end: usize): bool {
  for (let q = p; q < min(end, p + 64); q++) {
    const byte = load<u8>(q);
    if (byte == 0x40) return true;
    if (byte == 0x2f) return false;
  }
  return false;
}

/** localhost, its domain, and the names of cloud metadata services. */
function isLocalName(p: usize, end: usize): bool {
  while (end > p && load<u8>(end - 1) == 0x2e) end--;
  const length = <u32>(end - p);
  return (
    equalsLiteralFolded(p, length, "localhost") ||
    equalsLiteralFolded(p, length, "localhost.localdomain") ||
    equalsLiteralFolded(p, length, "localhost6") ||
    equalsLiteralFolded(p, length, "localhost4") ||
    equalsLiteralFolded(p, length, "ip6-loopback") ||
    equalsLiteralFolded(p, length, "ipv6-localhost") ||
    equalsLiteralFolded(p, length, "ip6-localhost") ||
    equalsLiteralFolded(p, length, "metadata") ||
    equalsLiteralFolded(p, length, "instance-data") ||
    equalsLiteralFolded(p, length, "kubernetes.default") ||
    (length > 10 && equalsLiteralFolded(end - 10, 10, ".localhost"))
  );
}

function isPort(p: usize, end: usize): bool {
  if (p >= end || end - p > 5) return false;
  for (; p < end; p++) if (!isDigit(load<u8>(p))) return false;
  return true;
}

/** A host without a URL: only what names the machine itself, or is spelt to hide it. */
function bareHost(p: usize, end: usize, high: bool): Reason {
  if (end - p > 64) return Reason.None;
  if (isLocalName(p, end) && end - p >= 9) return at(p, end, Reason.SsrfHost);
  let hostEnd = end;
  let colons: u32 = 0;
  for (let q = p; q < end; q++) {
    if (load<u8>(q) == 0x3a) {
      if (colons == 0) hostEnd = q;
      colons++;
    }
  }
  if (colons > 1) return ipv6(p, end) ? at(p, end, Reason.SsrfAddress) : Reason.None;
  if (colons == 1 && isPort(hostEnd + 1, end) && isLocalName(p, hostEnd))
    return at(p, end, Reason.SsrfHost);
  if (!ipv4(p, hostEnd)) return Reason.None;
  const loopback = value >> 24 == 127;
  if (parts == 4 && (loopback || (odd && isInside(value)) || (high && isInside(value))))
    return at(p, end, Reason.SsrfAddress);
  // Shorter forms are numbers to everyone else: they must be hexadecimal, octal, or the loopback itself.
  if (parts > 1 && odd && loopback) return at(p, end, Reason.SsrfAddress);
  const exact = (value & 0xffffff) < 256 && loopback;
  if (parts == 1 && exact) return at(p, end, Reason.SsrfAddress);
  return parts == 3 && loopback ? at(p, end, Reason.SsrfAddress) : Reason.None;
}

/** 127/8, 10/8, 172.16/12, 192.168/16, 169.254/16, 100.64/10, 0/8, 192.0.0/24. */
function isInside(ip: u64): bool {
  const first = ip >> 24;
  return (
    first == 127 ||
    first == 10 ||
    first == 0 ||
    ip >> 20 == 0xac1 ||
    ip >> 16 == 0xc0a8 ||
    ip >> 16 == 0xa9fe ||
    ip >> 22 == 0x191 ||
    ip >> 8 == 0xc00000
  );
}

/** Reads an address as inet_aton does into `value`; `odd` when a part is octal or hexadecimal. */
function ipv4(p: usize, end: usize): bool {
  value = 0;
  parts = 0;
  odd = false;
  if (p >= end || end - p > 64) return false;
  let q = p;
  while (true) {
    let base: u64 = 10;
    const start = q;
    if (q + 1 < end && load<u8>(q) == 0x30) {
      if ((load<u8>(q, 1) | 0x20) == 0x78) {
        base = 16;
        q += 2;
      } else if (isDigit(load<u8>(q, 1))) base = 8;
      if (base != 10) odd = true;
    }
    let part: u64 = 0;
    const digits = q;
    while (q < end && load<u8>(q) != 0x2e) {
      const byte = toLower(load<u8>(q));
      let digit: u64 = 99;
      if (isDigit(byte)) digit = byte - 0x30;
      else if (byte >= 0x61 && byte < 0x67) digit = byte - 0x57;
      if (digit >= base) {
        if (base != 8 || digit > 9) return false;
        base = 10;
      }
      part = part * base + digit;
      if (part > 0xffffffff) return false;
      q++;
    }
    if (q == digits && !(base == 16 && q > start)) return false;
    parts++;
    if (q >= end) {
      if (parts == 4 && part > 255) return false;
      value = parts == 1 ? part : (value << (8 * (5 - parts))) | part;
      return true;
    }
    if (part > 255 || parts == 4) return false;
    value = (value << 8) | part;
    q++;
    if (q >= end) return false;
  }
}

/** Loopback, unspecified, unique-local, link-local, and IPv4 inside. */
function ipv6(p: usize, end: usize): bool {
  const reader = address;
  if (reader === null || end <= p) return false;
  if (reader.read(p, <u32>(end - p)) != IpStatus.Ok) return false;
  if (reader.isV4) return isInside(reader.low);
  if (reader.high == 0) return reader.low <= 1 || isInside(reader.low);
  return reader.high >> 57 == 0x7e || reader.high >> 54 == 0x3fa;
}
