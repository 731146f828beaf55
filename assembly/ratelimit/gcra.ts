// GCRA (generic cell rate algorithm, ITU-T I.371, virtual scheduling): the word is the theoretical arrival time (TAT) of the
// next request that would find a full bucket. It equals a token bucket exactly, with rate and burst apart, and the word only
// moves forward, so a denial stays true until a time known now: that is what makes the deny cache exact.
// Times are nanoseconds of one clock; a TAT at or before now is the same as no state at all.
import { Algorithm, clockGraceNs } from "./algorithm";

/** Shortest distance between two requests at full rate, in nanoseconds: a million requests a second. */
export const minEmissionNs: u64 = 1000;
/** Longest time that a full burst may stand for: 400 days, in nanoseconds. */
export const maxToleranceNs: u64 = 34_560_000_000_000_000;

@final
export class Gcra extends Algorithm {
  private toleranceNs: u64;
  /** As far ahead as a word can lie: a full burst and the longest debt. */
  private horizonNs: u64;

  /**
   * @param emissionNs period divided by requests, at least minEmissionNs
   * @param burst tokens of a full bucket, 1 or more; burst and debt times emissionNs at most maxToleranceNs
   * @param debt tokens beyond an empty bucket that `charge` still counts, for costs known only afterwards; 0: none
   */
  constructor(
    private emissionNs: u64,
    private burst: u32,
    private debt: u32 = 0,
  ) {
    super();
    this.toleranceNs = emissionNs * burst;
    this.horizonNs = this.toleranceNs + emissionNs * debt;
  }

  idleBefore(nowNs: u64): u64 {
    return nowNs;
  }

  admit(word: u64, nowNs: u64, cost: u32): u64 {
    const next = this.after(word, nowNs, cost);
    return next - nowNs <= this.toleranceNs ? next : 0;
  }

  charge(word: u64, nowNs: u64, cost: u32): u64 {
    return min<u64>(this.after(word, nowNs, cost), nowNs + this.horizonNs);
  }

  refund(word: u64, nowNs: u64, cost: u32, sinceNs: u64): u64 {
    const price = this.price(cost);
    return word > price ? word - price : 0;
  }

  mend(word: u64, nowNs: u64): u64 {
    return word <= nowNs + this.horizonNs + clockGraceNs ? word : this.base(word, nowNs);
  }

  retryAfterNs(word: u64, nowNs: u64, cost: u32): u64 {
    const next = this.after(word, nowNs, cost);
    const allowed = nowNs + this.toleranceNs;
    return next > allowed ? next - allowed : 0;
  }

  remaining(word: u64, nowNs: u64): u32 {
    const used = this.base(word, nowNs) - nowNs;
    return used >= this.toleranceNs ? 0 : <u32>((this.toleranceNs - used) / this.emissionNs);
  }

  resetNs(word: u64, nowNs: u64): u64 {
    return this.base(word, nowNs) - nowNs;
  }

  longestDenialNs(): u64 {
    return this.horizonNs;
  }

  capacity(): u32 {
    return this.burst;
  }

  private after(word: u64, nowNs: u64, cost: u32): u64 {
    return this.base(word, nowNs) + this.price(cost);
  }

  /** A cost above burst and debt is never admitted nor paid; counting it as one more keeps the product in 64 bits. */
  private price(cost: u32): u64 {
    const most = <u64>this.burst + this.debt;
    return this.emissionNs * (cost > most ? most + 1 : cost);
  }

  /** A word further ahead than everything that can be owed says that the clock went backwards: that much is owed now. */
  private base(word: u64, nowNs: u64): u64 {
    if (word <= nowNs) return nowNs;
    const latest = nowNs + this.horizonNs;
    return word > latest ? latest : word;
  }
}
