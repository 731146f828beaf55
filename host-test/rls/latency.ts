// How long requests take while the breaker is open, against the same filter in local mode: nothing waits for a service that is down.
// wrk drives both in turns; the figure is the median over rounds of each round's ratio of 99th percentiles.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Lanes, type Lane } from "./listeners.ts";
import { freePort, type RealService } from "./real-service.ts";
import type { Report } from "./report.ts";

const run = promisify(execFile);
const rounds = 15;

const policy = {
  name: "user",
  identity: [{ header: "x-user" }],
  limit: { requests: 1_000_000, per: "1s" },
};

export async function checkLatency(
  report: Report,
  binary: string,
  _real: RealService,
): Promise<void> {
  const service = {
    domain: "api",
    timeout: "200ms",
    onError: "local",
    breaker: { failures: 3, openFor: "600s" },
  };
  const lanes: Lane[] = [
    { name: "local", servicePort: 1, filter: { policies: [policy] } },
    {
      name: "breaker",
      servicePort: await freePort(),
      filter: { service, policies: [{ ...policy, global: {} }] },
    },
  ];
  const envoy = await Lanes.begin(binary, lanes);
  try {
    for (const { name } of lanes) for (let i = 0; i < 10; i++) await envoy.ask(name, "ann");
    const ratios: number[] = [];
    const p99: Record<string, number[]> = { local: [], breaker: [] };
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? ["local", "breaker"] : ["breaker", "local"];
      for (const name of order) p99[name].push(await percentile(envoy.port(name)));
      ratios.push(p99["breaker"][round] / p99["local"][round]);
    }
    const ratio = median(ratios);
    const figure = `${ratio.toFixed(2)}x (${median(p99["breaker"]).toFixed(2)} against ${median(p99["local"]).toFixed(2)} ms, ${rounds} rounds)`;
    report.check("p99 with the breaker open at most 1.1x of local mode", ratio <= 1.1, figure);
  } finally {
    envoy.stop();
  }
}

async function percentile(port: number): Promise<number> {
  const args = ["-t", "1", "-c", "4", "-d", "2s", "--latency", "-H", "x-user: ann"];
  const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${port}/`]);
  const found = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout);
  if (found === null) throw new Error(`wrk told no percentile:\n${stdout}`);
  return Number(found[1]) * { us: 0.001, ms: 1, s: 1000 }[found[2] as "us" | "ms" | "s"];
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
