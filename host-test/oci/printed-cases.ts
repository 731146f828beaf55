// The examples' cases behind the bootstrap that `manifest envoy` prints, in every Envoy that is asked for: what a user installs
// decides what the examples say. Cases that a printed bootstrap cannot express are counted by reason.
import { checkExpectations } from "../cases/compare.ts";
import { caseFiles, loadCaseFile } from "../cases/load.ts";
import { batches, runBatch } from "../envoy/batch.ts";
import { manifestBootstrap, whyNotPrinted } from "../envoy/manifest-bootstrap.ts";
import type { Checks } from "./checks.ts";
import { envoys } from "./envoy-matrix.ts";

export async function checkPrintedCases(checks: Checks): Promise<void> {
  const cases = caseFiles()
    .filter((file) => file.startsWith("examples/"))
    .flatMap((file) => loadCaseFile(file).cases)
    .filter(({ hostOnly }) => hostOnly === undefined);
  const reasons = new Map<string, number>();
  for (const one of cases) {
    const why = whyNotPrinted(one);
    if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  for (const [why, count] of reasons) checks.skip(`${count} cases of the examples`, why);
  for (const { binary, version } of envoys(checks)) {
    const printable = cases.filter((one) => whyNotPrinted(one) === undefined);
    await checks.check(
      `Envoy ${version}: ${printable.length} cases of the examples behind the printed bootstrap`,
      async () => {
        const wrong: string[] = [];
        const make = manifestBootstrap(version.split(".").slice(0, 2).join("."));
        for (const group of batches(printable)) {
          for (const { case: one, view, error } of await runBatch(binary, group, make)) {
            const found = view === undefined ? [error ?? "no view"] : checkExpectations(one, view);
            if (found.length > 0) wrong.push(`${one.name}: ${found.join("; ")}`);
          }
        }
        if (wrong.length > 0) throw new Error(wrong.join("\n"));
      },
    );
  }
}
