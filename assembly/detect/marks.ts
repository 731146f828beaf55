// Marks of languages without the grammar around them, for `Sensitivity.Paranoid`: quotes that do not pair, comment
// marks, tags, dots that climb, separators of commands, addresses. Names and prose have some of these; fields that
// hold codes, numbers and dates have none.
import { isAlpha, isDigit } from "../base/ascii";
import { startsWithAny } from "./folded-text";
import { DetectClass, Reason, at } from "./verdict";

let found: u32 = 0;

/** Class of the mark found last, one bit. */
export function markClass(): u32 {
  return found;
}

/** The first mark of one of the classes. */
export function detectMarks(ptr: usize, end: usize, classes: u32): Reason {
  let single: u32 = 0;
  let double: u32 = 0;
  let quote = ptr;
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    const next: u8 = p + 1 < end ? load<u8>(p, 1) : 0;
    if (byte == 0x27 || byte == 0x22) {
      if (byte == 0x27) single++;
      else double++;
      quote = p;
    }
    if (hits(DetectClass.Sql, isSqlMark(p, end, byte, next), classes))
      return at(p, p + 2, Reason.SqlOperator);
    const opens = byte == 0x3c && (isAlpha(next) || next == 0x2f || next == 0x21 || next == 0x3f);
    if (hits(DetectClass.Script, opens, classes)) return at(p, p + 2, Reason.ScriptTag);
    const climbs = byte == 0x2e && next == 0x2e && p + 2 < end && isSlash(load<u8>(p, 2));
    if (hits(DetectClass.Path, climbs, classes)) return at(p, p + 3, Reason.PathDots);
    const chains = byte == 0x3b || byte == 0x7c || byte == 0x60 || (byte == 0x24 && next == 0x28);
    if (hits(DetectClass.Command, chains || (byte == 0x26 && next == byte), classes))
      return at(p, p + 1, Reason.CommandChain);
    const expands = next == 0x7b && (byte == 0x24 || byte == 0x23 || byte == 0x7b);
    if (hits(DetectClass.Template, expands, classes))
      return at(p, p + 2, Reason.TemplateExpression);
    const names = byte == 0x2f && next == 0x2f && p + 2 < end && isDigit(load<u8>(p, 2));
    if (hits(DetectClass.Ssrf, names, classes)) return at(p, p + 3, Reason.SsrfAddress);
    if (hits(DetectClass.Ldap, byte == 0x2a && next == 0x29, classes))
      return at(p, p + 2, Reason.LdapFilter);
  }
  const odd = ((single | double) & 1) != 0;
  if (hits(DetectClass.Sql, odd, classes)) return at(quote, quote + 1, Reason.SqlOperator);
  return Reason.None;
}

function hits(kind: u32, isThere: bool, classes: u32): bool {
  if (!isThere || (classes & kind) == 0) return false;
  found = kind;
  return true;
}

/** `--`, a comment, a version variable, or a word of queries behind a blank. */
function isSqlMark(p: usize, end: usize, byte: u8, next: u8): bool {
  if (byte == 0x2d && next == 0x2d) return true;
  if (byte == 0x2f && next == 0x2a) return true;
  if (byte == 0x40 && next == 0x40) return true;
  return byte <= 0x20 && startsWithAny(p + 1, end, "union select having waitfor");
}

function isSlash(byte: u8): bool {
  return byte == 0x2f || byte == 0x5c;
}
