// HTML as a browser cuts it: tags and attributes from a place inside a tag on (HTML standard §13.2.5,
// states from "tag name" to "after attribute value"). Every byte is read once by the caller's loop:
// `readAttributes` answers where it stopped.
import { isAlpha, isDigit } from "../../base/ascii";
import { Html, htmlWord } from "./words";
import { isAny, startsWithAny } from "../folded-text";
import { isScriptUrl } from "./url";
import { hasScriptStyle } from "./call";
import { equalsLiteralFolded, startsWithLiteral } from "../../http/literal";
import { Reason, at } from "../verdict";

let stopped: usize = 0;
let attributes: u32 = 0;

/** Where `readAttributes` stopped: behind the tag or at the end. */
export function attributesEnd(): usize {
  return stopped;
}

/** Attributes that the last call met. */
export function attributeCount(): u32 {
  return attributes;
}

function isBlank(byte: u8): bool {
  return byte <= 0x20 || byte == 0x2f;
}

/**
 * Reads attributes from `ptr` to the end of the tag.
 * @param inTag whether a tag surely surrounds them: then any on... name is an event
 */
export function readAttributes(ptr: usize, end: usize, inTag: bool): Reason {
  let p = ptr;
  attributes = 0;
  while (p < end) {
    while (p < end && (isBlank(load<u8>(p)) || isQuote(load<u8>(p)))) p++;
    if (p >= end || load<u8>(p) == 0x3e) break;
    const name = p;
    while (
      p < end &&
      !isBlank(load<u8>(p)) &&
      load<u8>(p) != 0x3e &&
      (load<u8>(p) != 0x3d || p == name)
    )
      p++;
    let nameEnd = p;
    while (nameEnd > name && isStray(load<u8>(nameEnd - 1))) nameEnd--;
    let q = p;
    while (q < end && load<u8>(q) <= 0x20) q++;
    if (q >= end || load<u8>(q) != 0x3d) {
      if (!inTag) break;
      continue;
    }
    q++;
    while (q < end && load<u8>(q) <= 0x20) q++;
    const value = q;
    const quote: u8 = q < end && isQuote(load<u8>(q)) ? load<u8>(q) : 0;
    if (quote != 0) {
      q++;
      while (q < end && load<u8>(q) != quote) q++;
    } else {
      while (q < end && load<u8>(q) > 0x20 && load<u8>(q) != 0x3e) q++;
    }
    attributes++;
    const reason = judgeAttribute(name, nameEnd, value, q, inTag);
    p = quote != 0 && q < end ? q + 1 : q;
    if (reason != Reason.None) {
      stopped = p;
      return at(name, q, reason);
    }
  }
  stopped = p < end ? p + 1 : end;
  return Reason.None;
}

function isQuote(byte: u8): bool {
  return byte == 0x22 || byte == 0x27 || byte == 0x60;
}

function isStray(byte: u8): bool {
  return !isAlpha(byte) && !isDigit(byte);
}

function judgeAttribute(
  name: usize,
  nameEnd: usize,
  value: usize,
  end: usize,
  inTag: bool,
): Reason {
  // Control bytes and quotes in front of a name split it off in some browsers.
  let start = nameEnd;
  while (
    start > name &&
    (isAlpha(load<u8>(start - 1)) || isDigit(load<u8>(start - 1)) || load<u8>(start - 1) == 0x2d)
  )
    start--;
  const length = <u32>(nameEnd - start);
  if (isEvent(start, length, inTag) && end > value) return Reason.ScriptEvent;
  if (!inTag && start > name && load<u8>(start - 1) != 0x3a) return Reason.None;
  if (length == 6 && equalsLiteralFolded(start, length, "srcdoc")) return Reason.ScriptTag;
  if (
    equalsLiteralFolded(start, length, "datasrc") ||
    equalsLiteralFolded(start, length, "dataformatas")
  )
    return Reason.ScriptTag;
  if (isScriptUrl(value, end)) return Reason.ScriptUrl;
  if (length == 5 && equalsLiteralFolded(start, length, "style")) {
    if (hasScriptStyle(value, end)) return Reason.ScriptStyle;
    if (inTag && breaksStyle(value, end)) return Reason.ScriptStyle;
  }
  return Reason.None;
}

/** Marks that declarations of a style attribute do not have: they leave it for the parsers of old browsers. */
function breaksStyle(value: usize, end: usize): bool {
  for (let p = value; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x7b || byte == 0x7d || byte == 0x5b || byte == 0x5c) return true;
  }
  return false;
}

/** A known event attribute, or, in a tag, any name that begins with "on". */
export function isEvent(ptr: usize, length: u32, inTag: bool): bool {
  if (length < 4) return false;
  if (htmlWord(ptr, length) == Html.Event) return true;
  if (!inTag) return isVendorEvent(ptr, length);
  const first = load<u8>(ptr) | 0x20;
  const second = load<u8>(ptr, 1) | 0x20;
  return first == 0x6f && second == 0x6e && isAlpha(load<u8>(ptr, 2));
}

/** Events of one browser, and those around others: onmoz..., onwebkit..., onms..., onbefore..., onafter... */
function isVendorEvent(ptr: usize, length: u32): bool {
  if (length < 9 || length > 40) return false;
  const end = ptr + length;
  const family = startsWithAny(ptr, end, "onmoz onwebkit onmsge onmspo onmssite onbefore onafter");
  if (!family) return false;
  for (let i: u32 = 0; i < length; i++) if (!isAlpha(load<u8>(ptr + i))) return false;
  return true;
}

