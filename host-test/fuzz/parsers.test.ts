// Every reader of bodies, and the detectors, on texts made of their own grammar and then damaged: no trap, no view outside the
// text, no growth of memory, and an answer that does not depend on what was read before. The corpus is read first, always.
// MESHWARDEN_FUZZ_SECONDS makes each run that long, MESHWARDEN_FUZZ_SEED repeats one; with MESHWARDEN_COVERAGE=1 as well, texts
// that reach new lines are mixed into new ones and written to `corpus/`. A failure prints its text.
import { describe, expect, test } from "vitest";
import { DetectProbe } from "../vectors/detect-probe.ts";
import { FieldsProbe } from "../vectors/fields-probe.ts";
import { fuzz, seconds, shortTexts } from "./run.ts";
import { NewLines } from "./texts.ts";

describe("hostile texts", async () => {
  const probe = await FieldsProbe.create(1 << 16);
  const values = await DetectProbe.create();
  const limit = (2 * seconds + 60) * 1000;

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
    "names before the detectors",
    () => {
      const pages = values.memory.buffer.byteLength;
      fuzz("name", new NewLines(values.memory, values.points), (text) => {
        for (const level of [1, 2, 3, 4]) {
          const first = values.name(text, level);
          expect(values.name(text, level)).toBe(first);
        }
      });
      expect(values.memory.buffer.byteLength).toBe(pages);
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
