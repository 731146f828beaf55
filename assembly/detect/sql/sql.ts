// SQL injection: the value is read as SQL in each place where a query may hold it: bare, and behind
// the quote of a string in ', " or `. In a string only the first quote that closes it matters, because
// what follows it must be SQL at once; that is what keeps "O'Brien and sons" innocent. Own rules over
// token sequences; the idea of judging each context by tokens is N. Galbreath's (libinjection, 2012).
import {
  CLEAN,
  EMPTY,
  SPELT,
  closeQuote,
  endOf,
  flagsOf,
  hasVersionNumber,
  kindOf,
  startOf,
  tokenCount,
  tokenize,
} from "./lexer";
import { bare } from "./bare";
import { clause, listed } from "./clauses";
import { condition } from "./conditions";
import { phrases } from "./phrases";
import { statementShape } from "./statement";
import {
  isLiteral,
  operand,
  operandCall,
  operandChained,
  operandNested,
  skipClose,
} from "./grammar";
import { Sql } from "./words";
import { Reason, at } from "../verdict";
import { Trait } from "../byte-traits";

/** Judges the bytes from `ptr` to `end`. */
export function detectSql(ptr: usize, end: usize, traits: u32): Reason {
  tokenize(ptr, end);
  let reason = bare();
  if (reason == Reason.None) reason = phrases(false);
  if (reason == Reason.None && hasVersionNumber()) return at(ptr, end, Reason.SqlComment);
  if (reason != Reason.None || (traits & (Trait.Quote | Trait.Backtick)) == 0) return reason;
  reason = behind(ptr, end, 0x27);
  if (reason == Reason.None) reason = behind(ptr, end, 0x22);
  if (reason == Reason.None && (traits & Trait.Backtick) != 0) reason = behind(ptr, end, 0x60);
  return reason;
}

/** Reads what stands behind the first quote that closes a string holding the value. */
function behind(ptr: usize, end: usize, quote: u8): Reason {
  const close = closeQuote(ptr, end, quote);
  if (close >= end) return Reason.None;
  tokenize(close + 1, end);
  const reason = breakout(close == ptr, close - ptr, end);
  if (reason != Reason.None) return at(close, endOf(min(3, tokenCount())), reason);
  return phrases(true);
}

/** The tokens right behind a closed string. */
function breakout(emptyTail: bool, tailBytes: usize, end: usize): Reason {
  const i = skipClose(0);
  switch (kindOf(i)) {
    case Sql.Comment:
      return (flagsOf(i) & CLEAN) != 0 && kindOf(i + 1) == Sql.End
        ? Reason.SqlComment
        : Reason.None;
    case Sql.Semicolon:
      return stacked(i + 1) ? Reason.SqlStacked : Reason.None;
    case Sql.Logic:
      return condition(i + 1, true) || pendingText(i + 1, emptyTail) || joinedText(i)
        ? Reason.SqlTautology
        : Reason.None;
    case Sql.Compare:
      return compared(i, emptyTail) ? Reason.SqlOperator : Reason.None;
    case Sql.Operator:
      return joined(i, emptyTail) ? Reason.SqlOperator : Reason.None;
    case Sql.Comma:
      return listed(i) ? Reason.SqlOperator : Reason.None;
    case Sql.In:
      return kindOf(i + 1) == Sql.Open ? Reason.SqlClause : Reason.None;
    case Sql.Is:
      return kindOf(i + 1) == Sql.Number ||
        (kindOf(i + 1) == Sql.Not && kindOf(i + 2) == Sql.Number)
        ? Reason.SqlClause
        : Reason.None;
    case Sql.Between:
      return isLiteral(kindOf(i + 1)) && kindOf(i + 2) == Sql.Logic
        ? Reason.SqlClause
        : Reason.None;
    case Sql.Not:
      return kindOf(i + 1) == Sql.Compare || kindOf(i + 1) == Sql.In
        ? Reason.SqlClause
        : Reason.None;
    default:
      return clause(i);
  }
}

/** `;` and a statement, a dangerous call, or nothing but a comment. */
function stacked(index: u32): bool {
  let i = index;
  while (kindOf(i) == Sql.Semicolon) i++;
  const kind = kindOf(i);
  if (kind == Sql.Comment) return (flagsOf(i) & CLEAN) != 0;
  if (kind == Sql.Danger) return kindOf(i + 1) == Sql.Open || kindOf(i + 1) == Sql.Dot;
  if (kind == Sql.Select) return kindOf(i + 1) != Sql.Word || kindOf(i + 2) != Sql.Word;
  return statementShape(i, kind, true);
}

