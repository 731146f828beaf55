// How exact a limit is over four workers of a real Envoy under load: what wrk saw admitted, over burst + rate · time.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench, type Row } from "../record.ts";
import { filterFile } from "./limits.ts";
import { ours } from "./limiters.ts";
import { startEnvoy } from "./process.ts";
import { bootstrap } from "./variants.ts";

const run = promisify(execFile);
const workers = 4;
const burst = 2000;
const perSecond = 1000;

export async function admissionBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const file = await filterFile("assembly/filters/ratelimit.ts", "ratelimit");
  const { binary } = findEnvoy("1.40.0");
  const rows: Row[] = [];
  for (const leaseTokens of [0, 20]) {
    for (const seconds of [5, 10]) {
      const policy = { limit: { requests: perSecond, per: "1s", burst }, leaseTokens };
      const variant = ours(leaseTokens === 0 ? "exact" : `leases of ${leaseTokens}`, file, policy);
      const envoy = await startEnvoy(binary, bootstrap(variant), workers);
      try {
        const args = ["-t", "2", "-c", "32", "-d", `${seconds}s`, "-H", "x-user: one"];
        const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${envoy.port}/`]);
        const found = /(\d+) requests in ([\d.]+)s/.exec(stdout)!;
        const denied = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
        const admitted = Number(found[1]) - denied;
        const allowed = burst + perSecond * Number(found[2]);
        rows.push({
          name: `${variant.name}, ${seconds} s`,
          requests: Number(found[1]),
          admitted,
          "burst + rate · t": Math.round(allowed),
          ratio: (admitted / allowed).toFixed(4),
          "denials from the cache": "",
        });
      } finally {
        await envoy.stop();
      }
    }
  }
  rows.push(await abuser(binary, file));
  return {
    name: "envoy-admission",
    title: "Exactness over four workers of Envoy 1.40.0 under load",
    command: "npm run bench -- envoy-admission",
    about:
      `${perSecond} requests a second and a burst of ${burst} for one identity; wrk with 32 connections counts the ` +
      "answers. The abuser has 100 requests a second: how many of his denials the worker's own cache gave is the filter's own count.",
    rows,
  };
}

/** One identity far above its limit: the share of his denials that no table was read for. */
async function abuser(binary: string, file: string): Promise<Row> {
  const limit = { requests: 100, per: "1s" };
  const seconds = 8;
  const envoy = await startEnvoy(binary, bootstrap(ours("abuser", file, { limit })), workers);
  try {
    const args = ["-t", "2", "-c", "32", "-d", `${seconds}s`, "-H", "x-user: one"];
    const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${envoy.port}/`]);
    const found = /(\d+) requests in ([\d.]+)s/.exec(stdout)!;
    const denied = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
    const admitted = Number(found[1]) - denied;
    const allowed = limit.requests * (1 + Number(found[2]));
    // The filter hands its counts to Envoy once a second.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const cached = await envoy.stat("event=.=cached_denial");
    return {
      name: `an abuser, ${seconds} s`,
      requests: Number(found[1]),
      admitted,
      "burst + rate · t": Math.round(allowed),
      ratio: (admitted / allowed).toFixed(4),
      "denials from the cache": `${((100 * cached) / denied).toFixed(2)} %`,
    };
  } finally {
    await envoy.stop();
  }
}
