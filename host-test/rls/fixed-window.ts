// What envoyproxy/ratelimit does with one rule for every descriptor: it counts hits in windows of the clock, counts those that it
// denies too, and tells what is left and when the window ends. A service for tests that need no other.
import type { Asked, Said } from "./codec.ts";

export class FixedWindowService {
  readonly asked: Asked[] = [];
  private readonly counts = new Map<string, number>();

  /**
   * @param limit hits in a window, for each descriptor
   * @param seconds length of a window
   * @param nowMs the clock
   */
  constructor(
    private readonly limit: number,
    private readonly seconds: number,
    private readonly nowMs: () => number,
  ) {}

  answer(asked: Asked): Said {
    this.asked.push(asked);
    const now = Math.floor(this.nowMs() / 1000);
    const window = Math.floor(now / this.seconds);
    const statuses = asked.descriptors.map(({ entries, hits }) => {
      const key = JSON.stringify([asked.domain, entries, window]);
      const used = (this.counts.get(key) ?? 0) + hits;
      this.counts.set(key, used);
      const resetSeconds = this.seconds - (now % this.seconds);
      return used > this.limit
        ? { code: 2, remaining: 0, resetSeconds }
        : { code: 1, remaining: this.limit - used, resetSeconds };
    });
    const code = statuses.some((status) => status.code === 2) ? 2 : 1;
    return { code, statuses };
  }
}
