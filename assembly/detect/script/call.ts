// Script without a tag: calls of the functions that attacks begin with (alert(1), eval(...)), for values
// that land inside a script, and style sheets that run script in old browsers. A call counts by its
// argument, so that "alert(s)" in prose does not.
import { isAlpha, isDigit } from "../../base/ascii";
import { equalsLiteralFolded } from "../../http/literal";
import { Html, htmlWord } from "./words";
import { Reason, at } from "../verdict";

/** Finds a telling call, or a read of cookies or code, in one pass. */
export function findScriptCall(ptr: usize, end: usize): Reason {
  let p = ptr;
  while (p < end) {
    const byte = load<u8>(p);
    if (!isAlpha(byte)) {
      if (byte == 0x5d && computedCall(ptr, p, end)) return at(p, p + 1, Reason.ScriptCall);
      p++;
      continue;
    }
    const start = p;
    while (p < end && (isAlpha(load<u8>(p)) || isDigit(load<u8>(p)) || load<u8>(p) == 0x5f)) p++;
    const length = <u32>(p - start);
    if (p >= end) break;
    const next = load<u8>(p);
    if (length >= 4 && length <= 16 && isCallMark(next) && htmlWord(start, length) == Html.Sink) {
      if (isTellingArgument(p, end, length)) return at(start, p + 1, Reason.ScriptCall);
    }
    if ((next == 0x2c || next == 0x29) && start > ptr + 1 && htmlWord(start, length) == Html.Sink) {
      const before = load<u8>(start - 1);
      if (next == 0x2c ? before == 0x3d : before == 0x28 && isAlpha(load<u8>(start - 2)))
        return at(start, p, Reason.ScriptCall);
    }
    if (next == 0x2e && isObjectRead(start, length, p + 1, end))
      return at(start, p, Reason.ScriptCall);
  }
  return Reason.None;
}

/** top["al"+"ert"](1): a member named by a string, called. */
function computedCall(ptr: usize, p: usize, end: usize): bool {
  if (p == ptr || p + 2 >= end || load<u8>(p, 1) != 0x28) return false;
  const before = load<u8>(p - 1);
  return (before == 0x22 || before == 0x27) && isTellingArgument(p + 1, end, 0);
}

/** `(`, a backtick, or `)` of a name in brackets: (alert)(1). */
function isCallMark(byte: u8): bool {
  return byte == 0x28 || byte == 0x60 || byte == 0x29 || byte == 0x26 || byte <= 0x20;
}

function isTellingArgument(p: usize, end: usize, name: u32): bool {
  let q = p;
  while (q < end && load<u8>(q) <= 0x20) q++;
  if (q < end && load<u8>(q) == 0x29 && q + 1 < end && load<u8>(q + 1) == 0x28) q++;
  if (q >= end) return false;
  // alert`1`; a backtick with a blank behind it ends a piece of code in Markdown.
  if (load<u8>(q) == 0x60) {
    return q == p && q + 1 < end && (isAlpha(load<u8>(q, 1)) || isDigit(load<u8>(q, 1)));
  }
  if (load<u8>(q) == 0x26) {
    // alert&lpar;1&rpar; and numeric references of the bracket
    return q == p && q + 1 < end && (load<u8>(q, 1) == 0x23 || load<u8>(q, 1) == 0x6c);
  }
  if (load<u8>(q) != 0x28) return false;
  q++;
  while (q < end && load<u8>(q) <= 0x20) q++;
  if (q >= end) return q > p + 1;
  const byte = load<u8>(q);
  if (byte == 0x29) return name == 5 && q == p + 1;
  if (
    isDigit(byte) ||
    byte == 0x22 ||
    byte == 0x27 ||
    byte == 0x60 ||
    byte == 0x2f ||
    byte == 0x5b ||
    byte == 0x5c ||
    byte == 0x26
  )
    return true;
  if (byte == 0x2d || byte == 0x2b || byte == 0x21) return true;
  const start = q;
  while (q < end && isAlpha(load<u8>(q))) q++;
  return (
    isScriptName(start, <u32>(q - start)) ||
    (q < end && (load<u8>(q) == 0x28 || load<u8>(q) == 0x2e))
  );
}

