// Template injection: expressions of the engines of Python, Java, Ruby, PHP and JavaScript by their
// delimiters, with something to compute inside; a bare name is a placeholder that users write too.
import { isAlpha, isDigit } from "../base/ascii";
import { holds, isAny, startsFolded } from "./folded-text";
import { Reason, at } from "./verdict";

/** Bytes inside of expressions that are looked at for each byte of the value: how deep they may lie in each other. */
const DEPTH: usize = 12;
/** Bytes that can still be looked at inside of expressions. */
let left: usize = 0;
/** Bytes that are searched behind the bar of a filter. */
const FILTER_BYTES: usize = 24;

/**
 * Expressions of template engines: {{...}}, ${...}, #{...}, <%...%>, {%...%}, [[...]], with something to
 * compute inside: arithmetic, a call, a filter, a member of an object. `{{name}}` is a placeholder. Each is looked at for at most 400
 * bytes; marks that open deeper than `DEPTH` in each other are no placeholders, and would take that time from every byte.
 */
export function detectTemplate(ptr: usize, end: usize): Reason {
  left = (end - ptr) * DEPTH + 1024;
  for (let p = ptr; p + 3 < end; p++) {
    const byte = load<u8>(p);
    if (byte != 0x7b && byte != 0x3c && byte != 0x28) continue;
    const next = load<u8>(p, 1);
    const before: u8 = p > ptr ? load<u8>(p - 1) : 0;
    if (byte == 0x28) {
      // @(7*7) of Razor
      if (before == 0x40 && inside(p + 1, end, 0x29, false))
        return at(p - 1, p + 1, Reason.TemplateExpression);
      continue;
    }
    if (byte == 0x3c) {
      if (next == 0x25 && inside(p + 2, end, 0x25, true))
        return at(p, p + 3, Reason.TemplateExpression);
      continue;
    }
    if (next == 0x25) {
      if (tagWord(p + 2, end)) return at(p, p + 3, Reason.TemplateInclude);
      continue;
    }
    const doubled = next == 0x7b;
    // Shortcodes of site generators: {{< x >}} and {{% x %}}.
    if (doubled && p + 2 < end && (load<u8>(p, 2) == 0x3c || load<u8>(p, 2) == 0x25)) continue;
    const marked =
      before == 0x24 ||
      before == 0x23 ||
      before == 0x40 ||
      before == 0x2a ||
      before == 0x25 ||
      before == 0x7e ||
      isDigit(next);
    if (!doubled && !marked) {
      if (next == 0x24 && smarty(p, end)) return at(p, p + 2, Reason.TemplateExpression);
      continue;
    }
    if (doubled && namesFramework(p + 2, end)) return at(p, p + 2, Reason.TemplateObject);
    if (inside(doubled ? p + 2 : p + 1, end, 0x7d, false))
      return at(p, p + 2, Reason.TemplateExpression);
  }
  return Reason.None;
}

/** {{config}}, {{ self.x }}, {{settings.SECRET_KEY}}: what the framework itself puts into templates. */
function namesFramework(p: usize, end: usize): bool {
  while (p < end && load<u8>(p) <= 0x20) p++;
  const name = p;
  while (p < end && p < name + 24 && (isAlpha(load<u8>(p)) || load<u8>(p) == 0x5f)) p++;
  if (!isAny(name, p, "config self request settings get_flashed_messages url_for _self lipsum"))
    return false;
  const stop = p;
  while (p < end && load<u8>(p) <= 0x20) p++;
  if (p + 1 >= end) return false;
  const byte = load<u8>(p);
  // Settings have names of their own in other places; constants of a server are upper case.
  if (isAny(name, stop, "settings")) return byte == 0x2e && <u8>(load<u8>(p, 1) - 0x41) < 26;
  return byte == 0x7d || byte == 0x2e || byte == 0x7c || byte == 0x5b;
}

/** {$smarty.version}, {$a|system} */
function smarty(p: usize, end: usize): bool {
  for (let q = p + 2; q < min(end, p + 60); q++) {
    const byte = load<u8>(q);
    if (byte == 0x7d) return false;
    if (byte == 0x28 || (byte == 0x7c && q + 1 < end && isAlpha(load<u8>(q, 1)))) return true;
  }
  return false;
}

/** {% import os %} and the like. */
function tagWord(p: usize, end: usize): bool {
  while (p < end && (load<u8>(p) <= 0x20 || load<u8>(p) == 0x2d)) p++;
  return (
    startsFolded(p, end, "import ") ||
    startsFolded(p, end, "include ") ||
    startsFolded(p, end, "for ") ||
    startsFolded(p, end, "set ") ||
    startsFolded(p, end, "if ") ||
    startsFolded(p, end, "debug") ||
    startsFolded(p, end, "load ") ||
    startsFolded(p, end, "extends ") ||
    startsFolded(p, end, "with ")
  );
}

/** Whether an expression up to the closing mark computes something. */
function inside(start: usize, end: usize, close: u8, call: bool): bool {
  let p = start;
  const stop = min(end, start + 400);
  let letters = false;
  let telling = false;
  let last: u8 = 0;
  while (p < stop) {
    if (left == 0) return true;
    left--;
    const byte = load<u8>(p);
    if (byte == close && (letters || p > start)) return telling;
    if (isAlpha(byte) || byte == 0x5f) letters = true;
    else if (byte == 0x28)
      telling = telling || isAlpha(last) || last == 0x29 || last == 0x5d || isDigit(last);
    else if (byte == 0x2a || byte == 0x2b || byte == 0x2f || byte == 0x25) {
      if ((isDigit(last) || last == 0x27 || last == 0x22) && operandAfter(p + 1, stop))
        telling = true;
    } else if (byte == 0x2d) {
      if (isDigit(last) && !letters && operandAfter(p + 1, stop)) telling = true;
    } else if (byte == 0x7c) {
      // A filter behind a literal or a list, or one that reaches into objects.
      left -= min(left, FILTER_BYTES);
      if (
        last == 0x5d ||
        last == 0x27 ||
        last == 0x22 ||
        holds(p, min(stop, p + FILTER_BYTES), "attr(") ||
        holds(p, min(stop, p + FILTER_BYTES), "filter(")
      )
        telling = true;
    } else if (byte == 0x5b) {
      if (p > start && (last == 0x29 || last == 0x5d)) telling = true;
    } else if (byte == 0x3d && call) {
      telling = telling || p == start;
    }
    if (byte > 0x20) last = byte;
    p++;
  }
  return false;
}

function operandAfter(p: usize, end: usize): bool {
  while (p < end && load<u8>(p) <= 0x20) p++;
  if (p < end && load<u8>(p) == 0x2a) p++;
  return p < end && (isDigit(load<u8>(p)) || load<u8>(p) == 0x27 || load<u8>(p) == 0x22);
}
