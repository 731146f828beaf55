// The data path with a real filter in the host core: verdicts, holding, buffer limit, metrics, and reload of configuration
// and modules while it serves.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import {
  Agent,
  createServer,
  get as httpGet,
  type IncomingHttpHeaders,
  type Server,
} from "node:http";
import { connect, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import type { Finding } from "../../cli/config/finding.ts";
import { hostEngineLoader } from "../../cli/serve/host-engine.ts";
import { Proxy } from "../../cli/serve/proxy.ts";
import type { ProxyOptions } from "../../cli/serve/proxy-settings.ts";
import { processTimers } from "../../cli/serve/timers.ts";
import { raw } from "./proxy-fixture.ts";

let wasm: Uint8Array;
let folder: string;
let origin: Server;
let reached: { path: string; gate: unknown; body: string }[];
let proxy: Proxy | undefined;
let said: string[];
let findings: Finding[];
let accessLog: string;

beforeAll(async () => {
  wasm = (await compile({ entry: "assembly/probes/gate.ts", target: "release" })).wasm;
});

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-serve-"));
  reached = [];
  said = [];
  findings = [];
  accessLog = "";
  origin = createServer((incoming, outgoing) => {
    let body = "";
    incoming.on("data", (bytes: Buffer) => (body += bytes.toString()));
    incoming.on("end", () => {
      reached.push({ path: incoming.url!, gate: incoming.headers["x-gate"], body });
      outgoing.end("from origin");
    });
  });
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  writeFileSync(path.join(folder, "gate.wasm"), wasm);
  configure("evil");
});

afterEach(async () => {
  await proxy?.stop();
  proxy = undefined;
  origin.closeAllConnections();
  await new Promise((resolve) => origin.close(resolve));
  rmSync(folder, { recursive: true });
});

function configure(word: string, more = ""): void {
  const text = `version: 1\n# the one rule\ngate:\n  deny: ${word}\n${more}`;
  writeFileSync(path.join(folder, "config.yaml"), text);
}

async function start(options: Partial<ProxyOptions> = {}): Promise<boolean> {
  const { port } = origin.address() as AddressInfo;
  proxy = new Proxy(
    {
      configFile: path.join(folder, "config.yaml"),
      upstream: `http://127.0.0.1:${port}`,
      port: 0,
      adminPort: 0,
      filters: [path.join(folder, "gate.wasm")],
      ...options,
    },
    hostEngineLoader("info"),
    processTimers,
    {
      say: (line) => said.push(line),
      findings: (list) => findings.push(...list),
      filterLog: () => {},
      accessLog: (text) => (accessLog += text),
    },
  );
  return await proxy.start();
}

const ask = (text: string): Promise<string> => raw(Number(new URL(proxy!.url).port), text);
const get = (headers = ""): Promise<string> =>
  ask(`GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`);
