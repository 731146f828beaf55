// An operator with its argument, prepared once and shared by all rules that write the same. What can be gated has a
// number in the literal set of its store: a text in which that number does not occur cannot match.
import { Regex } from "../../regex/regex";
import { LiteralSet } from "../../regex/literal/literal-set";
import { Text } from "../../seclang/text";
import { Macro } from "./macro";

/** The operator may say yes to any text. */
export const UNGATED: i32 = -1;

@final
export class OperatorCode {
  /** Number in the literal set, or UNGATED. */
  gate: i32 = UNGATED;
  /** The gate alone is the answer (@pm). */
  gateDecides: bool = false;
  regex: Regex | null = null;
  /** Phrases of @pm, to find which one it was. */
  phrases: LiteralSet | null = null;
  /** Bytes of each phrase. */
  phraseLengths: StaticArray<u32> = [];
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
