// The JSON reader stays linear on the texts that make other readers slow, and flat on those that
// make them overflow.
import { describe, expect, test } from "vitest";
import { JsonProbe } from "../vectors/json-probe.ts";
import { expectGrowth } from "./exponent.ts";

const repeat = (piece: string, size: number) => piece.repeat(Math.ceil(size / piece.length));
const joined = (count: number, member: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => member(i)).join(",");

/** Texts by size in bytes (roughly); each ends in the status named. */
const texts: Record<string, [status: string, make: (size: number) => string]> = {
  "deep arrays": ["unexpected-end", (size) => "[".repeat(size)],
  "deep objects": ["unexpected-end", (size) => repeat('{"a":', size)],
  "one long string": ["ok", (size) => `"${repeat("abcdefgh", size)}"`],
  "one long string of escapes": ["ok", (size) => `"${repeat("\\u00e9\\n", size)}"`],
  "one long string in three-byte sequences": ["ok", (size) => `"${repeat("東", size / 3)}"`],
  "an open string": ["unexpected-end", (size) => `"${repeat("x", size)}`],
  "one long number": ["ok", (size) => repeat("7", size)],
  blanks: ["ok", (size) => `${repeat(" \n\t\r", size)}1`],
  "many distinct names": ["ok", (size) => `{${joined(size / 12, (i) => `"k${i}":${i % 10}`)}}`],
  "many escaped names": ["ok", (size) => `{${joined(size / 18, (i) => `"\\u0061${i}":1`)}}`],
  "names that share a long prefix": [
    "ok",
    (size) => `{${joined(size / 110, (i) => `"${"p".repeat(96)}${i}":1`)}}`,
  ],
  "many small objects": ["ok", (size) => `[${joined(size / 15, () => '{"a":1,"b":2}')}]`],
  "names that differ in one bit": [
    "ok",
    (size) => `{${joined(size / 14, (i) => `"${(i + 0x10000000).toString(2).slice(-24)}":1`)}}`,
  ],
};

/**
 * Up to here the table of names and the stack of frames stay in the processor's second cache. Beyond
 * it each name costs a memory access, which steepens the curve without any more work being done.
 */
const sizes = [2048, 8192, 32768, 65536];

describe("JSON reader under hostile texts", async () => {
  const probe = await JsonProbe.create(1 << 21);

  for (const [name, [status, make]] of Object.entries(texts)) {
    test(`is linear on ${name}`, () => {
      probe.limits({ maxDepth: 1 << 20, maxWide: 1 << 18 });
      const measured = expectGrowth(
        (size) => {
          const text = Buffer.from(make(size));
          expect(probe.status(text)).toBe(status);
          return () => {
            probe.load(text);
            return probe.run(text.length);
          };
        },
        1.1,
        { sizes },
      );
      expect(measured.exponent).toBeLessThanOrEqual(1.1);
    });
  }

  test("refuses a megabyte of brackets at its depth limit, without recursion", () => {
    probe.limits({ maxDepth: 64 });
    expect(probe.status(Buffer.from("[".repeat(1 << 20)))).toBe("too-deep");
    expect(probe.faultOffset()).toBe(64);
    probe.limits({ maxDepth: 1 << 20 });
    expect(probe.status(Buffer.from("[".repeat(1 << 19) + "]".repeat(1 << 19)))).toBe("ok");
  });

  test("keeps its memory over many texts", () => {
    probe.limits({});
    const text = Buffer.from('{"a":[1,2,{"b":"c"}],"d":"\\u00e9"}');
    probe.status(text);
    const pages = probe.memory.buffer.byteLength;
    for (let i = 0; i < 200_000; i++) probe.run(text.length);
    expect(probe.memory.buffer.byteLength).toBe(pages);
  });
});
