// Mulberry32, a small seeded generator: a failing test can be repeated from its seed.

/**
 * Makes a function that returns a whole number from 0 up to, not including, its argument (at most
 * 2^32).
 */
export function seededRandom(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
