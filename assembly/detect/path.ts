// Path traversal and inclusion of local files: dot segments in any spelling, paths that begin at the
// root of a system and end in a file of it, drive letters, NUL bytes that cut an extension off, and
// overlong UTF-8, which nothing but a filter's evasion writes. Percent layers are removed before.
import { isAlpha, isDigit } from "../base/ascii";
import { hexValue } from "../base/percent";
import { equalsLiteralFolded } from "../http/literal";
import { Trait } from "./byte-traits";
import { systemFile } from "./system-path";
import { Reason, at } from "./verdict";

/** Judges the bytes from `ptr` to `end`. */
export function detectPath(ptr: usize, end: usize, traits: u32): Reason {
  if ((traits & Trait.Control) != 0) {
    const cut = nul(ptr, end);
    if (cut != Reason.None) return cut;
  }
  if ((traits & Trait.Sigil) != 0) {
    const overlong = escapedOverlong(ptr, end);
    if (overlong != Reason.None) return overlong;
  }
  const reason = dots(ptr, end);
  if (reason != Reason.None) return reason;
  if (driveFile(ptr, end) || systemFile(ptr, end)) return at(ptr, end, Reason.PathFile);
  return splitFile(ptr, end);
}

function nul(ptr: usize, end: usize): Reason {
  for (let p = ptr; p < end; p++) if (load<u8>(p) == 0) return at(p, p + 1, Reason.PathNull);
  return Reason.None;
}

function isSlash(byte: u8): bool {
  return byte == 0x2f || byte == 0x5c;
}

/** `../`, `..\`, `....//`, `..;/`, `.%00./` and a closing `/..`, with a start or separator in front. */
function dots(ptr: usize, end: usize): Reason {
  let segments: u32 = 0;
  let p = ptr;
  while (p + 1 < end) {
    if (load<u8>(p) != 0x2e && load<u8>(p) != 0x3f) {
      p++;
      continue;
    }
    const start = p;
    const mark = load<u8>(p);
    let count: u32 = 0;
    while (p < end && (load<u8>(p) == mark || load<u8>(p) == 0x2e)) {
      count++;
      p++;
    }
    if (count < 2) {
      // .\./ and ./.. keep the walk going
      continue;
    }
    let q = p;
    while (
      q < end &&
      q < p + 3 &&
      (load<u8>(q) == 0x3b || load<u8>(q) <= 0x20 || load<u8>(q) == 0x2e)
    )
      q++;
    const opened = start == ptr || !isNameByte(load<u8>(start - 1));
    // A separator whose percent sign was taken away (..2f), or an overlong one cut in half.
    if (opened && count == 2 && mark == 0x2e && hidesSlash(p, end))
      return at(start, p, Reason.PathDots);
    if (q < end && isSlash(load<u8>(q))) {
      if (
        !opened ||
        (count > 2 && mark == 0x2e && count != 4 && !doubledSlash(q, end) && !deep(q, end))
      )
        continue;
      segments++;
      const before: u8 = start > ptr ? load<u8>(start - 1) : 0x2f;
      if (
        count == 2 &&
        mark == 0x2e &&
        before != 0x2f &&
        before != 0x5c &&
        before != 0x3d &&
        before != 0x3a &&
        !deep(q, end)
      )
        continue;
      if (mark == 0x3f ? segments >= 2 || deepFile(q, end) : true)
        return at(start, q, Reason.PathDots);
    } else if (
      q == end &&
      mark == 0x2e &&
      start > ptr &&
      isSlash(load<u8>(start - 1)) &&
      count == 2
    ) {
      return at(start, q, Reason.PathDots);
    } else if (count >= 30) {
      return at(start, q, Reason.PathDots);
    }
  }
  return dottedPairs(ptr, end);
}

function hidesSlash(p: usize, end: usize): bool {
  if (p >= end) return false;
  const byte = load<u8>(p);
  if (byte == 0xc0 || byte == 0xc1) return true;
  if (p + 2 >= end) return false;
  const second = load<u8>(p, 1) | 0x20;
  return (byte == 0x32 && second == 0x66) || (byte == 0x35 && second == 0x63);
}

function doubledSlash(q: usize, end: usize): bool {
  return q + 1 < end && isSlash(load<u8>(q, 1));
}

/** More dots behind the slash. */
function deep(q: usize, end: usize): bool {
  return q + 2 < end && load<u8>(q, 1) == 0x2e;
}

function deepFile(q: usize, end: usize): bool {
  return q + 2 < end && isAlpha(load<u8>(q, 1));
}

/** `.\./`, `./\.`: pairs of dots torn apart by slashes, at least twice. */
function dottedPairs(ptr: usize, end: usize): Reason {
  let run: u32 = 0;
  let marks: u32 = 0;
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x2e) run++;
    else if (isSlash(byte)) marks++;
    else {
      if (run >= 4 && marks >= 4) return at(ptr, p, Reason.PathDots);
      run = 0;
      marks = 0;
    }
  }
  return Reason.None;
}

function isNameByte(byte: u8): bool {
  return isAlpha(byte) || isDigit(byte) || byte == 0x2e;
}

