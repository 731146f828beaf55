// Cross-site scripting: the value is read as HTML from each place where a page may hold it: text, an
// attribute in double, single or no quotes, a URL, a script string. Script needs a tag that runs, an
// event attribute, a script URL, a style that runs, or a call; markup alone is no attack.
import { isAlpha } from "../../base/ascii";
import { indexOfByte } from "../../base/find-byte";
import { Trait } from "../byte-traits";
import { attributesEnd, isEvent, judgeTag, readAttributes } from "./markup";
import { findScriptBreak } from "./break";
import { findScriptCall, hasScriptStyle } from "./call";
import { isScriptUrl, schemeEnd } from "./url";
import { Reason, at } from "../verdict";

/** Breakouts of attributes tried in one value, for each quote. */
const BREAKOUTS: u32 = 8;

/** Bytes read of a tag that begins inside another. */
const INNER_BYTES: usize = 256;

/** Judges the bytes from `ptr` to `end`; of a document, which may speak of code, the tags alone. */
export function detectScript(ptr: usize, end: usize, traits: u32, document: bool): Reason {
  if (document) return (traits & Trait.Compare) != 0 ? tags(ptr, end, true) : Reason.None;
  if (isBareEvent(ptr, end)) return at(ptr, end, Reason.ScriptEvent);
  if ((traits & (Trait.Colon | Trait.Sigil)) != 0) {
    if (isScriptUrl(ptr, end) && isCode(schemeEnd(), end)) return at(ptr, end, Reason.ScriptUrl);
    const inside = embeddedUrl(ptr, end);
    if (inside != Reason.None) return inside;
  }
  if ((traits & Trait.Compare) != 0) {
    let reason = tags(ptr, end, false);
    if (reason != Reason.None) return reason;
    if ((traits & Trait.Quote) != 0) {
      reason = breakouts(ptr, end, 0x22);
      if (reason == Reason.None) reason = breakouts(ptr, end, 0x27);
      if (reason != Reason.None) return reason;
    }
    reason = events(ptr, end);
    if (reason != Reason.None) return reason;
  }
  if (
    (traits & (Trait.Paren | Trait.Backtick | Trait.Sigil)) != 0 ||
    (traits & Trait.Compare) != 0
  ) {
    let reason = findScriptCall(ptr, end);
    if (reason == Reason.None) reason = findScriptBreak(ptr, end, traits);
    if (reason != Reason.None) return reason;
    if ((traits & Trait.Colon) != 0 && hasScriptStyle(ptr, end) && (traits & Trait.Paren) != 0)
      return at(ptr, end, Reason.ScriptStyle);
  }
  return Reason.None;
}

/** The name of an event attribute and nothing else: the place is an attribute's name. */
function isBareEvent(ptr: usize, end: usize): bool {
  while (end > ptr && load<u8>(end - 1) <= 0x20) end--;
  return end - ptr < 48 && isEvent(ptr, <u32>(end - ptr), false);
}

/** Every tag of the text. */
function tags(ptr: usize, end: usize, document: bool): Reason {
  const length = <u32>(end - ptr);
  let offset: u32 = 0;
  let read: usize = ptr;
  while (true) {
    offset = indexOfByte(ptr, offset, length, 0x3c);
    if (offset >= length) return Reason.None;
    // What stands inside a tag is a tag again from another context; it is read a second time, in part.
    const start = ptr + offset;
    const reason = judgeTag(start, start < read ? min(end, start + INNER_BYTES) : end, document);
    if (reason != Reason.None) return reason;
    read = max(read, attributesEnd());
    offset++;
  }
}

/** Attributes behind each of the first quotes. */
function breakouts(ptr: usize, end: usize, quote: u8): Reason {
  const length = <u32>(end - ptr);
  let offset: u32 = 0;
  for (let turn: u32 = 0; turn < BREAKOUTS; turn++) {
    offset = indexOfByte(ptr, offset, length, quote) + 1;
    if (offset >= length) return Reason.None;
    const stop = min(end, ptr + offset + 256);
    const reason = readAttributes(ptr + offset, stop, false);
    if (reason == Reason.ScriptEvent || reason == Reason.ScriptUrl) return reason;
  }
  return Reason.None;
}

/** An event attribute with its value behind a blank, a slash or at the start: an unquoted attribute. */
function events(ptr: usize, end: usize): Reason {
  const length = <u32>(end - ptr);
  let offset: u32 = 0;
  while (true) {
    offset = indexOfByte(ptr, offset, length, 0x3d);
    if (offset >= length) return Reason.None;
    const sign = ptr + offset;
    offset++;
    let nameEnd = sign;
    while (nameEnd > ptr && nameEnd > sign - 4 && load<u8>(nameEnd - 1) <= 0x20) nameEnd--;
    let name = nameEnd;
    while (name > ptr && name > nameEnd - 40 && isAlpha(load<u8>(name - 1))) name--;
    if (!isEvent(name, <u32>(nameEnd - name), false)) continue;
    if (sign + 1 >= end) continue;
    if (name == ptr || !isNameByte(load<u8>(name - 1))) return at(name, sign, Reason.ScriptEvent);
  }
}

function isNameByte(byte: u8): bool {
  return (
    byte == 0x2e || byte == 0x5f || byte == 0x2d || byte == 0x26 || byte == 0x3f || byte == 0x24
  );
}

/** Behind a script scheme stands code, not a title ("JavaScript: The Good Parts"). */
function isCode(ptr: usize, end: usize): bool {
  if (ptr >= end) return true;
  if (load<u8>(ptr) > 0x20) return true;
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x28 || byte == 0x60 || byte == 0x3d || byte == 0x26) return true;
  }
  return false;
}

/** A script URL inside the value: `url(javascript:...)`, `x=javascript:alert(1)`. */
function embeddedUrl(ptr: usize, end: usize): Reason {
  const length = <u32>(end - ptr);
  let offset: u32 = 0;
  while (true) {
    offset = indexOfByte(ptr, offset, length, 0x3a);
    if (offset >= length) return Reason.None;
    const colon = ptr + offset;
    offset++;
    let start = colon;
    while (start > ptr && start > colon - 24 && isSchemeByte(load<u8>(start - 1))) start--;
    if (colon - start < 4 || colon + 1 >= end) continue;
    if (load<u8>(colon + 1) <= 0x20) continue;
    if (!isScriptUrl(start, end)) continue;
    if ((load<u8>(start) | 0x20) == 0x64 && !hasComma(colon, end)) continue;
    const code = schemeEnd();
    for (let p = code; p < min(end, code + 200); p++) {
      const byte = load<u8>(p);
      if (
        byte == 0x28 ||
        byte == 0x60 ||
        byte == 0x2f ||
        byte == 0x3d ||
        byte == 0x2c ||
        byte == 0x26
      )
        return at(start, p, Reason.ScriptUrl);
      if (byte == 0x20) break;
    }
  }
}

function hasComma(ptr: usize, end: usize): bool {
  for (let p = ptr; p < min(end, ptr + 80); p++) if (load<u8>(p) == 0x2c) return true;
  return false;
}

function isSchemeByte(byte: u8): bool {
  return isAlpha(byte) || byte == 0x09 || byte == 0x0a || byte == 0x0d;
}
