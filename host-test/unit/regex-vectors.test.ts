// The regex engine against test suites of others: rust-lang/regex, RE2's search tests as Go carries
// them, AT&T testregex. Every engine of the room runs every case that applies; what does not apply is
// counted by reason, and the numbers are pinned so that a case cannot fall out unseen.
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { posixCases, searchCases, type Expected } from "../vectors/regex/go-cases.ts";
import {
  CompiledSet,
  openRegexProbe,
  RegexFlag,
  RegexRefused,
  type RegexProbe,
  type Spans,
} from "../vectors/regex/probe.ts";
import { rustCases, type RustCase } from "../vectors/regex/rust-cases.ts";
import { searchAll } from "../vectors/regex/search-all.ts";

const rustFolder = dataFolder("regex/rust-regex/testdata");
const goFolder = dataFolder("regex/go-regexp");

let probe: RegexProbe;
beforeAll(async () => {
  probe = await openRegexProbe();
});

const engines = ["pike", "automaton"];

function show(spans: Spans | null): string {
  return spans === null ? "none" : spans.map((span) => (span ? span.join("-") : "?")).join(" ");
}

function runIterating(engine: string, one: RustCase): string {
  const regex = probe.compile(one.patterns[0]!, one.flags);
  const found = searchAll(
    (from) => regex.search(engine, one.haystack, { from, to: one.to, anchored: one.anchored }),
    one.haystack,
    one,
  );
  regex.free();
  const want = one.matches.map((match) => match.spans);
  // Cases written without groups list the whole match alone.
  const trim = (list: Spans[]): string =>
    list.map((spans, i) => show(spans.slice(0, want[i]?.length ?? spans.length))).join("; ");
  return trim(found) === trim(want)
    ? ""
    : `${one.name} [${engine}]: got ${trim(found)}, want ${trim(want)}`;
}