function isScriptName(ptr: usize, length: u32): bool {
  return (
    equalsLiteralFolded(ptr, length, "document") ||
    equalsLiteralFolded(ptr, length, "location") ||
    equalsLiteralFolded(ptr, length, "window") ||
    equalsLiteralFolded(ptr, length, "string") ||
    equalsLiteralFolded(ptr, length, "this") ||
    equalsLiteralFolded(ptr, length, "xss") ||
    equalsLiteralFolded(ptr, length, "name") ||
    equalsLiteralFolded(ptr, length, "atob") ||
    equalsLiteralFolded(ptr, length, "unescape")
  );
}

/** document.cookie, document.write(, String.fromCharCode(, window.location= and their like. */
function isObjectRead(start: usize, length: u32, member: usize, end: usize): bool {
  let q = member;
  while (q < end && isAlpha(load<u8>(q))) q++;
  const size = <u32>(q - member);
  const byte: u8 = q < end ? load<u8>(q) : 0;
  if (equalsLiteralFolded(start, length, "document")) {
    return (
      equalsLiteralFolded(member, size, "cookie") ||
      equalsLiteralFolded(member, size, "domain") ||
      (byte == 0x28 &&
        (equalsLiteralFolded(member, size, "write") ||
          equalsLiteralFolded(member, size, "writeln"))) ||
      (byte == 0x3d && equalsLiteralFolded(member, size, "location"))
    );
  }
  if (equalsLiteralFolded(start, length, "string")) {
    return byte == 0x28 && equalsLiteralFolded(member, size, "fromcharcode");
  }
  if (
    equalsLiteralFolded(start, length, "window") ||
    equalsLiteralFolded(start, length, "top") ||
    equalsLiteralFolded(start, length, "self")
  ) {
    return (
      byte == 0x3d &&
      (equalsLiteralFolded(member, size, "location") || equalsLiteralFolded(member, size, "name"))
    );
  }
  return false;
}

/** expression(...), -moz-binding, behavior: and script URLs in a style; blanks and comments inside too. */
export function hasScriptStyle(ptr: usize, end: usize): bool {
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p) | 0x20;
    if (byte == 0x65 && styled(p, end, "expression(")) return true;
    if (byte == 0x62 && (styled(p, end, "behavior:url(") || styled(p, end, "behaviour:url(")))
      return true;
    if (byte == 0x6d && styled(p, end, "moz-binding")) return true;
    if (byte == 0x6a && styled(p, end, "javascript:")) return true;
    if (byte == 0x76 && styled(p, end, "vbscript:")) return true;
    if (byte == 0x6f && styled(p, end, "o-link:")) return true;
    if (load<u8>(p) == 0x40 && styled(p, end, "@import")) return true;
  }
  return false;
}

/** The literal with comments, escapes, blanks and control bytes strewn in; reads at most 96 bytes. */
function styled(ptr: usize, end: usize, literal: string): bool {
  const stop = min(end, ptr + 96);
  let p = ptr;
  let i: i32 = 0;
  while (p < stop && i < literal.length) {
    const byte = load<u8>(p);
    const folded = byte - 0x41 < 26 ? byte | 0x20 : byte;
    if (<i32>folded == literal.charCodeAt(i)) {
      i++;
      p++;
    } else if (byte == 0x2f && p + 1 < stop && load<u8>(p, 1) == 0x2a) {
      p += 2;
      while (p + 1 < stop && !(load<u8>(p) == 0x2a && load<u8>(p, 1) == 0x2f)) p++;
      p += 2;
    } else if (byte <= 0x20 || byte == 0x5c) {
      if (i == 0) return false;
      p++;
    } else {
      return false;
    }
  }
  return i == literal.length;
}
