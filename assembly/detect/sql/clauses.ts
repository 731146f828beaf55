// Clauses that a value may add to the query it stands in: values of an INSERT, ORDER BY, LIMIT, WHERE.
import { CLEAN, endsCommented, flagsOf, kindOf } from "./lexer";
import { condition } from "./conditions";
import { isLiteral, operand, operandCall, operandNested, skipClose } from "./grammar";
import { Sql } from "./words";
import { Reason } from "../verdict";

/** `',NULL,NULL) waitfor ...`: values of an INSERT made up by the value. */
export function listed(index: u32): bool {
  let i = index;
  let literals = 0;
  while (kindOf(i) == Sql.Comma && i < 64) {
    const behindIt = operand(i + 1);
    if (behindIt < 0) return false;
    if (operandNested() || operandCall() == Sql.Danger) return true;
    if (!isLiteral(kindOf(i + 1)) && operandCall() == 0) return false;
    i = <u32>behindIt;
    literals++;
  }
  if (kindOf(i) != Sql.Close)
    return kindOf(i) == Sql.Comment && (flagsOf(i) & CLEAN) != 0 && literals > 1;
  i = skipClose(i);
  return (
    kindOf(i) == Sql.Comment || (kindOf(i) == Sql.Semicolon && kindOf(i + 1) >= <u32>Sql.Union)
  );
}

/** Clauses that extend a query: ORDER BY 3, GROUP BY x HAVING, LIMIT 1, INTO OUTFILE. */
export function clause(i: u32): Reason {
  const kind = kindOf(i);
  const one = kindOf(i + 1);
  if (kind == Sql.Order || kind == Sql.Group) {
    if (one != Sql.By) return Reason.None;
    const behindIt = operand(i + 2);
    if (behindIt < 0) return Reason.None;
    if (operandNested() || operandCall() != 0) return Reason.SqlClause;
    const after = kindOf(<u32>behindIt);
    const number = kindOf(i + 2) == Sql.Number;
    const ends = after == Sql.Comment || after == Sql.Having || after == Sql.Semicolon;
    return ends || (number && (after == Sql.End || after == Sql.Comma))
      ? Reason.SqlClause
      : Reason.None;
  }
  if (kind == Sql.Limit) {
    const after = kindOf(i + 2);
    return one == Sql.Number && (after == Sql.Comma || after == Sql.Comment || after == Sql.Into)
      ? Reason.SqlClause
      : Reason.None;
  }
  if (kind == Sql.Having) return condition(i + 1, true) ? Reason.SqlClause : Reason.None;
  if (kind == Sql.As && kindOf(i + 2) == Sql.Where)
    return condition(i + 3, true) ? Reason.SqlClause : Reason.None;
  if (kind == Sql.Where)
    return condition(i + 1, true) && (one != Sql.Word || endsCommented())
      ? Reason.SqlClause
      : Reason.None;
  if (kind == Sql.From && i > 0 && kindOf(i - 1) == Sql.Close && one == Sql.Word)
    return kindOf(i + 2) == Sql.Where ? Reason.SqlClause : Reason.None;
  return Reason.None;
}
