// Every reader of bodies, and the detectors, on texts made of their own grammar and then damaged: no trap, no view outside the
// text, no growth of memory, and an answer that does not depend on what was read before. The corpus is read first, always.
// MESHWARDEN_FUZZ_SECONDS makes each run that long, MESHWARDEN_FUZZ_SEED repeats one; with MESHWARDEN_COVERAGE=1 as well, texts
// that reach new lines are mixed into new ones and written to `corpus/`. A failure prints its text.
import { describe, expect, test } from "vitest";
import { DetectProbe } from "../vectors/detect-probe.ts";
import { FieldsProbe } from "../vectors/fields-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";
import { corpusOf, keepCorpus, NewLines, pieces, textOf, type Target } from "./texts.ts";

const seconds = Number(process.env["MESHWARDEN_FUZZ_SECONDS"] ?? 0);
const seed = Number(process.env["MESHWARDEN_FUZZ_SEED"] ?? 20261127);
const shortTexts = 4000;

/** Runs until the time or the number of texts is reached; the failing text is part of the error. */
function fuzz(target: Target, lines: NewLines, run: (text: Buffer) => void): number {
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
  while (seconds > 0 ? Date.now() < stop : done < shortTexts) {
    const text = textOf(pieces[target], corpus, below);
    if (tried(text)) {
      corpus.push(text);
      kept.push(text);
    }
    done++;
  }
  if (lines.isOn && seconds > 0) {
    keepCorpus(target, kept);
    console.log(
      `${target}: ${done} texts, ${lines.count} lines, corpus ${before} -> ${kept.length}`,
    );
  }
  return done;
}

describe("hostile texts", async () => {
  const probe = await FieldsProbe.create(1 << 16);
  const values = await DetectProbe.create();
  const limit = (seconds + 60) * 1000;

  test.each(["query", "cookie", "json", "multipart", "xml"] as const)(
    "%s",
    (format) => {
      probe.openType("multipart/form-data; boundary=b");
      const pages = probe.memory.buffer.byteLength;
      const done = fuzz(format, new NewLines(probe.memory, probe.points), (text) => {
        const first = probe.fields(format, text);
        const status = probe.status(format);
        const again = probe.fields(format, text);
        expect([again.length, probe.status(format)]).toEqual([first.length, status]);
      });
      expect(probe.memory.buffer.byteLength).toBe(pages);
      expect(done).toBeGreaterThanOrEqual(shortTexts);
    },
    limit,
  );

  test(
    "content types",
    () => {
      fuzz("boundary", new NewLines(probe.memory, probe.points), (text) => {
        probe.openType(text.toString("latin1"));
        probe.fields("multipart", Buffer.from("--b\r\n\r\n\r\n--b--"));
      });
    },
    limit,
  );

  test(
    "values before the detectors",
    () => {
      const pages = values.memory.buffer.byteLength;
      fuzz("value", new NewLines(values.memory, values.points), (text) => {
        const first = values.judge(text);
        const again = values.judge(text);
        expect(again).toEqual(first);
        expect(first.start).toBeLessThanOrEqual(32768);
      });
      expect(values.memory.buffer.byteLength).toBe(pages);
    },
    limit,
  );
});
