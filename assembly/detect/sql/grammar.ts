// The pieces of SQL grammar that the rules ask for, over the token list: an operand, a predicate, a
// select list. All look a bounded number of tokens ahead, which keeps every rule linear.
import { EMPTY, endOf, kindOf, startOf } from "./lexer";
import { Sql } from "./words";
import { toLower } from "../../base/ascii";

/** Tokens that one operand may span. */
const OPERAND_LIMIT: u32 = 64;

let called: u32 = 0;
let nested: bool = false;
let chained: bool = false;
let wordy: bool = false;

/** The kind of the last function that `operand` met (`Sql.Danger`, `Sql.Function`), else 0. */
export function operandCall(): u32 {
  return called;
}

/** Whether the last operand holds a query. */
export function operandNested(): bool {
  return nested;
}

/** Whether the last operand is an expression with operators. */
export function operandChained(): bool {
  return chained;
}

/** Whether the last operand holds a name: a column, or a word of prose. */
export function operandWordy(): bool {
  return wordy;
}

/** A literal: number or string. */
export function isLiteral(kind: u32): bool {
  return kind == Sql.Number || kind == Sql.Text || kind == Sql.OpenText;
}

/** First token behind closing parentheses. */
export function skipClose(index: u32): u32 {
  while (kindOf(index) == Sql.Close) index++;
  return index;
}

export function skipOpen(index: u32): u32 {
  while (kindOf(index) == Sql.Open) index++;
  return index;
}

/**
 * Reads an operand with its arithmetic at token `index`: literals, names, calls, groups, queries.
 * Returns the token behind it, or -1 when none stands there.
 */
export function operand(index: u32): i32 {
  called = 0;
  nested = false;
  chained = false;
  wordy = false;
  let i = index;
  const stop = index + OPERAND_LIMIT;
  while (i < stop) {
    const at = part(i, stop);
    if (at < 0) return chained ? <i32>i : -1;
    i = <u32>at;
    if (kindOf(i) != Sql.Operator) return <i32>i;
    chained = true;
    i++;
  }
  return <i32>i;
}

/** One operand without what joins it to the next. */
function part(index: u32, stop: u32): i32 {
  let i = index;
  let opened: u32 = 0;
  while (i < stop) {
    const kind = kindOf(i);
    if (kind == Sql.Open) opened++;
    else if (kind != Sql.Operator && kind != Sql.Not) break;
    i++;
  }
  const kind = kindOf(i);
  let next: u32 = i + 1;
  if (kind == Sql.Exists || kind == Sql.Case) {
    const opened = kind == Sql.Exists ? kindOf(next) == Sql.Open : isCase(next);
    if (!opened) return -1;
    nested = true;
    return <i32>next;
  }
  if (kind == Sql.Select) {
    nested = kindOf(next) != Sql.Word || kindOf(next + 1) != Sql.Word;
    return nested ? <i32>next : -1;
  }
  if (
    kind == Sql.Danger ||
    kind == Sql.Function ||
    kind == Sql.Word ||
    kind == Sql.If ||
    kind == Sql.Object
  ) {
    while (kindOf(next) == Sql.Dot && kindOf(next + 1) >= <u32>Sql.Word) next += 2;
    if (kind == Sql.Danger) called = Sql.Danger;
    if (kindOf(next) == Sql.Open && startOf(next) - endOf(next - 1) <= 1) {
      if (kind != Sql.Word && called == 0) called = Sql.Function;
      else wordy = wordy || kind == Sql.Word;
      next = callEnd(next, stop);
    } else if (kind == Sql.If) {
      return -1;
    } else {
      wordy = true;
    }
  } else if (!isLiteral(kind) && kind != Sql.Variable && kind != Sql.Catalog) {
    return -1;
  } else if (kind == Sql.Catalog) {
    while (kindOf(next) == Sql.Dot) next += 2;
  }
  while (opened > 0 && kindOf(next) == Sql.Close) {
    opened--;
    next++;
  }
  return <i32>next;
}

/** CASE WHEN, CASE x WHEN. */
function isCase(index: u32): bool {
  return (
    kindOf(index) == Sql.Branch || kindOf(index + 1) == Sql.Branch || kindOf(index) == Sql.Open
  );
}

