// A URL that runs script when it is followed: browsers drop control bytes and blanks in front of a
// scheme and tabs and line ends inside it (WHATWG URL, "basic URL parser"), and decode character
// references in attributes first, so both are read through here. One pass over a bounded head.
import { isAlpha, isDigit } from "../../base/ascii";
import { equalsLiteralFolded, startsWithLiteral } from "../../http/literal";
import { Html, htmlWord } from "./words";

/** Bytes of a scheme with what may be strewn into it. */
const HEAD_BYTES: usize = 160;
const SCHEME: usize = memory.data(24);

let behindScheme: usize = 0;

/** Where the text behind the last scheme begins. */
export function schemeEnd(): usize {
  return behindScheme;
}

/** Whether the URL at `ptr` runs script: javascript:, vbscript:, data: with markup or script. */
export function isScriptUrl(ptr: usize, end: usize): bool {
  const length = readScheme(ptr, end);
  if (length == 0) return false;
  if (htmlWord(SCHEME, length) == Html.Scheme) return true;
  if (!equalsLiteralFolded(SCHEME, length, "data")) return false;
  return isActiveData(behindScheme, end);
}

/** Reads the folded scheme into SCHEME; its length, or 0 without a scheme. */
function readScheme(ptr: usize, end: usize): u32 {
  let length: u32 = 0;
  const stop = min(end, ptr + HEAD_BYTES);
  let p = ptr;
  while (p < stop) {
    let byte = load<u8>(p);
    let size: usize = 1;
    if (byte == 0x26) {
      byte = reference(p, stop);
      size = referenceBytes;
    }
    p += size;
    if (byte <= 0x20 || byte >= 0x7f) {
      // Blanks may stand in front; inside only those that a browser drops.
      if (length > 0 && byte == 0x20) return 0;
      continue;
    }
    if (byte == 0x3a) {
      behindScheme = p;
      return length;
    }
    if (byte == 0x22 || byte == 0x27 || byte == 0x60 || byte == 0x5c) {
      if (length > 0) return 0;
      continue;
    }
    if (length == 23 || (!isAlpha(byte) && !isDigit(byte) && byte != 0x2d && byte != 0x2b))
      return 0;
    store<u8>(SCHEME + length, byte);
    length++;
  }
  return 0;
}

let referenceBytes: usize = 1;

/** The byte that the character reference at `p` means; `&` itself when it is none. */
function reference(p: usize, end: usize): u8 {
  referenceBytes = 1;
  let q = p + 1;
  if (q >= end) return 0x26;
  if (load<u8>(q) != 0x23) return named(p, end);
  q++;
  let value: u32 = 0;
  const hex = q < end && (load<u8>(q) | 0x20) == 0x78;
  if (hex) q++;
  const first = q;
  while (q < end && q - first < 12) {
    const byte = load<u8>(q);
    if (isDigit(byte)) value = value * (hex ? 16 : 10) + (byte - 0x30);
    else if (hex && <u8>((byte | 0x20) - 0x61) < 6) value = value * 16 + ((byte | 0x20) - 0x57);
    else break;
    q++;
  }
  if (q == first) return 0x26;
  if (q < end && load<u8>(q) == 0x3b) q++;
  referenceBytes = q - p;
  return value < 0x80 ? <u8>value : 0;
}

function named(p: usize, end: usize): u8 {
  const length = <u32>(end - p);
  if (startsWithLiteral(p, length, "&colon;")) referenceBytes = 7;
  if (referenceBytes == 7) return 0x3a;
  if (startsWithLiteral(p, length, "&Tab;")) referenceBytes = 5;
  if (startsWithLiteral(p, length, "&NewLine;")) referenceBytes = 9;
  return referenceBytes > 1 ? 9 : 0x26;
}

/** data: of a type that a browser renders: HTML, SVG, XML, script; or without a type. */
function isActiveData(ptr: usize, end: usize): bool {
  let p = ptr;
  while (p < end && load<u8>(p) <= 0x20) p++;
  const start = p;
  while (p < end && p - start < 40) {
    const byte = load<u8>(p);
    if (byte == 0x2c || byte == 0x3b) break;
    p++;
  }
  if (p >= end || p - start >= 40) return false;
  const length = <u32>(p - start);
  // A type that is none, such as data:,alert(1) or data:x,alert(1): script elements do not look at it.
  if (!contains(start, p, 0x2f))
    return load<u8>(p) == 0x2c && p + 1 < end && load<u8>(p, 1) > 0x20 && length < 24;
  if (contains(start, p, 0x2b)) return true;
  if (equalsLiteralFolded(start, min<u32>(length, 14), "application/x-")) return true;
  return (
    equalsLiteralFolded(start, length, "text/html") ||
    equalsLiteralFolded(start, length, "text/xml") ||
    equalsLiteralFolded(start, length, "application/xml") ||
    equalsLiteralFolded(start, length, "text/javascript") ||
    equalsLiteralFolded(start, length, "application/javascript") ||
    equalsLiteralFolded(start, length, "application/x-javascript") ||
    equalsLiteralFolded(start, length, "text/css") ||
    equalsLiteralFolded(start, length, "text/x-scriptlet")
  );
}

function contains(ptr: usize, end: usize, byte: u8): bool {
  for (let p = ptr; p < end; p++) if (load<u8>(p) == byte) return true;
  return false;
}
