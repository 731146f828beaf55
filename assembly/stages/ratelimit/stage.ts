// The rate-limit stage. A request is asked about in three passes: who it is under each policy that applies, whether every policy
// has room, and only then it is written down, so that a request which one policy refuses costs the others nothing. Denials that
// this VM remembers are asked for in the first pass: an attacker's request ends before any table is read.
import { ConfigValue } from "../../config/value";
import { ClaimSource } from "../../identity/claims";
import { IdentityResult } from "../../identity/identity";
import { RequestFacts, Need } from "../../identity/request-facts";
import { SourceStatus } from "../../identity/source-status";
import { Tuple } from "../../identity/tuple";
import { Verdict as Admission } from "../../ratelimit/admission";
import { HashSeed } from "../../adapters/hash-seed";
import { nowNs } from "../../sdk/clock";
import { Exchange, StageState } from "../exchange";
import { RequestView } from "../request-view";
import { ResponseView } from "../response-view";
import { Stage } from "../stage";
import { StatusTable } from "../status-table";
import { Mode, Verdict } from "../verdict";
import { RateLimitConfig, readRateLimit } from "./config";
import { Decision } from "./counters";
import { Decider } from "./decider";
import { Fields, FieldsOn } from "./denial";
import { Policy } from "./policy";
import { RequestReader } from "./request-reader";
import { Rows } from "./rows";
import { RateLimitStatus, rateLimitStatuses } from "./status";

@final
export class RateLimitStage extends Stage {
  private config: RateLimitConfig = new RateLimitConfig();
  private reader: RequestReader = new RequestReader();
  private tuple: Tuple = new Tuple();
  private seed: HashSeed = new HashSeed();
  private fields: Fields | null = null;
  private decider: Decider | null = null;
  private needs: u32 = 0;
  private entropy: u64 = 0;

  /** @param claims what a stage before this one verifies; null: none does */
  constructor(private claims: ClaimSource | null) {
    super(new StatusTable("ratelimit", ""));
  }

  configure(root: ConfigValue, seed: u64): bool {
    const config = this.config;
    this.entropy = seed;
    if (!readRateLimit(root, config, this.reader.clientIp, this.claims !== null)) return false;
    const fields = new Fields(config.standard);
    this.fields = fields;
    for (let i = 0; i < config.policies.length; i++) {
      const policy = config.policies[i];
      this.needs |= policy.needs;
      this.addRows(policy);
      fields.addPolicy(policy);
    }
    this.judge.learn(this.table);
    this.decider = new Decider(config.policies, this.judge, fields);
    if ((this.needs & Need.Path) != 0) this.reader.wantPaths();
    return true;
  }

  /** The section's statuses once for each policy, in that policy's mode. */
  private addRows(policy: Policy): void {
    const rows = new StatusTable("ratelimit", rateLimitStatuses).rows;
    for (let status = 0; status < rows.length; status++) {
      const row = rows[status];
      const isFailure =
        status == <i32>RateLimitStatus.Contended || status == <i32>RateLimitStatus.StoreUnavailable;
      row.defaultMode = policy.failOpen && isFailure ? Mode.Shadow : policy.mode;
      row.policy = policy.name;
      this.table.rows.push(row);
    }
  }

  prepare(): string {
    const config = this.config;
    const refused =
      "shared data cannot be used: allow proxy_get_shared_data and proxy_set_shared_data";
    if (!this.seed.load(this.entropy, config.hashSecret)) return refused;
    for (let i = 0; i < config.policies.length; i++) {
      if (!config.policies[i].prepare(config.namespace)) return refused;
    }
    return "";
  }

  createState(): StageState | null {
    return new Rows();
  }

  get needsAddress(): bool {
    return (this.needs & Need.Address) != 0;
  }

  get needsTick(): bool {
    return true;
  }

  onTick(): void {
    const policies = this.config.policies;
    for (let i = 0; i < policies.length; i++) policies[i].counters.publish(policies[i].limiters);
  }

  onRequestHeaders(request: RequestView, exchange: Exchange): Verdict {
    this.judge.begin(exchange.findings, this.index);
    const rows = this.rowsOf(exchange);
    const decider = this.decider;
    if (decider === null) return Verdict.Deny;
    const now = nowNs();
    rows.count = 0;
    if (
      this.identify(decider, request, exchange, rows, now) ||
      decider.ask(exchange, rows, now) ||
      decider.commit(exchange, rows, now)
    ) {
      rows.count = 0;
      return Verdict.Deny;
    }
    exchange.wantsResponse = exchange.wantsResponse || this.wantsResponse(rows);
    return Verdict.Allow;
  }

