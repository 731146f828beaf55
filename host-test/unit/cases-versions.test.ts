// What older Envoys show differently, on the Node host with its `envoy` option: every case that has a recording of its own
// for a version equals it. The other cases of that version equal the base (npm run test:envoy -- --envoy VERSION).
import { describe, expect, test } from "vitest";
import { blackBoxDifferences, traceDifferences } from "../cases/compare.ts";
import { differingCases, otherVersions, readGoldens } from "../cases/goldens.ts";
import { caseFiles, loadCaseFile } from "../cases/load.ts";
import { runOnNodeHost } from "../cases/node-run.ts";
import type { CaseView } from "../cases/view.ts";
import type { EnvoyVersion } from "../host/index.ts";

const found = otherVersions().flatMap((version) =>
  caseFiles().flatMap((file) =>
    differingCases(version, file).map((name) => ({ version, file, name })),
  ),
);

test("older versions have recordings of their own", () => {
  expect(new Set(found.map(({ version }) => version)).size).toBeGreaterThanOrEqual(2);
});

describe.each(found)("Envoy $version", ({ version, file, name }) => {
  test(`${file}: ${name}`, async () => {
    const one = loadCaseFile(file).cases.find((each) => each.name === name)!;
    const envoy = version.split(".").slice(0, 2).join(".") as EnvoyVersion;
    const view = JSON.parse(JSON.stringify(await runOnNodeHost(one, envoy))) as CaseView;
    const golden = readGoldens(version, file).get(name)!;
    expect([...blackBoxDifferences(view, golden), ...traceDifferences(view, golden)]).toEqual([]);
  });
});
