// Every operator case of ModSecurity's and of Coraza's language tests for the operators of this room; what differs is
// listed with its reason. The detectors are scored on libinjection's own lists, floors of what they reach.
import { beforeAll, describe, expect, test } from "vitest";
import { suiteTitle } from "../data.ts";
import { detectorCases, sampleLines } from "./libinjection.ts";
import { operatorDifferences } from "./operator-differences.ts";
import { type Judge, OperatorProbe } from "./operator-probe.ts";
import { type Suite, unitCases } from "./unit-cases.ts";

let probe: OperatorProbe;
beforeAll(async () => {
  probe = await OperatorProbe.create();
});

describe.each(["secrules-language-tests", "coraza"] as Suite[])("%s", (suite) => {
  const cases = unitCases(suite, "operators");
  const listed = operatorDifferences[suite];

  test.skipIf(cases === undefined)(
    suiteTitle("every case of a judged operator but the listed ones", cases && suite),
    () => {
      const missed: string[] = [];
      const prepared = new Map<string, Judge | string>();
      const judged = cases!.filter(({ name }) => probe.isJudged(name));
      for (const { id, name, param, input, ret } of judged) {
        const key = `${name} ${param}`;
        const judge = prepared.get(key) ?? probe.prepare(name, param);
        prepared.set(key, judge);
        if (typeof judge === "string" || judge(input) !== (ret === 1)) missed.push(id);
      }
      expect(judged.length).toBeGreaterThan(3700);
      expect(missed.sort()).toEqual(Object.keys(listed).sort());
    },
    30_000,
  );
});

describe("libinjection's material", () => {
  const lists = sampleLines("sqli");
  const rate = (operator: string, lines: Buffer[]): number => {
    const judge = probe.prepare(operator, "") as Judge;
    return (lines.filter((line) => judge(line)).length * 100) / lines.length;
  };

  test.skipIf(lists === undefined)(suiteTitle("sample lists", lists && "found"), () => {
    expect(rate("detectSQLi", lists!)).toBeGreaterThanOrEqual(96);
    expect(rate("detectXSS", sampleLines("xss")!)).toBeGreaterThanOrEqual(96.5);
  });

  test.skipIf(lists === undefined)(suiteTitle("its false positives", lists && "found"), () => {
    const benign = sampleLines("false_positives")!;
    expect(rate("detectSQLi", benign)).toBeLessThanOrEqual(0.3);
    expect(rate("detectXSS", benign)).toBeLessThanOrEqual(0.3);
  });

  test.skipIf(lists === undefined)(
    suiteTitle("cases of its SQL detector", lists && "found"),
    () => {
      const judge = probe.prepare("detectSQLi", "") as Judge;
      const cases = detectorCases()!;
      // No innocent case is condemned; of the others, those that only hold a lone comment or `1 OR 1` pass here.
      for (const { file, input, injection } of cases) {
        if (!injection) expect(judge(input), file).toBe(false);
      }
      const met = cases.filter(({ input, injection }) => judge(input) === injection).length;
      expect(met).toBeGreaterThanOrEqual(32);
    },
  );
});
