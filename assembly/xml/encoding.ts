// The encoding a text declares (XML 1.0 §2.8, §4.3.3, appendix F). One that is no superset of ASCII shows a
// filter other characters than the parser behind it.
import { skipWhite } from "./text";
import { equalsAsciiFolded } from "./word";

/** What a text's declaration says of its encoding. */
export const enum Encoding {
  /** UTF-8 or US-ASCII, declared or by default. */
  Utf8,
  /** A single-byte superset of ASCII. */
  Latin,
  Other,
}

/** UTF-16 or UTF-32, by byte order mark or by the zero bytes around `<`. */
export function hasForeignMark(ptr: usize, length: u32): bool {
  if (length < 2) return false;
  const pair = load<u16>(ptr);
  if (pair == 0xfeff || pair == 0xfffe) return true;
  return load<u8>(ptr) == 0 || load<u8>(ptr, 1) == 0;
}

/** The encoding declared at `at`, where the declaration would stand. */
export function declaredEncoding(at: usize, end: usize): Encoding {
  if (end - at < 6 || load<u32>(at) != 0x6d783f3c || load<u8>(at, 4) != 0x6c) return Encoding.Utf8;
  const stop = min(end, at + 256);
  for (let p = at + 5; p + 10 < stop; p++) {
    const byte = load<u8>(p);
    if (byte == 0x3e) break;
    if (byte != 0x65 || !equalsAsciiFolded(p, 8, "encoding")) continue;
    let q = skipWhite(p + 8, stop);
    if (q >= stop || load<u8>(q) != 0x3d) return Encoding.Other;
    q = skipWhite(q + 1, stop);
    if (q >= stop || (load<u8>(q) != 0x22 && load<u8>(q) != 0x27)) return Encoding.Other;
    const quote = load<u8>(q);
    const from = q + 1;
    q = from;
    while (q < stop && load<u8>(q) != quote) q++;
    return encodingOf(from, <u32>(q - from));
  }
  return Encoding.Utf8;
}

function encodingOf(ptr: usize, length: u32): Encoding {
  if (equalsAsciiFolded(ptr, length, "utf-8") || equalsAsciiFolded(ptr, length, "utf8")) {
    return Encoding.Utf8;
  }
  if (equalsAsciiFolded(ptr, length, "us-ascii")) return Encoding.Utf8;
  const isLatin =
    equalsAsciiFolded(ptr, length, "iso-8859-1") ||
    equalsAsciiFolded(ptr, length, "iso-8859-15") ||
    equalsAsciiFolded(ptr, length, "windows-1252");
  return isLatin ? Encoding.Latin : Encoding.Other;
}
