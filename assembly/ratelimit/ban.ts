// A ban: the word is the time until which an identity is shut out, whatever it does. `check` of a limiter over it asks, and
// `charge` begins or prolongs a ban; nothing is ever used up. In a full shard `charge` drops the ban that ends first.
import { Algorithm, clockGraceNs } from "./algorithm";

@final
export class Ban extends Algorithm {
  /** @param lengthNs how long a ban lasts, 1 or more */
  constructor(private lengthNs: u64) {
    super();
  }

  idleBefore(nowNs: u64): u64 {
    return nowNs;
  }

  admit(word: u64, nowNs: u64, cost: u32): u64 {
    return this.left(word, nowNs) > 0 ? 0 : nowNs;
  }

  charge(word: u64, nowNs: u64, cost: u32): u64 {
    return nowNs + this.lengthNs;
  }

  refund(word: u64, nowNs: u64, cost: u32, sinceNs: u64): u64 {
    return word;
  }

  mend(word: u64, nowNs: u64): u64 {
    return word <= nowNs + this.lengthNs + clockGraceNs ? word : nowNs + this.lengthNs;
  }

  retryAfterNs(word: u64, nowNs: u64, cost: u32): u64 {
    return this.left(word, nowNs);
  }

  remaining(word: u64, nowNs: u64): u32 {
    return 0;
  }

  resetNs(word: u64, nowNs: u64): u64 {
    return this.left(word, nowNs);
  }

  longestDenialNs(): u64 {
    return this.lengthNs;
  }

  capacity(): u32 {
    return 0;
  }

  /** A ban further ahead than its length says that the clock went backwards: it then lasts one length from now. */
  private left(word: u64, nowNs: u64): u64 {
    return word <= nowNs ? 0 : min<u64>(word - nowNs, this.lengthNs);
  }
}
