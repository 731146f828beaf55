// The rules that a request met, kept until its end, when the audit log is written: who asks for a line then also knows how the
// request ended. Texts are copied into the request's own memory, cut, because they are gone when the callback returns.
import { Choice, Rule } from "../../waf/model/rule";
import { Macro } from "../../waf/model/macro";
import { Resolver } from "../../waf/run/resolver";
import { Transaction } from "../../waf/run/transaction";

/** Rules of one request that are kept; of more, the first ones, and the last, which decided. */
export const MAX_ENTRIES: u32 = 32;
/** Bytes of one text. */
const TEXT_BYTES: u32 = 120;

/** One rule that matched. */
@final
export class AuditEntry {
  /** Null while the entry is free. */
  rule: Rule | null = null;
  message: usize = 0;
  messageLength: u32 = 0;
  /** `ARGS:q`; without the client's own words it ends before the colon. */
  target: usize = 0;
  targetLength: u32 = 0;
  data: usize = 0;
  dataLength: u32 = 0;
}

@final
export class AuditTrail {
  count: u32 = 0;
  readonly entries: StaticArray<AuditEntry> = new StaticArray<AuditEntry>(MAX_ENTRIES);

  constructor() {
    for (let i: u32 = 0; i < MAX_ENTRIES; i++) this.entries[i] = new AuditEntry();
  }

  reset(): void {
    for (let i: u32 = 0; i < this.count; i++) this.entries[i].rule = null;
    this.count = 0;
  }

  /** Keeps a rule that matched, unless the rule or the request is not audited. */
  add(rule: Rule, tx: Transaction, resolver: Resolver, showsData: bool): void {
    if (!tx.audits || rule.audits == Choice.No) return;
    if (this.count < MAX_ENTRIES) this.count++;
    const entry = this.entries[this.count - 1];
    entry.rule = rule;
    this.expand(rule.msg, tx, resolver);
    entry.message = kept(tx, resolver);
    entry.messageLength = entry.message == 0 ? 0 : min(resolver.length, TEXT_BYTES);
    resolver.matchedName(tx);
    if (!showsData) resolver.length = plainLength(resolver);
    entry.target = kept(tx, resolver);
    entry.targetLength = entry.target == 0 ? 0 : min(resolver.length, TEXT_BYTES);
    entry.dataLength = 0;
    if (!showsData) return;
    this.expand(rule.logdata, tx, resolver);
    entry.data = kept(tx, resolver);
    entry.dataLength = entry.data == 0 ? 0 : min(resolver.length, TEXT_BYTES);
  }

  private expand(macro: Macro | null, tx: Transaction, resolver: Resolver): void {
    resolver.length = 0;
    if (macro !== null) resolver.expand(macro, tx);
  }
}

/** A cut copy of what the resolver answered; 0 when it is empty or there is no memory. */
function kept(tx: Transaction, resolver: Resolver): usize {
  const length = min(resolver.length, TEXT_BYTES);
  if (length == 0) return 0;
  const copy = tx.arena.take(length);
  if (copy != 0) memory.copy(copy, resolver.bytes, length);
  return copy;
}

/** The name of a value as far as it is no word of the client: up to the colon. */
export function plainLength(resolver: Resolver): u32 {
  for (let i: u32 = 0; i < resolver.length; i++) {
    if (load<u8>(resolver.bytes + i) == 0x3a) return i;
  }
  return resolver.length;
}
