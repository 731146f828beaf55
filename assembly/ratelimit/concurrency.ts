// Requests in flight instead of requests in a time. A request counts from its admission to its end, and at the latest until the
// window after the one it began in is over: a worker whose VM died never gives its requests back, so a count that could only be
// given back would shut an identity out for good. With windows of `lengthNs` a request counts for at least one, at most two.
// Giving back the last request frees the slot. A denial says nothing about the future: it must not be remembered.
import { TwoWindows } from "./two-windows";

/** What a denied client is told to wait: nobody knows when a request will end. */
const retryNs: u64 = 1_000_000_000;
const countsMask: u64 = 0xffffffffff;

@final
export class Concurrency extends TwoWindows {
  /**
   * @param lengthNs how long a request counts at least while it lasts
   * @param requests most requests in flight, 1 to maxWindowCount
   */
  constructor(lengthNs: u64, requests: u32) {
    super(lengthNs, requests);
  }

  admit(word: u64, nowNs: u64, cost: u32): u64 {
    return this.inFlight(word, nowNs) + cost > this.requests ? 0 : this.charge(word, nowNs, cost);
  }

  /** The request that was admitted at `sinceNs` has ended. */
  refund(word: u64, nowNs: u64, cost: u32, sinceNs: u64): u64 {
    const left = super.refund(word, nowNs, cost, sinceNs);
    return (left & countsMask) == 0 ? 0 : left;
  }

  retryAfterNs(word: u64, nowNs: u64, cost: u32): u64 {
    return this.admit(word, nowNs, cost) != 0 ? 0 : retryNs;
  }

  remaining(word: u64, nowNs: u64): u32 {
    const used = this.inFlight(word, nowNs);
    return used >= this.requests ? 0 : this.requests - <u32>used;
  }

  resetNs(word: u64, nowNs: u64): u64 {
    return 0;
  }

  longestDenialNs(): u64 {
    return 0;
  }

  private inFlight(word: u64, nowNs: u64): u64 {
    return this.current(word, nowNs) + this.previous(word, nowNs);
  }
}
