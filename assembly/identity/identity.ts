// An identity: a tuple of parts and the rules for parts that cannot be had. The answer is a key, or that the request is to be
// passed over or denied. A fallback tuple that has a fault itself is shared, never skipped: leaving out two headers must not
// be a way around a limit.
import { RequestFacts } from "./request-facts";
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { Tuple } from "./tuple";

/** What a fault in a part leads to. */
export const enum FaultRule {
  /** The request is not counted. */
  Skip = 0,
  Deny = 1,
  /** All requests with this fault share one key in its place. */
  Shared = 2,
  /** The fallback tuple counts. */
  Fallback = 3,
}

export const enum IdentityResult {
  /** `key` is set. */
  Key = 0,
  Skip = 1,
  /** The status says which fault denies; see `Identity.fault`. */
  Deny = 2,
}

@final
export class Identity {
  missing: FaultRule = FaultRule.Shared;
  repeated: FaultRule = FaultRule.Deny;
  oversized: FaultRule = FaultRule.Deny;
  /** Used by rules that say Fallback. */
  fallback: Array<IdentitySource> = [];

  /** Out-values of `read`. */
  key: u64 = 0;
  fault: SourceStatus = SourceStatus.Ok;

  /** @param sources parts in order; none: all requests share one key */
  constructor(private sources: Array<IdentitySource>) {}

  /** Set of `Need` of all parts. */
  get needs(): u32 {
    let needs: u32 = 0;
    for (let i = 0; i < this.sources.length; i++) needs |= this.sources[i].needs;
    for (let i = 0; i < this.fallback.length; i++) needs |= this.fallback[i].needs;
    return needs;
  }

  /** Finds the key of a request under the secret (k0, k1). */
  read(facts: RequestFacts, tuple: Tuple, k0: u64, k1: u64): IdentityResult {
    tuple.clear();
    this.fault = SourceStatus.Ok;
    for (let i = 0; i < this.sources.length; i++) {
      const status = this.sources[i].read(facts, tuple);
      if (status == SourceStatus.Ok) continue;
      this.fault = status;
      const rule = this.ruleOf(status);
      if (rule == FaultRule.Skip) return IdentityResult.Skip;
      if (rule == FaultRule.Deny) return IdentityResult.Deny;
      if (rule == FaultRule.Fallback) {
        this.key = this.fallbackKey(facts, tuple, k0, k1);
        return IdentityResult.Key;
      }
      tuple.none();
    }
    this.key = tuple.key(k0, k1);
    return IdentityResult.Key;
  }

  private fallbackKey(facts: RequestFacts, tuple: Tuple, k0: u64, k1: u64): u64 {
    tuple.clear();
    for (let i = 0; i < this.fallback.length; i++) {
      if (this.fallback[i].read(facts, tuple) != SourceStatus.Ok) tuple.none();
    }
    // Another secret: a fallback never shares a key with a whole tuple of the same bytes.
    return tuple.key(k0, ~k1);
  }

  private ruleOf(status: SourceStatus): FaultRule {
    if (status == SourceStatus.Missing) return this.missing;
    return status == SourceStatus.Repeated ? this.repeated : this.oversized;
  }
}