/** Token behind the parenthesis that closes the one at `index`; notes what is called inside. */
function callEnd(index: u32, stop: u32): u32 {
  let depth: u32 = 0;
  let i = index;
  for (; i < stop; i++) {
    const kind = kindOf(i);
    if (kind == Sql.End) return i;
    if (kind == Sql.Open) depth++;
    else if (kind == Sql.Danger) called = Sql.Danger;
    else if (kind == Sql.Select) nested = true;
    else if (kind == Sql.Close && --depth == 0) return i + 1;
  }
  return i;
}

/** A comparison operator at `index`: answers the token behind it, or -1. */
export function comparison(index: u32): i32 {
  let i = index;
  if (kindOf(i) == Sql.Not) i++;
  const kind = kindOf(i);
  if (kind == Sql.Compare) return kindOf(i + 1) == Sql.Compare ? <i32>(i + 2) : <i32>(i + 1);
  if (kind == Sql.Is) return kindOf(i + 1) == Sql.Not ? <i32>(i + 2) : <i32>(i + 1);
  if (kind == Sql.In) return kindOf(i + 1) == Sql.Open ? <i32>(i + 1) : -1;
  if (kind == Sql.Between) return <i32>(i + 1);
  return -1;
}

/** Whether two tokens are the same bytes, letters in either case. */
export function sameToken(a: u32, b: u32): bool {
  const length = endOf(a) - startOf(a);
  if (endOf(b) - startOf(b) != length) return false;
  for (let i: usize = 0; i < length; i++) {
    if (toLower(load<u8>(startOf(a) + i)) != toLower(load<u8>(startOf(b) + i))) return false;
  }
  return true;
}

/**
 * Weighs a list of selected items at `index`, behind SELECT: 2 for what only a query has (literals,
 * variables, calls, `*`, a list before FROM), 1 for one plain name before FROM, 0 for prose.
 */
export function selectList(index: u32): u32 {
  let i = index;
  while (kindOf(i) == Sql.Quantifier) {
    i++;
    if (kindOf(i) == Sql.Open) i++;
  }
  const first = skipOpen(i);
  const kind = kindOf(first);
  const star =
    kind == Sql.Operator && endOf(first) - startOf(first) == 1 && load<u8>(startOf(first)) == 0x2a;
  if (star && kindOf(first + 1) != Sql.Word) return 2;
  if (kind == Sql.Variable || kind == Sql.Text || kind == Sql.OpenText || kind == Sql.Case)
    return 2;
  if (kind == Sql.Select && first > i) return 2;
  const behind = operand(i);
  if (behind < 0) return 0;
  if (called != 0 || nested) return 2;
  const after = <u32>behind;
  const next = kindOf(after);
  if (kind == Sql.Number) {
    return next == Sql.Word || next == Sql.Is || next == Sql.In || next == Sql.Logic ? 0 : 2;
  }
  if (next == Sql.Comma && kindOf(after + 1) != Sql.End) return listBeforeFrom(after + 1);
  if (next == Sql.From || next == Sql.Where) {
    const table = kindOf(after + 1);
    if (table == Sql.Catalog) return 2;
    // A table may be called as a function is: FROM password.
    const named = table == Sql.Word || table == Sql.Object || table == Sql.Function;
    return named || table == Sql.Open ? 1 : 0;
  }
  return next == Sql.Semicolon && kindOf(after + 1) == Sql.End && endOf(first) - startOf(first) > 6
    ? 1
    : 0;
}

/** A comma list: literals make it one, names only when FROM follows. */
function listBeforeFrom(index: u32): u32 {
  let i = index;
  for (let left = 64; left > 0; left--) {
    const kind = kindOf(i);
    if (kind == Sql.Number || kind == Sql.Variable || kind == Sql.Text) return 2;
    const behind = operand(i);
    if (behind < 0) return 0;
    if (called != 0) return 2;
    i = <u32>behind;
    if (kindOf(i) == Sql.From) return 2;
    if (kindOf(i) != Sql.Comma) return 0;
    i++;
  }
  return 2;
}

/** Whether the token is an empty string. */
export function isEmptyText(index: u32, flags: u32): bool {
  return (flags & EMPTY) != 0 && (kindOf(index) == Sql.Text || kindOf(index) == Sql.OpenText);
}