describe.skipIf(rustFolder === undefined)(
  suiteTitle("rust-lang/regex test data", rustFolder),
  () => {
    const cases = rustFolder === undefined ? [] : rustCases(rustFolder);
    const applicable = cases.filter((one) => one.notApplicable === "");

    test("not applicable, by reason", () => {
      const reasons: Record<string, number> = {};
      for (const one of cases) {
        if (one.notApplicable !== "")
          reasons[one.notApplicable] = (reasons[one.notApplicable] ?? 0) + 1;
      }
      expect({ all: cases.length, applicable: applicable.length, ...reasons })
        .toMatchInlineSnapshot(`
      {
        "Unicode case folding": 7,
        "Unicode class": 68,
        "Unicode meaning of \\w \\d \\s \\b": 46,
        "all": 1203,
        "applicable": 866,
        "bytes off and Unicode off at once, which only regex-lite means": 2,
        "configurable line terminator": 11,
        "count above 1000, RE2's limit": 1,
        "empty flags, which RE2 and PCRE accept": 1,
        "escapes \\u and \\U, which only rust has": 1,
        "flag R (CRLF line ends), which only rust has": 108,
        "half word boundaries, which only rust has": 91,
        "repeat of a repeat, which RE2 and PCRE refuse": 1,
      }
    `);
    });

    test("only kinds of search that are not offered are left out: leftmost-first sets, sets in bounds", () => {
      const left = applicable.filter((one) => one.compiles && !one.iterates && !runsAsSet(one));
      expect(left.map((one) => one.name)).toMatchInlineSnapshot(`
        [
          "anchored/greedy-earliest",
          "anchored/nongreedy-all",
          "crazy/nothing-empty",
          "crazy/nothing-something",
          "leftmost-all/multi",
          "overlapping/scratch",
          "regression/i969",
          "set/basic10-leftmost-first",
          "set/basic60-leftmost-first",
          "set/basic61-leftmost-first",
          "set/basic71",
          "set/empty10-leftmost-first",
          "set/empty11-leftmost-first",
          "set/empty20-leftmost-first",
          "set/empty21-leftmost-first",
          "set/empty30-leftmost-first",
          "set/empty31-leftmost-first",
          "set/empty40-leftmost-first",
          "set/caps-110",
          "set/caps-120",
          "set/caps-121",
          "utf8/empty-utf8yes-bounds-overlapping",
          "utf8/empty-utf8no-bounds-overlapping",
          "utf8/empty-utf8yes-anchored-overlapping",
          "utf8/empty-utf8no-anchored-overlapping",
          "utf8/empty-utf8yes-anchored-bounds-overlapping",
          "utf8/empty-utf8no-anchored-bounds-overlapping",
          "utf8/empty-utf8yes-startbound-overlapping",
          "utf8/empty-utf8no-startbound-overlapping",
          "utf8/empty-utf8yes-anchored-startbound-overlapping",
          "utf8/empty-utf8no-anchored-startbound-overlapping",
          "utf8/empty-utf8yes-anchored-endbound-overlapping",
          "utf8/empty-utf8no-anchored-endbound-overlapping",
        ]
      `);
    });

    test("patterns that must not compile are refused, all others compile", () => {
      const wrong: string[] = [];
      for (const one of applicable) {
        for (const pattern of one.patterns) {
          try {
            probe.compile(pattern, one.flags).free();
            if (!one.compiles) wrong.push(`${one.name}: compiled`);
          } catch (error) {
            if (!(error instanceof RegexRefused)) throw error;
            if (one.compiles)
              wrong.push(`${one.name}: ${error.message}: ${Buffer.from(pattern).toString()}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    });

    test.each(engines)("all matches and groups: %s", (engine) => {
      const wrong = applicable
        .filter((one) => one.iterates && one.compiles)
        .map((one) => runIterating(engine, one))
        .filter((line) => line !== "");
      expect(wrong).toEqual([]);
    });
  },
);

/** A set scan has no bounds or anchor, and leftmost-first sets report one pattern only. */
function runsAsSet(one: RustCase): boolean {
  const whole = one.from === 0 && one.to === one.haystack.length && !one.anchored;
  return whole && one.limit > 0 && (one.patterns.length === 1 || one.reportsAll);
}

describe.skipIf(rustFolder === undefined)(suiteTitle("rust-lang/regex sets", rustFolder), () => {
  test("which patterns match: sets, and every other case as a set", () => {
    const wrong: string[] = [];
    let count = 0;
    for (const one of rustFolder === undefined ? [] : rustCases(rustFolder)) {
      if (one.notApplicable !== "" || !one.compiles || !runsAsSet(one)) continue;
      count++;
      const set = new CompiledSet(probe, one.patterns, one.flags);
      const got = set.scan(one.haystack).join();
      set.free();
      const want = [...new Set(one.matches.map((match) => match.id))].sort((a, b) => a - b).join();
      // An empty match inside a UTF-8 sequence counts for a set, but is never listed.
      const wide = one.haystack.some((byte) => byte >= 0x80);
      if (got !== want && !(one.utf8 && wide && want === ""))
        wrong.push(`${one.name}: got ${got}, want ${want}`);
    }
    expect(wrong).toEqual([]);
    expect(count).toMatchInlineSnapshot(`509`);
  });
});

/** Offsets of a match as the Go files write them, cut to the groups that the file lists. */
function offsetsOf(spans: Spans | null, want: Expected): Expected {
  if (spans === null) return null;
  const list = spans.flatMap((span) => span ?? [-1, -1]);
  return want === null ? list : list.slice(0, want.length);
}

describe.skipIf(goFolder === undefined)(
  suiteTitle("RE2 search tests and AT&T testregex", goFolder),
  () => {
    test.each(engines)("re2-search.txt: %s", (engine) => {
      const wrong: string[] = [];
      const counts = { run: 0, "Unicode class": 0 };
      for (const one of searchCases(path.join(goFolder!, "re2-search.txt"))) {
        if (/\\[pP]/.test(Buffer.from(one.pattern).toString())) {
          counts["Unicode class"] += 4;
          continue;
        }
        const wide = [...one.pattern, ...one.text].some((byte) => byte >= 0x80);
        const full = Buffer.concat([Buffer.from("\\A(?:"), one.pattern, Buffer.from(")\\z")]);
        one.expected.forEach((want, i) => {
          const flags = (i >= 2 ? RegexFlag.LONGEST : 0) | (wide ? RegexFlag.UTF8 : 0);
          const regex = probe.compile(i % 2 === 0 ? full : one.pattern, flags);
          const got = offsetsOf(regex.search(engine, one.text), want);
          regex.free();
          counts.run++;
          if (JSON.stringify(got) !== JSON.stringify(want)) {
            wrong.push(
              `line ${one.line} variant ${i} ${Buffer.from(one.pattern)}: got ${got}, want ${want}`,
            );
          }
        });
      }
      expect(wrong).toEqual([]);
      expect(counts).toMatchInlineSnapshot(`
      {
        "Unicode class": 384,
        "run": 7168,
      }
    `);
    });

    test.each(engines)("testregex, leftmost-longest: %s", (engine) => {
      const wrong: string[] = [];
      const counts: Record<string, number> = { run: 0 };
      for (const name of ["basic.dat", "nullsubexpr.dat", "repetition.dat"]) {
        for (const one of posixCases(path.join(goFolder!, name))) {
          if (one.notApplicable !== "") {
            counts[one.notApplicable] = (counts[one.notApplicable] ?? 0) + 1;
            continue;
          }
          counts["run"]!++;
          const got = runPosix(engine, one.pattern, one.text, one.ignoreCase, one.expected);
          const want = one.compiles ? JSON.stringify(one.expected) : "refused";
          if (got !== want)
            wrong.push(
              `${name}:${one.line} ${one.pattern} on ${one.text}: got ${got}, want ${want}`,
            );
        }
      }
      expect(wrong).toEqual([]);
      expect(counts).toMatchInlineSnapshot(`
      {
        "basic regular expression (POSIX BRE)": 12,
        "literal mode": 1,
        "run": 346,
      }
    `);
    });
  },
);

function runPosix(
  engine: string,
  pattern: string,
  text: string,
  ignoreCase: boolean,
  want: Expected,
): string {
  try {
    const regex = probe.compile(
      pattern,
      RegexFlag.LONGEST | (ignoreCase ? RegexFlag.CASE_INSENSITIVE : 0),
    );
    const got = offsetsOf(regex.search(engine, text), want);
    regex.free();
    return JSON.stringify(got);
  } catch (error) {
    if (error instanceof RegexRefused) return "refused";
    throw error;
  }
}
