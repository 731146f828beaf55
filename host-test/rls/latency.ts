// How long requests take while the breaker is open, against the same filter in local mode: nothing waits for a service that is down.
// Envoy answers by itself, so that no upstream blurs it. wrk drives the lanes in turns, a second each, with one connection. On a shared
// machine whatever else runs moves one second's 99th percentile by ten times, so that each lane is quoted by the 10th percentile of its
// seconds, as the benches do; beside it stand the median and quartiles of each round's own ratio, and the same of two lanes alike.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Lanes, type Lane } from "./listeners.ts";
import { freePort } from "./real-service.ts";
import type { Report } from "./report.ts";

const run = promisify(execFile);
const rounds = 61;

const policy = {
  name: "user",
  identity: [{ header: "x-user" }],
  limit: { requests: 1_000_000, per: "1s" },
};

const lanes = async (): Promise<Lane[]> => {
  const service = {
    domain: "api",
    timeout: "200ms",
    onError: "local",
    breaker: { failures: 3, openFor: "600s" },
  };
  const local = { servicePort: 1, filter: { policies: [policy] } };
  const filter = { service, policies: [{ ...policy, global: {} }] };
  return [
    { name: "local", ...local },
    { name: "breaker", servicePort: await freePort(), filter },
    { name: "again", ...local },
  ];
};

export async function checkLatency(report: Report, binary: string): Promise<void> {
  const list = await lanes();
  const names = list.map(({ name }) => name);
  const envoy = await Lanes.begin(binary, list, true);
  try {
    for (const name of names) for (let i = 0; i < 10; i++) await envoy.ask(name, "ann");
    for (const name of names) await percentile(envoy.port(name));
    const ms: Record<string, number[]> = { local: [], breaker: [], again: [] };
    const asked = await envoy.calls("breaker");
    for (let round = 0; round < rounds; round++) {
      // Each lane is first, in the middle and last equally often.
      for (let i = 0; i < names.length; i++) {
        const name = names[(round + i) % names.length];
        ms[name].push(await percentile(envoy.port(name)));
      }
    }
    const isOpen = (await envoy.calls("breaker")) === asked;
    report.check("the breaker was open throughout", isOpen);
    const best = (name: string): number => spread(ms[name]).best;
    const ratio = best("breaker") / best("local");
    const figure =
      `${ratio.toFixed(3)}x (${told(best("breaker"))} against ${told(best("local"))} µs), ` +
      `two lanes alike ${(best("again") / best("local")).toFixed(3)}x; ${rounds} rounds: ` +
      `${rounded(ms["breaker"], ms["local"])}, two alike ${rounded(ms["again"], ms["local"])}`;
    report.check("p99 with the breaker open at most 1.1x of local", ratio <= 1.1, figure);
  } finally {
    envoy.stop();
  }
}

interface Spread {
  best: number;
  lower: number;
  median: number;
  upper: number;
}

const told = (ms: number): string => (ms * 1000).toFixed(0);

/** Median and quartiles of the rounds' own ratios. */
function rounded(ours: number[], theirs: number[]): string {
  const { lower, median, upper } = spread(ours.map((each, round) => each / theirs[round]));
  return `median ${median.toFixed(3)}x, quartiles ${lower.toFixed(3)} to ${upper.toFixed(3)}`;
}

function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)];
  return { best: at(0.1), lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** Milliseconds within which 99 of 100 requests had their answer, in one second of wrk. */
async function percentile(port: number): Promise<number> {
  const args = ["-t", "1", "-c", "1", "-d", "1s", "--latency", "-H", "x-user: ann"];
  const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${port}/`]);
  const found = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout);
  if (found === null) throw new Error(`wrk told no percentile:\n${stdout}`);
  if (/Non-2xx/.test(stdout)) throw new Error(`not every request was answered 200:\n${stdout}`);
  return Number(found[1]) * { us: 0.001, ms: 1, s: 1000 }[found[2] as "us" | "ms" | "s"];
}
