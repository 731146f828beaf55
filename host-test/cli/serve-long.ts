// `npm run test:serve`: what `serve` must stand in full size, each line a figure and its bar. Ends with 1 when one is missed.
import {
  drainUnderLoad,
  guarded,
  impatient,
  manyRequests,
  reloadUnderLoad,
  siege,
  Stand,
  throughput,
} from "./serve-bars.ts";

let missed = 0;

function line(what: string, figure: string, good: boolean): void {
  if (!good) missed++;
  process.stdout.write(`${good ? "ok    " : "MISSED"} ${what}: ${figure}\n`);
}

const rounded = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const only = process.argv[2];
const wanted = (name: string): boolean => only === undefined || only === name;

async function withStand(
  document: Record<string, unknown>,
  argv: string[],
  run: (stand: Stand) => Promise<void>,
): Promise<void> {
  const stand = await Stand.start(document, argv);
  try {
    await run(stand);
  } finally {
    await stand.close();
  }
}

for (const workers of ["1", "2"]) {
  const argv = ["--workers", workers];
  const named = `${workers} worker(s)`;
  if (wanted("requests")) {
    await withStand(guarded, argv, async (stand) => {
      const { statuses, lost, refused, perSecond, p50Ms, p99Ms } = await manyRequests(
        stand,
        10_000,
        64,
      );
      const text = `${JSON.stringify(statuses)}, lost ${lost}, ${rounded(perSecond)}/s, p50 ${rounded(p50Ms)} ms, p99 ${rounded(p99Ms)} ms`;
      line(
        `10,000 requests at concurrency 64, ${named}`,
        text,
        statuses[200] === 10_000 && lost + refused === 0,
      );
    });
  }
  if (wanted("reload")) {
    await withStand(guarded, argv, async (stand) => {
      const { statuses, lost, refused, reloads } = await reloadUnderLoad(stand, 20_000, 64, 100);
      const text = `${JSON.stringify(statuses)}, lost ${lost}, ${reloads} reloads`;
      line(
        `20,000 requests under reloads, ${named}`,
        text,
        statuses[200] === 20_000 && lost + refused === 0,
      );
    });
  }
  if (wanted("drain")) {
    await withStand(guarded, argv, async (stand) => {
      const { statuses, lost, exitCode, drainMs } = await drainUnderLoad(stand, 64, 2000);
      const text = `${JSON.stringify(statuses)}, lost ${lost}, exit code ${exitCode} after ${rounded(drainMs)} ms`;
      line(`SIGTERM under load, ${named}`, text, lost === 0 && exitCode === 0);
    });
  }
  if (wanted("siege")) {
    await withStand({ ...guarded, serve: { limits: impatient } }, argv, async (stand) => {
      const figures = await siege(stand, 10_000, 400, 20_000);
      const { ended, refused, served, asked, leftOpen, beforeMiB, halfMiB, afterMiB, unserved } =
        figures;
      const memory = `${rounded(beforeMiB)} -> ${rounded(halfMiB)} -> ${rounded(afterMiB)} MiB`;
      const text = `${ended} thrown out or gone, ${refused} refused, ${leftOpen} left open, ordinary client ${served} of ${asked} ${unserved.join()}, memory ${memory}`;
      const flat = afterMiB < halfMiB * 1.15;
      line(
        `10,000 hostile connections, ${named}`,
        text,
        ended === 10_000 && leftOpen === 0 && served === asked && flat,
      );
    });
  }
}
if (wanted("throughput")) {
  const { guard, plain, ratios } = await throughput(7, 10_000, 64, []);
  const text = `${rounded(median(guard))}/s against ${rounded(median(plain))}/s, ratio ${rounded(median(ratios))} (${ratios.map(rounded).join(" ")})`;
  line("throughput with guard against none, in turns", text, median(ratios) >= 0.5);
}
process.exitCode = missed === 0 ? 0 : 1;
