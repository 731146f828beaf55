// What the Core Rule Set's tests ask of @detectSQLi beyond the detectors of `detect`: shapes that only a rule set which
// adds up scores may condemn. A string broken out of on both sides and continued by a call or by operators; nested
// calls of SQL functions as the whole value; a UNION in a value that also hides a comment. And one shape less: what
// begins as a path (`/post/24 union ...`) cannot continue a query before a quote does. Rule ids 942100 and 942101.
import {
  EMPTY,
  closeQuote,
  flagsOf,
  kindOf,
  startOf,
  tokenCount,
  tokenize,
} from "../detect/sql/lexer";
import { Sql } from "../detect/sql/words";
import { indexOfByte } from "../base/find-byte";

/** Whether the value has one of the shapes. */
export function isFramedSql(ptr: usize, end: usize): bool {
  tokenize(ptr, end);
  if (isNestedCall() || (isCommented(ptr, end) && hasUnion())) return true;
  return continues(ptr, end, 0x27) || continues(ptr, end, 0x22);
}

/** Whether the value reads as a path up to its first quote or comment. */
export function isPath(ptr: usize, end: usize): bool {
  if (ptr == end || load<u8>(ptr) != 0x2f) return false;
  for (let p = ptr + 1; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x27 || byte == 0x22 || byte == 0x60 || byte == 0x23 || byte == 0x2a) return false;
  }
  return true;
}

/** `ascii(substring(version() from 1 for 1))`: a function of functions and nothing before it. */
function isNestedCall(): bool {
  if (!isCall(0) || !isCall(2)) return false;
  const tokens = min<u32>(tokenCount(), 16);
  for (let i: u32 = 4; i < tokens; i++) {
    if (isCall(i) || kindOf(i) == Sql.Select) return true;
  }
  return false;
}

function isCall(i: u32): bool {
  const kind = kindOf(i);
  return (kind == Sql.Function || kind == Sql.Danger) && kindOf(i + 1) == Sql.Open;
}

function isCommented(ptr: usize, end: usize): bool {
  const length = <u32>(end - ptr);
  let slash = indexOfByte(ptr, 0, length, 0x2f);
  while (slash + 1 < length) {
    if (load<u8>(ptr + slash, 1) == 0x2a) return true;
    slash = indexOfByte(ptr, slash + 1, length, 0x2f);
  }
  return false;
}

function hasUnion(): bool {
  const tokens = tokenCount();
  for (let i: u32 = 0; i < tokens; i++) {
    if (kindOf(i) != Sql.Union) continue;
    const next = kindOf(i + 1);
    if (next == Sql.Quantifier || next == Sql.Select || next == Sql.Open) return true;
  }
  return false;
}

/** `'+sleep(20)+'`, `" sleep(10) "`, `" | type x | "`: the last quote opens nothing and ends the value. */
function continues(ptr: usize, end: usize, quote: u8): bool {
  const close = closeQuote(ptr, end, quote);
  if (close + 2 >= end || load<u8>(end - 1) != quote) return false;
  tokenize(close + 1, end);
  const tokens = tokenCount();
  if (tokens < 3 || kindOf(tokens - 1) != Sql.OpenText || (flagsOf(tokens - 1) & EMPTY) == 0)
    return false;
  if (load<u8>(startOf(tokens - 1)) != quote) return false;
  const first = kindOf(0);
  const last = kindOf(tokens - 2);
  if (first == Sql.Operator && last == Sql.Operator && tokens > 3) return true;
  return isCall(first == Sql.Operator ? 1 : 0) && (last == Sql.Close || last == Sql.Operator);
}
