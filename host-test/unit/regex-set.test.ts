// A set says of every pattern what the pattern alone says: random patterns, and the Core Rule Set on
// attack and benign lines, with a cache that holds all states and with one that holds next to none.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { numbers, randomPattern, randomText } from "../oracles/random-patterns.ts";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { crsPatterns } from "../vectors/regex/crs-patterns.ts";
import {
  CompiledSet,
  openRegexProbe,
  RegexFlag,
  RegexRefused,
  type CompiledRegex,
  type RegexProbe,
} from "../vectors/regex/probe.ts";

let probe: RegexProbe;
beforeAll(async () => {
  probe = await openRegexProbe();
});

function compileOrNull(pattern: string, flags: number): CompiledRegex | null {
  try {
    return probe.compile(pattern, flags);
  } catch (error) {
    if (error instanceof RegexRefused) return null;
    throw error;
  }
}

describe.each([1 << 20, 1 << 14])("cache of %i bytes", (bytes) => {
  test("random sets", () => {
    probe.raw["reserveCache"]!(bytes);
    const next = numbers(17);
    for (let round = 0; round < 150; round++) {
      const alone: CompiledRegex[] = [];
      const patterns: string[] = [];
      while (patterns.length < 20) {
        const pattern = randomPattern(next);
        const regex = compileOrNull(pattern, 0);
        if (regex === null) continue;
        alone.push(regex);
        patterns.push(pattern);
      }
      const set = new CompiledSet(probe, patterns, 0);
      for (let i = 0; i < 10; i++) {
        const text = randomText(next);
        const want = alone.flatMap((regex, id) => (regex.isMatch(text) ? [id] : []));
        expect(set.scan(text), JSON.stringify({ patterns, text })).toEqual(want);
      }
      set.free();
      for (const regex of alone) regex.free();
    }
  });
});

test("a refused pattern leaves the set as it was", () => {
  const place = (text: string): [number, number] => [probe.place(Buffer.from(text)), text.length];
  probe.raw["beginSet"]!();
  expect(probe.raw["addPattern"]!(...place("ab"), 0)).toBe(0);
  expect(probe.raw["addPattern"]!(...place("(a{1000}){1000}"), 0)).not.toBe(0);
  expect(probe.raw["addPattern"]!(...place("a("), 0)).not.toBe(0);
  expect(probe.raw["addPattern"]!(...place("c.*d"), 0)).toBe(0);
  const handle = probe.raw["endSet"]!();
  const [text, length] = place("xxcxxdxx");
  const hits = text + 64;
  probe.raw["scan"]!(handle, text, length, hits);
  expect(new Uint32Array(probe.memory.buffer, hits, 1)[0]).toBe(2);
  probe.raw["releaseSet"]!(handle);
});

test("searching allocates nothing, and build memory is used again", () => {
  const round = (): number => {
    const set = new CompiledSet(probe, ["a.*b", "c[0-9]{1,20}", "(x+x+)+y"], 0);
    const regex = probe.compile("(a|b)*?(c{1,9})(d+)");
    probe.raw["releaseBuild"]!();
    const pages = probe.memory.buffer.byteLength;
    const next = numbers(29);
    for (let i = 0; i < 3000; i++) {
      const text = randomText(next);
      set.scan(text);
      regex.search("automaton", text);
      regex.search("pike", text);
    }
    expect(probe.memory.buffer.byteLength).toBe(pages);
    set.free();
    regex.free();
    return pages;
  };
  const first = round();
  for (let i = 0; i < 20; i++) expect(round()).toBe(first);
});

const rules = dataFolder("crs/rules");
const payloads = dataFolder("payloads");

describe.skipIf(rules === undefined || payloads === undefined)(
  suiteTitle("the Core Rule Set as one set", rules && payloads),
  () => {
    test("agrees with each pattern alone", () => {
      probe.raw["reserveCache"]!(4 << 20);
      const flags = RegexFlag.DOT_ALL | RegexFlag.MULTI_LINE;
      const patterns = crsPatterns(rules!);
      const set = new CompiledSet(probe, patterns, flags);
      const alone = patterns.map((pattern) =>
        probe.compile(pattern, flags | RegexFlag.NO_CAPTURES),
      );
      const lines = sampleLines(path.join(payloads!, "dev"), 150).concat(
        sampleLines(path.join(payloads!, "benign/dev"), 50),
      );
      expect(lines.length).toBeGreaterThan(150);
      for (const line of lines) {
        const want = alone.flatMap((regex, id) => (regex.isMatch(line) ? [id] : []));
        expect(set.scan(line), line).toEqual(want);
      }
      set.free();
      for (const regex of alone) regex.free();
      probe.raw["reserveCache"]!(1 << 20);
    });
  },
);

/** About `count` lines, spread evenly over all files of a folder. */
function sampleLines(folder: string, count: number): string[] {
  const lines = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => readFileSync(path.join(folder, name), "latin1").split("\n"))
    .filter((line) => line.length > 0 && line.length < 2000);
  const step = Math.max(1, Math.floor(lines.length / count));
  return lines.filter((_, i) => i % step === 0).slice(0, count);
}
