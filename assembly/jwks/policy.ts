// When keys are fetched again: softly, before they grow old, and never in step with other proxies; after a failure sooner, but
// less and less often. All times are milliseconds since 1970, all answers are times to come.

/** Shortest life that an answer can ask for, so that `max-age=0` does not make every request a fetch. */
const LEAST_LIFE_MS: u64 = 30000;
/** Bytes of a set of keys that can be kept. */
export const MAX_KEYS_BYTES: u32 = 262144;

@final
export class FetchPolicy {
  /** Longest time a set counts as fresh; the answer's Cache-Control can shorten it. */
  cacheMs: u64 = 600000;
  /** How much longer a set that cannot be renewed may be used. 0: not at all. */
  staleMs: u64 = 86400000;
  /** Shortest time between a fetch and one that an unknown kid asks for. */
  coolDownMs: u64 = 30000;
  /** Longest time one fetch can take, its steps together. */
  timeoutMs: u64 = 5000;
  /** First pause after a failure; each further one doubles it. */
  retryMs: u64 = 1000;
  retryMostMs: u64 = 60000;
  /** Longest set, bytes. */
  mostBytes: u32 = MAX_KEYS_BYTES;

  /** How long a set fetched now is fresh. @param maxAgeSeconds what the answer said; negative: nothing */
  lifeMs(maxAgeSeconds: i64): u64 {
    if (maxAgeSeconds < 0) return this.cacheMs;
    const told = max<u64>(<u64>maxAgeSeconds * 1000, LEAST_LIFE_MS);
    return min<u64>(told, this.cacheMs);
  }

  /** When to renew a set that is fresh for `lifeMs`: after 72 to 88 % of it. @param noise any number */
  renewalMs(lifeMs: u64, noise: u64): u64 {
    return spread((lifeMs * 8) / 10, noise);
  }

  /** How long to wait after `failures` failures in a row, 1 or more. */
  pauseMs(failures: u32, noise: u64): u64 {
    const shift = min<u32>(failures - 1, 16);
    return spread(min<u64>(this.retryMs << shift, this.retryMostMs), noise);
  }
}

/** 90 to 110 % of a time. */
function spread(ms: u64, noise: u64): u64 {
  // 2,001 steps: the first 21 bits are noise enough.
  return (ms * (9000 + (noise % 2001))) / 10000;
}
