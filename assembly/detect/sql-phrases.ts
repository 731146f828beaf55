// Pieces of SQL that condemn a value wherever they stand in it: a UNION with its SELECT, a query with
// its FROM, statements, functions that wait or read files, tautologies. Each asks for the tokens around
// the keyword, because the keywords themselves are English words.
import { CLEAN, SPELT, VERSIONED, endOf, flagsOf, kindOf, startOf, tokenCount } from "./sql-lexer";
import {
  comparison,
  isLiteral,
  operand,
  operandCall,
  operandNested,
  sameToken,
  selectList,
  skipOpen,
} from "./sql-grammar";
import { Sql } from "./sql-words";
import { Reason, at } from "./verdict";
import { statement } from "./sql-statement";

/** First reason found in the token list, in one pass. */
export function phrases(quoted: bool): Reason {
  const tokens = tokenCount();
  for (let i: u32 = 0; i < tokens; i++) {
    const kind = kindOf(i);
    if (kind < <u32>Sql.Union && kind != Sql.Logic) continue;
    const reason = phraseAt(i, kind, quoted);
    if (reason != Reason.None) return at(startOf(i), endOf(i), reason);
  }
  return Reason.None;
}

function phraseAt(i: u32, kind: u32, quoted: bool): Reason {
  switch (kind) {
    case Sql.Logic:
      return tautology(i + 1, quoted || i < 3) ? Reason.SqlTautology : Reason.None;
    case Sql.Where:
      return tautology(i + 1) ? Reason.SqlTautology : Reason.None;
    case Sql.Having:
      return tautology(i + 1) ? Reason.SqlTautology : Reason.None;
    case Sql.Union:
      return union(i);
    case Sql.Select:
      return query(i);
    case Sql.Danger:
      return danger(i) ? Reason.SqlFunction : Reason.None;
    case Sql.Function:
      return spelledOut(i) ? Reason.SqlFunction : Reason.None;
    case Sql.WaitFor:
      return kindOf(i + 1) == Sql.Delay ||
        (kindOf(i + 1) == Sql.Word && isLiteral(kindOf(i + 2)) && kindOf(i + 2) != Sql.Number)
        ? Reason.SqlFunction
        : Reason.None;
    case Sql.Into:
      if (kindOf(i + 1) == Sql.Outfile && kindOf(i + 2) != Sql.Word) return Reason.SqlClause;
      return kindOf(i + 1) == Sql.Variable && kindOf(i + 2) == Sql.Comma
        ? Reason.SqlClause
        : Reason.None;
    case Sql.Catalog:
      return catalog(i) ? Reason.SqlQuery : Reason.None;
    case Sql.Object:
      // PROCEDURE ANALYSE(...)
      return kindOf(i + 1) == Sql.Function &&
        kindOf(i + 2) == Sql.Open &&
        kindOf(i - 1) != Sql.End &&
        startOf(i + 2) == endOf(i + 1)
        ? Reason.SqlFunction
        : Reason.None;
    default:
      return statement(i, kind, quoted);
  }
}

/** `1=1`, `'a'='a`, `x=x` and the like behind AND, OR, WHERE or HAVING. */
function tautology(index: u32, ordered: bool = true): bool {
  let i = index;
  while (kindOf(i) == Sql.Not || kindOf(i) == Sql.Open) i++;
  const left = kindOf(i);
  if (!isLiteral(left) && left != Sql.Word) return false;
  let sign = i + 1;
  while (kindOf(sign) == Sql.Close) sign++;
  const behind = comparison(sign);
  if (behind < 0 || kindOf(sign) == Sql.In) return false;
  // "1 < 2 and 3 > 2" is arithmetic; 1 and 3>2 is not.
  const order = load<u8>(startOf(sign));
  if (!ordered && endOf(sign) - startOf(sign) == 1 && order != 0x3d) return false;
  const right = skipOpen(<u32>behind);
  if (kindOf(sign) == Sql.Is) return false;
  const kind = kindOf(right);
  const spelt = (flagsOf(sign) & SPELT) != 0;
  if (left == Sql.Word) {
    return kind == Sql.Word && !spelt && sameToken(i, right) && closes(right + 1);
  }
  if (!isLiteral(kind)) return false;
  if (left == Sql.Number) return kind == Sql.Number ? closes(right + 1) : true;
  return kind != Sql.Number || closes(right + 1);
}

/** What may follow a predicate: the end, a bracket, a comment, more logic, a clause; not prose. */
function closes(index: u32): bool {
  const kind = kindOf(index);
  return (
    kind != Sql.Word &&
    kind != Sql.Operator &&
    kind != Sql.Dot &&
    kind != Sql.Other &&
    kind != Sql.Compare &&
    !(kind == Sql.Comma && kindOf(index + 1) == Sql.Word)
  );
}

function union(i: u32): Reason {
  let next = i + 1;
  while (kindOf(next) == Sql.Quantifier || kindOf(next) == Sql.Open) next++;
  if (kindOf(next) == Sql.Select) {
    if ((flagsOf(next) & VERSIONED) != 0 || selectList(next + 1) > 0) return Reason.SqlUnion;
    // A call of any function: UNION SELECT aes_decrypt(...
    if (kindOf(next + 2) == Sql.Open && startOf(next + 2) == endOf(next + 1))
      return Reason.SqlUnion;
    const rest = kindOf(next + 1);
    const tail = rest == Sql.End || rest == Sql.Comment || rest == Sql.Quantifier;
    return tail && next > i + 1
      ? Reason.SqlUnion
      : tail && kindOf(i - 1) != Sql.Word
        ? Reason.SqlUnion
        : Reason.None;
  }
  // UNION ALL SELECTCHAR(...), UNION VALUES(...)
  return kindOf(next) == Sql.Values && kindOf(next + 1) == Sql.Open ? Reason.SqlUnion : Reason.None;
}

