// Asks the tables, and turns their verdicts into findings, counts and the answer for the client. Two passes: `ask` learns whether
// every policy has room, `commit` writes it down; `settle` follows once the response is known.
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
    private policies: Array<Policy>,
    private judge: Judge,
    private fields: Fields,
  ) {}

  /** Second pass: whether every policy has room. Nothing is used up yet, but for a lone policy with leases. */
  ask(exchange: Exchange, rows: Rows, now: u64): bool {
    const isAlone = rows.count == 1;
    for (let i: u32 = 0; i < rows.count; i++) {
      const policy = this.policies[rows.policy(i)];
      const limiter = policy.limiters[rows.tier(i)];
      const isLeased = isAlone && policy.leaseTokens > 0;
      const verdict = isLeased
        ? limiter.take(rows.key(i), now, rows.cost(i))
        : limiter.check(rows.key(i), now, rows.cost(i));
      if (verdict == Admission.Admitted) {
        if (isLeased) this.admit(policy, limiter, rows, i);
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
      for (let j: u32 = 0; j < i; j++) this.giveBack(rows, j, now);
      return true;
    }
    return false;
  }

  private admit(policy: Policy, limiter: Limiter, rows: Rows, i: u32): void {
    rows.commit(i);
    rows.report(i, limiter.remaining, limiter.resetNs);
    policy.counters.count(Decision.Admitted);
    if (<u64>limiter.remaining * 5 <= limiter.capacity) policy.counters.countNear();
  }

  private giveBack(rows: Rows, i: u32, now: u64): void {
    if (!rows.isCommitted(i)) return;
    const policy = this.policies[rows.policy(i)];
    policy.limiters[rows.tier(i)].refund(rows.key(i), now, rows.cost(i), rows.admittedNs);
  }

  /** Counts a verdict that is no admission; true when it denies the request. */
  private rejects(
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
      this.block(policy, rows.key(i), now);
    }
    policy.counters.count(decision);
    return this.refuses(policy, rows.policy(i), rows.tier(i), status, limiter, exchange);
  }

  /** Notes the finding; when it denies, prepares the answer from the limiter's last out-values. */
  refuses(
    policy: Policy,
    index: i32,
    tier: i32,
    status: RateLimitStatus,
    limiter: Limiter,
    exchange: Exchange,
  ): bool {
    const row = index * <i32>RateLimitStatus.Count + <i32>status;
    const limit = policy.tiers[tier];
    if (!this.judge.found(row, 0, limit.requests)) return false;
    const hasTimes = status <= RateLimitStatus.TableFull;
    const retryAfter: u64 = hasTimes ? limiter.retryAfterNs : 0;
    this.fields.deny(exchange, policy, index, limit, status, retryAfter);
    return true;
  }

  /**
   * The answer is known: what does not count is given back. What counts stays, and if it was the last of the limit, the
   * identity is banned. Until then a request in flight counts, or a burst of parallel attempts would slip through.
   */
  settle(policy: Policy, rows: Rows, i: u32, status: u32, now: u64): void {
    const key = rows.key(i);
    const limiter = policy.limiters[rows.tier(i)];
    if (!policy.counts(status)) limiter.refund(key, now, rows.cost(i), rows.admittedNs);
    else if (policy.ban !== null && limiter.check(key, now, 1) == Admission.Denied) {
      this.block(policy, key, now);
    }
  }

  private block(policy: Policy, key: u64, now: u64): void {
    const ban = policy.ban;
    if (ban !== null) ban.charge(key, now, 1);
  }
}
