// How long requests take while the breaker is open, against the same filter in local mode: nothing waits for a service that is down.
// Envoy answers by itself, so that no upstream blurs it. wrk drives the lanes in turns. On a shared machine one second's 99th percentile
// moves by half, so the figure is the ratio of the medians over all rounds, with how far it moves when rounds are drawn again (bootstrap),
// beside the median and quartiles of each round's own ratio, and the same of two lanes that are alike.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { random } from "../property/ratelimit-workers.ts";
import { Lanes, type Lane } from "./listeners.ts";
import { freePort } from "./real-service.ts";
import type { Report } from "./report.ts";

const run = promisify(execFile);
const rounds = 51;

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
    const median = (name: string): string => (spread(ms[name]).median * 1000).toFixed(0);
    const figure =
      `${compared(ms["breaker"], ms["local"])}; two lanes alike ${compared(ms["again"], ms["local"])}; ` +
      `${median("breaker")} against ${median("local")} µs, ${rounds} rounds`;
    const ratio = spread(ms["breaker"]).median / spread(ms["local"]).median;
    report.check("p99 with the breaker open at most 1.1x of local", ratio <= 1.1, figure);
  } finally {
    envoy.stop();
  }
}

interface Spread {
  lower: number;
  median: number;
  upper: number;
}

/** Ratio of medians, its 90 % interval, and the round ratios. */
function compared(ours: number[], theirs: number[]): string {
  const next = random(1);
  const drawn: number[] = [];
  for (let draw = 0; draw < 2000; draw++) {
    const picks = ours.map(() => Math.floor(next() * ours.length));
    const of = (values: number[]): number => spread(picks.map((i) => values[i])).median;
    drawn.push(of(ours) / of(theirs));
  }
  drawn.sort((a, b) => a - b);
  const ratio = spread(ours).median / spread(theirs).median;
  const { lower, median, upper } = spread(ours.map((each, round) => each / theirs[round]));
  return (
    `${ratio.toFixed(3)}x (${drawn[100].toFixed(3)} to ${drawn[1899].toFixed(3)} for 90 %; ` +
    `rounds ${median.toFixed(3)}, quartiles ${lower.toFixed(3)} to ${upper.toFixed(3)})`
  );
}

function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)];
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** Milliseconds within which 99 of 100 requests had their answer, in one second of wrk. */
async function percentile(port: number): Promise<number> {
  const args = ["-t", "1", "-c", "4", "-d", "1s", "--latency", "-H", "x-user: ann"];
  const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${port}/`]);
  const found = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout);
  if (found === null) throw new Error(`wrk told no percentile:\n${stdout}`);
  if (/Non-2xx/.test(stdout)) throw new Error(`not every request was answered 200:\n${stdout}`);
  return Number(found[1]) * { us: 0.001, ms: 1, s: 1000 }[found[2] as "us" | "ms" | "s"];
}
