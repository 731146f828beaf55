// Names: mailboxes, hosts, URIs, UUIDs, JSON pointers. ASCII forms alone, as the specification has them.
// Source: RFC 5321 §4.1.2, RFC 1123 §2.1, RFC 3986 appendix A, RFC 9562 §4, RFC 6901 §3.
import { isIpv4, isIpv6 } from "./address";

/** A local part, dotted or quoted, and a host or an address literal. */
export function isEmail(ptr: usize, end: usize): bool {
  let at = end;
  while (at > ptr && load<u8>(at - 1) != 0x40) at--;
  if (at == ptr) return false;
  const local = at - 1;
  if (local == ptr || local - ptr > 64) return false;
  const isLocal = load<u8>(ptr) == 0x22 ? isQuoted(ptr, local) : isDotAtom(ptr, local);
  if (!isLocal || at == end) return false;
  if (load<u8>(at) != 0x5b) return isHostname(at, end);
  if (load<u8>(end - 1) != 0x5d) return false;
  const isSix = end - at > 6 && load<u32>(at, 1) == 0x36765049 && load<u8>(at, 5) == 0x3a;
  return isSix ? isIpv6(at + 6, end - 1) : isIpv4(at + 1, end - 1);
}

function isQuoted(ptr: usize, end: usize): bool {
  if (end - ptr < 2 || load<u8>(end - 1) != 0x22) return false;
  for (let at = ptr + 1; at < end - 1; at++) {
    const byte = load<u8>(at);
    if (byte < 0x20 || byte > 0x7e || byte == 0x22) return false;
    if (byte == 0x5c && ++at >= end - 1) return false;
  }
  return true;
}

function isDotAtom(ptr: usize, end: usize): bool {
  let wasDot = true;
  for (let at = ptr; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2e) {
      if (wasDot) return false;
      wasDot = true;
    } else {
      if (!isWord(byte) && !isOneOf(byte, "!#$%&'*+-/=?^_`{|}~")) return false;
      wasDot = false;
    }
  }
  return !wasDot;
}

export function isHostname(ptr: usize, end: usize): bool {
  if (ptr == end || end - ptr > 253) return false;
  let start = ptr;
  for (let at = ptr; at <= end; at++) {
    if (at < end && load<u8>(at) != 0x2e) {
      if (!isWord(load<u8>(at)) && load<u8>(at) != 0x2d) return false;
      continue;
    }
    const length = at - start;
    if (length == 0 || length > 63) return false;
    if (load<u8>(start) == 0x2d || load<u8>(at - 1) == 0x2d) return false;
    // Two hyphens there mark another encoding, which this check does not read: xn-- alone is known.
    if (length >= 4 && load<u16>(start, 2) == 0x2d2d && (load<u16>(start) | 0x2020) != 0x6e78) {
      return false;
    }
    start = at + 1;
  }
  return true;
}

export function isUuid(ptr: usize, end: usize): bool {
  if (end - ptr != 36) return false;
  for (let i: usize = 0; i < 36; i++) {
    const byte = load<u8>(ptr + i);
    const isHyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (isHyphen ? byte != 0x2d : !isHexDigit(byte)) return false;
  }
  return true;
}

export function isJsonPointer(ptr: usize, end: usize): bool {
  if (ptr < end && load<u8>(ptr) != 0x2f) return false;
  for (let at = ptr; at < end; at++) {
    if (load<u8>(at) != 0x7e) continue;
    if (++at == end || (load<u8>(at) != 0x30 && load<u8>(at) != 0x31)) return false;
  }
  return true;
}

/** With a scheme. */
export function isUri(ptr: usize, end: usize): bool {
  if (ptr == end || <u8>((load<u8>(ptr) | 0x20) - 0x61) > 25) return false;
  let at = ptr;
  while (at < end && (isWord(load<u8>(at)) || isOneOf(load<u8>(at), "+-."))) at++;
  return at < end && load<u8>(at) == 0x3a && isHierarchy(at + 1, end);
}

export function isUriReference(ptr: usize, end: usize): bool {
  return isUri(ptr, end) || (!hasSchemeLikeStart(ptr, end) && isHierarchy(ptr, end));
}

/** A first segment with a colon would be read as a scheme. */
function hasSchemeLikeStart(ptr: usize, end: usize): bool {
  for (let at = ptr; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2f || byte == 0x3f || byte == 0x23) return false;
    if (byte == 0x3a) return true;
  }
  return false;
}

/** Authority, path, query, fragment: the bytes each may hold. */
function isHierarchy(ptr: usize, end: usize): bool {
  let at = ptr;
  if (end - at >= 2 && load<u16>(at) == 0x2f2f) {
    at += 2;
    const start = at;
    while (at < end && !isOneOf(load<u8>(at), "/?#")) at++;
    if (!isAuthority(start, at)) return false;
  }
  let isFragment = false;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 0x25) {
      if (end - at < 3 || !isHexDigit(load<u8>(at, 1)) || !isHexDigit(load<u8>(at, 2)))
        return false;
      at += 3;
      continue;
    }
    if (byte == 0x23) {
      if (isFragment) return false;
      isFragment = true;
    } else if (!isWord(byte) && !isOneOf(byte, "-._~!$&'()*+,;=:@/?")) return false;
    at++;
  }
  return true;
}

function isAuthority(ptr: usize, end: usize): bool {
  let at = ptr;
  for (let i = ptr; i < end; i++) if (load<u8>(i) == 0x40) at = i + 1;
  for (let i = ptr; i + 1 < at; i++) {
    if (!isWord(load<u8>(i)) && !isOneOf(load<u8>(i), "-._~!$&'()*+,;=:%")) return false;
  }
  if (at < end && load<u8>(at) == 0x5b) {
    const start = ++at;
    while (at < end && load<u8>(at) != 0x5d) at++;
    if (at == end || !isIpv6(start, at)) return false;
    at++;
  } else {
    while (at < end && load<u8>(at) != 0x3a) {
      if (!isWord(load<u8>(at)) && !isOneOf(load<u8>(at), "-._~!$&'()*+,;=%")) return false;
      at++;
    }
  }
  if (at == end) return true;
  if (load<u8>(at++) != 0x3a) return false;
  for (; at < end; at++) if (<u8>(load<u8>(at) - 0x30) > 9) return false;
  return true;
}

/** Letter or digit. */
function isWord(byte: u8): bool {
  return <u8>(byte - 0x30) < 10 || <u8>((byte | 0x20) - 0x61) < 26;
}

function isHexDigit(byte: u8): bool {
  return <u8>(byte - 0x30) < 10 || <u8>((byte | 0x20) - 0x61) < 6;
}

function isOneOf(byte: u8, set: string): bool {
  for (let i = 0; i < set.length; i++) if (<u8>set.charCodeAt(i) == byte) return true;
  return false;
}
