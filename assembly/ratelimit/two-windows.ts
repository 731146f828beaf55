// A word that holds two neighbouring windows of time: what the current one counts and what the one before it did. Sliding windows
// weigh the older count, concurrency adds it. Word: window number in the upper 24 bits, current count in the next 20, previous
// count in the lowest 20; the current count stands above the previous one so that a larger word means more used up.
import { Algorithm, clockGraceNs } from "./algorithm";

/** Most that one count can hold beside the sign that it is full. */
export const maxWindowCount: u32 = 0xffffe;

const windowShift: u64 = 40;
const currentShift: u64 = 20;
const countMask: u64 = 0xfffff;
const windowMask: u64 = 0xffffff;

export abstract class TwoWindows extends Algorithm {
  /**
   * @param lengthNs length of a window, at least a second
   * @param requests tokens, 1 to maxWindowCount
   */
  constructor(
    protected lengthNs: u64,
    protected requests: u32,
  ) {
    super();
  }

  idleBefore(nowNs: u64): u64 {
    const window = this.window(nowNs);
    return window < 2 ? 0 : ((window - 1) << windowShift) - 1;
  }

  charge(word: u64, nowNs: u64, cost: u32): u64 {
    const current = min<u64>(this.current(word, nowNs) + cost, countMask);
    return (
      (this.window(nowNs) << windowShift) | (current << currentShift) | this.previous(word, nowNs)
    );
  }

  /** Taken from the window in which it was used; a window that is gone gives nothing back. */
  refund(word: u64, nowNs: u64, cost: u32, sinceNs: u64): u64 {
    const behind = ((word >> windowShift) - this.window(sinceNs)) & windowMask;
    const current = (word >> currentShift) & countMask;
    if (behind == 0) return word - (min<u64>(cost, current) << currentShift);
    return behind == 1 ? word - min<u64>(cost, word & countMask) : word;
  }

  mend(word: u64, nowNs: u64): u64 {
    const ahead = ((word >> windowShift) - this.window(nowNs + clockGraceNs)) & windowMask;
    return ahead != 0 && ahead <= windowMask >> 1 ? this.charge(word, nowNs, 0) : word;
  }

  capacity(): u32 {
    return this.requests;
  }

  protected current(word: u64, nowNs: u64): u64 {
    const behind = this.behind(word, nowNs);
    return behind == 0 ? (word >> currentShift) & countMask : 0;
  }

  protected previous(word: u64, nowNs: u64): u64 {
    const behind = this.behind(word, nowNs);
    if (behind == 0) return word & countMask;
    return behind == 1 ? (word >> currentShift) & countMask : 0;
  }

  private window(nowNs: u64): u64 {
    return (nowNs / this.lengthNs) & windowMask;
  }

  /** Windows that have passed since the word's; 0 for a later one: the clock went back, and going back gains nothing. */
  private behind(word: u64, nowNs: u64): u64 {
    const behind = (this.window(nowNs) - (word >> windowShift)) & windowMask;
    return behind > windowMask >> 1 ? 0 : behind;
  }
}
