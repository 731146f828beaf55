// A circuit breaker: after so many failures in a row nothing is called for a while, then one call tries again. Without it a service
// that is down costs every request its timeout.

@final
export class Breaker {
  private failed: u32 = 0;
  /** Nothing is called until then; 0: closed. */
  private openUntilNs: u64 = 0;

  /**
   * @param failures in a row that open it, 1 or more
   * @param openNs how long it stays open, and how long a trial call may be on its way before another one is tried
   */
  constructor(
    private failures: u32,
    private openNs: u64,
  ) {}

  get isOpen(): bool {
    return this.openUntilNs != 0;
  }

  /** Whether a call may be made now. While open that is one call after each `openNs`: the trial. */
  allows(nowNs: u64): bool {
    if (this.openUntilNs == 0) return true;
    // An end further away than `openNs` was set before the clock went back.
    if (nowNs < this.openUntilNs && this.openUntilNs - nowNs <= this.openNs) return false;
    this.openUntilNs = nowNs + this.openNs;
    return true;
  }

  succeeded(): void {
    this.failed = 0;
    this.openUntilNs = 0;
  }

  failedAt(nowNs: u64): void {
    if (this.failed < this.failures) this.failed++;
    if (this.failed == this.failures) this.openUntilNs = nowNs + this.openNs;
  }
}
