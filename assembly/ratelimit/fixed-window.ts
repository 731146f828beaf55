// Fixed calendar window, for quotas that are billed by the day or the month: windows of one length that start at multiples
// of it since the epoch (UTC) plus an offset. Twice the quota can pass around a boundary; that is what a calendar means.
// Word: window number in the upper 40 bits, tokens used in the lower 24.
import { Algorithm, clockGraceNs } from "./algorithm";

export const maxFixedWindowRequests: u32 = 0xfffffe;

const countBits: u64 = 24;
const countMask: u64 = 0xffffff;

@final
export class FixedWindow extends Algorithm {
  /**
   * @param lengthNs length of a window, at least a second
   * @param requests tokens in a window, 1 to maxFixedWindowRequests
   */
  constructor(
    private lengthNs: u64,
    private requests: u32,
  ) {
    super();
  }

  idleBefore(nowNs: u64): u64 {
    const window = nowNs / this.lengthNs;
    return window == 0 ? 0 : (window << countBits) - 1;
  }

  admit(word: u64, nowNs: u64, cost: u32): u64 {
    return <u64>this.used(word, nowNs) + cost > this.requests ? 0 : this.charge(word, nowNs, cost);
  }

  charge(word: u64, nowNs: u64, cost: u32): u64 {
    const used = min<u64>(<u64>this.used(word, nowNs) + cost, countMask);
    return ((nowNs / this.lengthNs) << countBits) | used;
  }

  refund(word: u64, nowNs: u64, cost: u32, sinceNs: u64): u64 {
    const isCurrent = word >> countBits == sinceNs / this.lengthNs;
    return isCurrent ? word - min<u64>(cost, word & countMask) : word;
  }

  mend(word: u64, nowNs: u64): u64 {
    return word >> countBits > (nowNs + clockGraceNs) / this.lengthNs
      ? this.charge(word, nowNs, 0)
      : word;
  }

  retryAfterNs(word: u64, nowNs: u64, cost: u32): u64 {
    return this.admit(word, nowNs, cost) != 0 ? 0 : this.resetNs(word, nowNs);
  }

  remaining(word: u64, nowNs: u64): u32 {
    const used = this.used(word, nowNs);
    return used >= this.requests ? 0 : this.requests - used;
  }

  resetNs(word: u64, nowNs: u64): u64 {
    return this.lengthNs - (nowNs % this.lengthNs);
  }

  longestDenialNs(): u64 {
    return this.lengthNs;
  }

  capacity(): u32 {
    return this.requests;
  }

  /** A word of a later window says that the clock went back: its count is kept, so that going back gains nothing. */
  private used(word: u64, nowNs: u64): u32 {
    return word >> countBits < nowNs / this.lengthNs ? 0 : <u32>(word & countMask);
  }
}
