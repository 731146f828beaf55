// The language as one figure: every operator, transformation and regression case of the public suites, those that a filter in a
// proxy can be asked, and those of them that are met. What is not met stands in a list with its reason, and so does what does not
// apply; nothing else may.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { filterModule } from "../../filters/guarded.ts";
import { createHostSync, type Host } from "../../host/index.ts";
import { suiteTitle } from "../data.ts";
import { operatorDifferences, ruleDifferences, whyNoOperator } from "./operator-differences.ts";
import { OperatorProbe } from "./operator-probe.ts";
import { regressionCases, regressionFiles } from "./regression-cases.ts";
import { regressionDifferences } from "./regression-differences.ts";
import { whyInapplicable } from "./regression-inapplicable.ts";
import { judgeCase } from "./regression-judge.ts";
import { judgeInRule } from "./rule-operators.ts";
import { transformDifferences } from "./transform-differences.ts";
import { type Suite, companion, unitCases } from "./unit-cases.ts";

const cases = regressionCases();

test.skipIf(cases === undefined)(
  suiteTitle("98 of 100 cases that apply are met, and the rest is listed", cases && "seclang"),
  async () => {
    const host = await openHost();
    const total = { cases: 0, apply: 0, met: 0 };
    const inapplicable = new Map<string, number>();
    const leave = (reason: string): void =>
      void inapplicable.set(reason, (inapplicable.get(reason) ?? 0) + 1);
    const count = (met: boolean): void => {
      total.apply++;
      if (met) total.met++;
    };

    const unmet: string[] = [];
    const files = regressionFiles();
    for (const one of cases!) {
      total.cases++;
      const verdict = judgeCase(host, one, files);
      const why = whyInapplicable(one.id);
      if (why !== undefined) {
        expect([one.id, verdict.outcome]).not.toEqual([one.id, "met"]);
        leave(why);
        continue;
      }
      count(verdict.outcome === "met");
      if (verdict.outcome !== "met") unmet.push(one.id);
    }
    expect(unmet.sort()).toEqual(Object.keys(regressionDifferences).sort());
    // The regression files alone: 0.955 of those that apply.
    expect(total.met / total.apply).toBeGreaterThanOrEqual(0.955);

    const probe = await OperatorProbe.create();
    for (const suite of ["secrules-language-tests", "coraza"] as Suite[]) {
      const operators = unitCases(suite, "operators")!;
      const inRules = operators.filter(({ name }) => !probe.isJudged(name));
      const verdicts = judgeInRule(
        host,
        inRules,
        operatorFiles(operators.map(({ param }) => param)),
      );
      const missed: string[] = [];
      for (const { id, name } of operators) {
        total.cases++;
        const why = whyNoOperator[name];
        const verdict = verdicts.get(id);
        if (why !== undefined) {
          expect([id, typeof verdict]).toEqual([id, "string"]);
          leave(why);
          continue;
        }
        // Those of the operators' own room are judged, one by one, by operators.test.ts.
        const met = verdict === undefined ? !(id in operatorDifferences[suite]) : verdict === true;
        count(met);
        if (!met && verdict !== undefined) missed.push(id);
      }
      expect([suite, ...missed.sort()]).toEqual([
        suite,
        ...Object.keys(ruleDifferences[suite]).sort(),
      ]);
      // Each of these is judged by transform.test.ts.
      for (const { id } of unitCases(suite, "transformations")!) {
        total.cases++;
        count(!(id in transformDifferences[suite]));
      }
    }
    host.close();
    const left = [...inapplicable].map(([reason, number]) => `${number} ${reason}`);
    console.log(
      `seclang: ${total.cases} cases, ${total.apply} apply, ${total.met} met (${((total.met * 100) / total.apply).toFixed(2)} %); do not apply: ${left.join("; ")}`,
    );
    expect(total.met / total.apply).toBeGreaterThanOrEqual(0.98);
  },
  120_000,
);

async function openHost(): Promise<Host> {
  const config = JSON.stringify({ version: 1, waf: { rules: "SecRuleEngine On" } });
  const wasm = await filterModule("waf");
  return createHostSync({
    filters: [{ name: "waf", wasm, config, allowOnHeadersStopIteration: true }],
    workers: 1,
    lean: true,
    untouchedHeads: true,
  });
}

/** Files that operators name, by name. */
function operatorFiles(names: string[]): Record<string, string> {
  const found = [...new Set(names)].filter((name) => /\.(?:dat|data|txt|json)$/.test(name));
  return Object.fromEntries(
    found.flatMap((name) => {
      const file = companion(path.basename(name));
      return file === undefined ? [] : [[name, readFileSync(file, "utf8")]];
    }),
  );
}
