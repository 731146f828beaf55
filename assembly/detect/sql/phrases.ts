// Pieces of SQL that condemn a value wherever they stand in it: a UNION with its SELECT, a query with
// its FROM, statements, functions that wait or read files, tautologies. Each asks for the tokens around
// the keyword, because the keywords themselves are English words.
import { tautology } from "./conditions";
import { VERSIONED, endOf, flagsOf, kindOf, startOf, tokenCount } from "./lexer";
import { comparison, isLiteral, operand, operandWordy, selectList, skipOpen } from "./grammar";
import { Sql } from "./words";
import { isAny } from "../folded-text";
import { Reason, at } from "../verdict";
import { statement } from "./statement";

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
      if (isCall(i + 1)) return Reason.SqlClause;
      return tautology(i + 1) ? Reason.SqlTautology : Reason.None;
    case Sql.Order:
    case Sql.Group:
      return kindOf(i + 1) == Sql.By && isCall(i + 2) ? Reason.SqlClause : Reason.None;
    case Sql.Case:
      return choice(i) ? Reason.SqlFunction : Reason.None;
    case Sql.If:
      if (chooses(i)) return Reason.SqlFunction;
      return statement(i, kind, quoted);
    case Sql.Union:
      return union(i);
    case Sql.Select:
      return query(i);
    case Sql.Danger:
      return danger(i) ? Reason.SqlFunction : Reason.None;
    case Sql.Function:
      return spelledOut(i) || discloses(i) ? Reason.SqlFunction : Reason.None;
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

/** A function of SQL with its bracket right behind it. */
function isCall(i: u32): bool {
  const kind = kindOf(i);
  if (kind != Sql.Function && kind != Sql.Danger) return false;
  return kindOf(i + 1) == Sql.Open && startOf(i + 1) == endOf(i);
}

/** CASE WHEN 1=2 THEN 3, CASE 1 WHEN 2 THEN 3: with values, where prose has words. */
function choice(i: u32): bool {
  let when = i + 1;
  while (when < i + 8 && kindOf(when) != Sql.Branch && kindOf(when) != Sql.End) when++;
  if (kindOf(when) != Sql.Branch) return false;
  let behind = operand(when + 1);
  if (behind < 0 || operandWordy()) return false;
  const sign = comparison(<u32>behind);
  if (sign >= 0) behind = operand(<u32>sign);
  return behind >= 0 && kindOf(<u32>behind) == Sql.Branch && isLiteral(kindOf(<u32>behind + 1));
}

/** IF(1=2, IIF((1=2), IF(1=2) SELECT: numbers compared as SQL compares them. */
function chooses(i: u32): bool {
  if (kindOf(i + 1) != Sql.Open) return false;
  const left = skipOpen(i + 1);
  const sign = left + 1;
  return (
    kindOf(left) == Sql.Number &&
    kindOf(sign) == Sql.Compare &&
    endOf(sign) - startOf(sign) == 1 &&
    load<u8>(startOf(sign)) == 0x3d &&
    kindOf(sign + 1) == Sql.Number
  );
}

/** LENGTH(version()), concat(0x3a,database()): what a server tells of itself, inside a call. */
function discloses(i: u32): bool {
  if (!isCall(i) || kindOf(i + 2) != Sql.Close) return false;
  const before = kindOf(i - 1);
  if (before != Sql.Open && before != Sql.Comma) return false;
  let outer = i - 1;
  while (outer > 0 && outer + 8 > i && kindOf(outer) != Sql.Open) outer--;
  return outer > 0 && kindOf(outer) == Sql.Open && isCall(outer - 1) && isAccount(i);
}

function isAccount(i: u32): bool {
  return isAny(
    startOf(i),
    endOf(i),
    "version database current_user session_user system_user db_name",
  );
}

function union(i: u32): Reason {
  let next = i + 1;
  const bracketed = kindOf(next) == Sql.Open && startOf(next) == endOf(i);
  while (kindOf(next) == Sql.Quantifier || kindOf(next) == Sql.Open) next++;
  if (kindOf(next) == Sql.Select) {
    if (bracketed || (flagsOf(next) & VERSIONED) != 0) return Reason.SqlUnion;
    if (selectList(next + 1) > 0) return Reason.SqlUnion;
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
  if (kindOf(next + 2) == Sql.Close && kindOf(next + 3) == Sql.Comment) return true;
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
