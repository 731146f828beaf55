// Sliding window by two counters: the current window's count plus the previous one's, weighted by how much of it the sliding
// window still covers. It assumes that the previous window's requests were spread evenly; bursts at a boundary are bounded
// by that, unlike with fixed windows. Denied requests are not counted: a client that retries does recover.
// Word: window number in the upper 24 bits, current count in the next 20, previous count in the lowest 20. The current count
// stands above the previous one so that a larger word means more used up.
import { Algorithm, clockGraceNs } from "./algorithm";

export const maxSlidingWindowRequests: u32 = 0xffffe;

const windowShift: u64 = 40;
const currentShift: u64 = 20;
const countMask: u64 = 0xfffff;
const windowMask: u64 = 0xffffff;

@final
export class SlidingWindow extends Algorithm {
  /**
   * @param lengthNs length of the window, at least a second
   * @param requests tokens in any window, 1 to maxSlidingWindowRequests
   */
  constructor(
    private lengthNs: u64,
    private requests: u32,
  ) {
    super();
  }

  idleBefore(nowNs: u64): u64 {
    const window = this.window(nowNs);
    return window < 2 ? 0 : ((window - 1) << windowShift) - 1;
  }

  admit(word: u64, nowNs: u64, cost: u32): u64 {
    return this.estimate(word, nowNs) + cost > this.requests ? 0 : this.charge(word, nowNs, cost);
  }

  charge(word: u64, nowNs: u64, cost: u32): u64 {
    const current = min<u64>(this.current(word, nowNs) + cost, countMask);
    return (
      (this.window(nowNs) << windowShift) | (current << currentShift) | this.previous(word, nowNs)
    );
  }

  refund(word: u64, nowNs: u64, cost: u32): u64 {
    const current = (word >> currentShift) & countMask;
    return word - (min<u64>(cost, current) << currentShift);
  }

  mend(word: u64, nowNs: u64): u64 {
    const ahead = ((word >> windowShift) - this.window(nowNs + clockGraceNs)) & windowMask;
    return ahead != 0 && ahead <= windowMask >> 1 ? this.charge(word, nowNs, 0) : word;
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

  capacity(): u32 {
    return this.requests;
  }

  /** Nanoseconds of a window in which `share` of `total` evenly spread requests fall. */
  private part(share: u64, total: u64): u64 {
    return (this.lengthNs / total) * share;
  }

  private window(nowNs: u64): u64 {
    return (nowNs / this.lengthNs) & windowMask;
  }

  /** Windows that have passed since the word's; 0 for a later one: the clock went back, and going back gains nothing. */
  private behind(word: u64, nowNs: u64): u64 {
    const behind = (this.window(nowNs) - (word >> windowShift)) & windowMask;
    return behind > windowMask >> 1 ? 0 : behind;
  }

  private current(word: u64, nowNs: u64): u64 {
    const behind = this.behind(word, nowNs);
    return behind == 0 ? (word >> currentShift) & countMask : 0;
  }

  private previous(word: u64, nowNs: u64): u64 {
    const behind = this.behind(word, nowNs);
    if (behind == 0) return word & countMask;
    return behind == 1 ? (word >> currentShift) & countMask : 0;
  }

  /** Rounded up: the rest of the previous window never counts for less than it is. */
  private estimate(word: u64, nowNs: u64): u64 {
    const left = this.lengthNs - (nowNs % this.lengthNs);
    const share = (left >> 10) * this.previous(word, nowNs);
    const length = this.lengthNs >> 10;
    return this.current(word, nowNs) + (share + length - 1) / length;
  }
}
