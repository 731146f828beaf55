// Conditions of SQL: what stands behind AND, OR, WHERE and HAVING, and whether prose could go on so.
import { CLEAN, SPELT, endOf, flagsOf, kindOf, startOf } from "./lexer";
import {
  comparison,
  isLiteral,
  operand,
  operandCall,
  operandNested,
  operandWordy,
  sameToken,
  skipClose,
  skipOpen,
} from "./grammar";
import { Sql } from "./words";

/** `1=1`, `'a'='a`, `x=x` and the like behind AND, OR, WHERE or HAVING. */
export function tautology(index: u32, ordered: bool = true): bool {
  let i = index;
  while (kindOf(i) == Sql.Not || kindOf(i) == Sql.Open) i++;
  const left = kindOf(i);
  if (left != Sql.Word && computed(index)) return true;
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

/** `-8=3`, `(1+2)=3`, `1=@@version`, `ascii(substring(user(),1,1))=65`: an equation without a name in it. */
function computed(index: u32): bool {
  const behind = operand(index);
  if (behind < 0 || operandWordy() || operandNested()) return false;
  const sign = skipClose(<u32>behind);
  const next = comparison(sign);
  if (next < 0 || kindOf(sign) != Sql.Compare || (flagsOf(sign) & SPELT) != 0) return false;
  if (endOf(sign) - startOf(sign) == 1 && load<u8>(startOf(sign)) != 0x3d) return false;
  const right = operand(<u32>next);
  return right >= 0 && !operandWordy() && closes(<u32>right);
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
