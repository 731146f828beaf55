// Several worker threads behind one port, from dist/: one state of all, and a thread that dies is replaced.
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/sources.ts";
import type { WorkerPool } from "../../cli/serve/workers/pool.ts";
import { defaultLimits } from "../../cli/serve/limits.ts";
import { noFilters } from "../../cli/serve/engine.ts";
import { get, load } from "./load-client.ts";
import { guarded, Stand } from "./serve-bars.ts";
import { startOrigin } from "./served.ts";

let stand: Stand | undefined;
let pool: WorkerPool | undefined;
let origin: Server | undefined;
const threads: Worker[] = [];

beforeAll(() =>
  subscribe("worker_threads", (message) => threads.push((message as { worker: Worker }).worker)),
);
afterEach(async () => {
  await stand?.close();
  await pool?.drain();
  origin?.close();
  stand = pool = origin = undefined;
});

const twenty = {
  version: 1,
  rateLimit: {
    policies: [
      {
        name: "key",
        identity: [{ apiKey: { header: "x-api-key" } }],
        missing: "deny",
        limit: { requests: 20, per: "1h" },
      },
    ],
  },
};

test("four workers enforce one limit, and count as one", async () => {
  stand = await Stand.start(twenty, ["--workers", "4"]);
  const figures = await load({
    port: stand.served.port,
    requests: 400,
    concurrency: 32,
    reconnect: true,
    request: () => get("/", "x-api-key: alice\r\n"),
  });
  expect(figures).toMatchObject({ statuses: { 200: 20, 429: 380 }, lost: 0, refused: 0 });
  // Threads publish their figures a few times a second.
  let text = "";
  while (!text.includes('{response_code_class="4xx"} 380'))
    text = await stand.served.admin("/stats/prometheus");
  expect(text).toContain('{response_code_class="2xx"} 20');
  expect(text).toMatch(/^\w*meshwarden_findings\w*\{.*\} 380$/m);
  expect(JSON.parse(await stand.served.admin("/config_dump"))).toMatchObject({
    engine: { workers: 4 },
  });
});

test("a configuration that does not load changes no worker", async () => {
  stand = await Stand.start(twenty, ["--workers", "2"]);
  stand.configure({ version: 1, rateLimit: { policies: [{ name: "key", limt: {} }] } });
  stand.served.process.kill("SIGHUP");
  await stand.served.printed(/limt: [^]*did you mean "limit"/);
  stand.configure({ ...guarded, validate: { limits: { methods: { allow: ["POST"] } } } });
  stand.served.process.kill("SIGHUP");
  let figures = await load({
    port: stand.served.port,
    requests: 1,
    concurrency: 1,
    request: () => get("/"),
  });
  while (figures.statuses[405] !== 1) {
    figures = await load({
      port: stand.served.port,
      requests: 1,
      concurrency: 1,
      request: () => get("/"),
    });
  }
  figures = await load({
    port: stand.served.port,
    requests: 40,
    concurrency: 8,
    reconnect: true,
    request: () => get("/"),
  });
  expect(figures.statuses).toEqual({ 405: 40 });
});

test("a thread that dies is replaced, and the others serve meanwhile", async () => {
  const { server, url } = await startOrigin();
  origin = server;
  const file = path.join(packageRoot, "dist", "cli", "serve", "workers", "pool.js");
  const { WorkerPool: Pool } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    WorkerPool: typeof WorkerPool;
  };
  const said: string[] = [];
  pool = new Pool(
    {
      workers: 2,
      upstream: new URL(url),
      upstreamHttp2: false,
      limits: defaultLimits,
      logLevel: "info",
      filterLog: () => {},
      say: (line) => said.push(line),
    },
    async () => ({ engine: noFilters, findings: [] }),
  );
  const input = {
    filters: [],
    filterConfig: "{}",
    clusters: {},
    bufferLimitBytes: 1024,
    onLog: () => {},
  };
  expect(await pool.load(input)).toEqual([]);
  const { port } = await pool.listen({ port: 0, host: "127.0.0.1" });
  const ask = (requests: number): ReturnType<typeof load> =>
    load({ port, requests, concurrency: 4, reconnect: true, request: () => get("/") });
  expect((await ask(40)).statuses).toEqual({ 200: 40 });
  await threads.at(-1)!.terminate();
  expect((await ask(40)).statuses).toEqual({ 200: 40 });
  while (!said.includes("worker 2 was started anew")) await new Promise(setImmediate);
  expect((await ask(40)).statuses).toEqual({ 200: 40 });
});
