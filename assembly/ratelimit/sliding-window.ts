// Sliding window by two counters: the current window's count plus the previous one's, weighted by how much of it the sliding
// window still covers. It assumes that the previous window's requests were spread evenly; bursts at a boundary are bounded
// by that, unlike with fixed windows. Denied requests are not counted: a client that retries does recover.
import { TwoWindows, maxWindowCount } from "./two-windows";

export const maxSlidingWindowRequests: u32 = maxWindowCount;

@final
export class SlidingWindow extends TwoWindows {
  /**
   * @param lengthNs length of the window, at least a second
   * @param requests tokens in any window, 1 to maxSlidingWindowRequests
   */
  constructor(lengthNs: u64, requests: u32) {
    super(lengthNs, requests);
  }

  admit(word: u64, nowNs: u64, cost: u32): u64 {
    return this.estimate(word, nowNs) + cost > this.requests ? 0 : this.charge(word, nowNs, cost);
  }

  /** The current count leaves only as the next window passes, so the exact time is found in that order. */
  retryAfterNs(word: u64, nowNs: u64, cost: u32): u64 {
    if (this.admit(word, nowNs, cost) != 0) return 0;
    const elapsed = nowNs % this.lengthNs;
    const toNext = this.lengthNs - elapsed;
    const current = this.current(word, nowNs);
    const room = <u64>this.requests - min<u64>(cost, this.requests);
    if (current <= room) {
      const previous = this.previous(word, nowNs);
      const keep = previous == 0 ? this.lengthNs : this.part(room - current, previous);
      return keep >= toNext ? 1 : toNext - keep;
    }
    return toNext + this.lengthNs - this.part(room, current);
  }

  remaining(word: u64, nowNs: u64): u32 {
    const used = this.estimate(word, nowNs);
    return used >= this.requests ? 0 : this.requests - <u32>used;
  }

  resetNs(word: u64, nowNs: u64): u64 {
    return this.lengthNs - (nowNs % this.lengthNs);
  }

  longestDenialNs(): u64 {
    return 2 * this.lengthNs;
  }

  /** Nanoseconds of a window in which `share` of `total` evenly spread requests fall. */
  private part(share: u64, total: u64): u64 {
    return (this.lengthNs / total) * share;
  }

  /** Rounded up: the rest of the previous window never counts for less than it is. */
  private estimate(word: u64, nowNs: u64): u64 {
    const left = this.lengthNs - (nowNs % this.lengthNs);
    const share = (left >> 10) * this.previous(word, nowNs);
    const length = this.lengthNs >> 10;
    return this.current(word, nowNs) + (share + length - 1) / length;
  }
}
