// What the whole Core Rule Set costs Envoy before the first request and after many: time until the listener answers, resident
// memory by number of workers, and memory after mixed requests. MESHWARDEN_BENCH_REQUESTS says how many (default 100,000).
import { setTimeout as sleep } from "node:timers/promises";
import { ruleFiles, usualLines } from "../../cli/waf/rule-files.ts";
import { crsRoot } from "../../host-test/crs/suite.ts";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench } from "../record.ts";
import { startEnvoy, type EnvoyProcess } from "./process.ts";
import { drive } from "./turns.ts";
import { bootstrap, noFilter, type Variant } from "./variants.ts";
import { frozenWaf } from "./waf.ts";
import { wafShapes } from "./waf-shapes.ts";

/** How long memory may settle after the start. */
const settleMs = 1000;
const starts = 5;

export async function wafStartBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const root = crsRoot();
  if (root === undefined) throw new Error("no Core Rule Set: set MESHWARDEN_CRS to a release");
  const files = ruleFiles(root);
  const filter = await frozenWaf(files, usualLines(files));
  const binary = findEnvoy("1.40.0").binary;
  const rows: Bench["rows"] = [];
  for (const workers of [1, 2, 4]) {
    const bare = await started(binary, noFilter, workers);
    const ours = await started(binary, filter, workers);
    rows.push({
      name: `${workers} worker${workers > 1 ? "s" : ""}`,
      "ready s, Envoy alone": bare.readySeconds.toFixed(2),
      "with the filter": ours.readySeconds.toFixed(2),
      "CPU s, Envoy alone": bare.cpuSeconds.toFixed(2),
      "with filter": ours.cpuSeconds.toFixed(2),
      "RSS MB, Envoy alone": bare.residentMb.toFixed(0),
      "MB added": (ours.residentMb - bare.residentMb).toFixed(0),
    });
  }
  rows.push(...(await afterRequests(binary, filter)));
  return {
    name: "envoy-waf-start",
    title: "Start and memory of Envoy with the whole Core Rule Set 4",
    command: "npm run bench -- envoy-waf-start",
    about:
      "waf.wasm with its rules frozen in (`meshwarden bundle --rules`), Envoy 1.40.0: from the start of the process until its listener " +
      `answers, CPU time by then, and resident memory a second later (medians of ${starts} starts, Envoy without a filter in turns). Last rows: one ` +
      "process under the mixed requests of envoy-waf, its memory after each quarter.",
    rows,
  };
}

interface Start {
  readySeconds: number;
  cpuSeconds: number;
  residentMb: number;
}

async function started(binary: string, variant: Variant, workers: number): Promise<Start> {
  const runs: Start[] = [];
  for (let run = 0; run < starts; run++) {
    const envoy = await startEnvoy(binary, bootstrap(variant), workers);
    const cpuSeconds = envoy.cpuNs() / 1e9;
    await sleep(settleMs);
    const residentMb = envoy.residentBytes() / 1e6;
    await envoy.stop();
    runs.push({ readySeconds: envoy.readySeconds, cpuSeconds, residentMb });
  }
  const median = (of: keyof Start): number =>
    runs.map((run) => run[of]).sort((a, b) => a - b)[Math.floor(starts / 2)];
  return {
    readySeconds: median("readySeconds"),
    cpuSeconds: median("cpuSeconds"),
    residentMb: median("residentMb"),
  };
}

async function afterRequests(binary: string, filter: Variant): Promise<Bench["rows"]> {
  const wanted = Number(process.env["MESHWARDEN_BENCH_REQUESTS"] ?? 100_000);
  const envoy = await startEnvoy(binary, bootstrap(filter));
  const rows: Bench["rows"] = [];
  let sent = 0;
  try {
    for (let quarter = 1; quarter <= 4; quarter++) {
      sent += await mixed(envoy, (wanted * quarter) / 4 - sent);
      rows.push({
        name: `after ${sent.toLocaleString("en")} requests`,
        "RSS MB": (envoy.residentBytes() / 1e6).toFixed(1),
      });
    }
  } finally {
    await envoy.stop();
  }
  return rows;
}

/** At least this many requests, every shape in turn for a second. */
async function mixed(envoy: EnvoyProcess, wanted: number): Promise<number> {
  let sent = 0;
  for (let turn = 0; sent < wanted; turn++)
    sent += await drive(envoy, wafShapes[turn % wafShapes.length], 1);
  return sent;
}