/**
 * Judges the tag whose `<` stands at `ptr`; `attributesEnd` tells where it ends.
 * @param document whether it stands in text that may speak of markup
 */
export function judgeTag(ptr: usize, end: usize, document: bool): Reason {
  let p = ptr + 1;
  stopped = p;
  const slash = p < end && load<u8>(p) == 0x2f;
  if (slash) p++;
  // Bytes that old parsers skip between < and the name.
  while (p < end && p - ptr < 6 && (load<u8>(p) == 0 || load<u8>(p) == 0x3c || load<u8>(p) == 0x25))
    p++;
  if (p >= end) return Reason.None;
  const first = load<u8>(p);
  if (first == 0x21 || first == 0x3f) return judgeDeclaration(ptr, p + 1, end);
  if (!isAlpha(first)) return Reason.None;
  const name = p;
  while (
    p < end &&
    (isAlpha(load<u8>(p)) || isDigit(load<u8>(p)) || load<u8>(p) == 0x3a || load<u8>(p) == 0x2d)
  )
    p++;
  let local = p;
  while (local > name && load<u8>(local - 1) != 0x3a) local--;
  const kind = htmlWord(local, <u32>(p - local));
  const length = <u32>(p - local);
  if (!document && (kind == Html.TextTag || isForeign(name, local))) {
    stopped = p;
    if (p >= end || isBlank(load<u8>(p)) || load<u8>(p) == 0x3e)
      return at(ptr, p, Reason.ScriptTag);
  }
  if (kind == Html.ScriptTag) {
    // A name at the very end or followed by what ends a name is a tag; "<object type" in prose is not closed.
    stopped = p;
    if (slash) return length == 6 ? at(ptr, p, Reason.ScriptTag) : Reason.None;
    return at(ptr, p, Reason.ScriptTag);
  }
  const tagged = readAttributes(p, end, true);
  if (tagged != Reason.None) return tagged;
  if (kind != Html.LoadingTag) return Reason.None;
  const known = judgeLoading(ptr, local, length, p, stopped, slash);
  if (known != Reason.None || document) return known;
  return judgeForm(ptr, local, length, p);
}

/** Tags that make a form of the attacker's own, and the document itself. */
function judgeForm(ptr: usize, name: usize, length: u32, rest: usize): Reason {
  const form =
    equalsLiteralFolded(name, length, "form") || equalsLiteralFolded(name, length, "input");
  if (form && attributes > 0) return at(ptr, rest, Reason.ScriptTag);
  return equalsLiteralFolded(name, length, "html") ? at(ptr, rest, Reason.ScriptTag) : Reason.None;
}

/** svg:, xsl: and xml: in front of a name: elements that no text of a page has. */
function isForeign(name: usize, local: usize): bool {
  return isAny(name, local, "svg: xsl: xml:");
}

/** Tags that load or restyle: condemned by what they name. */
function judgeLoading(
  ptr: usize,
  name: usize,
  length: u32,
  rest: usize,
  end: usize,
  slash: bool,
): Reason {
  if (slash && !equalsLiteralFolded(name, length, "style")) return Reason.None;
  if (equalsLiteralFolded(name, length, "base"))
    return attributes > 0 ? at(ptr, rest, Reason.ScriptTag) : Reason.None;
  if (equalsLiteralFolded(name, length, "link")) {
    return attributes > 1 && mentions(rest, end, "stylesheet", "import")
      ? at(ptr, rest, Reason.ScriptTag)
      : Reason.None;
  }
  if (equalsLiteralFolded(name, length, "meta")) {
    return mentions(rest, end, "http-equiv", "set-cookie")
      ? at(ptr, rest, Reason.ScriptTag)
      : Reason.None;
  }
  if (equalsLiteralFolded(name, length, "style")) {
    return at(ptr, rest, Reason.ScriptTag);
  }
  if (equalsLiteralFolded(name, length, "xml") || equalsLiteralFolded(name, length, "import")) {
    return attributes > 0 && !mentions(rest, end, "version=", "encoding=")
      ? at(ptr, rest, Reason.ScriptTag)
      : Reason.None;
  }
  return Reason.None;
}

/** Comments with conditions, processing instructions that load, declarations of entities. */
function judgeDeclaration(ptr: usize, body: usize, end: usize): Reason {
  const length = <u32>(end - body);
  if (startsWithLiteral(body, length, "--[if") || startsWithLiteral(body, length, "[if"))
    return at(ptr, body, Reason.ScriptTag);
  if (startsWithLiteral(body, length, "import")) return at(ptr, body, Reason.ScriptTag);
  if (
    startsWithLiteral(body, length, "xml-stylesheet") ||
    startsWithLiteral(body, length, "xml:namespace")
  )
    return at(ptr, body, Reason.ScriptTag);
  return Reason.None;
}

/** Whether one of two words stands in the bytes, letters in either case. */
function mentions(ptr: usize, end: usize, one: string, two: string): bool {
  for (let p = ptr; p < end; p++) {
    const left = <u32>(end - p);
    if (left >= <u32>one.length && equalsLiteralFolded(p, <u32>one.length, one)) return true;
    if (left >= <u32>two.length && equalsLiteralFolded(p, <u32>two.length, two)) return true;
  }
  return false;
}
