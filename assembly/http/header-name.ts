// Header names the filters ask for, recognised once while the header map is read: by length, then
// one comparison. A lookup is then an array read. Names arrive in lower case: Envoy's codecs fold
// them (RFC 9113 §8.2), and so does the Node host.
import { equalsLiteral } from "./literal";

/** A name that some filter reads; `Other` is every name else. */
export const enum KnownHeader {
  Other = 0,
  Authority,
  Method,
  Path,
  Scheme,
  Host,
  Accept,
  Authorization,
  Connection,
  ContentEncoding,
  ContentLength,
  ContentType,
  Cookie,
  Expect,
  Forwarded,
  Origin,
  Referer,
  Te,
  TransferEncoding,
  Upgrade,
  UserAgent,
  XForwardedFor,
  XForwardedProto,
  XRequestId,
  /** How many there are: the size of a table indexed by the others. */
  Count,
}

/** Names the header at `pointer`, which is in lower case. Eight bytes must be readable there, whatever the length. */
export function knownHeader(pointer: usize, length: u32): KnownHeader {
  switch (length) {
    case 2:
      return pick(pointer, length, "te", KnownHeader.Te);
    case 4:
      return pick(pointer, length, "host", KnownHeader.Host);
    case 5:
      return pick(pointer, length, ":path", KnownHeader.Path);
    case 6:
      return six(pointer, load<u8>(pointer));
    case 7:
      return seven(pointer, load<u8>(pointer, 1));
    case 9:
      return pick(pointer, length, "forwarded", KnownHeader.Forwarded);
    case 10:
      return ten(pointer, load<u8>(pointer));
    case 12:
      if (load<u8>(pointer) == 0x63)
        return pick(pointer, length, "content-type", KnownHeader.ContentType);
      return pick(pointer, length, "x-request-id", KnownHeader.XRequestId);
    case 13:
      return pick(pointer, length, "authorization", KnownHeader.Authorization);
    case 14:
      return pick(pointer, length, "content-length", KnownHeader.ContentLength);
    case 15:
      return pick(pointer, length, "x-forwarded-for", KnownHeader.XForwardedFor);
    case 16:
      return pick(pointer, length, "content-encoding", KnownHeader.ContentEncoding);
    case 17:
      if (load<u8>(pointer) == 0x74)
        return pick(pointer, length, "transfer-encoding", KnownHeader.TransferEncoding);
      return pick(pointer, length, "x-forwarded-proto", KnownHeader.XForwardedProto);
    default:
      return KnownHeader.Other;
  }
}

function six(pointer: usize, initial: u8): KnownHeader {
  if (initial == 0x63) return pick(pointer, 6, "cookie", KnownHeader.Cookie);
  if (initial == 0x61) return pick(pointer, 6, "accept", KnownHeader.Accept);
  if (initial == 0x6f) return pick(pointer, 6, "origin", KnownHeader.Origin);
  return pick(pointer, 6, "expect", KnownHeader.Expect);
}

function seven(pointer: usize, second: u8): KnownHeader {
  if (second == 0x6d) return pick(pointer, 7, ":method", KnownHeader.Method);
  if (second == 0x73) return pick(pointer, 7, ":scheme", KnownHeader.Scheme);
  if (second == 0x70) return pick(pointer, 7, "upgrade", KnownHeader.Upgrade);
  return pick(pointer, 7, "referer", KnownHeader.Referer);
}

function ten(pointer: usize, initial: u8): KnownHeader {
  if (initial == 0x75) return pick(pointer, 10, "user-agent", KnownHeader.UserAgent);
  if (initial == 0x63) return pick(pointer, 10, "connection", KnownHeader.Connection);
  return pick(pointer, 10, ":authority", KnownHeader.Authority);
}

/** `known` when the name is the literal, which has the same length: without a loop up to 16 bytes. */
function pick(pointer: usize, length: u32, literal: string, known: KnownHeader): KnownHeader {
  if (length > 16) {
    return equalsLiteral(pointer, length, literal) ? known : KnownHeader.Other;
  }
  // A string reference is the address of its first character; literals never move.
  const characters = changetype<usize>(literal);
  let same = sameOfEight(pointer, characters);
  if (length < 8) same |= 0xff << length;
  else {
    const last = length - 8;
    same &= sameOfEight(pointer + last, characters + ((<usize>last) << 1));
  }
  return (same & 0xff) == 0xff ? known : KnownHeader.Other;
}

/** Which of the eight bytes at `pointer` are the eight characters, one bit each. */
function sameOfEight(pointer: usize, characters: usize): u32 {
  return i16x8.bitmask(i16x8.eq(v128.load8x8_u(pointer), v128.load(characters)));
}

/** True for a byte of a token, the alphabet of field names and methods (RFC 9110 §5.6.2). */
export function isTokenByte(byte: u8): bool {
  if (<u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10) return true;
  // ! # $ % & ' * + - . ^ _ ` | ~
  switch (byte) {
    case 0x21:
    case 0x23:
    case 0x24:
    case 0x25:
    case 0x26:
    case 0x27:
    case 0x2a:
    case 0x2b:
    case 0x2d:
    case 0x2e:
    case 0x5e:
    case 0x5f:
    case 0x60:
    case 0x7c:
    case 0x7e:
      return true;
    default:
      return false;
  }
}

/** True for a non-empty token (RFC 9110 §5.6.2). */
export function isToken(pointer: usize, length: u32): bool {
  if (length == 0) return false;
  for (let i: u32 = 0; i < length; i++) if (!isTokenByte(load<u8>(pointer + i))) return false;
  return true;
}
