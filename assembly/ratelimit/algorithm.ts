// What every counting rule offers the table: its whole state in one 64-bit word that grows with use and with time. The
// table compares words only by size, so a smaller word always means less used up, and a word at or below `idleBefore`
// means nothing at all. `inherit` is sound for any rule that keeps this order.

/**
 * How far ahead a word may lie before it is mended, beside what the rule itself allows: a worker that was held up between
 * reading the clock and deciding is behind the others by that much, and must not undo what they wrote.
 */
export const clockGraceNs: u64 = 10_000_000_000;

export abstract class Algorithm {
  /** Words at or below this have run out: their slot may be taken without losing anything. */
  abstract idleBefore(nowNs: u64): u64;

  /** The word after admitting `cost`, or 0 when the request must be denied. `word` 0 is a new identity. */
  abstract admit(word: u64, nowNs: u64, cost: u32): u64;

  /** The word after using `cost` whatever the limit says: for costs that are only known afterwards. */
  abstract charge(word: u64, nowNs: u64, cost: u32): u64;

  /**
   * The word with `cost` given back: another policy refused the request, its answer does not count, or it has ended.
   * @param sinceNs when it was admitted; a window that has passed since gives nothing back
   */
  abstract refund(word: u64, nowNs: u64, cost: u32, sinceNs: u64): u64;

  /**
   * The word as it can be true at `nowNs`: one that lies further ahead than `clockGraceNs` was written before the clock went back, and would
   * deny until the clock has caught up. The same word when nothing is wrong with it.
   */
  abstract mend(word: u64, nowNs: u64): u64;

  /** Nanoseconds until a request of `cost` can be admitted; 0 when it can be now. */
  abstract retryAfterNs(word: u64, nowNs: u64, cost: u32): u64;

  /** Tokens left now. */
  abstract remaining(word: u64, nowNs: u64): u32;

  /** Nanoseconds until nothing is used any more (GCRA) or the window ends. */
  abstract resetNs(word: u64, nowNs: u64): u64;

  /** Longest time for which a denial can hold: a denial remembered for longer comes from a clock that jumped. */
  abstract longestDenialNs(): u64;

  /** Most tokens that one moment can admit. */
  abstract capacity(): u32;
}
