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

  /**
   * @param emissionNs period divided by requests, at least minEmissionNs
   * @param burst tokens of a full bucket, 1 or more; burst times emissionNs at most maxToleranceNs
   */
  constructor(
    private emissionNs: u64,
    private burst: u32,
  ) {
    super();
    this.toleranceNs = emissionNs * burst;
  }

  idleBefore(nowNs: u64): u64 {
    return nowNs;
  }

  admit(word: u64, nowNs: u64, cost: u32): u64 {
    const next = this.charge(word, nowNs, cost);
    return next - nowNs <= this.toleranceNs ? next : 0;
  }

  charge(word: u64, nowNs: u64, cost: u32): u64 {
    return this.base(word, nowNs) + this.price(cost);
  }

  refund(word: u64, nowNs: u64, cost: u32): u64 {
    const price = this.price(cost);
    return word > price ? word - price : 0;
  }

  mend(word: u64, nowNs: u64): u64 {
    return word <= nowNs + this.toleranceNs + clockGraceNs ? word : this.base(word, nowNs);
  }

  retryAfterNs(word: u64, nowNs: u64, cost: u32): u64 {
    const next = this.charge(word, nowNs, cost);
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
    return this.toleranceNs;
  }

  capacity(): u32 {
    return this.burst;
  }

  /** A cost above the burst can never be admitted; counting it as burst + 1 keeps the product in 64 bits. */
  private price(cost: u32): u64 {
    return this.emissionNs * (cost > this.burst ? <u64>this.burst + 1 : cost);
  }

  /** A word further ahead than a full burst says that the clock went backwards: it counts as a full burst used now. */
  private base(word: u64, nowNs: u64): u64 {
    if (word <= nowNs) return nowNs;
    const latest = nowNs + this.toleranceNs;
    return word > latest ? latest : word;
  }
}