/** `C:\...`, `C:/...` with a file of a server or system behind it; names of uploads are left alone. */
function driveFile(ptr: usize, end: usize): bool {
  let p = ptr;
  while (p < end && (isSlash(load<u8>(p)) || load<u8>(p) == 0x22 || load<u8>(p) == 0x27)) p++;
  if (p + 4 > end || !isAlpha(load<u8>(p)) || load<u8>(p, 1) != 0x3a || !isSlash(load<u8>(p, 2)))
    return false;
  if (p + 11 <= end && equalsLiteralFolded(p + 3, 8, "fakepath")) return false;
  if (p + 8 <= end && equalsLiteralFolded(p + 3, 5, "users")) return false;
  let last: usize = p + 3;
  for (let q = p + 3; q < end; q++) {
    const byte = load<u8>(q);
    if (isSlash(byte)) last = q + 1;
    if (byte == 0x3b || byte == 0x3c || byte == 0x22) return false;
  }
  return isServerFile(last, end) || isServerFolder(p + 3, end);
}

function isServerFolder(p: usize, end: usize): bool {
  const left = <u32>(end - p);
  return (
    starts(p, left, "windows") ||
    starts(p, left, "winnt") ||
    starts(p, left, "program files") ||
    starts(p, left, "programfiles") ||
    starts(p, left, "inetpub") ||
    starts(p, left, "apache") ||
    starts(p, left, "php") ||
    starts(p, left, "mysql") ||
    starts(p, left, "logs") ||
    starts(p, left, "log/") ||
    starts(p, left, "home") ||
    starts(p, left, "sysprep") ||
    starts(p, left, "autoexec") ||
    starts(p, left, "boot")
  );
}

function starts(p: usize, left: u32, literal: string): bool {
  return left >= <u32>literal.length && equalsLiteralFolded(p, <u32>literal.length, literal);
}

/** An extension of configuration, logs or secrets. */
function isServerFile(name: usize, end: usize): bool {
  let dot = end;
  while (dot > name && load<u8>(dot - 1) != 0x2e) dot--;
  const length = <u32>(end - dot);
  if (dot == name || length > 6) return false;
  return (
    equalsLiteralFolded(dot, length, "ini") ||
    equalsLiteralFolded(dot, length, "conf") ||
    equalsLiteralFolded(dot, length, "log") ||
    equalsLiteralFolded(dot, length, "cnf") ||
    equalsLiteralFolded(dot, length, "cfg") ||
    equalsLiteralFolded(dot, length, "config") ||
    equalsLiteralFolded(dot, length, "sam") ||
    equalsLiteralFolded(dot, length, "err") ||
    equalsLiteralFolded(dot, length, "inc") ||
    equalsLiteralFolded(dot, length, "htpasswd")
  );
}

/** `etc` and one of its files with any separator between them, as encodings that servers undo leave it. */
function splitFile(ptr: usize, end: usize): Reason {
  for (let p = ptr; p + 7 < end; p++) {
    if ((load<u8>(p) | 0x20) != 0x65 || !equalsLiteralFolded(p, 3, "etc")) continue;
    if (p > ptr + 1 && isAlpha(load<u8>(p - 1)) && load<u8>(p - 2) != 0x25 && !isHexEnd(p - 1, ptr))
      continue;
    let q = p + 3;
    let separated = false;
    while (q < end && q < p + 26) {
      const byte = load<u8>(q);
      if (byte == 0x25 || isSlash(byte) || byte >= 0x80) separated = true;
      if (byte == 0x30 && q + 1 < end && load<u8>(q, 1) == 0x78) separated = true;
      if (separated && isEtcFile(q, end)) return at(p, q, Reason.PathFile);
      if (byte <= 0x20) break;
      q++;
    }
  }
  return Reason.None;
}

/** The byte ends an escape such as %af or 0x2f. */
function isHexEnd(p: usize, ptr: usize): bool {
  return (
    p >= ptr + 2 &&
    hexValue(load<u8>(p)) != 255 &&
    (load<u8>(p - 2) == 0x25 || load<u8>(p - 2) == 0x78)
  );
}

function isEtcFile(p: usize, end: usize): bool {
  const left = <u32>(end - p);
  return (
    starts(p, left, "passwd") ||
    starts(p, left, "shadow") ||
    starts(p, left, "issue") ||
    starts(p, left, "hosts") ||
    starts(p, left, "group")
  );
}

/**
 * Two escapes of bytes that no UTF-8 text holds (%c0, %c1, %f8 and up) or of overlong forms (%e0%80,
 * %f0%80), with another escape or a dot next to them.
 */
function escapedOverlong(ptr: usize, end: usize): Reason {
  let found: u32 = 0;
  for (let p = ptr; p + 5 < end; p++) {
    if (load<u8>(p) != 0x25) continue;
    const high = load<u8>(p, 1) | 0x20;
    const low = load<u8>(p, 2) | 0x20;
    let overlong = false;
    if (high == 0x63 && (low == 0x30 || low == 0x31))
      overlong = load<u8>(p, 3) == 0x25 || load<u8>(p, 3) == 0x2e;
    else if ((high == 0x65 || high == 0x66) && (low == 0x30 || low == 0x38 || low == 0x63)) {
      overlong = load<u8>(p, 3) == 0x25 && load<u8>(p, 4) == 0x38 && load<u8>(p, 5) == 0x30;
    }
    if (overlong && ++found == 2) return at(p, p + 3, Reason.PathDots);
    if (overlong) p += 2;
  }
  return Reason.None;
}
