// ModSecurity's regression files in the whole filter: every case that can be judged is met but the listed ones.
import { expect, test } from "vitest";
import { filterModule } from "../../filters/guarded.ts";
import { createHostSync } from "../../host/index.ts";
import { suiteTitle } from "../data.ts";
import { regressionCases, regressionFiles } from "./regression-cases.ts";
import { regressionDifferences } from "./regression-differences.ts";
import { judgeCase } from "./regression-judge.ts";

const cases = regressionCases();

test.skipIf(cases === undefined)(
  suiteTitle("every judged case but the listed ones", cases && "modsecurity regression"),
  async () => {
    const host = createHostSync({
      filters: [
        {
          name: "waf",
          wasm: await filterModule("waf"),
          config: JSON.stringify({ version: 1, waf: { rules: "SecRuleEngine On" } }),
          allowOnHeadersStopIteration: true,
        },
      ],
      workers: 1,
      lean: true,
      untouchedHeads: true,
    });
    const files = regressionFiles();
    const missed: string[] = [];
    let met = 0;
    let apart = 0;
    for (const one of cases!) {
      const verdict = judgeCase(host, one, files);
      if (verdict.outcome === "met") met++;
      else if (verdict.outcome === "apart") apart++;
      else missed.push(one.id);
    }
    host.close();
    expect(missed.sort()).toEqual(Object.keys(regressionDifferences).sort());
    // What cannot be judged must not grow unnoticed.
    expect(met).toBeGreaterThanOrEqual(294);
    expect(apart).toBeLessThanOrEqual(305);
  },
  60_000,
);
