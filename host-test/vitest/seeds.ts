// Runs a property over many seeds and says which one failed: `MESHWARDEN_SEED=n` repeats just that run.

/** The seed named by the environment, undefined when none is. @throws RangeError for what is no whole number */
export function namedSeed(): number | undefined {
  // In a browser there is no process, and no environment.
  const text = typeof process === "undefined" ? undefined : process.env["MESHWARDEN_SEED"];
  if (text === undefined || text === "") return undefined;
  if (!/^\d+$/.test(text)) throw new RangeError(`MESHWARDEN_SEED="${text}" is no whole number`);
  return Number(text);
}

/**
 * Calls `run` with the seeds 1 to `count`, or with the one in MESHWARDEN_SEED alone.
 * @throws what `run` threw, its message led by the seed
 */
export async function acrossSeeds(
  count: number,
  run: (seed: number) => void | Promise<void>,
): Promise<void> {
  const named = namedSeed();
  const seeds = named === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [named];
  for (const seed of seeds) {
    try {
      await run(seed);
    } catch (error) {
      const what = error instanceof Error ? error : new Error(String(error));
      what.message = `seed ${seed} (repeat with MESHWARDEN_SEED=${seed}): ${what.message}`;
      throw what;
    }
  }
}
