// A fuzz loop that forgets nothing: inputs that once failed are kept as files and tried first, new ones are invented by
// fast-check, and a failure is shrunk, kept and named together with its seed. Published as meshwarden/fuzz.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { namedSeed } from "./seeds.ts";

export interface FuzzOptions<T> {
  /** What is tried, for example `requests()` of meshwarden/arbitraries. */
  inputs: fc.Arbitrary<T>;
  /** Throws when an input breaks a promise. It must leave nothing behind that the next input would meet. */
  check: (input: T) => void | Promise<void>;
  /** Folder of kept failures, one JSON file an input; committed with the test, it is a list of regressions. */
  keep: string;
  /** Inputs to invent; default MESHWARDEN_FUZZ_RUNS, else 200. */
  runs?: number;
  /** Default MESHWARDEN_SEED, else 1. */
  seed?: number;
}

export interface FuzzReport {
  /** Kept failures that were tried again, all of them passing now. */
  replayed: number;
  invented: number;
  seed: number;
}

/** @throws what `check` threw, its message led by the seed and the file of the shrunk input */
export async function fuzz<T>(options: FuzzOptions<T>): Promise<FuzzReport> {
  const { inputs, check, keep } = options;
  const replayed = await replay(keep, check);
  const seed = options.seed ?? namedSeed() ?? 1;
  const runs = options.runs ?? Number(process.env["MESHWARDEN_FUZZ_RUNS"] ?? 200);
  if (runs > 0) {
    const property = fc.asyncProperty(inputs, async (input) => check(input));
    const details = await fc.check(property, { seed, numRuns: runs });
    if (details.failed) {
      const file = store(keep, details.counterexample![0]);
      const error = asError(details.errorInstance);
      error.message = `seed ${seed} (kept as ${file}, ${details.numShrinks} times shrunk): ${error.message}`;
      throw error;
    }
  }
  return { replayed, invented: runs, seed };
}

async function replay<T>(
  folder: string,
  check: (input: T) => void | Promise<void>,
): Promise<number> {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  for (const name of names.sort()) {
    const file = join(folder, name);
    try {
      await check(decodeInput(readFileSync(file, "utf8")) as T);
    } catch (thrown) {
      const error = asError(thrown);
      error.message = `fails again (${file}): ${error.message}`;
      throw error;
    }
  }
  return names.length;
}

function store(folder: string, input: unknown): string {
  const text = encodeInput(input);
  const name = createHash("sha256").update(text).digest("hex").slice(0, 12);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${text}\n`);
  return file;
}

/** JSON in which bytes are `{"$bytes": base64}`. */
export function encodeInput(input: unknown): string {
  const text = JSON.stringify(
    input,
    (_, value: unknown) =>
      value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString("base64") } : value,
    1,
  );
  return text;
}

export function decodeInput(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    const bytes = (value as { $bytes?: unknown } | null)?.$bytes;
    return typeof bytes === "string" ? new Uint8Array(Buffer.from(bytes, "base64")) : value;
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
