// `serve --record`: what passed becomes a case file that the Node host plays with the same verdicts, and that fails when one of
// them is changed.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../cli/build/compile.ts";
import { hostEngineLoader } from "../../cli/serve/host-engine.ts";
import { Proxy } from "../../cli/serve/proxy.ts";
import { processTimers } from "../../cli/serve/timers.ts";
import { Http2Client } from "./http2-client.ts";
import { raw } from "./proxy-fixture.ts";
import { meshwarden } from "./terminal-fixture.ts";

let folder: string;
let file: string;
let origin: Server;
let proxy: Proxy;
const said: string[] = [];

const configure = (agent: string): void => {
  const limits = { methods: { allow: ["GET", "HEAD", "POST"] }, userAgents: { deny: [agent] } };
  writeFileSync(
    path.join(folder, "config.yaml"),
    JSON.stringify({ version: 1, validate: { limits } }),
  );
};

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-record-"));
  file = path.join(folder, "recorded.yaml");
  const { wasm } = await compile({ entry: "assembly/filters/guard.ts", target: "release" });
  writeFileSync(path.join(folder, "guard.wasm"), wasm);
  configure("*sqlmap*");
  origin = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on("data", (bytes: Buffer) => parts.push(bytes));
    incoming.on("end", () => {
      if (incoming.url === "/missing") outgoing.statusCode = 404;
      outgoing.setHeader("x-seen", `${incoming.method} ${incoming.headers["x-a"] ?? ""}`);
      outgoing.setHeader("set-cookie", ["a=1", "b=2"]);
      outgoing.end(Buffer.concat([Buffer.from("got "), ...parts]));
    });
  });
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  proxy = new Proxy(
    {
      configFile: path.join(folder, "config.yaml"),
      upstream: `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
      port: 0,
      filters: [path.join(folder, "guard.wasm")],
      recordFile: file,
    },
    hostEngineLoader("info"),
    processTimers,
    { say: (line) => said.push(line), findings: () => {}, filterLog: () => {} },
  );
  expect(await proxy.start()).toBe(true);
});
afterEach(async () => {
  await proxy.stop();
  await new Promise((resolve) => origin.close(resolve));
  rmSync(folder, { recursive: true });
});

async function traffic(): Promise<void> {
  const port = Number(new URL(proxy.url).port);
  const last = "Connection: close\r\n";
  const ask = (head: string, body = ""): Promise<string> => raw(port, `${head}${last}\r\n${body}`);
  await ask("GET /items?a=/b/ HTTP/1.1\r\nHost: shop.example\r\nX-A: /slashes/\r\n");
  await ask("GET /missing HTTP/1.1\r\nHost: shop.example\r\n");
  await ask("HEAD /items HTTP/1.1\r\nHost: shop.example\r\n");
  await ask("DELETE /items/1 HTTP/1.1\r\nHost: shop.example\r\n");
  await ask("GET /a/..%2fb HTTP/1.1\r\nHost: shop.example\r\n");
  await ask("GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: sqlmap/1.7\r\n");
  await ask(
    "POST /items HTTP/1.1\r\nHost: shop.example\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n",
    "hello",
  );
  await ask(
    "POST /items HTTP/1.1\r\nHost: shop.example\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n",
    "3\r\n\xff\0a\r\n2\r\nbc\r\n0\r\n\r\n",
  );
  const client = new Http2Client(proxy.url);
  await client.ask(
    {
      ":method": "POST",
      ":path": "/h2",
      ":authority": "shop.example",
      "content-type": "text/plain",
    },
    "two",
  );
  client.session.destroy();
  configure("*curl*");
  expect(await proxy.reload()).toBe(true);
  await ask("GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8\r\n");
}

test("the recording passes in the Node host, request for request", async () => {
  await traffic();
  await proxy.stop();
  expect(said.at(-1)).toContain("recorded 10 request(s)");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/^# It holds what clients sent/);
  const { cases } = parse(text) as {
    cases: { steps: { expect: { client: { status: number } } }[] }[];
  };
  const statuses = cases.map(({ steps }) => steps.map((step) => step.expect.client.status));
  expect(statuses).toEqual([[200, 404, 200, 405, 400, 403, 200, 200, 200], [403]]);
  const { exitCode, out } = await meshwarden("test", file);
  expect(out).toContain("2 cases, all passed");
  expect(exitCode).toBe(0);
}, 30_000);

test("a recording in which one verdict is changed fails", async () => {
  await traffic();
  await proxy.stop();
  writeFileSync(file, readFileSync(file, "utf8").replace("status: 405", "status: 200"));
  const { exitCode, out } = await meshwarden("test", file);
  expect(exitCode).toBe(1);
  expect(out).toContain("client: status 405, expected 200");
});
