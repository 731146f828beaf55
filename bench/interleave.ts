// Timing of functions that share one busy machine: all candidates take turns in short slices and each is quoted by the
// 5th percentile of its slices. Medians of separate runs moved by a factor of two here; ratios within one run did not.

export interface Candidate {
  name: string;
  /** Does `count` operations; the loop stands inside, so that the call itself costs nothing. */
  run(count: number): void;
}

export interface Timing {
  name: string;
  /** Nanoseconds per operation, 5th percentile over the slices. */
  bestNs: number;
  /** Nanoseconds per operation, median over the slices. */
  medianNs: number;
}

export interface InterleaveOptions {
  /** Turns of each candidate; default 60. */
  rounds?: number;
  /** Aimed length of one turn in milliseconds; default 3. */
  sliceMs?: number;
  /** Operations before anything counts, so that the optimising compiler is done; default 2,000. */
  warmup?: number;
}

/** Times all candidates in turns. */
export function interleave(candidates: Candidate[], options: InterleaveOptions = {}): Timing[] {
  const { rounds = 60, sliceMs = 3, warmup = 2000 } = options;
  const runs = candidates.map((candidate) => {
    candidate.run(warmup);
    return { candidate, count: calibrate(candidate, sliceMs), slices: [] as number[] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { candidate, count, slices } of runs) slices.push(time(candidate, count) / count);
  }
  return runs.map(({ candidate, slices }) => {
    slices.sort((a, b) => a - b);
    return {
      name: candidate.name,
      bestNs: slices[Math.floor(slices.length * 0.05)],
      medianNs: slices[slices.length >> 1],
    };
  });
}

function calibrate(candidate: Candidate, sliceMs: number): number {
  let count = 1;
  for (;;) {
    const took = time(candidate, count);
    if (took > sliceMs * 1e6 * 0.5 || count > 1e8)
      return Math.max(1, Math.round((count * sliceMs * 1e6) / took));
    count *= 4;
  }
}

function time(candidate: Candidate, count: number): number {
  const start = process.hrtime.bigint();
  candidate.run(count);
  return Number(process.hrtime.bigint() - start);
}
