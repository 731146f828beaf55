// Asks the tables, and turns their verdicts into findings, counts and the answer for the client. Two passes: `ask` learns whether
// every policy has room, `commit` writes it down.
import { Verdict as Admission } from "../../ratelimit/admission";
import { Limiter } from "../../ratelimit/limiter";
import { Exchange } from "../exchange";
import { Judge } from "../judge";
import { Decision } from "./counters";
import { Fields } from "./denial";
import { Policy } from "./policy";
import { Rows } from "./rows";
import { RateLimitStatus } from "./status";

@final
export class Decider {
  constructor(
    private policies: StaticArray<Policy>,
    private judge: Judge,
    private fields: Fields,
  ) {}

  /** Second pass: whether every policy has room. Nothing is used up yet, but for a lone policy, which has nobody to wait for. */
  ask(exchange: Exchange, rows: Rows, now: u64): bool {
    const isAlone = rows.count == 1;
    for (let i: u32 = 0; i < rows.count; i++) {
      const policy = this.policies[rows.policy(i)];
      const limiter = policy.limiters[rows.tier(i)];
      const key = rows.key(i);
      const cost = rows.cost(i);
      let verdict: Admission;
      if (!isAlone) verdict = limiter.decide(key, now, cost);
      else if (policy.leaseTokens > 0) verdict = limiter.take(key, now, cost);
      else verdict = limiter.use(key, now, cost);
      if (verdict == Admission.Admitted) {
        if (isAlone) this.admit(policy, limiter, rows, i);
      } else if (this.rejects(policy, limiter, rows, i, verdict, exchange, now)) {
        return true;
      } else {
        rows.release(i);
      }
    }
    return false;
  }

  /** Third pass: writes it down. A policy that lost its room meanwhile gives the others theirs back. */
  commit(exchange: Exchange, rows: Rows, now: u64): bool {
    rows.admittedNs = now;
    for (let i: u32 = 0; i < rows.count; i++) {
      if (rows.isCommitted(i) || rows.isReleased(i)) continue;
      const policy = this.policies[rows.policy(i)];
      const limiter = policy.limiters[rows.tier(i)];
      const verdict = limiter.commit(rows.key(i), now, rows.cost(i));
      if (verdict == Admission.Admitted) {
        this.admit(policy, limiter, rows, i);
        continue;
      }
      if (!this.rejects(policy, limiter, rows, i, verdict, exchange, now)) {
        rows.release(i);
        continue;
      }
      this.giveBackAll(rows, now);
      return true;
    }
    return false;
  }

  /** Another says no: nothing was used up. */
  giveBackAll(rows: Rows, now: u64): void {
    for (let i: u32 = 0; i < rows.count; i++) {
      if (!rows.isCommitted(i)) continue;
      const policy = this.policies[rows.policy(i)];
      const limiter = policy.limiters[rows.tier(i)];
      limiter.refund(rows.key(i), now, rows.cost(i), rows.admittedNs);
      rows.uncommit(i);
    }
  }

  private admit(policy: Policy, limiter: Limiter, rows: Rows, i: u32): void {
    rows.commit(i);
    rows.report(i, limiter.remaining, limiter.resetNs);
    policy.counters.count(Decision.Admitted);
    if (<u64>limiter.remaining * 5 <= limiter.capacity) policy.counters.countNear();
  }

  /** Counts a verdict that is no admission; true when it denies the request. */
  rejects(
    policy: Policy,
    limiter: Limiter,
    rows: Rows,
    i: u32,
    verdict: Admission,
    exchange: Exchange,
    now: u64,
  ): bool {
    let status = RateLimitStatus.Limited;
    let decision = Decision.Limited;
    if (verdict == Admission.DeniedTableFull) {
      status = RateLimitStatus.TableFull;
      decision = Decision.TableFull;
    } else if (verdict == Admission.Exhausted) {
      status = RateLimitStatus.Contended;
      decision = Decision.Contended;
    } else if (verdict == Admission.Unavailable) {
      status = RateLimitStatus.StoreUnavailable;
      decision = Decision.StoreUnavailable;
    } else if (policy.countedStatuses === null) {
      policy.block(rows.key(i), now);
    }
    policy.counters.count(decision);
    const hasTimes = status <= RateLimitStatus.TableFull;
    const retryAfter: u64 = hasTimes ? limiter.retryAfterNs : 0;
    return this.refuses(policy, rows.policy(i), rows.tier(i), status, retryAfter, exchange);
  }

  /** Notes the finding; when it denies, prepares the answer. */
  refuses(
    policy: Policy,
    index: i32,
    tier: i32,
    status: RateLimitStatus,
    retryAfterNs: u64,
    exchange: Exchange,
  ): bool {
    const row = index * <i32>RateLimitStatus.Count + <i32>status;
    const limit = policy.tiers[tier];
    if (!this.judge.found(row, 0, limit.requests)) return false;
    this.fields.deny(exchange, policy, index, limit, status, retryAfterNs);
    return true;
  }
}
