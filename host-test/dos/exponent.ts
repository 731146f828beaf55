// Growth exponent of a function's running time: the slope of a least-squares line through (log n,
// log time). Linear work has slope 1, quadratic 2, whatever the machine. Each time is the shortest
// of several turns taken in rounds over all sizes, because noise only ever adds time and slow
// spells then meet every size alike.

export interface ExponentOptions {
  /** Input sizes, growing; by default 4 sizes from 4 KiB to 256 KiB. */
  sizes?: number[];
  /** Rounds over all sizes. */
  rounds?: number;
  /** One measurement repeats the work until at least this long has passed. */
  sliceMs?: number;
}

export interface Growth {
  exponent: number;
  /** Size in input units and shortest time of one run in milliseconds. */
  points: { size: number; timeMs: number }[];
}

/**
 * Measures `run` on the inputs that `prepare` makes for each size.
 * `prepare(size)` is not timed; it returns the work to be timed.
 */
export function growth(
  prepare: (size: number) => () => unknown,
  options: ExponentOptions = {},
): Growth {
  const sizes = options.sizes ?? [4096, 16384, 65536, 262144];
  const works = sizes.map((size) => prepare(size));
  const best = sizes.map(() => Infinity);
  for (const work of works) work(); // the first run compiles
  for (let round = 0; round < (options.rounds ?? 7); round++) {
    works.forEach((work, i) => {
      best[i] = Math.min(best[i], sliceTime(work, options.sliceMs ?? 2));
    });
  }
  const points = sizes.map((size, i) => ({ size, timeMs: best[i] }));
  return { exponent: slope(points), points };
}

/**
 * Asserts that the exponent stays at or below `limit`. A measurement above it is repeated, at most `attempts` times, and the
 * shortest time of each size counts, whichever attempt it comes from: a busy machine can only lengthen times, while work that
 * is really quadratic (exponent 2) stays so however often it is measured. @throws Error with the measured points.
 */
export function expectGrowth(
  prepare: (size: number) => () => unknown,
  limit = 1.1,
  options: ExponentOptions & { attempts?: number } = {},
): Growth {
  let measured = growth(prepare, options);
  for (let left = (options.attempts ?? 8) - 1; left > 0 && measured.exponent > limit; left--) {
    measured = shortest(measured, growth(prepare, options));
  }
  if (measured.exponent <= limit) return measured;
  const points = measured.points.map((p) => `${p.size}: ${p.timeMs.toFixed(4)} ms`).join(", ");
  throw new Error(`growth exponent ${measured.exponent.toFixed(2)} > ${limit} (${points})`);
}

function shortest(a: Growth, b: Growth): Growth {
  const points = a.points.map(({ size, timeMs }, i) => ({
    size,
    timeMs: Math.min(timeMs, b.points[i].timeMs),
  }));
  return { exponent: slope(points), points };
}

/** Slope of the least-squares line through (log size, log time). */
export function slope(points: { size: number; timeMs: number }[]): number {
  const x = points.map((p) => Math.log(p.size));
  const y = points.map((p) => Math.log(p.timeMs));
  const meanX = mean(x);
  const meanY = mean(y);
  let above = 0;
  let below = 0;
  for (let i = 0; i < x.length; i++) {
    above += (x[i] - meanX) * (y[i] - meanY);
    below += (x[i] - meanX) ** 2;
  }
  return above / below;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Time of one run in milliseconds, averaged over as many as fit the slice. */
function sliceTime(work: () => unknown, sliceMs: number): number {
  const begin = performance.now();
  let runs = 0;
  let passed = 0;
  do {
    work();
    runs++;
    passed = performance.now() - begin;
  } while (passed < sliceMs);
  return passed / runs;
}
