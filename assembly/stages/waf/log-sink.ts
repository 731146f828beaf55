// Hears of rules that matched: counts each, keeps it for the audit log, and writes it as one line of the log, at the level its
// severity asks for.
import { LogLevel } from "../../abi/constants";
import { logBytes, logs } from "../../sdk/log";
import { Text, TextPool } from "../../seclang/text";
import { Rule } from "../../waf/model/rule";
import { MatchSink } from "../../waf/run/match-sink";
import { Resolver } from "../../waf/run/resolver";
import { Transaction } from "../../waf/run/transaction";
import { AuditTrail } from "./audit-trail";
import { WafCounters } from "./counters";
import { WafLogLine, severityNames } from "./log-line";

/** Logs rules that matched. */
@final
export class LogSink extends MatchSink {
  line: WafLogLine;
  resolver: Resolver | null = null;
  showsData: bool = false;
  /** Of the request whose rules run. */
  trail: AuditTrail | null = null;
  /** Somebody reads an audit log. */
  keepsTrail: bool = false;
  counters: WafCounters | null = null;
  private pool: TextPool;

  constructor() {
    super();
    const pool = new TextPool();
    const names = severityNames();
    const texts: Text[] = [];
    for (let i = 0; i < names.length; i++) texts.push(pool.of(names[i]));
    this.pool = pool;
    this.line = new WafLogLine(texts);
  }

  matched(rule: Rule, tx: Transaction): void {
    const level = levelOf(rule.severity);
    const resolver = this.resolver;
    if (resolver === null) return;
    const counters = this.counters;
    if (counters !== null) counters.hit(rule.id);
    this.audited(rule, tx);
    if (!logs(level)) return;
    const line = this.line;
    line.write(rule, tx, resolver, this.showsData, tx.idPtr, tx.idLength);
    logBytes(level, line.ptr, line.length);
  }

  audited(rule: Rule, tx: Transaction): void {
    const trail = this.trail;
    const resolver = this.resolver;
    if (!this.keepsTrail || trail === null || resolver === null) return;
    trail.add(rule, tx, resolver, this.showsData);
  }
}

/** The level that coraza-proxy-wasm logs a severity at; rules without one (scores) as warnings. */
function levelOf(severity: i32): LogLevel {
  if (severity < 0) return LogLevel.Warn;
  if (severity <= 2) return LogLevel.Critical;
  if (severity == 3) return LogLevel.Error;
  if (severity == 4) return LogLevel.Warn;
  return severity == 7 ? LogLevel.Debug : LogLevel.Info;
}
