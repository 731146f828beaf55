// How long a request waits with the whole Core Rule Set, and how far its slow ones are apart: Envoy alone and Envoy's own denial
// stand beside it in the same run, so that the tail that is the filter's is told from the machine's.
import { ruleFiles, usualLines } from "../../cli/waf/rule-files.ts";
import { crsRoot } from "../../host-test/crs/suite.ts";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench } from "../record.ts";
import { denyAll } from "./limiters.ts";
import { startEnvoy, type EnvoyProcess } from "./process.ts";
import { latencyInTurns } from "./turns.ts";
import { bootstrap, noFilter } from "./variants.ts";
import { frozenWaf, processors } from "./waf.ts";
import { wafShapes } from "./waf-shapes.ts";

/** Seconds of each Envoy for each shape. */
const rounds = 5;

export async function wafLatencyBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const root = crsRoot();
  if (root === undefined) throw new Error("no Core Rule Set: set MESHWARDEN_CRS to a release");
  const files = ruleFiles(root);
  const filter = await frozenWaf(files, [...processors, ...usualLines(files)]);
  const binary = findEnvoy("1.40.0").binary;
  const envoys: EnvoyProcess[] = [];
  const rows: Bench["rows"] = [];
  try {
    for (const variant of [noFilter, denyAll, filter])
      envoys.push(await startEnvoy(binary, bootstrap(variant)));
    for (const shape of wafShapes) {
      const [bare, denial, ours] = await latencyInTurns(envoys, shape, rounds);
      rows.push({
        name: shape.name,
        "p50 ms": ours.p50Ms.toFixed(3),
        "p99 ms": ours.p99Ms.toFixed(3),
        "p99 over p50": ours.tail.toFixed(2),
        "Envoy alone, p50 ms": bare.p50Ms.toFixed(3),
        "p99 over p50, Envoy alone": bare.tail.toFixed(2),
        "p99 over p50, Envoy's own denial": denial.tail.toFixed(2),
      });
    }
  } finally {
    for (const envoy of envoys) await envoy.stop();
  }
  return {
    name: "envoy-waf-latency",
    title: "Latency with the whole Core Rule Set 4, blocking",
    command: "npm run bench -- envoy-waf-latency",
    about:
      "waf.wasm with its rules frozen in, in Envoy 1.40.0, one worker, one keep-alive connection, direct response, by wrk: a second of each " +
      `Envoy in turns, medians of ${rounds} rounds. In the same turns an Envoy without a filter and one whose RBAC filter denies every request: what their ` +
      "slow requests are apart is the machine's doing. Log lines of rules that match go to a file.",
    rows,
  };
}
