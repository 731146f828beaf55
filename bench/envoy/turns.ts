// CPU time per request of several Envoys under load, in turns within one run: every variant's own process stays up, wrk
// drives one of them at a time, and the added cost is the difference to the first variant in the same round.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { startEnvoy, type EnvoyProcess } from "./process.ts";
import { bootstrap, type Variant } from "./variants.ts";

const run = promisify(execFile);

export interface Shape {
  name: string;
  method?: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface TurnResult {
  variant: string;
  /** Microseconds of CPU per request, median over the rounds. */
  cpuUs: number;
  /** Added to the first variant of the same round, median and quartiles over the rounds. */
  addedUs: number;
  addedLowUs: number;
  addedHighUs: number;
  requestsPerSecond: number;
  readySeconds: number;
  residentMb: number;
}

/** Milliseconds from a request to its answer, one connection, nothing else running; medians over rounds in turns. */
export interface Latency {
  p50Ms: number;
  p99Ms: number;
  /** p99 over p50 of a round. */
  tail: number;
}

export interface TurnOptions {
  rounds?: number;
  seconds?: number;
  connections?: number;
}

/** Runs all variants in turns on one request shape. */
export async function inTurns(
  binary: string,
  variants: Variant[],
  shape: Shape,
  options: TurnOptions = {},
): Promise<TurnResult[]> {
  const { rounds = 10, seconds = 2, connections = 8 } = options;
  const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-wrk-"));
  const script = path.join(folder, "shape.lua");
  writeFileSync(script, luaScript(shape));
  const envoys: EnvoyProcess[] = [];
  try {
    for (const variant of variants) envoys.push(await startEnvoy(binary, bootstrap(variant)));
    const cpu: number[][] = variants.map(() => []);
    const rates: number[][] = variants.map(() => []);
    for (const envoy of envoys) await load(envoy, script, 1, connections, shape);
    for (let round = 0; round < rounds; round++) {
      // Alternate the order, so that a drift of the machine favours none.
      const order = variants.map((_, i) => (round % 2 === 0 ? i : variants.length - 1 - i));
      for (const i of order) {
        const before = envoys[i].cpuNs();
        const requests = await load(envoys[i], script, seconds, connections, shape);
        cpu[i].push((envoys[i].cpuNs() - before) / 1000 / requests);
        rates[i].push(requests / seconds);
      }
    }
    return variants.map((variant, i) => {
      const added = cpu[i].map((us, round) => us - cpu[0][round]);
      return {
        variant: variant.name,
        cpuUs: quantile(cpu[i], 0.5),
        addedUs: quantile(added, 0.5),
        addedLowUs: quantile(added, 0.25),
        addedHighUs: quantile(added, 0.75),
        requestsPerSecond: quantile(rates[i], 0.5),
        readySeconds: envoys[i].readySeconds,
        residentMb: envoys[i].residentBytes() / 1e6,
      };
    });
  } finally {
    for (const envoy of envoys) await envoy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function load(
  envoy: EnvoyProcess,
  script: string,
  seconds: number,
  connections: number,
  shape: Shape,
): Promise<number> {
  const args = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "-s", script];
  const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${envoy.port}${shape.path}`]);
  const done = /(\d+) requests in/.exec(stdout);
  if (done === null) throw new Error(`wrk did not report its requests:\n${stdout}`);
  const errors = /Socket errors: (.*)/.exec(stdout);
  if (errors !== null) throw new Error(`wrk met socket errors: ${errors[1]}`);
  return Number(done[1]);
}

/** Loads one Envoy with one shape for a while; answers the number of requests. */
export async function drive(envoy: EnvoyProcess, shape: Shape, seconds: number): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-wrk-"));
  try {
    const script = path.join(folder, "shape.lua");
    writeFileSync(script, luaScript(shape));
    return await load(envoy, script, seconds, 8, shape);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Several Envoys in turns, one connection and a second each time, so that a moment of the machine meets all of them. */
export async function latencyInTurns(
  envoys: EnvoyProcess[],
  shape: Shape,
  rounds = 3,
): Promise<Latency[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-wrk-"));
  const times: Latency[][] = envoys.map(() => []);
  try {
    const script = path.join(folder, "shape.lua");
    writeFileSync(script, luaScript(shape));
    for (let round = 0; round < rounds; round++)
      for (const [i, envoy] of envoys.entries()) times[i].push(await latency(envoy, script, shape));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const median = (of: Latency[], figure: keyof Latency): number =>
    quantile(
      of.map((one) => one[figure]),
      0.5,
    );
  return times.map((of) => ({
    p50Ms: median(of, "p50Ms"),
    p99Ms: median(of, "p99Ms"),
    tail: median(of, "tail"),
  }));
}

async function latency(envoy: EnvoyProcess, script: string, shape: Shape): Promise<Latency> {
  const args = ["-t", "1", "-c", "1", "-d", "1s", "--latency", "-s", script];
  const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${envoy.port}${shape.path}`]);
  const at = (percentile: number): number => {
    const [, number, unit] = new RegExp(`${percentile}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout)!;
    return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit as "us" | "ms" | "s"];
  };
  return { p50Ms: at(50), p99Ms: at(99), tail: at(99) / at(50) };
}

function luaScript(shape: Shape): string {
  const quote = (text: string): string => JSON.stringify(text).replaceAll("\\u00", "\\x");
  const lines = [`wrk.method = ${quote(shape.method ?? "GET")}`];
  for (const [name, value] of Object.entries(shape.headers)) {
    lines.push(`wrk.headers[${quote(name)}] = ${quote(value)}`);
  }
  if (shape.body !== undefined) lines.push(`wrk.body = ${quote(shape.body)}`);
  return lines.join("\n") + "\n";
}

function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}
