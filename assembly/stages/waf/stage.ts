// The waf stage: runs the rules of a profile over a request and its response. Phase 1 at the headers, phase 2 when the
// request is complete (at once when it has no body), 3 and 4 on the response when rules ask for them, 5 at the end.
import { ConfigValue } from "../../config/value";
import { KnownHeader } from "../../http/header-name";
import { Engine } from "../../waf/engine";
import { Engine as Mode, LimitAction, RuleSet } from "../../waf/model/rule-set";
import { Interruption, Transaction } from "../../waf/run/transaction";
import { Exchange, StageState } from "../exchange";
import { RequestView } from "../request-view";
import { ResponseView } from "../response-view";
import { Stage } from "../stage";
import { StatusTable } from "../status-table";
import { Verdict } from "../verdict";
import { AuditFormat } from "./audit-formats";
import { AuditLog } from "./audit-log";
import { AuditTrail } from "./audit-trail";
import { WafConfig } from "./config";
import { WafCounters } from "./counters";
import { addDenialRows, denialRow } from "./denial-rows";
import { HeadReader } from "./head-reader";
import { LogSink } from "./log-sink";
import { RedirectReply } from "./redirect-reply";
import { WafStatus, wafStatuses } from "./status";

/** A request's transaction; without rules (`rules` null) the stage has nothing to do with it. */
@final
class WafState extends StageState {
  toldLimit: bool = false;
  isDenied: bool = false;
  /** Place of the request's authority, for its counters. */
  place: i32 = 0;
  readonly trail: AuditTrail = new AuditTrail();

  constructor(readonly tx: Transaction) {
    super();
  }

  reset(): void {
    this.tx.reset();
    this.toldLimit = false;
    this.isDenied = false;
    this.trail.reset();
  }
}

@final
export class WafStage extends Stage {
  // Made when the document asks for the stage: a filter with other stages alone pays nothing for this one.
  private read: WafConfig | null = null;
  private sink: LogSink | null = null;
  private made: Engine | null = null;
  private reader: HeadReader | null = null;
  private redirect: RedirectReply | null = null;
  private audit: AuditLog | null = null;
  private counters: WafCounters | null = null;

  constructor() {
    super(new StatusTable("waf", wafStatuses));
  }

  /** Never null while requests run: `configure` made it. */
  private get engine(): Engine {
    return this.made!;
  }

  private get config(): WafConfig {
    return this.read!;
  }

  private get head(): HeadReader {
    return this.reader!;
  }

  configure(root: ConfigValue, seed: u64): bool {
    const config = WafConfig.of(root);
    if (config === null) return false;
    this.read = config;
    const sink = new LogSink();
    const engine = new Engine(sink);
    sink.resolver = engine.evaluator.resolver;
    sink.showsData = config.logsMatchedData;
    this.sink = sink;
    this.made = engine;
    this.reader = new HeadReader(engine);
    this.redirect = new RedirectReply();
    sink.keepsTrail = config.auditFormat != AuditFormat.None;
    this.audit = new AuditLog(config.auditFormat);
    const counters = new WafCounters(config.labels, config.countsRules);
    sink.counters = counters;
    this.counters = counters;
    const profiles = config.profiles.profiles;
    for (let i = 0; i < profiles.length; i++) {
      addDenialRows(this.table, profiles[i].rules);
      this.engine.reserve(profiles[i].rules);
      counters.addRules(profiles[i].rules, "", 0);
    }
    const authorities = config.profiles.authorities;
    for (let i = 0; i < authorities.length; i++) {
      counters.addRules(authorities[i].profile.rules, authorities[i].name, i + 1);
    }
    this.judge.learn(this.table);
    return true;
  }

  dispose(): void {
    const config = this.read;
    if (config !== null) config.dispose();
  }

  createState(): StageState | null {
    return new WafState(this.engine.createTransaction());
  }

  get needsEnd(): bool {
    return true;
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    const headers = request.headers;
    const authority = headers.first(KnownHeader.Authority);
    const profile = this.config.profiles.of(
      authority < 0 ? 0 : headers.value(authority),
      authority < 0 ? 0 : headers.valueLength(authority),
    );
    if (profile === null || profile.rules.settings.engine == Mode.Off) return Verdict.Allow;
    const rules = profile.rules;
    const state = this.state(exchange);
    const tx = state.tx;
    state.place = this.config.profiles.place;
    this.begin(exchange);
    const counters = this.counters;
    if (counters !== null) counters.request();
    this.engine.open(tx, rules);
    if (!this.head.read(request, tx)) return this.unjudged(WafStatus.MemoryLimit, tx);
    this.engine.requestHeaders(tx);
    exchange.wantsResponse =
      rules.phases[3].rules.length > 0 || judgesResponseBody(rules, tx) || rules.readsResponseLate;
    if (tx.interruption != Interruption.None) return this.deny(tx, exchange);
    if (exchange.wantsBody && tx.readsRequestBody) return Verdict.Hold;
    this.engine.requestBody(tx, 0, 0);
    return this.outcome(tx, exchange);
  }

  /** Directs log lines and findings to a request, and forgets what was computed for another. */
  private begin(exchange: Exchange): void {
    this.judge.begin(exchange.findings, this.index);
    this.listen(exchange);
    this.engine.begin();
    this.head.surroundings.duration(this.state(exchange).tx);
  }

  /** What rules say from now on is said of this request. */
  private listen(exchange: Exchange): void {
    const sink = this.sink;
    if (sink !== null) sink.trail = this.state(exchange).trail;
  }

