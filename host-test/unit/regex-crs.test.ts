// Every @rx pattern of the OWASP Core Rule Set compiles, in the mode that rule engines use for them.
import { performance } from "node:perf_hooks";
import { beforeAll, describe, expect, test } from "vitest";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { crsPatterns } from "../vectors/regex/crs-patterns.ts";
import { openRegexProbe, RegexFlag, type RegexProbe } from "../vectors/regex/probe.ts";

const rules = dataFolder("crs/rules");
const mode = RegexFlag.DOT_ALL | RegexFlag.MULTI_LINE;

let probe: RegexProbe;
beforeAll(async () => {
  probe = await openRegexProbe();
});

describe.skipIf(rules === undefined)(suiteTitle("patterns of the Core Rule Set", rules), () => {
  const patterns = rules === undefined ? [] : crsPatterns(rules);

  test("all compile", () => {
    expect(patterns.length).toBeGreaterThan(290);
    const refused: string[] = [];
    const start = performance.now();
    for (const pattern of patterns) {
      try {
        probe.compile(pattern, mode).free();
      } catch (error) {
        refused.push(`${String(error)}: ${pattern.slice(0, 200)}`);
      }
    }
    expect(refused).toEqual([]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
