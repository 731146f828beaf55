// Who hears of rules that matched: the stage, which logs and counts. An engine knows no host.
import { Rule } from "../model/rule";
import { Transaction } from "./transaction";

export abstract class MatchSink {
  /** A rule (with its whole chain) matched and wants to be logged. Texts of the last match are still there. */
  abstract matched(rule: Rule, tx: Transaction): void;

  /** A rule matched that wants to stand in the audit log and in no other (`nolog,auditlog`). */
  abstract audited(rule: Rule, tx: Transaction): void;
}
