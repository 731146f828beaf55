// An operator with its argument, prepared once and shared by all rules that write the same. What can be gated has a
// number in the literal set of its store: a text in which that number does not occur cannot match.
import { Regex } from "../../regex/regex";
import { LiteralSet } from "../../regex/literal/states";
import { Text } from "../../seclang/text";
import { Macro } from "./macro";

/** The operator may say yes to any text. */
export const UNGATED: i32 = -1;

@final
export class OperatorCode {
  /** Number in the literal set, or UNGATED. */
  gate: i32 = UNGATED;
  /** A rule that runs needs it: set before the store is sealed. */
  isUsed: bool = false;
  /** The gate alone is the answer (@pm). */
  gateDecides: bool = false;
  /** Address of byte sets of 32 bytes, `setCount` of them: a text without a byte of each cannot match. */
  sets: usize = 0;
  setCount: u32 = 0;
  /** Text and flags of the pattern; flags 0: no pattern. */
  content: Text = new Text();
  flags: u32 = 0;
  regex: Regex | null = null;
  /** A list of phrases, in `content`. */
  isPhrases: bool = false;
  /** Address of a phrase-list.ts: which phrase of @pm it was. */
  phraseList: usize = 0;
  /** Phrases of an @pm that the literal set does not hold. */
  phrases: LiteralSet | null = null;
  /** A text of letters, digits, `_` and `.` alone is never a match (@detectSQLi, @detectXSS). */
  needsMark: bool = false;
  /** Address of what assembly/operators prepared. */
  judged: usize = 0;
  /** Argument with macros; null when it is plain. */
  macro: Macro | null = null;
  /** Argument of a numeric comparison without macros. */
  number: i64 = 0;

  constructor(
    /** An Operator. */
    public operator: u32,
    /** The argument as written, without macros in it unless `macro` is set. */
    public argument: Text,
  ) {}
}
