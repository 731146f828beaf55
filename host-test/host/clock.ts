// Time as the simulator sees it: a virtual clock for tests (nothing happens until it is advanced) and a real one for
// `serve`. Ticks, callout timeouts and reload back-off all run on it. Microseconds, because that is what Envoy's own
// wall clock resolves to; a JS number holds them exactly until the year 2255.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock in whole microseconds since 1970. */
  nowUs(): number;
  /** Nanoseconds since an arbitrary start; never goes back. */
  monotonicNs(): number;
  /** Runs `callback` once, `delayMs` from now (0 = the next turn of the event loop). */
  schedule(delayMs: number, callback: () => void): Timer;
}

interface Entry {
  dueUs: number;
  order: number;
  callback: (() => void) | undefined;
}

/** "30s", "250ms", "2m", "1h" or a number of milliseconds. @throws RangeError for other text */
export function parseDurationMs(duration: string | number): number {
  if (typeof duration === "number") return duration;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration);
  if (match === null)
    throw new RangeError(`not a duration: "${duration}" (use 250ms, 30s, 2m, 1h)`);
  const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as "ms" | "s" | "m" | "h"];
  return Number(match[1]) * unitMs;
}

/** Machine uptime at which a virtual clock starts: Go's runtime gives up on a monotonic clock that reads 0. */
const bootNs = 3_600e9;

/** A clock that stands still until told otherwise; timers fire in order of their due time, then of their creation. */
export class VirtualClock implements Clock {
  #wallUs: number;
  #elapsedUs = 0;
  #order = 0;
  #timers: Entry[] = [];

  /** @param start ISO date or milliseconds since 1970; default 2026-01-01T00:00:00Z */
  constructor(start: string | number = "2026-01-01T00:00:00Z") {
    const ms = typeof start === "number" ? start : Date.parse(start);
    if (Number.isNaN(ms)) throw new RangeError(`not a date: "${start}"`);
    this.#wallUs = ms * 1000;
  }

  nowUs(): number {
    return this.#wallUs + Math.floor(this.#stoppedUs ?? this.#elapsedUs);
  }

  monotonicNs(): number {
    return bootNs + this.#elapsedUs * 1000;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const entry: Entry = {
      dueUs: this.#elapsedUs + Math.max(0, delayMs) * 1000,
      order: this.#order++,
      callback,
    };
    let at = this.#timers.length;
    while (at > 0 && this.#timers[at - 1].dueUs > entry.dueUs) at--;
    this.#timers.splice(at, 0, entry);
    return {
      cancel: () => {
        if (entry.callback === undefined) return;
        entry.callback = undefined;
        const index = this.#timers.indexOf(entry);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
  }

  /** Lets time pass and fires what falls due on the way, including timers that those callbacks set. */
  advance(duration: string | number): void {
    const untilUs = this.#elapsedUs + parseDurationMs(duration) * 1000;
    while (this.#timers.length > 0 && this.#timers[0].dueUs <= untilUs) this.#fireFirst();
    this.#elapsedUs = Math.max(this.#elapsedUs, untilUs);
  }

  /** Fires everything due at this very moment; used between two frames of a flow. */
  turn(): void {
    while (this.#timers.length > 0 && this.#timers[0].dueUs <= this.#elapsedUs) this.#fireFirst();
  }

  /** Moves the wall clock alone, as an operator or NTP would; timers and the monotonic clock do not notice. */
  jump(duration: string | number): void {
    this.#wallUs += parseDurationMs(duration) * 1000;
  }

  /** The wall clock stops (true) or goes on from where it stood; timers and the monotonic clock run on. */
  standStill(stopped: boolean): void {
    if (stopped === (this.#stoppedUs !== undefined)) return;
    if (stopped) this.#stoppedUs = this.#elapsedUs;
    else {
      this.#wallUs -= this.#elapsedUs - this.#stoppedUs!;
      this.#stoppedUs = undefined;
    }
  }
  #stoppedUs: number | undefined;

  #fireFirst(): void {
    const entry = this.#timers.shift()!;
    this.#elapsedUs = Math.max(this.#elapsedUs, entry.dueUs);
    const callback = entry.callback;
    entry.callback = undefined;
    callback?.();
  }
}

/** The machine's own clock and timers. */
export class RealClock implements Clock {
  nowUs(): number {
    return Math.floor((performance.timeOrigin + performance.now()) * 1000);
  }

  monotonicNs(): number {
    return Math.floor(performance.now() * 1e6);
  }

  schedule(delayMs: number, callback: () => void): Timer {
    // A tick or a callout timeout alone must not keep the process alive (Node's timers are objects with unref).
    const timer: unknown = setTimeout(callback, delayMs);
    if (delayMs > 0) (timer as { unref?: () => void }).unref?.();
    return { cancel: () => clearTimeout(timer as number) };
  }
}
