// What a limiter answers, and what it does with a newcomer when there is no room.

/** What a new identity gets when its shard is full. */
export const enum OnTableFull {
  /** The smallest word of the shard: never under-counts. */
  Inherit = 0,
  Deny = 1,
  /** A fresh word, and the evicted identity starts afresh too: under-counts. */
  Reset = 2,
  /** Admitted without a count. */
  Allow = 3,
}

export const enum Verdict {
  Admitted = 0,
  Denied = 1,
  /** Denied because the shard is full and the policy says so. */
  DeniedTableFull = 2,
  /** Other workers won every race: denied, since an allowance that is not written down is not a limit. */
  Exhausted = 3,
  /** The store did not answer. */
  Unavailable = 4,
}
