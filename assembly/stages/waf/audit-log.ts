// The audit log: when a request ends, a line for each rule that it met, in the format that the configuration chose. Written at
// level warning when the firewall denied, else at info; nothing is made for a level that nobody reads.
import { LogLevel } from "../../abi/constants";
import { logBytes, logs } from "../../sdk/log";
import { Transaction } from "../../waf/run/transaction";
import { AuditFacts } from "./audit-facts";
import { AuditFormat, writeAudit } from "./audit-formats";
import { AuditTrail } from "./audit-trail";
import { AuditWriter } from "./audit-writer";

@final
export class AuditLog {
  private facts: AuditFacts = new AuditFacts();
  private out: AuditWriter = new AuditWriter();

  constructor(private format: AuditFormat) {}

  /** Writes the lines of a request that is over. @param isDenied the firewall ended it */
  write(tx: Transaction, trail: AuditTrail, isDenied: bool): void {
    if (this.format == AuditFormat.None || !tx.audits) return;
    const rules = tx.rules;
    if (rules === null || (trail.count == 0 && rules.settings.auditsRelevant)) return;
    const level = isDenied ? LogLevel.Warn : LogLevel.Info;
    if (!logs(level)) return;
    const out = this.out;
    this.facts.read(tx, isDenied);
    if (trail.count == 0) writeAudit(this.format, out, this.facts, null);
    for (let i: u32 = 0; i < trail.count; i++) {
      if (i > 0) logBytes(level, out.ptr, out.length);
      writeAudit(this.format, out, this.facts, trail.entries[i]);
    }
    logBytes(level, out.ptr, out.length);
  }
}
