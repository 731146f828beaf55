// Judges the name of a field. Names are written by clients too: `user[$ne]` and `{"$where": ..}` turn a value
// into a query, `__proto__` changes what all objects inherit. A name of letters, digits, dots and dashes is
// innocent after one pass.
import { Trait, traitsOf } from "./byte-traits";
import { condemn, judge } from "./judge";
import { isOperator } from "./nosql";
import { DetectClass, Reason, Sensitivity } from "./verdict";

/** Kinds of bytes that ordinary names hold: dots, dashes, underscores, blanks and letters beyond ASCII. */
const PLAIN: u32 = Trait.DotDash | Trait.Space | Trait.High;

/**
 * Judges `length` bytes as a name. Returns the class that condemns it, one bit, or 0; the details are those
 * of `judge`.
 */
export function judgeName(ptr: usize, length: u32, classes: u32, level: Sensitivity): u32 {
  const traits = traitsOf(ptr, ptr + min<u32>(length, 1024));
  if ((traits & ~PLAIN) == 0) return 0;
  const isKey = length > 2 && load<u8>(ptr) == 0x24 && isOperator(ptr + 1, length - 1);
  if (isKey && (classes & DetectClass.NoSql) != 0) {
    return condemn(DetectClass.NoSql, Reason.NoSqlOperator, length);
  }
  return judge(ptr, length, classes, level);
}
