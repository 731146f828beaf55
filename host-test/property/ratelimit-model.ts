// What the counting rules mean, said a second time without words, tables or races: a bucket that fills, counts by window, a list
// of requests in flight. Numbers are exact (bigint), identities live in a Map that grows. The limiter must agree with it.

export interface Model {
  /** Whether a request of `cost` is admitted at `now`, and then uses it up. */
  take(key: bigint, now: bigint, cost: bigint): boolean;
  /** Gives back what was admitted at `since`. */
  refund(key: bigint, now: bigint, cost: bigint, since: bigint): void;
  /** Uses up whatever the limit says. */
  charge(key: bigint, now: bigint, cost: bigint): void;
  remaining(key: bigint, now: bigint): bigint;
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** A bucket of `burst` tokens that gains one every `emission`; levels are counted in nanoseconds of filling. */
export class BucketModel implements Model {
  private readonly levels = new Map<bigint, { level: bigint; at: bigint }>();
  private readonly full: bigint;

  constructor(
    private readonly emission: bigint,
    burst: bigint,
  ) {
    this.full = burst * emission;
  }

  private level(key: bigint, now: bigint): bigint {
    const known = this.levels.get(key);
    return known === undefined ? this.full : min(this.full, known.level + (now - known.at));
  }

  take(key: bigint, now: bigint, cost: bigint): boolean {
    const level = this.level(key, now);
    if (level < cost * this.emission) return false;
    this.levels.set(key, { level: level - cost * this.emission, at: now });
    return true;
  }

  refund(key: bigint, now: bigint, cost: bigint): void {
    this.levels.set(key, {
      level: min(this.full, this.level(key, now) + cost * this.emission),
      at: now,
    });
  }

  charge(key: bigint, now: bigint, cost: bigint): void {
    this.levels.set(key, { level: max(0n, this.level(key, now) - cost * this.emission), at: now });
  }

  remaining(key: bigint, now: bigint): bigint {
    return this.level(key, now) / this.emission;
  }
}

/** Counts by window of the calendar; `weight` says how much of the current and the previous one counts at a moment. */
export class WindowModel implements Model {
  private readonly counts = new Map<string, bigint>();

  constructor(
    private readonly length: bigint,
    private readonly requests: bigint,
    private readonly kind: "fixedWindow" | "slidingWindow" | "concurrency",
  ) {}

  private used(key: bigint, now: bigint): bigint {
    const window = now / this.length;
    const current = this.counts.get(`${key}/${window}`) ?? 0n;
    const previous = this.counts.get(`${key}/${window - 1n}`) ?? 0n;
    if (this.kind === "fixedWindow") return current;
    if (this.kind === "concurrency") return current + previous;
    const left = this.length - (now % this.length);
    return current + (previous * left + this.length - 1n) / this.length;
  }

  private add(key: bigint, at: bigint, cost: bigint): void {
    const name = `${key}/${at / this.length}`;
    this.counts.set(name, max(0n, (this.counts.get(name) ?? 0n) + cost));
  }

  take(key: bigint, now: bigint, cost: bigint): boolean {
    if (this.used(key, now) + cost > this.requests) return false;
    this.add(key, now, cost);
    return true;
  }

  refund(key: bigint, _now: bigint, cost: bigint, since: bigint): void {
    this.add(key, since, -cost);
  }

  charge(key: bigint, now: bigint, cost: bigint): void {
    this.add(key, now, cost);
  }

  remaining(key: bigint, now: bigint): bigint {
    return max(0n, this.requests - this.used(key, now));
  }
}
