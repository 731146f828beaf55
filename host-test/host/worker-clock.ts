// The host's clock as one worker sees it: what falls due becomes a job in that worker's own queue, as in a thread with an
// event loop. Without a scheduler the job runs at once.
import type { Clock, Timer } from "./clock.ts";

export class WorkerClock implements Clock {
  readonly #clock: Clock;
  readonly #post: (job: () => void) => void;

  constructor(clock: Clock, post: (job: () => void) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  nowUs(): number {
    return this.#clock.nowUs();
  }

  monotonicNs(): number {
    return this.#clock.monotonicNs();
  }

  schedule(delayMs: number, callback: () => void): Timer {
    let cancelled = false;
    const timer = this.#clock.schedule(delayMs, () => {
      this.#post(() => {
        if (!cancelled) callback();
      });
    });
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  }
}
