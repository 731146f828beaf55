// The value as a bare operand of a query, a number mostly, and what it continues the query with.
import { clause, listed } from "./clauses";
import { condition } from "./conditions";
import { isLiteral, operand, operandCall, operandNested, skipClose } from "./grammar";
import {
  CLEAN,
  EMPTY,
  SPELT,
  endOf,
  endsCommented,
  flagsOf,
  kindOf,
  startOf,
  tokenCount,
} from "./lexer";
import { statementShape } from "./statement";
import { Sql } from "./words";
import { Reason, at } from "../verdict";

/** The value as a bare operand, a number mostly: what it continues with. */
export function bare(): Reason {
  let i: u32 = 0;
  const leading = kindOf(0);
  let anchored = leading == Sql.Logic || leading == Sql.Close;
  if (leading == Sql.Logic && kindOf(1) == Sql.OpenText && (flagsOf(0) & SPELT) == 0)
    return at(startOf(0), endOf(1), Reason.SqlTautology);
  if (leading == Sql.Logic && onlyConstant()) return at(startOf(0), endOf(1), Reason.SqlTautology);
  if (leading == Sql.Variable && (flagsOf(0) & EMPTY) != 0 && kindOf(1) == Sql.End)
    return at(startOf(0), endOf(0), Reason.SqlFunction);
  if (leading == Sql.Operator && isLiteral(kindOf(1))) i = 1;
  const first = kindOf(i);
  if (isLiteral(first) || first == Sql.Variable || first == Sql.Word) {
    anchored = first != Sql.Word || kindOf(i + 1) == Sql.Close;
    i++;
  }
  const closed = kindOf(i) == Sql.Close;
  i = skipClose(i);
  const reason = continued(i, anchored || closed, closed, first);
  return reason == Reason.None ? reason : at(startOf(i), endOf(min(i + 2, tokenCount())), reason);
}

/** `or true`, `AND 1`: a condition and nothing else. */
function onlyConstant(): bool {
  if ((flagsOf(0) & SPELT) == 0 || kindOf(1) != Sql.Number) return false;
  return kindOf(2) == Sql.End || (kindOf(2) == Sql.Comment && endsCommented());
}

/** `-1 union`, `1 union/*`, `-1 union 1,2`: cut off before its SELECT. */
function cutUnion(i: u32): bool {
  const next = kindOf(i + 1);
  if (next == Sql.Comment) return true;
  if (kindOf(0) != Sql.Operator) return false;
  return next == Sql.End || (next == Sql.Number && kindOf(i + 2) == Sql.Comma);
}

function continued(i: u32, anchored: bool, closed: bool, first: u32): Reason {
  const kind = kindOf(i);
  if (kind == Sql.Logic && anchored) {
    // "&&" and "||" join queries; prose has neither.
    const sure = closed || endsCommented() || ((flagsOf(i) & SPELT) == 0 && first == Sql.Number);
    return condition(i + 1, sure) ? Reason.SqlTautology : Reason.None;
  }
  if (kind == Sql.Semicolon) return stackedBare(i + 1) ? Reason.SqlStacked : Reason.None;
  if (kind == Sql.Operator && anchored) {
    const behindIt = operand(i + 1);
    return behindIt >= 0 &&
      (operandCall() == Sql.Danger || (operandNested() && kindOf(i + 1) == Sql.Open))
      ? Reason.SqlFunction
      : Reason.None;
  }
  if (kind == Sql.Comma && (closed || i == 0)) return listed(i) ? Reason.SqlOperator : Reason.None;
  if (kind == Sql.Compare && anchored && i > 0) {
    const nested = kindOf(i + 1) == Sql.Open && kindOf(i + 2) == Sql.Select;
    return nested ? Reason.SqlQuery : Reason.None;
  }
  if (kind == Sql.Union && first == Sql.Number && cutUnion(i)) return Reason.SqlUnion;
  if (kind == Sql.Comment) {
    // "Apt 5 #": a lone number sign says nothing.
    const marked = closed || load<u8>(startOf(i)) != 0x23;
    const cut =
      marked && first == Sql.Number && (flagsOf(i) & CLEAN) != 0 && kindOf(i + 1) == Sql.End;
    return cut ? Reason.SqlComment : Reason.None;
  }
  if (i == 0 || anchored) return clause(i);
  return Reason.None;
}

function stackedBare(index: u32): bool {
  const kind = kindOf(index);
  if (kind == Sql.Danger) return kindOf(index + 1) == Sql.Open && kindOf(index + 2) == Sql.Number;
  if (kind == Sql.Select) return kindOf(index + 1) != Sql.Word || kindOf(index + 2) == Sql.Open;
  return kind != Sql.Shutdown && kind != Sql.Begin && statementShape(index, kind, true);
}
