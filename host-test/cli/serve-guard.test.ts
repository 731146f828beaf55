// guard.wasm behind the data path with the quickstart's configuration: what must pass untouched.
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { compile, packageRoot } from "../../cli/build/compile.ts";
import { filterConfig } from "../../cli/serve/engine-load.ts";
import { hostEngineLoader } from "../../cli/serve/host-engine.ts";
import { Proxy } from "../../cli/serve/proxy.ts";
import { processTimers } from "../../cli/serve/timers.ts";

test("a WebSocket carries more than a body may have", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-guard-"));
  const { wasm } = await compile({ entry: "assembly/filters/guard.ts", target: "release" });
  writeFileSync(path.join(folder, "guard.wasm"), wasm);
  const origin = createServer();
  origin.on("upgrade", (_incoming, socket) => {
    const head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade";
    socket.write(`${head}\r\n\r\n`);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const proxy = new Proxy(
    {
      configFile: path.join(packageRoot, "examples/quickstart/config.yaml"),
      upstream: `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
      port: 0,
      filters: [path.join(folder, "guard.wasm")],
    },
    hostEngineLoader("info"),
    processTimers,
    { say: () => {}, findings: () => {}, filterLog: () => {} },
  );
  expect(await proxy.start()).toBe(true);
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  socket.on("error", () => {});
  let received = "";
  socket.on("data", (bytes) => (received += bytes.toString("latin1")));
  const until = async (what: () => boolean): Promise<void> => {
    while (!what() && !socket.destroyed)
      await new Promise((resolve) => socket.once("data", resolve).once("close", resolve));
  };
  socket.setTimeout(5_000, () => socket.destroy());
  socket.write(
    "GET /ws HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  await until(() => received.includes("\r\n\r\n"));
  expect(received).toMatch(/^HTTP\/1\.1 101 /);
  const frame = "x".repeat(200_000);
  socket.write(frame);
  await until(() => received.length >= frame.length);
  expect(received.endsWith(frame)).toBe(true);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.end();
  await closed;
  await proxy.stop();
  await new Promise((resolve) => origin.close(resolve));
  rmSync(folder, { recursive: true });
});

test("shipped filters are told that they may hold a head; the document and foreign filters are left alone", () => {
  expect(filterConfig({ version: 1 }, ["guard"])).toBe('{"holdHeaders":true,"version":1}');
  expect(filterConfig({ version: 1, holdHeaders: false }, ["guard"])).toContain(
    '"holdHeaders":false',
  );
  expect(filterConfig({ version: 1 }, ["guard", "./own.wasm"])).toBe('{"version":1}');
});