  onRequestBody(exchange: Exchange): Verdict {
    const state = this.state(exchange);
    const rules = state.tx.rules;
    if (rules === null || state.toldLimit || !state.tx.readsRequestBody) return Verdict.Allow;
    const limit = rules.settings.requestBodyLimitBytes;
    if (exchange.bodyBytes <= limit) return Verdict.Allow;
    state.toldLimit = true;
    if (rules.settings.requestBodyLimitAction == LimitAction.ProcessPartial) return Verdict.Enough;
    if (state.tx.engine != Mode.On) return Verdict.Enough;
    this.judge.begin(exchange.findings, this.index);
    const denied = this.judge.found(WafStatus.BodyTooLarge, exchange.bodyBytes, limit);
    return denied ? Verdict.Deny : Verdict.Enough;
  }

  onRequestEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const tx = this.state(exchange).tx;
    const rules = tx.rules;
    if (rules === null) return Verdict.Allow;
    this.begin(exchange);
    this.engine.requestBody(tx, body, length);
    return this.outcome(tx, exchange);
  }

  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    const tx = this.state(exchange).tx;
    const rules = tx.rules;
    if (rules === null || tx.interruption != Interruption.None) return Verdict.Allow;
    this.begin(exchange);
    if (!response.readHeaders()) return this.unjudged(WafStatus.ResponseUnreadable, tx);
    this.head.readResponse(response, tx);
    this.engine.responseHeaders(tx, response.status);
    if (tx.interruption != Interruption.None) return this.deny(tx, exchange);
    const headers = response.headers;
    const type = headers.first(KnownHeader.ContentType);
    const reads =
      tx.readsResponseBody &&
      (judgesResponseBody(rules, tx) || rules.readsResponseLate) &&
      !response.endOfStream &&
      type >= 0 &&
      readsType(rules, headers.value(type), headers.valueLength(type));
    if (reads) return Verdict.Hold;
    this.engine.responseBody(tx, 0, 0);
    return this.outcome(tx, exchange);
  }

  onResponseBody(exchange: Exchange): Verdict {
    const tx = this.state(exchange).tx;
    const rules = tx.rules;
    if (rules === null) return Verdict.Allow;
    const limit = rules.settings.responseBodyLimitBytes;
    if (exchange.responseBytes <= limit) return Verdict.Allow;
    if (rules.settings.responseBodyLimitAction == LimitAction.ProcessPartial) return Verdict.Enough;
    if (tx.engine != Mode.On) return Verdict.Enough;
    this.judge.begin(exchange.findings, this.index);
    const denied = this.judge.found(WafStatus.ResponseTooLarge, exchange.responseBytes, limit);
    return denied ? Verdict.Deny : Verdict.Enough;
  }

  onResponseEnd(body: usize, length: u32, exchange: Exchange): Verdict {
    const tx = this.state(exchange).tx;
    const rules = tx.rules;
    if (rules === null) return Verdict.Allow;
    this.begin(exchange);
    this.engine.responseBody(tx, body, length);
    return this.outcome(tx, exchange);
  }

  onEnd(exchange: Exchange): void {
    const state = this.state(exchange);
    const tx = state.tx;
    const rules = tx.rules;
    if (rules === null) return;
    if (rules.phases[5].rules.length > 0) {
      this.listen(exchange);
      this.engine.begin();
      this.engine.logging(tx);
    }
    const audit = this.audit;
    if (audit !== null) audit.write(tx, state.trail, state.isDenied);
  }

  private outcome(tx: Transaction, exchange: Exchange): Verdict {
    if (tx.interruption != Interruption.None) return this.deny(tx, exchange);
    // A value that could not be looked at for want of memory was not judged.
    if (this.engine.evaluator.scratch.isFull || tx.arena.isFull)
      return this.unjudged(WafStatus.MemoryLimit, tx);
    return Verdict.Allow;
  }

  /** What the rules could not look at is denied, unless they only watch. */
  private unjudged(status: WafStatus, tx: Transaction): Verdict {
    return this.judge.found(status) && tx.engine == Mode.On ? Verdict.Deny : Verdict.Allow;
  }

  private deny(tx: Transaction, exchange: Exchange): Verdict {
    const redirect = this.redirect;
    if (tx.interruption == Interruption.Redirect && redirect !== null) {
      exchange.denialHeaders = redirect.to(tx.redirectPtr, tx.redirectLength);
    }
    const row = denialRow(this.table, tx.status);
    if (!this.judge.found(row, tx.ruleId)) return Verdict.Allow;
    const state = this.state(exchange);
    state.isDenied = true;
    const counters = this.counters;
    if (counters !== null) counters.denied(tx.ruleId, state.place);
    return Verdict.Deny;
  }

  private state(exchange: Exchange): WafState {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<WafState>(exchange.states[this.index]);
  }
}

/** Whether what a response's body holds, or how large it is, can deny it. */
function judgesResponseBody(rules: RuleSet, tx: Transaction): bool {
  if (rules.phases[4].rules.length > 0) return true;
  const action = rules.settings.responseBodyLimitAction;
  return tx.readsResponseBody && action == LimitAction.Reject && tx.engine == Mode.On;
}

/** Whether rules want to read bodies of a media type. */
function readsType(rules: RuleSet, type: usize, length: u32): bool {
  const types = rules.settings.responseTypes;
  let size: u32 = 0;
  while (size < length && load<u8>(type + size) != 0x3b && load<u8>(type + size) != 0x20) size++;
  for (let i = 0; i < types.length; i++) {
    const known = types[i];
    if (known.length == size && memory.compare(known.ptr, type, size) == 0) return true;
  }
  return false;
}
