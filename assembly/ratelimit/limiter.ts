// One policy's limiter: the algorithm over a set-associative table in storage that all workers share. A request reads one
// shard, decides, and writes it back if nobody else did; a lost race decides again on what the winner left. When no slot is
// free the new identity inherits the smallest word of its shard (Metwally et al., Space-Saving): it may be denied for
// another's use, but nobody ever gets more than the limit by rotating identities, which an LRU table gives away.
import { OnTableFull, Verdict } from "./admission";
import { Algorithm } from "./algorithm";
import { DenyCache } from "./deny-cache";
import { Leases } from "./lease";
import { Claim } from "./shard";
import { ShardStore, StoreResult } from "./shard-store";
import { Table } from "./table";

/** Lost races after which a decision counts as exhausted. */
export const maxAttempts: u32 = 64;

@final
export class Limiter {
  private denials: DenyCache;
  /** Set by `lease`; null = every admission is written down at once. */
  private leases: Leases | null = null;
  private leaseTokens: u32 = 0;
  /** False: denials are not cached, because what was used is often given back (see `refund`). */
  remembers: bool = true;
  private table: Table;
  /** What `decide` would have `commit` write, and whether it is to be written at all. */
  private pendingWord: u64 = 0;
  private isUncounted: bool = false;

  /** Tokens of a full bucket or window. */
  readonly capacity: u32;
  /** Longest time that a denial can hold. */
  private longestDenialNs: u64;

  /** Out-values of the last verdict. */
  retryAfterNs: u64 = 0;
  remaining: u32 = 0;
  resetNs: u64 = 0;

  /** Counts for metrics. */
  exhausted: u64 = 0;
  /** Identities that left the table: with nothing used up, or for a newcomer that inherited or began afresh. */
  expired: u64 = 0;
  inherited: u64 = 0;
  evicted: u64 = 0;

  /**
   * @param shardCount the number of shards, at least 1
   * @param geometry as in `Table`
   * @param denyEntries size of the deny cache, 0 for none
   */
  constructor(
    private algorithm: Algorithm,
    shards: ShardStore,
    shardCount: u32,
    geometry: u64,
    private onFull: OnTableFull,
    denyEntries: u32,
  ) {
    this.table = new Table(algorithm, shards, shardCount, geometry);
    this.denials = new DenyCache(denyEntries);
    this.capacity = algorithm.capacity();
    this.longestDenialNs = algorithm.longestDenialNs();
  }

  /** Creates the shards that are missing, once, before any request. False when the store refuses. */
  prepare(): bool {
    return this.table.prepare();
  }

  /**
   * Lets hot identities take tokens in batches. For limits far above what one worker sees in 20 ms.
   * @param tokens batch, at most an eighth of the burst divided by the number of workers
   * @param entries identities watched at a time in this VM
   */
  lease(tokens: u32, entries: u32): void {
    this.leaseTokens = tokens;
    this.leases = tokens > 0 ? new Leases(entries) : null;
  }

  /** Decides and, if admitted, writes it down: a policy on its own. */
  take(key: u64, nowNs: u64, cost: u32): Verdict {
    const leases = this.leases;
    if (leases !== null && leases.spend(key, nowNs, cost)) {
      // What the table holds is not read: the lease alone is what this request knows of.
      this.retryAfterNs = 0;
      this.remaining = leases.left;
      this.resetNs = 0;
      return Verdict.Admitted;
    }
    const verdict = this.check(key, nowNs, cost);
    if (verdict != Verdict.Admitted) return verdict;
    if (leases !== null && leases.isHot(key, nowNs))
      return this.takeLease(leases, key, nowNs, cost);
    return this.commit(key, nowNs, cost);
  }

  /** `decide` and, if admitted, `commit`. */
  use(key: u64, nowNs: u64, cost: u32): Verdict {
    const verdict = this.decide(key, nowNs, cost);
    return verdict == Verdict.Admitted ? this.commit(key, nowNs, cost) : verdict;
  }

  /** `check` admitted `cost`; asks for a batch on top and falls back to the cost alone. */
  private takeLease(leases: Leases, key: u64, nowNs: u64, cost: u32): Verdict {
    if (this.decide(key, nowNs, cost + this.leaseTokens) == Verdict.Admitted) {
      const verdict = this.commit(key, nowNs, cost + this.leaseTokens);
      if (verdict == Verdict.Admitted) leases.grant(key, nowNs, this.leaseTokens);
      if (verdict != Verdict.Denied) return verdict;
    }
    return this.use(key, nowNs, cost);
  }

  /** Decides without using anything up; `commit` must follow before the callback ends, or nothing. */
  check(key: u64, nowNs: u64, cost: u32): Verdict {
    return this.isKnownDenied(key, nowNs) ? Verdict.Denied : this.decide(key, nowNs, cost);
  }

  /** Whether the deny cache knows the answer: no store call; the out-values are then set. */
  isKnownDenied(key: u64, nowNs: u64): bool {
    const until = this.denials.deniedUntilNs(key, nowNs, this.longestDenialNs);
    if (until == 0) return false;
    this.retryAfterNs = until - nowNs;
    this.remaining = 0;
    this.resetNs = this.retryAfterNs;
    return true;
  }

