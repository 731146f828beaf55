// Time as the data path sees it. The real one is below; tests hand in their own and move it by hand.

export interface Timers {
  /** Milliseconds that only go forward. */
  nowMs(): number;
  /** Calls `tick` again and again until the returned function is called. */
  every(intervalMs: number, tick: () => void): () => void;
  /** Calls `due` once, unless the returned function is called before. */
  after(delayMs: number, due: () => void): () => void;
}

/** This process's timers; none of them keeps the process alive. */
export const processTimers: Timers = {
  nowMs: () => performance.now(),
  every(intervalMs, tick) {
    const timer = setInterval(tick, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
  after(delayMs, due) {
    const timer = setTimeout(due, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
