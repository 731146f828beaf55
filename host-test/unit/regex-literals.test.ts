// The literal matcher against a naive search, and the required literals of patterns against what
// matches: a text that a pattern matches must contain one of them.
import { beforeAll, describe, expect, test } from "vitest";
import { numbers, randomPattern, randomText } from "../oracles/random-patterns.ts";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { crsPatterns } from "../vectors/regex/crs-patterns.ts";
import {
  openRegexProbe,
  RegexFlag,
  RegexRefused,
  toBytes,
  type Bytes,
  type RegexProbe,
} from "../vectors/regex/probe.ts";

let probe: RegexProbe;
beforeAll(async () => {
  probe = await openRegexProbe();
});

function build(words: Bytes[], ignoreCase: boolean, denseBytes: number): number {
  probe.raw["beginLiterals"]!(ignoreCase ? 1 : 0);
  words.forEach((word, id) => {
    const bytes = toBytes(word);
    expect(probe.raw["literal"]!(probe.place(bytes), bytes.length, id)).toBe(1);
  });
  return probe.raw["endLiterals"]!(denseBytes);
}

function scan(handle: number, text: Bytes, count: number): number[] {
  const bytes = toBytes(text);
  const address = probe.place(bytes, count / 8 + 16);
  const hits = (address + bytes.length + 7) & ~7;
  new Uint8Array(probe.memory.buffer, hits, (count + 31) >> 3).fill(0);
  probe.raw["scanForLiterals"]!(handle, address, bytes.length, hits);
  const bits = new Uint8Array(probe.memory.buffer, hits, (count + 7) >> 3);
  return Array.from({ length: count }, (_, i) => i).filter((i) => (bits[i >> 3]! >> (i & 7)) & 1);
}

function required(pattern: string, flags = 0): string[] {
  const bytes = toBytes(pattern);
  const address = probe.place(bytes, 100_000);
  const out = address + bytes.length;
  const length = probe.raw["requiredLiterals"]!(address, bytes.length, flags, out);
  const text = Buffer.from(new Uint8Array(probe.memory.buffer, out, length)).toString("latin1");
  return text === "" ? [] : text.slice(0, -1).split("\n");
}

describe("literal sets", () => {
  test.each([0, 200, 1 << 20])("equal a naive search, dense rows of %i bytes", (denseBytes) => {
    const next = numbers(5);
    for (let round = 0; round < 200; round++) {
      const ignoreCase = next(2) === 0;
      const words = Array.from(
        { length: 1 + next(12) },
        () => randomText(next).slice(0, 1 + next(6)) || "a",
      );
      const handle = build(words, ignoreCase, denseBytes);
      for (let i = 0; i < 10; i++) {
        const text = randomText(next);
        const fold = (s: string): string => (ignoreCase ? s.toLowerCase() : s);
        const want = words.flatMap((word, id) => (fold(text).includes(fold(word)) ? [id] : []));
        expect(scan(handle, text, words.length), JSON.stringify({ words, text })).toEqual(want);
        const bytes = toBytes(text);
        const first = probe.raw["firstLiteral"]!(handle, probe.place(bytes), bytes.length);
        expect(first >= 0).toBe(want.length > 0);
        if (first >= 0) expect(want).toContain(first);
      }
      probe.raw["releaseLiterals"]!(handle);
    }
  });

  test("all 256 byte values at once", () => {
    const words = Array.from({ length: 256 }, (_, i) => Uint8Array.of(i, 255 - i));
    const handle = build(words, false, 1 << 20);
    expect(scan(handle, Uint8Array.of(7, 248, 7, 0, 255, 0), 256)).toEqual([0, 7, 248, 255]);
    probe.raw["releaseLiterals"]!(handle);
  });
});

describe("required literals", () => {
  test.each([
    ["union.*select", ["select"]],
    ["(?i)SLEEP\\(", ["sleep("]],
    ["ab|cd", ["ab", "cd"]],
    ["a(?:b|c)d", ["abd", "acd"]],
    ["x?yz", ["yz", "xyz"]],
    ["foo[0-9]+bar\\b", ["foo"]],
    ["(?:abc)+", ["abc"]],
    ["a{3}", ["aaa"]],
    ["[a-z]+", []],
    ["ab|c*", []],
    ["", []],
    ["(a|)b?", []],
  ])("%s", (pattern, want) => {
    expect(required(pattern).sort()).toEqual([...want].sort());
  });

  test("every text that a random pattern matches contains one", () => {
    const next = numbers(11);
    let gated = 0;
    let matched = 0;
    for (let round = 0; round < 4000; round++) {
      const pattern = randomPattern(next);
      let regex;
      try {
        regex = probe.compile(pattern);
      } catch (error) {
        if (error instanceof RegexRefused) continue;
        throw error;
      }
      const literals = required(pattern);
      if (literals.length > 0) gated++;
      for (let i = 0; literals.length > 0 && i < 12; i++) {
        const text = randomText(next);
        if (!regex.isMatch(text)) continue;
        matched++;
        const lower = text.toLowerCase();
        expect(
          literals.some((word) => lower.includes(word)),
          JSON.stringify({ pattern, text, literals }),
        ).toBe(true);
      }
      regex.free();
    }
    expect(gated).toBeGreaterThan(1000);
    expect(matched).toBeGreaterThan(1000);
  });
});

test("byte gate equals a naive search", () => {
  const next = numbers(3);
  for (let round = 0; round < 2000; round++) {
    const set = new Uint8Array(32);
    for (let i = next(6); i >= 0; i--) set[next(32)]! |= 1 << next(8);
    const text = Uint8Array.from({ length: next(80) }, () => next(256));
    const address = probe.place(Buffer.concat([text, set]));
    const want = text.findIndex((byte) => ((set[byte >> 3]! >> (byte & 7)) & 1) === 1);
    expect(probe.raw["gate"]!(address + text.length, address, text.length)).toBe(
      want < 0 ? text.length : want,
    );
  }
});

const rules = dataFolder("crs/rules");
test.skipIf(rules === undefined)(
  suiteTitle("most patterns of the Core Rule Set have required literals", rules),
  () => {
    const flags = RegexFlag.DOT_ALL | RegexFlag.MULTI_LINE;
    const counts = crsPatterns(rules!).map((pattern) => required(pattern, flags));
    const gated = counts.filter((words) => words.length > 0);
    expect(gated.length).toBeGreaterThan(240);
    expect(
      gated.filter((words) => Math.min(...words.map((word) => word.length)) >= 2).length,
    ).toBeGreaterThan(150);
  },
);
