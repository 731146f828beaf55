// `npm run test:crs`: the Core Rule Set's regression tests, judged by rule ids from the log.
// Flags: --crs FOLDER (a release with its tests; default MESHWARDEN_CRS, else the shared data), --target node|envoy|coraza (default node; --envoy is short for it), --version of Envoy, --chunks SEED (random pieces of every body), --only TEXT (ids that begin so),
// --json FILE, --verbose. --wire plays fifty attacks in a real Envoy instead and counts what its upstream hears. Exit code 1 when a test fails that the override file does not list, or a listed one passes.
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../cli/build/compile.ts";
import { LoadError } from "../host/crash.ts";
import { corazaTarget } from "./coraza-target.ts";
import { envoyTarget, markRule } from "./envoy-target.ts";
import { wafFilter } from "./filter.ts";
import { judge } from "./judge.ts";
import { nodeTarget, type Target } from "./node-target.ts";
import { loadOverrides, type Override } from "./overrides.ts";
import { requestBytes } from "./request.ts";
import { suiteRules } from "./rules.ts";
import { type TestResult, scoreOf, scoreText } from "./score.ts";
import { runWire } from "./wire.ts";
import { type CrsTest, crsRoot, loadTests } from "./suite.ts";

const { values: flags } = parseArgs({
  options: {
    crs: { type: "string", default: "" },
    target: { type: "string", default: "node" },
    envoy: { type: "boolean", default: false },
    version: { type: "string", default: "" },
    chunks: { type: "string" },
    only: { type: "string", default: "" },
    json: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
    wire: { type: "boolean", default: false },
  },
});

const targetName = flags.envoy ? "envoy" : flags.target;
process.exitCode = await main();

async function main(): Promise<number> {
  const root = crsRoot(flags.crs);
  if (root === undefined) {
    console.error("no Core Rule Set found: name with --crs the folder of a release with its tests");
    return 1;
  }
  if (flags.wire) return runWire(root, flags.version, flags.verbose);
  const file = path.join(packageRoot, "host-test", "crs", `${targetName}-overrides.yaml`);
  const overrides = existsSync(file) ? loadOverrides(file) : new Map<string, Override>();
  const target = await openTarget(root).catch((error: unknown) => {
    if (!(error instanceof LoadError)) throw error;
    console.error(`${root}: a rule is refused; meshwarden bundle --rules names each, take it out`);
    return undefined;
  });
  if (target === undefined) return 1;
  const started = performance.now();
  const results: TestResult[] = [];
  for (const test of loadTests(root).filter(({ id }) => id.startsWith(flags.only))) {
    results.push(await play(target, test, overrides.get(test.id)));
  }
  await target.close();
  const score = scoreOf(results, overrides);
  console.log(scoreText(score, flags.verbose));
  console.log(`${target.name}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (flags.json !== "") writeFileSync(flags.json, JSON.stringify(report(results), null, 1));
  return score.unexpected.length === 0 && score.stale.length === 0 ? 0 : 1;
}

async function openTarget(root: string): Promise<Target> {
  const rules = suiteRules(root);
  switch (targetName) {
    case "coraza":
      return corazaTarget(rules);
    case "node":
      return nodeTarget(
        await wafFilter(rules),
        flags.chunks === undefined ? undefined : Number(flags.chunks),
      );
    case "envoy":
      rules.directives.unshift(markRule);
      return envoyTarget(await wafFilter(rules), flags.version);
  }
  throw new Error(`no target ${targetName}`);
}

/** All stages of a test; a stage that fails and may be retried is sent once more. */
async function play(
  target: Target,
  test: CrsTest,
  override: Override | undefined,
): Promise<TestResult> {
  const faults: string[] = [];
  let overridden = false;
  for (const { input, output } of test.stages) {
    const request = requestBytes(input);
    const fronted = output.status !== undefined;
    const outcome = await target.send(request, fronted);
    let found = judge(output, outcome);
    if (found.length > 0 && output.retry_once) {
      found = judge(output, await target.send(request, fronted));
    }
    if (found.length > 0 && override?.output !== undefined) {
      found = judge(override.output, outcome);
      overridden = true;
    }
    faults.push(...found);
  }
  return overridden ? { test, faults, override: override! } : { test, faults };
}

function report(results: TestResult[]): object[] {
  return results.map(({ test, faults }) => ({ id: test.id, faults }));
}
