// `npm run test:envoy`: plays every case in a real Envoy, checks its expectations and compares with the recordings.
// Flags: --record (rewrite recordings), --envoy VERSION, --file PART, --case PART, --json, --report FILE, --verbose,
// --crashes (play the cases that Envoy is spared: each must end its process).
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { blackBoxDifferences, checkExpectations, traceDifferences } from "../cases/compare.ts";
import type { Case, CaseFile } from "../cases/format.ts";
import { readGoldens, writeGoldens } from "../cases/goldens.ts";
import { caseFiles, loadCaseFile } from "../cases/load.ts";
import { lacksCrs } from "../cases/modules.ts";
import type { CaseView } from "../cases/view.ts";
import { batches, runBatch, type Outcome } from "./batch.ts";
import { DEFAULT_VERSION, EnvoyMissing, findEnvoy, type FoundEnvoy } from "./find.ts";
import { timing } from "./timing.ts";

interface Result {
  file: string;
  name: string;
  differences: string[];
  /** Played a second time with longer pauses between packets. */
  again: boolean;
  view?: CaseView;
}

const { values: flags } = parseArgs({
  options: {
    record: { type: "boolean", default: false },
    envoy: { type: "string", default: DEFAULT_VERSION },
    file: { type: "string", default: "" },
    case: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    report: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
    crashes: { type: "boolean", default: false },
  },
});

/** Processes at once: more would only wait for each other. */
const processesAtOnce = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  let envoy: FoundEnvoy;
  try {
    envoy = findEnvoy(flags.envoy);
  } catch (error) {
    if (!(error instanceof EnvoyMissing)) throw error;
    console.error(error.message);
    return 1;
  }
  say(`envoy ${envoy.version} (${envoy.from})`);
  const named = caseFiles().filter((f) => f.includes(flags.file));
  for (const file of named.filter(lacksCrs))
    say(`${file}: left out, no Core Rule Set found (MESHWARDEN_CRS)`);
  const files = named.filter((f) => !lacksCrs(f)).map(loadCaseFile);
  const fileOf = new Map(files.flatMap((f) => f.cases.map((c) => [c, f] as const)));
  const wanted = [...fileOf.keys()].filter(
    (c) => (c.hostOnly !== undefined) === flags.crashes && c.name.includes(flags.case),
  );
  const results = await play(envoy, wanted, fileOf);
  if (flags.record && !flags.crashes) record(envoy, files, results);
  return summary(files, results);
}

function say(line: string): void {
  if (!flags.json) console.log(line);
}

async function play(
  envoy: FoundEnvoy,
  cases: Case[],
  fileOf: Map<Case, CaseFile>,
): Promise<Result[]> {
  const results = new Map<Case, Result>();
  const judge = (outcome: Outcome, again: boolean): void => {
    const file = fileOf.get(outcome.case)!.file;
    results.set(outcome.case, {
      file,
      name: outcome.case.name,
      differences: differences(envoy, file, outcome),
      again,
      view: outcome.view,
    });
  };
  await inParallel(batches(cases), async (group) => {
    for (const outcome of await runBatch(envoy.binary, group)) judge(outcome, false);
    say(`${results.size}/${cases.length}`);
  });
  // Packets that the kernel merged, or an Envoy that another case ended: once more, alone and slower.
  timing.gapMs = 30;
  const failed = cases.filter((c) => results.get(c)!.differences.length > 0);
  await inParallel(
    failed.map((c) => [c]),
    async (group) => {
      for (const outcome of await runBatch(envoy.binary, group)) judge(outcome, true);
    },
  );
  return cases.map((c) => results.get(c)!);
}

async function inParallel<T>(list: T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < list.length) await work(list[next++]);
  };
  await Promise.all(Array.from({ length: processesAtOnce }, lane));
}

function differences(envoy: FoundEnvoy, file: string, outcome: Outcome): string[] {
  if (flags.crashes) return outcome.error?.startsWith("Envoy died") ? [] : ["Envoy lives on"];
  if (outcome.view === undefined) return [outcome.error ?? "no result"];
  const found = checkExpectations(outcome.case, outcome.view);
  if (flags.record) return found;
  const golden = readGoldens(envoy.version, file).get(outcome.case.name);
  if (golden === undefined) return [...found, "no recording of this case"];
  const view = JSON.parse(JSON.stringify(outcome.view)) as CaseView;
  return [...found, ...blackBoxDifferences(view, golden), ...traceDifferences(view, golden)];
}

function record(envoy: FoundEnvoy, files: CaseFile[], results: Result[]): void {
  for (const file of files) {
    const before = readGoldens(envoy.version, file.file);
    const views = new Map<string, CaseView>();
    for (const { name, hostOnly } of file.cases) {
      const view =
        results.find((r) => r.file === file.file && r.name === name)?.view ?? before.get(name);
      if (view !== undefined && hostOnly === undefined) views.set(name, view);
    }
    writeGoldens(envoy.version, file.file, views);
  }
}

function summary(files: CaseFile[], results: Result[]): number {
  const failed = results.filter((r) => r.differences.length > 0);
  const list = results.map(({ view: _view, ...rest }) => rest);
  const passed = results.length - failed.length;
  const report = JSON.stringify({ passed, failed: failed.length, results: list });
  if (flags.report !== "") {
    mkdirSync(path.dirname(flags.report), { recursive: true });
    writeFileSync(flags.report, report);
  }
  if (flags.json) {
    console.log(report);
    return failed.length === 0 ? 0 : 1;
  }
  for (const { file, name, differences: list, view } of failed) {
    console.log(`\n${file}: ${name}`);
    for (const line of list) console.log(`  ${line}`);
    if (flags.verbose) console.log(JSON.stringify(view, undefined, 1));
  }
  console.log("");
  for (const { file, cases } of files) {
    const own = results.filter((r) => r.file === file);
    const bad = own.filter((r) => r.differences.length > 0).length;
    const skipped = cases.filter((c) => c.hostOnly !== undefined).length;
    const note = skipped > 0 ? `, ${skipped} for the Node host alone` : "";
    console.log(`${file}: ${own.length - bad} passed, ${bad} failed${note}`);
  }
  const again = results.filter((r) => r.again && r.differences.length === 0).length;
  if (again > 0) console.log(`${again} passed on the second, slower run`);
  console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}
