// First pass: who the request is under each policy that applies, and whether this VM remembers a denial of any of them. An attacker's
// request ends here, before a table is read or a service asked.
import { IdentityResult } from "../../identity/identity";
import { RequestFacts } from "../../identity/request-facts";
import { SourceStatus } from "../../identity/source-status";
import { Tuple } from "../../identity/tuple";
import { Verdict as Admission } from "../../ratelimit/admission";
import { HashSeed } from "../../adapters/hash-seed";
import { TokenClaims } from "../jwt/token-claims";
import { Exchange } from "../exchange";
import { RequestView } from "../request-view";
import { Decision } from "./counters";
import { Decider } from "./decider";
import { Policy } from "./policy";
import { RequestReader } from "./request-reader";
import { Rows } from "./rows";
import { RateLimitStatus } from "./status";

/** A denial of the service that lies further ahead was remembered before the clock went back. */
export const longestGlobalDenialNs: u64 = 3_600_000_000_000;

@final
export class Identifier {
  readonly seed: HashSeed = new HashSeed();
  readonly tuple: Tuple = new Tuple();

  constructor(
    private policies: StaticArray<Policy>,
    private reader: RequestReader,
    private decider: Decider,
    private claims: TokenClaims | null,
  ) {}

  /** A row for each policy that applies. True: denied, by an identity's fault or by what this VM remembers. */
  identify(request: RequestView, exchange: Exchange, rows: Rows, now: u64): bool {
    const facts = this.reader.begin(request);
    const claims = this.claims;
    if (claims !== null) claims.open(exchange.identity.tokens);
    facts.claims = claims;
    const policies = this.policies;
    for (let i = 0; i < policies.length; i++) {
      const policy = policies[i];
      this.reader.fill(policy.needs, request, exchange);
      const applies = policy.isForAll || policy.match.matches(facts, request.authority);
      if (!applies && !policy.blocksEverywhere) continue;
      if (!policy.exemptsNobody && policy.exempt.any(facts)) {
        if (applies) policy.counters.count(Decision.Exempt);
        continue;
      }
      if (this.addRow(policy, i, facts, applies, request, exchange, rows, now)) return true;
    }
    return false;
  }

  /** The facts of the request that `identify` saw; good in the same callback. */
  factsOf(request: RequestView): RequestFacts {
    return this.reader.factsFor(request);
  }

  private addRow(
    policy: Policy,
    index: i32,
    facts: RequestFacts,
    applies: bool,
    request: RequestView,
    exchange: Exchange,
    rows: Rows,
    now: u64,
  ): bool {
    const identity = policy.identity;
    const result = identity.read(facts, this.tuple, this.seed.k0, this.seed.k1);
    if (result != IdentityResult.Key) {
      if (!applies) return false;
      policy.counters.count(Decision.Unidentified);
      return result == IdentityResult.Deny && this.faults(policy, index, identity.fault, exchange);
    }
    const key = identity.key;
    const ban = policy.ban;
    if (ban !== null && ban.check(key, now, 1) == Admission.Denied) {
      policy.counters.count(Decision.Blocked);
      return this.decider.refuses(
        policy,
        index,
        0,
        RateLimitStatus.Blocked,
        ban.retryAfterNs,
        exchange,
      );
    }
    if (!applies) return false;
    const tier = policy.tierOf(facts);
    const limiter = policy.limiters[tier];
    if (limiter.isKnownDenied(key, now)) {
      policy.counters.count(Decision.Limited);
      const status = RateLimitStatus.Limited;
      return this.decider.refuses(policy, index, tier, status, limiter.retryAfterNs, exchange);
    }
    const cost = costOf(policy, facts, request);
    if (cost > limiter.capacity) {
      policy.counters.count(Decision.Limited);
      return this.decider.refuses(policy, index, tier, RateLimitStatus.CostAboveBurst, 0, exchange);
    }
    const told = this.descriptorKey(policy, facts);
    if (told != 0 && this.isDeniedGlobally(policy, told, now)) {
      policy.counters.count(Decision.LimitedGlobally);
      const until = this.deniedUntilNs - now;
      return this.decider.refuses(
        policy,
        index,
        tier,
        RateLimitStatus.LimitedGlobally,
        until,
        exchange,
      );
    }
    rows.add(index, tier, key, cost);
    rows.setDescriptorKey(rows.count - 1, told);
    return false;
  }

  private deniedUntilNs: u64 = 0;

  private descriptorKey(policy: Policy, facts: RequestFacts): u64 {
    const descriptor = policy.descriptor;
    if (descriptor === null) return 0;
    return descriptor.key(facts, this.tuple, this.seed.k0, this.seed.k1);
  }

  private isDeniedGlobally(policy: Policy, key: u64, now: u64): bool {
    const denials = policy.globalDenials;
    if (denials === null) return false;
    this.deniedUntilNs = denials.deniedUntilNs(key, now, longestGlobalDenialNs);
    return this.deniedUntilNs != 0;
  }

  private faults(policy: Policy, index: i32, fault: SourceStatus, exchange: Exchange): bool {
    let status = RateLimitStatus.IdentityMissing;
    if (fault == SourceStatus.Repeated) status = RateLimitStatus.IdentityRepeated;
    if (fault == SourceStatus.Oversized) status = RateLimitStatus.IdentityOversized;
    return this.decider.refuses(policy, index, 0, status, 0, exchange);
  }
}

/** What is known of the cost now; a body without an announced length is charged when it has come. */
function costOf(policy: Policy, facts: RequestFacts, request: RequestView): u32 {
  const cost = policy.cost;
  const length = request.contentLength;
  return cost.base(facts) + (length > 0 ? cost.ofBody(<u64>length) : 0);
}
