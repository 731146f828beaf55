// Statements that a value stacks behind a query or consists of: INSERT, DROP, EXEC, DECLARE and so on, by
// the tokens that follow their first word.
import { VERSIONED, flagsOf, kindOf } from "./lexer";
import { isLiteral } from "./grammar";
import { Sql } from "./words";
import { Reason, at } from "../verdict";

/** A statement at the beginning of the value or behind `;`. */
export function statement(i: u32, kind: u32, quoted: bool): Reason {
  const before = kindOf(i - 1);
  const stacked = before == Sql.Semicolon || before == Sql.Begin || (before == Sql.Close && quoted);
  const opens =
    stacked || (i == 0 && !quoted) || (flagsOf(i) & VERSIONED) != 0 || before == Sql.Not;
  if (!opens && kind != Sql.Declare && kind != Sql.Execute) return Reason.None;
  return statementShape(i, kind, stacked) ? Reason.SqlStacked : Reason.None;
}

/** Whether the tokens behind a statement's first word are its own. `stacked` asks for less. */
export function statementShape(i: u32, kind: u32, stacked: bool): bool {
  const one = kindOf(i + 1);
  const two = kindOf(i + 2);
  const three = kindOf(i + 3);
  switch (kind) {
    case Sql.Insert:
      return (
        one == Sql.Into &&
        (two == Sql.Word || two == Sql.Object || two == Sql.Catalog) &&
        (three == Sql.Open ||
          three == Sql.Values ||
          three == Sql.Select ||
          three == Sql.Dot ||
          three == Sql.Set)
      );
    case Sql.Update:
      return (
        (one == Sql.Word || one == Sql.Object) && two == Sql.Set && kindOf(i + 4) == Sql.Compare
      );
    case Sql.Delete:
      return (
        one == Sql.From &&
        two != Sql.End &&
        (stacked || three == Sql.Where || three == Sql.Semicolon || three == Sql.Comment)
      );
    case Sql.Drop:
    case Sql.Truncate:
      return (
        one == Sql.Object &&
        (two == Sql.Word ||
          two == Sql.If ||
          two == Sql.Object ||
          two == Sql.Catalog ||
          two == Sql.Function) &&
        (stacked ||
          three == Sql.End ||
          three == Sql.Semicolon ||
          three == Sql.Comment ||
          three == Sql.Exists ||
          three == Sql.Comma)
      );
    case Sql.Create:
      return (
        one == Sql.Object &&
        two == Sql.Word &&
        (stacked ||
          three == Sql.Open ||
          three == Sql.As ||
          (three == Sql.Word && (isLiteral(kindOf(i + 5)) || kindOf(i + 4) == Sql.By)))
      );
    case Sql.Alter:
      return (
        one == Sql.Object &&
        two == Sql.Word &&
        (stacked || three == Sql.Drop || three == Sql.Set || three == Sql.Word)
      );
    case Sql.Execute:
      if (one == Sql.Danger || one == Sql.Variable) return true;
      if (one == Sql.Open)
        return two == Sql.Variable || (stacked && isLiteral(two)) || two == Sql.Function;
      if (one == Sql.Word && two == Sql.Dot)
        return kindOf(i + 4) == Sql.Dot || three == Sql.Dot || three == Sql.Danger;
      return stacked && one == Sql.Word && (isLiteral(two) || two == Sql.End || two == Sql.Comment);
    case Sql.Declare:
      return (
        one == Sql.Variable &&
        (two == Sql.Word || two == Sql.Function || two == Sql.As || two == Sql.Object)
      );
    case Sql.Shutdown:
      return stacked || (two == Sql.End && one == Sql.Comment);
    case Sql.Set:
      return one == Sql.Variable && two == Sql.Compare;
    case Sql.Grant:
      return stacked && (one == Sql.Word || one == Sql.Quantifier || one == Sql.Select);
    case Sql.LoadData:
      // BACKUP DATABASE x TO DISK = '...'
      if (one == Sql.Object)
        return two == Sql.Word && three == Sql.Word && kindOf(i + 5) == Sql.Compare;
      return one == Sql.Word && (two == Sql.Word || two == Sql.Into) && isLiteral(three);
    case Sql.Begin:
      return stacked;
    case Sql.If:
      if (!stacked) return false;
      // if (not (select ...)): what scripts of other languages test are names.
      return (
        one == Sql.Not ||
        (one == Sql.Open &&
          (two == Sql.Select || two == Sql.Danger || two == Sql.Function || two == Sql.Number))
      );
    case Sql.Case:
      return false;
    default:
      return false;
  }
}
