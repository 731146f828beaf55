// Every transformation case of ModSecurity's and of Coraza's language tests; what differs is listed with its reason.
import { beforeAll, describe, expect, test } from "vitest";
import { suiteTitle } from "../data.ts";
import { transformDifferences } from "./transform-differences.ts";
import { TransformProbe } from "./transform-probe.ts";
import { type Suite, unitCases } from "./unit-cases.ts";

let probe: TransformProbe;
beforeAll(async () => {
  probe = await TransformProbe.create();
});

describe.each(["secrules-language-tests", "coraza"] as Suite[])("%s", (suite) => {
  const cases = unitCases(suite, "transformations");
  const listed = transformDifferences[suite];

  test.skipIf(cases === undefined)(
    suiteTitle("every transformation case but the listed ones", cases && suite),
    () => {
      const missed: string[] = [];
      for (const { id, name, input, output } of cases!) {
        const number = probe.byName(name);
        const result = number < 0 ? undefined : (probe.apply(number, input) ?? input);
        if (result === undefined || !result.equals(output)) missed.push(id);
      }
      expect(missed.sort()).toEqual(Object.keys(listed).sort());
      expect(missed.length / cases!.length).toBeLessThanOrEqual(0.02);
    },
  );
});
