// What `serve` must stand, as measurements of any size: `serve-bars.test.ts` runs them small, `npm run test:serve` large.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { compile } from "../../cli/build/compile.ts";
import { get, load, type LoadFigures } from "./load-client.ts";
import { misbehave, type HostileFigures } from "./hostile-client.ts";
import { serve, startOrigin, type Served } from "./served.ts";

/** A proxy with a configuration file of its own, in front of an origin of its own. */
export class Stand {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-stand-"));
  readonly config = path.join(this.folder, "config.yaml");
  served!: Served;
  #origin!: Server;

  /** @param script replaces the program, for what it is compared with */
  static async start(
    document: Record<string, unknown>,
    argv: string[],
    script?: string,
  ): Promise<Stand> {
    const stand = new Stand();
    const { server, url } = await startOrigin();
    stand.#origin = server;
    stand.configure(document);
    const { wasm } = await compile({ entry: "assembly/filters/guard.ts", target: "release" });
    const filter = path.join(stand.folder, "guard.wasm");
    writeFileSync(filter, wasm);
    const files = ["-c", stand.config, "--filter", filter];
    const fixed = [...files, "--upstream", url, "--access-log", "off", "--no-watch", "-q"];
    stand.served = await serve([...fixed, ...argv], script);
    return stand;
  }

  configure(document: Record<string, unknown>): void {
    writeFileSync(this.config, stringify(document));
  }

  async close(): Promise<void> {
    this.served.process.kill("SIGKILL");
    await this.served.ended;
    this.#origin.closeAllConnections();
    await new Promise((resolve) => this.#origin.close(resolve));
    rmSync(this.folder, { recursive: true });
  }
}

/** Limits on requests, as a small JSON service would set them. */
export const guarded = {
  version: 1,
  validate: {
    limits: { methods: { allow: ["GET", "HEAD", "POST"] }, query: { maxArguments: 20 } },
  },
};

/** Bounds in time that a test can wait for, and that a loaded machine does not reach by itself. */
export const impatient = {
  headersTimeoutMs: 2000,
  requestTimeoutMs: 3000,
  keepAliveTimeoutMs: 2000,
  streamIdleTimeoutMs: 2000,
  lingerMs: 500,
};

/** Requests through kept-alive connections; none may be lost. */
export function manyRequests(
  stand: Stand,
  requests: number,
  concurrency: number,
): Promise<LoadFigures> {
  return load({
    port: stand.served.port,
    requests,
    concurrency,
    request: (i) => get(`/items/${i}?a=b`),
  });
}

/** Reloads again and again while requests run; every third configuration does not load. */
export async function reloadUnderLoad(
  stand: Stand,
  requests: number,
  concurrency: number,
  everyMs: number,
): Promise<LoadFigures & { reloads: number }> {
  let reloads = 0;
  let going = true;
  const reloading = (async () => {
    while (going) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      if (!going) break;
      const bad = reloads % 3 === 2;
      stand.configure(bad ? { version: 1, validate: { limts: {} } } : { ...guarded, serve: {} });
      stand.served.process.kill("SIGHUP");
      while ((await reloadsSeen(stand)) <= reloads) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      reloads++;
    }
  })();
  const figures = await manyRequests(stand, requests, concurrency);
  going = false;
  await reloading;
  return { ...figures, reloads };
}

/** Reloads that were done or refused, as the admin port tells. */
async function reloadsSeen({ served }: Stand): Promise<number> {
  const text = await served.admin("/stats/prometheus");
  const counts = [...text.matchAll(/^meshwarden_reloads(?:_refused)?_total (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** SIGTERM in the middle of a load: what had begun is answered, the process ends with 0. */
export async function drainUnderLoad(
  stand: Stand,
  concurrency: number,
  afterMs: number,
): Promise<LoadFigures & { exitCode: number | null; drainMs: number }> {
  let killedMs = 0;
  setTimeout(() => {
    killedMs = performance.now();
    stand.served.process.kill("SIGTERM");
  }, afterMs);
  const running = load({
    port: stand.served.port,
    requests: 1_000_000,
    concurrency,
    stopAtClose: true,
    request: (i) => get(`/items/${i}`),
  });
  const exitCode = await stand.served.ended;
  const drainMs = performance.now() - killedMs;
  return { ...(await running), exitCode, drainMs };
}

export interface SiegeFigures extends HostileFigures {
  beforeMiB: number;
  /** After half of the connections, and after all. */
  halfMiB: number;
  afterMiB: number;
  /** Connections that were still open in the proxy a while after the last client left. */
  leftOpen: number;
  /** Ordinary requests during the siege and after it that got their answer, of how many. */
  served: number;
  asked: number;
  /** What became of the others. */
  unserved: string[];
}

/** Hostile connections by the thousand while an ordinary client goes on. */
export async function siege(
  stand: Stand,
  connections: number,
  atOnce: number,
  patienceMs: number,
): Promise<SiegeFigures> {
  const { port } = stand.served;
  let going = true;
  let served = 0;
  let asked = 0;
  const unserved: string[] = [];
  const ordinary = (async () => {
    while (going) {
      asked++;
      const figures = await load({
        port,
        requests: 1,
        concurrency: 1,
        reconnect: true,
        request: () => get("/items/1"),
      });
      served += figures.statuses[200] ?? 0;
      if (figures.statuses[200] !== 1)
        unserved.push(`${JSON.stringify(figures.statuses)} after ${Math.round(figures.tookMs)} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  // The first wave warms up: buffers, compiled code, and the heap's own size.
  await misbehave(port, Math.min(connections / 10, 1000), atOnce, patienceMs);
  const beforeMiB = stand.served.memoryMiB();
  const first = await misbehave(port, connections / 2, atOnce, patienceMs);
  const halfMiB = stand.served.memoryMiB();
  const second = await misbehave(port, connections / 2, atOnce, patienceMs);
  const afterMiB = stand.served.memoryMiB();
  going = false;
  await ordinary;
  const leftOpen = await openConnections(stand.served, patienceMs);
  return {
    connections,
    ended: first.ended + second.ended,
    refused: first.refused + second.refused,
    beforeMiB,
    halfMiB,
    afterMiB,
    leftOpen,
    served,
    asked,
    unserved,
  };
}

/** Waits for the last connection to be gone, at most so long. */
async function openConnections(served: Served, patienceMs: number): Promise<number> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const text = await served.admin("/stats/prometheus");
    const open = Number(/^meshwarden_connections_active (\d+)$/m.exec(text)![1]);
    if (open === 0 || performance.now() > until) return open;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Answers a second, with guard and without filters, in turns; each round gives one ratio. */
export async function throughput(
  rounds: number,
  requests: number,
  concurrency: number,
  argv: string[],
): Promise<{ guard: number[]; plain: number[]; ratios: number[] }> {
  const guard = await Stand.start(guarded, argv);
  const plain = await Stand.start({}, argv, "dist/host-test/cli/plain-proxy.js");
  try {
    const figures = { guard: [] as number[], plain: [] as number[], ratios: [] as number[] };
    await manyRequests(guard, requests / 2, concurrency);
    await manyRequests(plain, requests / 2, concurrency);
    for (let i = 0; i < rounds; i++) {
      const withGuard = (await manyRequests(guard, requests, concurrency)).perSecond;
      const without = (await manyRequests(plain, requests, concurrency)).perSecond;
      figures.guard.push(withGuard);
      figures.plain.push(without);
      figures.ratios.push(withGuard / without);
    }
    return figures;
  } finally {
    await guard.close();
    await plain.close();
  }
}
