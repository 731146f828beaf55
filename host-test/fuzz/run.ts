// One fuzz run: the corpus first, always, then new texts until the time or the number is reached. MESHWARDEN_FUZZ_SECONDS makes a run that
// long, MESHWARDEN_FUZZ_SEED repeats one; with MESHWARDEN_COVERAGE=1 as well, texts that reach new lines are mixed into new ones and
// written to `corpus/`. A failure prints its text.
import { seededRandom } from "../vectors/seeded-random.ts";
import { pieces, type Target } from "./pieces.ts";
import type { NewLines } from "./texts.ts";
import { corpusOf, keepCorpus, textOf, type Below } from "./texts.ts";

/** A machine that is stopped for a while makes a run longer: tests give it twice the time. */
export const seconds = Number(process.env["MESHWARDEN_FUZZ_SECONDS"] ?? 0);
const seed = Number(process.env["MESHWARDEN_FUZZ_SEED"] ?? 20261127);
/** Texts of a run without a time. */
export const shortTexts = 4000;

export interface FuzzOptions {
  /** Texts of a run without a time; `shortTexts` unless said. */
  texts?: number;
  /** Makes a text; of the target's pieces unless said. */
  make?: (corpus: Buffer[], below: Below) => Buffer;
}

/** Runs until the time or the number of texts is reached; the failing text is part of the error. */
export function fuzz(
  target: Target,
  lines: NewLines,
  run: (text: Buffer) => void,
  { texts = shortTexts, make }: FuzzOptions = {},
): number {
  const below = seededRandom(seed);
  const corpus = corpusOf(target);
  const tried = (text: Buffer): boolean => {
    try {
      run(text);
    } catch (error) {
      throw new Error(`${target}: ${JSON.stringify(text.toString("latin1"))}`, { cause: error });
    }
    return lines.found();
  };
  const kept = corpus.filter(tried);
  const before = corpus.length;
  const stop = Date.now() + seconds * 1000;
  let done = 0;
  while (seconds > 0 ? Date.now() < stop : done < texts) {
    const text = make?.(corpus, below) ?? textOf(pieces[target], corpus, below);
    if (tried(text)) {
      corpus.push(text);
      kept.push(text);
    }
    done++;
  }
  if (seconds > 0) {
    const { count, all, isOn } = lines;
    const reached = `${count} of ${all} lines, corpus ${before} -> ${kept.length}`;
    console.log(`${target}: ${done} texts in ${seconds} s${isOn ? `, ${reached}` : ""}`);
    if (isOn) keepCorpus(target, kept);
  }
  return done;
}