/** `' or '1`, `' or ''-'`: a condition that the rest of the query completes. */
function pendingText(index: u32, emptyTail: bool): bool {
  const behindIt = operand(index);
  if (behindIt < 0) return false;
  const last = <u32>behindIt - 1;
  if (kindOf(<u32>behindIt) != Sql.End && kindOf(<u32>behindIt) != Sql.Comment) return false;
  if (operandChained()) return kindOf(last) == Sql.OpenText || kindOf(last) == Sql.Text;
  if (kindOf(last) == Sql.OpenText)
    return (flagsOf(index - 1) & SPELT) == 0 || (emptyTail && last == index);
  return (
    kindOf(last) == Sql.Number && emptyTail && (flagsOf(index - 1) & SPELT) != 0 && last == index
  );
}

/** `'||'x'||'`, `' || f() || '`: pieces joined up to one that the query's own quote closes. */
function joinedText(index: u32): bool {
  let i = index;
  for (let turn = 0; turn < 8; turn++) {
    if (kindOf(i) != Sql.Logic || (flagsOf(i) & SPELT) != 0) return false;
    const behindIt = operand(i + 1);
    if (behindIt < 0) return false;
    i = <u32>behindIt;
    if (kindOf(i) == Sql.End) return turn > 0 && kindOf(i - 1) == Sql.OpenText;
  }
  return false;
}

/** `'='`, `' like '%`, `'=0--`. */
function compared(index: u32, emptyTail: bool): bool {
  const spelt = (flagsOf(index) & SPELT) != 0;
  let i = index + 1;
  while (kindOf(i) == Sql.Compare) i++;
  if (kindOf(i) == Sql.OpenText || kindOf(i) == Sql.Text) {
    if (spelt) {
      const first = load<u8>(startOf(i) + 1);
      return (flagsOf(i) & EMPTY) != 0 ? emptyTail : first == 0x25 || endOf(i) - startOf(i) < 4;
    }
    return kindOf(i) == Sql.OpenText
      ? emptyTail || (flagsOf(i) & EMPTY) != 0
      : kindOf(i + 1) == Sql.Logic || kindOf(i + 1) == Sql.Comment;
  }
  if (spelt) return kindOf(i) == Sql.Open && kindOf(i + 1) == Sql.Select;
  const behindIt = operand(i);
  if (behindIt < 0) return false;
  if (operandNested() || operandCall() != 0) return true;
  const after = kindOf(skipClose(<u32>behindIt));
  return (
    after == Sql.Comment ||
    after == Sql.Logic ||
    (kindOf(i) == Sql.Number && after == Sql.End && !emptyTail)
  );
}

/** `'||(select ...)||'`, `'+benchmark(...)`, `'-'`: the string continued by operators. */
function joined(index: u32, emptyTail: bool): bool {
  const behindIt = operand(index + 1);
  if (behindIt < 0) return false;
  if (operandNested() || operandCall() == Sql.Danger) return true;
  const last = <u32>behindIt - 1;
  const call = operandCall() != 0;
  const next = kindOf(<u32>behindIt);
  if (next == Sql.Comment) return (flagsOf(<u32>behindIt) & CLEAN) != 0;
  if (kindOf(last) == Sql.OpenText && next == Sql.End) {
    // "*" is what people search for.
    const wildcard = load<u8>(startOf(index)) == 0x2a && load<u8>(startOf(last)) == 0x22;
    if ((flagsOf(last) & EMPTY) == 0) return !wildcard && last == index + 1 && isTight(index);
    return (emptyTail && !wildcard) || call || last > index + 1;
  }
  return call && next != Sql.Word;
}

/** `a'+'b`, `a'|'b`: the operator stands between two like quotes without a blank. */
function isTight(index: u32): bool {
  const sign = load<u8>(startOf(index));
  if (sign != 0x2b && sign != 0x7c && sign != 0x2d) return false;
  const quote = load<u8>(startOf(index) - 1);
  return startOf(index + 1) == endOf(index) && load<u8>(endOf(index)) == quote;
}