  onResponseHeaders(response: ResponseView, exchange: Exchange): Verdict {
    const rows = this.rowsOf(exchange);
    const fields = this.fields;
    const decider = this.decider;
    if (rows.count == 0 || fields === null || decider === null) return Verdict.Allow;
    const now = nowNs();
    for (let i: u32 = 0; i < rows.count; i++) {
      const policy = this.config.policies[rows.policy(i)];
      if (policy.countedStatuses !== null && rows.isCommitted(i))
        decider.settle(policy, rows, i, response.status, now);
      if (this.config.fieldsOn == FieldsOn.Always && rows.isCommitted(i)) {
        const tier = policy.tiers[rows.tier(i)];
        fields.tell(policy, tier, rows.remaining(i), rows.resetNs(i));
      }
    }
    rows.count = 0;
    return Verdict.Allow;
  }

  /** First pass: a row for each policy that applies. True: denied, by an identity's fault or by what this VM remembers. */
  private identify(
    decider: Decider,
    request: RequestView,
    exchange: Exchange,
    rows: Rows,
    now: u64,
  ): bool {
    const facts = this.reader.begin(request);
    facts.claims = this.claims;
    const policies = this.config.policies;
    for (let i = 0; i < policies.length; i++) {
      const policy = policies[i];
      this.reader.fill(policy.needs, request, exchange);
      const applies = policy.match.matches(facts, request.authority);
      if (!applies && !policy.blocksEverywhere) continue;
      if (policy.isExempt(facts)) {
        if (applies) policy.counters.count(Decision.Exempt);
        continue;
      }
      if (this.addRow(decider, policy, i, facts, applies, exchange, rows, now)) return true;
    }
    return false;
  }

  private addRow(
    decider: Decider,
    policy: Policy,
    index: i32,
    facts: RequestFacts,
    applies: bool,
    exchange: Exchange,
    rows: Rows,
    now: u64,
  ): bool {
    const identity = policy.identity;
    const result = identity.read(facts, this.tuple, this.seed.k0, this.seed.k1);
    if (result != IdentityResult.Key) {
      if (!applies) return false;
      policy.counters.count(Decision.Unidentified);
      return (
        result == IdentityResult.Deny &&
        this.faults(decider, policy, index, identity.fault, exchange)
      );
    }
    const key = identity.key;
    const ban = policy.ban;
    if (ban !== null && ban.check(key, now, 1) == Admission.Denied) {
      policy.counters.count(Decision.Blocked);
      return decider.refuses(policy, index, 0, RateLimitStatus.Blocked, ban, exchange);
    }
    if (!applies) return false;
    const tier = policy.tierOf(facts);
    const limiter = policy.limiters[tier];
    if (limiter.isKnownDenied(key, now)) {
      policy.counters.count(Decision.Limited);
      return decider.refuses(policy, index, tier, RateLimitStatus.Limited, limiter, exchange);
    }
    rows.add(index, tier, key, policy.costOf(facts));
    return false;
  }

  private faults(
    decider: Decider,
    policy: Policy,
    index: i32,
    fault: SourceStatus,
    exchange: Exchange,
  ): bool {
    let status = RateLimitStatus.IdentityMissing;
    if (fault == SourceStatus.Repeated) status = RateLimitStatus.IdentityRepeated;
    if (fault == SourceStatus.Oversized) status = RateLimitStatus.IdentityOversized;
    return decider.refuses(policy, index, 0, status, policy.limiters[0], exchange);
  }

  private wantsResponse(rows: Rows): bool {
    if (rows.count == 0) return false;
    if (this.config.fieldsOn == FieldsOn.Always) return true;
    for (let i: u32 = 0; i < rows.count; i++) {
      if (this.config.policies[rows.policy(i)].countedStatuses !== null) return true;
    }
    return false;
  }

  private rowsOf(exchange: Exchange): Rows {
    // The pipeline stored what createState made; a checked cast would cost a type test a callback.
    return changetype<Rows>(exchange.states[this.index]);
  }
}