function query(i: u32): Reason {
  const weight = selectList(i + 1);
  if (weight == 0) return Reason.None;
  const before = kindOf(i - 1);
  if (weight == 2) {
    // "select 5, 6": a literal list needs a query's surroundings.
    const literal = isLiteral(kindOf(i + 1));
    if (
      !literal ||
      i == 0 ||
      before == Sql.Open ||
      before == Sql.Semicolon ||
      before == Sql.Logic
    ) {
      return literal && i == 0 && kindOf(i + 2) != Sql.Comma && kindOf(i + 2) != Sql.From
        ? Reason.None
        : Reason.SqlQuery;
    }
    return Reason.None;
  }
  // One plain name: SELECT name FROM table needs an end that only SQL has.
  if (before == Sql.Open || before == Sql.Semicolon || before == Sql.Compare)
    return Reason.SqlQuery;
  let table = i + 1;
  while (kindOf(table) != Sql.From && kindOf(table) != Sql.End) table++;
  let after = table + 2;
  while (kindOf(after) == Sql.Dot) after += 2;
  const kind = kindOf(after);
  const dotted = after > table + 2;
  if (dotted || kind == Sql.Semicolon || kind == Sql.Comment) return Reason.SqlQuery;
  if (kind == Sql.Where && operand(after + 1) > 0) return Reason.SqlQuery;
  return kind == Sql.Limit && kindOf(after + 1) == Sql.Number ? Reason.SqlQuery : Reason.None;
}

/** A dangerous function, called as SQL calls it. */
function danger(i: u32): bool {
  let next = i + 1;
  while (kindOf(next) == Sql.Dot) next += 2;
  const name = endOf(i) - startOf(i);
  // sleep and benchmark are words; every other name says enough together with a call or an argument.
  const common = name == 5 || (name == 9 && (load<u8>(startOf(i)) | 0x20) == 0x62);
  if (kindOf(next) != Sql.Open) {
    const argument = kindOf(next);
    return (
      !common &&
      (next > i + 1 ||
        isLiteral(argument) ||
        argument == Sql.Variable ||
        kindOf(i - 1) == Sql.Execute ||
        kindOf(i - 1) == Sql.Dot)
    );
  }
  if (!common) return true;
  const argument = kindOf(skipOpen(next));
  if (
    argument != Sql.Number &&
    argument != Sql.Text &&
    argument != Sql.Open &&
    argument != Sql.Select &&
    argument != Sql.Word
  )
    return false;
  if (argument == Sql.Word && name != 5) return kindOf(next + 2) == Sql.Comma;
  const before = kindOf(i - 1);
  if (
    name == 9 ||
    before == Sql.Select ||
    before == Sql.Logic ||
    before == Sql.Comma ||
    before == Sql.Compare
  )
    return true;
  if (before == Sql.Dot || (before == Sql.Word && argument == Sql.Word)) return false;
  return argument == Sql.Number
    ? before != Sql.Word && before != Sql.Other
    : before == Sql.Open || before == Sql.Operator || before == Sql.Not;
}

/** CHAR(60)+CHAR(61), CHR(60)||CHR(61), CHAR(1,2,3): text spelt by numbers. */
function spelledOut(i: u32): bool {
  const first = load<u8>(startOf(i)) | 0x20;
  if (first != 0x63 || endOf(i) - startOf(i) > 4) return false;
  if (kindOf(i + 1) != Sql.Open || kindOf(i + 2) != Sql.Number) return false;
  if (kindOf(i + 3) == Sql.Comma) return kindOf(i + 4) == Sql.Number && kindOf(i + 5) == Sql.Comma;
  const join = kindOf(i + 4);
  return (
    kindOf(i + 3) == Sql.Close &&
    (join == Sql.Operator || join == Sql.Logic) &&
    kindOf(i + 5) == Sql.Function
  );
}

function catalog(i: u32): bool {
  const before = kindOf(i - 1);
  return (
    (before == Sql.From || before == Sql.Into) &&
    (kindOf(i - 3) == Sql.Select || kindOf(i + 1) == Sql.Dot || kindOf(i - 2) == Sql.Close)
  );
}

/** AND or OR at `index - 1` followed by something that only a condition holds; for telling places. */
export function condition(index: u32, quoted: bool): bool {
  let i = index;
  for (let turn = 0; turn < 8; turn++) {
    const behind = operand(i);
    if (behind < 0) return false;
    if (operandNested() || operandCall() == Sql.Danger) return true;
    const call = operandCall() == Sql.Function;
    let next = <u32>behind;
    const sign = comparison(next);
    if (sign >= 0) {
      const kind = kindOf(skipOpen(<u32>sign));
      if (quoted || call) return operand(<u32>sign) >= 0 || kindOf(next) == Sql.Is;
      return (
        isLiteral(kind) ||
        kind == Sql.Function ||
        kind == Sql.Danger ||
        kind == Sql.Select ||
        kind == Sql.Catalog
      );
    }
    while (kindOf(next) == Sql.Close) next++;
    const kind = kindOf(next);
    if (call && quoted) return true;
    if (kind == Sql.Comment) return (flagsOf(next) & CLEAN) != 0 && kindOf(next + 1) == Sql.End;
    if (kind != Sql.Logic) return call && kind == Sql.End;
    i = next + 1;
  }
  return false;
}
