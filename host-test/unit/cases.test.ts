// Every case on the Node host, against its expectations and against what a real Envoy showed (host-test/goldens), so that
// this comparison needs no Envoy. Known differences are listed with reasons in host-test/contract/differences.json.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import { blackBoxDifferences, checkExpectations, traceDifferences } from "../cases/compare.ts";
import { readGoldens } from "../cases/goldens.ts";
import { caseFiles, loadCaseFile } from "../cases/load.ts";
import { lacksCrs } from "../cases/modules.ts";
import { runOnNodeHost } from "../cases/node-run.ts";
import type { CaseView } from "../cases/view.ts";

interface Difference {
  case: string;
  reason: string;
}

const version = "1.40.0";
const known = JSON.parse(
  readFileSync(path.join(packageRoot, "host-test", "contract", "differences.json"), "utf8"),
) as { traces: Difference[] };
const excused = new Map(known.traces.map((d) => [d.case, d.reason]));
let compared = 0;
let equal = 0;

for (const file of caseFiles()) {
  if (lacksCrs(file)) {
    test.skip(`${file} (skipped: no Core Rule Set found, see MESHWARDEN_CRS)`, () => undefined);
    continue;
  }
  describe(file, () => {
    const { cases } = loadCaseFile(file);
    const goldens = readGoldens(version, file);
    for (const one of cases) {
      test(one.name, async () => {
        const raw = await runOnNodeHost(one);
        const view = JSON.parse(JSON.stringify(raw)) as CaseView;
        const found = checkExpectations(one, view);
        const golden = goldens.get(one.name);
        if (one.hostOnly === undefined) {
          if (golden === undefined) found.push("no recording: run npm run test:envoy -- --record");
          else {
            found.push(...blackBoxDifferences(view, golden));
            const trace = traceDifferences(view, golden);
            compared++;
            if (trace.length === 0) equal++;
            const name = `${file}: ${one.name}`;
            if (!excused.has(name)) found.push(...trace);
            else if (trace.length === 0)
              found.push("is listed as different in its trace, but equals Envoy's");
          }
        }
        expect(found).toEqual([]);
      });
    }
  });
}

test("traces equal Envoy's in at least 98 % of the cases", () => {
  expect(compared).toBeGreaterThan(0);
  expect(equal / compared).toBeGreaterThanOrEqual(0.98);
});
