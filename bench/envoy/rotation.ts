// An attacker who rotates identities, against Envoy's own dynamic descriptors and against ours, with one script: five requests a minute
// for each user, wrk sends as fast as it can and takes the next of K names with every request. The share is what was admitted over what
// K users may have in that time; good users come when the attack has filled the table.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench, type Row } from "../record.ts";
import { filterFile } from "./limits.ts";
import { localDynamic, ours } from "./limiters.ts";
import { startEnvoy } from "./process.ts";
import { bootstrap, type Variant } from "./variants.ts";

const run = promisify(execFile);
const seconds = 6;
const perMinute = 5;
const goodUsers = 500;

export async function rotationBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const file = await filterFile("assembly/filters/ratelimit.ts", "ratelimit");
  const { binary } = findEnvoy("1.40.0");
  const rows: Row[] = [];
  const limit = { requests: perMinute, per: "1m" };
  const attack = async (variant: Variant, identities: number, slots: number): Promise<void> => {
    rows.push(await attacked(binary, variant, identities, slots));
  };
  for (const identities of [21, 1001]) {
    await attack(localDynamic({ tokens: perMinute, everySeconds: 60 }), identities, Infinity);
    await attack(ours("meshwarden", file, { limit }), identities, 31_744);
  }
  await attack(localDynamic({ tokens: perMinute, everySeconds: 60 }), 28_569, Infinity);
  await attack(ours("meshwarden, 0.9 of its table", file, { limit }), 28_569, 31_744);
  const small = { limit, maxIdentities: 496 };
  await attack(ours("meshwarden, 100 times a table of 496", file, small), 49_600, 496);
  return {
    name: "envoy-rotation",
    title: "Rotating identities in Envoy 1.40.0: five a minute each",
    command: "npm run bench -- envoy-rotation",
    about:
      `wrk, one worker, ${seconds} s, the next of K names with each request. “share” is what was admitted over what K users (or as ` +
      "many as the table holds) may have in that time: 1 is fair. Good users ask once each after the attack.",
    rows,
  };
}

async function attacked(
  binary: string,
  variant: Variant,
  identities: number,
  slots: number,
): Promise<Row> {
  const envoy = await startEnvoy(binary, bootstrap(variant));
  const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-rotation-"));
  try {
    const script = path.join(folder, "rotate.lua");
    writeFileSync(
      script,
      [
        "local n = 0",
        "request = function()",
        `  n = (n + 1) % ${identities}`,
        '  return wrk.format("GET", "/", {["x-user"] = "attacker-" .. n})',
        "end",
      ].join("\n"),
    );
    const args = ["-t", "1", "-c", "8", "-d", `${seconds}s`, "-s", script];
    const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${envoy.port}/`]);
    const total = Number(/(\d+) requests in/.exec(stdout)![1]);
    const denied = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
    const each = perMinute * (1 + seconds / 60);
    const fair = Math.min(identities, slots) * each;
    let goodDenied = 0;
    for (let i = 0; i < goodUsers; i++) {
      const headers = { "x-user": `good-${i}` };
      if ((await fetch(`http://127.0.0.1:${envoy.port}/`, { headers })).status !== 200)
        goodDenied++;
    }
    return {
      name: `${variant.name}, K = ${identities}`,
      requests: total,
      admitted: total - denied,
      "may have": Math.round(Math.min(fair, total)),
      share: `${((total - denied) / Math.min(fair, total)).toFixed(2)}x`,
      "good users denied": `${((100 * goodDenied) / goodUsers).toFixed(1)} %`,
    };
  } finally {
    await envoy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