const post = (body: string): Promise<string> =>
  ask(
    `POST /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );

async function admin(page: string): Promise<string> {
  return await (await fetch(proxy!.adminUrl + page)).text();
}

test("a filter lets pass, denies by header and by body, and nothing denied reaches the service", async () => {
  expect(await start()).toBe(true);
  expect(await get()).toMatch(/^HTTP\/1\.1 200 [^]*from origin/);
  expect(await get("X-Word: evil\r\n")).toMatch(/^HTTP\/1\.1 403 /);
  expect(await post("good")).toMatch(/^HTTP\/1\.1 200 /);
  expect(await post("something evil")).toMatch(/^HTTP\/1\.1 403 /);
  expect(reached).toEqual([
    { path: "/a", gate: "evil", body: "" },
    { path: "/b", gate: "evil", body: "good" },
  ]);
  expect(await admin("/stats/prometheus")).toMatch(/^gate_denied\{?.*\}? 2$/m);
  proxy!.front!.sweep();
  const details = accessLog
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).details as string);
  expect(details).toEqual(["via_upstream", "gate_word", "via_upstream", "gate_word"]);
});

test("a body past the buffer limit gets 413 and is not passed on", async () => {
  configure("evil", "serve:\n  limits:\n    bufferLimitBytes: 1000\n");
  await start();
  expect(await post("x".repeat(5000))).toMatch(/^HTTP\/1\.1 413 /);
  expect(reached).toEqual([]);
});

test("the service sees the client's address once, and the request id of the access log", async () => {
  let seen: IncomingHttpHeaders = {};
  origin.prependListener("request", (incoming) => (seen = incoming.headers));
  await start();
  await get("X-Forwarded-For: 9.9.9.9\r\nX-Request-Id: mine\r\n");
  expect(String(seen["x-forwarded-for"]).replaceAll(" ", "")).toBe("9.9.9.9,127.0.0.1");
  proxy!.front!.sweep();
  expect(seen["x-request-id"]).not.toBe("mine");
  expect(JSON.parse(accessLog)).toMatchObject({ requestId: seen["x-request-id"] });
});

test("a configuration that the filter refuses does not start, and is shown at its line", async () => {
  configure("broken");
  expect(await start()).toBe(false);
  expect(findings).toEqual([
    {
      file: path.join(folder, "config.yaml"),
      line: 4,
      column: 3,
      pointer: "/gate/deny",
      message: 'must be a whole word, got "broken"',
      mend: "mend it",
    },
  ]);
});

test("mistakes in the proxy's own sections are all shown, with what was meant", async () => {
  configure(
    "evil",
    "serve:\n  prot: 1\n  limits: { headersMaxCount: many }\nclusters:\n  a: { url: nowhere }\n",
  );
  expect(await start()).toBe(false);
  expect(findings.map(({ line, pointer, mend }) => `${line} ${pointer} ${mend}`)).toEqual([
    '6 /serve/prot did you mean "port"?',
    "7 /serve/limits/headersMaxCount ",
    '9 /clusters/a/url write it like "http://127.0.0.1:3000"',
  ]);
});

test("a changed configuration takes over; counters go on; a bad one changes nothing", async () => {
  await start();
  expect(await get("X-Word: evil\r\n")).toMatch(/^HTTP\/1\.1 403 /);
  configure("wrong");
  expect(await proxy!.reload()).toBe(true);
  expect(await get("X-Word: evil\r\n")).toMatch(/^HTTP\/1\.1 200 /);
  expect(await get("X-Word: wrong\r\n")).toMatch(/^HTTP\/1\.1 403 /);
  expect(await admin("/stats/prometheus")).toMatch(/^gate_denied\{?.*\}? 2$/m);
  configure("broken");
  expect(await proxy!.reload()).toBe(false);
  expect(findings).toHaveLength(1);
  expect(said.at(-1)).toContain("reload refused");
  expect(await get("X-Word: wrong\r\n")).toMatch(/^HTTP\/1\.1 403 /);
  expect(await admin("/stats/prometheus")).toMatch(/^meshwarden_reloads_refused_total 1$/m);
  expect(JSON.parse(await admin("/config_dump"))).toMatchObject({
    lastRefusedReload: "1 finding(s) in the configuration",
  });
});

test("a changed module takes over, a broken one does not", async () => {
  await start();
  writeFileSync(path.join(folder, "gate.wasm"), wasm.slice(0, 100));
  expect(await proxy!.reload()).toBe(false);
  expect(await get("X-Word: evil\r\n")).toMatch(/^HTTP\/1\.1 403 /);
  const empty = await compile({ entry: "assembly/probes/empty.ts", target: "release" });
  writeFileSync(path.join(folder, "gate.wasm"), empty.wasm);
  expect(await proxy!.reload()).toBe(true);
  expect(await get("X-Word: evil\r\n")).toMatch(/^HTTP\/1\.1 200 /);
});

test("a running request ends on the configuration that it began with", async () => {
  await start();
  const whole = "POST /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n\r\n";
  const socket = connect(Number(new URL(proxy!.url).port), "127.0.0.1");
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString()));
  socket.write(`${whole}so `);
  while (proxy!.front!.gauges()["requests_active"] !== 1) await new Promise(setImmediate);
  configure("other");
  expect(await proxy!.reload()).toBe(true);
  socket.write("evil!");
  await new Promise((resolve) => socket.once("close", resolve));
  expect(text).toMatch(/^HTTP\/1\.1 403 /);
});

test("a changed file is noticed by itself", async () => {
  await start({ watch: true });
  configure("noticed");
  // The system's own notice may lag or be missing in a container: looking is what is tested, not inotify.
  proxy!.checkFiles();
  await proxy!.reload();
  expect(await get("X-Word: noticed\r\n")).toMatch(/^HTTP\/1\.1 403 /);
});

test("the admin port is read-only and knows its pages", async () => {
  await start();
  expect(await admin("/healthz")).toBe("ok\n");
  expect(await admin("/ready")).toBe("ready\n");
  expect((await fetch(`${proxy!.adminUrl}/quit`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${proxy!.adminUrl}/nothing`)).status).toBe(404);
  const dump = await admin("/config_dump");
  expect(JSON.parse(dump)).toMatchObject({
    engine: { filters: ["gate"] },
    lastRefusedReload: null,
  });
  expect(dump).not.toContain("evil");
});

test("a WebSocket goes through a filter that holds bodies", async () => {
  origin.on("upgrade", (_incoming, socket) => {
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    );
    socket.pipe(socket);
  });
  await start();
  const head = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  const port = Number(new URL(proxy!.url).port);
  expect(await raw(port, `${head}X-Word: evil\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  const socket = connect(port, "127.0.0.1");
  let text = "";
  const until = async (part: string): Promise<void> => {
    while (!text.includes(part)) await new Promise((resolve) => socket.once("data", resolve));
  };
  socket.on("data", (bytes) => (text += bytes.toString("latin1")));
  socket.write(`${head}\r\n`);
  await until("101 Switching Protocols");
  socket.write("frame one");
  await until("frame one");
  socket.write("evil frame two");
  await until("evil frame two");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.end();
  await closed;
  proxy!.front!.sweep();
  const records = accessLog
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(records.at(-1)).toMatchObject({ status: 101, bytesReceived: 23, bytesSent: 23 });
});

test("reloads under load lose no request", async () => {
  await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const statuses: Record<number, number> = {};
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = httpGet(proxy!.url, { agent, headers: { "x-word": "fine" } }, (response) => {
        const status = response.statusCode ?? 0;
        statuses[status] = (statuses[status] ?? 0) + 1;
        response.resume().on("end", resolve);
      });
      request.on("error", reject);
    });
  let left = 400;
  const client = async (): Promise<void> => {
    while (left-- > 0) await one();
  };
  const clients = Promise.all(Array.from({ length: 16 }, client));
  for (let i = 0; i < 10; i++) {
    configure(i % 3 === 2 ? "broken" : `word${i}`);
    expect(await proxy!.reload()).toBe(i % 3 !== 2);
  }
  await clients;
  agent.destroy();
  expect(statuses).toEqual({ 200: 400 });
});