  /** Races lost to other workers. */
  get conflicts(): u64 {
    return this.table.conflicts;
  }

  /** Shards that were missing or spoiled. */
  get reformatted(): u64 {
    return this.table.reformatted;
  }

  /** Requests that the deny cache answered. */
  get cacheHits(): u64 {
    return this.denials.hits;
  }

  /** Requests that were paid from a lease. */
  get leaseHits(): u64 {
    const leases = this.leases;
    return leases === null ? 0 : leases.spent;
  }

  /** Writes down what `check` admitted; decides again on what others wrote meanwhile. */
  commit(key: u64, nowNs: u64, cost: u32): Verdict {
    for (let attempt: u32 = 0; attempt < maxAttempts; attempt++) {
      if (attempt > 0) {
        const verdict = this.decide(key, nowNs, cost);
        if (verdict != Verdict.Admitted) return verdict;
      }
      if (this.isUncounted) return Verdict.Admitted;
      const result = this.put(key, nowNs, this.pendingWord);
      if (result == StoreResult.Ok) {
        if (this.table.replaced) this.countEviction();
        return Verdict.Admitted;
      }
      if (result == StoreResult.Failed) return Verdict.Unavailable;
    }
    this.exhausted++;
    return Verdict.Exhausted;
  }

  /**
   * Gives back what `commit` used. Best effort: a request that loses every race stays used.
   * @param sinceNs the time that `commit` was given
   */
  refund(key: u64, nowNs: u64, cost: u32, sinceNs: u64): void {
    for (let attempt: u32 = 0; attempt < maxAttempts; attempt++) {
      if (!this.locate(key, nowNs) || this.table.claim != Claim.Found) return;
      const word = this.algorithm.refund(this.table.word, nowNs, cost, sinceNs);
      if (this.put(key, nowNs, word) != StoreResult.Conflict) break;
    }
    this.denials.forget(key);
  }

  /** Uses up a cost that became known afterwards, beyond the limit if need be; the next requests pay for it. */
  charge(key: u64, nowNs: u64, cost: u32): void {
    for (let attempt: u32 = 0; attempt < maxAttempts; attempt++) {
      if (!this.locate(key, nowNs)) return;
      const word = this.algorithm.charge(this.table.word, nowNs, cost);
      if (this.put(key, nowNs, word) != StoreResult.Conflict) return;
    }
    this.exhausted++;
  }

  private countEviction(): void {
    if (this.table.claim != Claim.Full) this.expired++;
    else if (this.onFull == OnTableFull.Reset) this.evicted++;
    else this.inherited++;
  }

  /** As `check`, after `isKnownDenied` has said no. */
  decide(key: u64, nowNs: u64, cost: u32): Verdict {
    if (!this.locate(key, nowNs)) return Verdict.Unavailable;
    const claim = this.table.claim;
    let word = this.table.word;
    this.isUncounted = false;
    if (claim == Claim.Full) {
      if (this.onFull == OnTableFull.Deny)
        return this.deny(Verdict.DeniedTableFull, word, nowNs, cost);
      if (this.onFull == OnTableFull.Allow) {
        this.isUncounted = true;
        this.report(0, nowNs);
        return Verdict.Admitted;
      }
      if (this.onFull == OnTableFull.Reset) word = 0;
    }
    const next = this.algorithm.admit(word, nowNs, cost);
    if (next == 0) {
      if (claim == Claim.Found) this.mend(key, word, nowNs);
      const verdict = this.deny(Verdict.Denied, word, nowNs, cost);
      const forOne = this.algorithm.retryAfterNs(word, nowNs, 1);
      if (forOne > 0 && this.remembers) this.denials.remember(key, nowNs + forOne);
      return verdict;
    }
    this.pendingWord = next;
    this.report(next, nowNs);
    return Verdict.Admitted;
  }

  /** Brings a word from before a clock jump back in reach, or its owner would be shut out until the clock has caught up. */
  private mend(key: u64, word: u64, nowNs: u64): void {
    const mended = this.algorithm.mend(word, nowNs);
    if (mended != word) this.put(key, nowNs, mended);
  }

  private deny(verdict: Verdict, word: u64, nowNs: u64, cost: u32): Verdict {
    this.retryAfterNs = this.algorithm.retryAfterNs(word, nowNs, cost);
    this.remaining = this.algorithm.remaining(word, nowNs);
    this.resetNs = this.algorithm.resetNs(word, nowNs);
    return verdict;
  }

  private report(word: u64, nowNs: u64): void {
    this.retryAfterNs = 0;
    this.remaining = this.algorithm.remaining(word, nowNs);
    this.resetNs = this.algorithm.resetNs(word, nowNs);
  }

  private locate(key: u64, nowNs: u64): bool {
    return this.table.locate(key, nowNs);
  }

  private put(key: u64, nowNs: u64, word: u64): StoreResult {
    // Where nobody may gain by being thrown out: `charge` does that under `Deny` as well.
    const keepsFloor = this.onFull == OnTableFull.Inherit || this.onFull == OnTableFull.Deny;
    return this.table.put(key, nowNs, word, keepsFloor);
  }
}
