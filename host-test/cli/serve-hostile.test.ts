// The data path against clients and upstreams that are slow, early, dead or too many: the client gets a clear answer in
// bounded time, and the proxy goes on serving.
import { createServer } from "node:http";
import { connect, createServer as createRawServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Timers } from "../../cli/serve/timers.ts";
import { raw, startProxy, type Proxy } from "./proxy-fixture.ts";

let proxy: Proxy;
afterEach(async () => proxy.close());

/** Timers that stand still until told otherwise; only `every` and `after` callbacks that are due run. */
function handTimers(): Timers & { advance(ms: number): void } {
  let now = 0;
  const due = new Set<{ atMs: number; run: () => void }>();
  return {
    nowMs: () => now,
    every: () => () => {},
    after(delayMs, run) {
      const entry = { atMs: now + delayMs, run };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance(ms) {
      now += ms;
      for (const entry of due) if (entry.atMs <= now && due.delete(entry)) entry.run();
    },
  };
}

/** Whether a connection can be made. */
function accepted(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

test("a head that dribbles in is cut off with 408", async () => {
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"), {
    limits: { headersTimeoutMs: 100 },
  });
  const answer = await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
});

test("a body that stops coming is answered with 408 after the idle time", async () => {
  const timers = handTimers();
  let reached = (): void => {};
  const arrived = new Promise<void>((resolve) => (reached = resolve));
  proxy = await startProxy(() => reached(), { timers });
  const answer = raw(
    proxy.port,
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
    "stream timeout",
  );
  await arrived;
  timers.advance(299_000);
  proxy.listener.sweep();
  expect(proxy.log()).toEqual([]);
  timers.advance(2_000);
  proxy.listener.sweep();
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
  timers.advance(1_000);
  expect(proxy.log()[0]).toMatchObject({ status: 408, details: "stream_idle_timeout" });
});

test("an upstream that does not answer is given up with 504", async () => {
  const timers = handTimers();
  let reached = (): void => {};
  const arrived = new Promise<void>((resolve) => (reached = resolve));
  proxy = await startProxy(() => reached(), { timers });
  const answer = raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "timeout");
  await arrived;
  timers.advance(15_001);
  proxy.listener.sweep();
  const text = await answer;
  expect(text).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/);
  expect(text).toMatch(/upstream request timeout$/);
});

test("no upstream: 503 in Envoy's words", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  proxy = await startProxy(() => {}, { upstream: new URL(`http://127.0.0.1:${port}`) });
  const text = await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  expect(text).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
  expect(text).toContain("reset reason: remote connection failure");
});

describe("upstreams that break off", () => {
  const cases: [string, string, RegExp][] = [
    ["before the head: 503", "", /^HTTP\/1\.1 503 /],
    ["with something that is not HTTP: 502", "SSH-2.0-x\r\n", /^HTTP\/1\.1 502 /],
    [
      "in the body: cut, never completed",
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
      /\r\n\r\nabc$/,
    ],
    [
      "in a chunked body: cut",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
      /3\r\nabc\r\n$/,
    ],
  ];
  test.each(cases)("%s", async (_name, answer, expected) => {
    const broken = createRawServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => (answer === "" ? socket.destroy() : socket.end(answer)));
    });
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    const { port } = broken.address() as AddressInfo;
    proxy = await startProxy(() => {}, { upstream: new URL(`http://127.0.0.1:${port}`) });
    const text = await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(text).toMatch(expected);
    await new Promise((resolve) => broken.close(resolve));
  });
});

test("a connection that the upstream closed while idle costs no request", async () => {
  const sockets: Socket[] = [];
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"));
  proxy.origin.on("connection", (socket) => sockets.push(socket));
  const ask = (): Promise<string> => raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "ok");
  expect(await ask()).toContain(" 200 ");
  sockets[0]!.resetAndDestroy();
  expect(await ask()).toContain(" 200 ");
});

test("pipelined requests reach the service one at a time, in order, and are answered in order", async () => {
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  proxy = await startProxy((incoming, outgoing) => {
    seen.push(incoming.url!);
    most = Math.max(most, ++running);
    setImmediate(() => {
      running--;
      outgoing.end(incoming.url);
    });
  });
  const paths = Array.from({ length: 50 }, (_, i) => `/${i}`);
  const last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const text = paths.map((url) => `GET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`).join("");
  const answers = await raw(proxy.port, text + last);
  expect(seen).toEqual([...paths, "/last"]);
  const bodies = [...answers.matchAll(/\r\n\r\n(\/\w+?)(?=HTTP\/1\.1 |$)/g)].map(
    (match) => match[1],
  );
  expect(bodies).toEqual([...paths, "/last"]);
  expect(most).toBe(1);
});

test("a thousand requests in one packet are no thousand requests at the service", async () => {
  let reached = 0;
  proxy = await startProxy((_incoming, outgoing) => {
    reached++;
    outgoing.end("ok");
  });
  await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1000));
  expect(reached).toBeLessThanOrEqual(1);
  expect(await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "ok")).toContain(" 200 ");
});

test("an upgrade behind another request waits for its turn", async () => {
  proxy = await startProxy((_incoming, outgoing) => setImmediate(() => outgoing.end("first")));
  proxy.origin.on("upgrade", (_incoming, socket) => {
    socket.end(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    );
  });
  const upgrade =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const text = await raw(proxy.port, `GET / HTTP/1.1\r\nHost: a\r\n\r\n${upgrade}`);
  expect(text).toMatch(/^HTTP\/1\.1 200 [^]*firstHTTP\/1\.1 101 /);
});

test("an early answer reaches the client while it still sends, and the rest is bounded", async () => {
  proxy = await startProxy(
    (_incoming, outgoing) => {
      outgoing.writeHead(413, { "content-length": 8 }).end("too much");
    },
    { limits: { lingerMs: 50 } },
  );
  const socket = connect(proxy.port, "127.0.0.1");
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString()));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
  socket.write(Buffer.alloc(256 * 1024));
  await closed;
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
  expect(text).toMatch(/too much$/);
});

test("more connections than allowed are closed at once", async () => {
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"), {
    limits: { connectionsMax: 1 },
  });
  const first = connect(proxy.port, "127.0.0.1");
  await new Promise((resolve) => first.once("connect", resolve));
  first.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await new Promise((resolve) => first.once("data", resolve));
  expect(await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).toBe("");
  expect(proxy.listener.counters.connectionsRefused).toBe(1);
  first.destroy();
});

test("requests beyond what the upstream is allowed to have get 503 overflow", async () => {
  let answer = (): void => {};
  let reached = (): void => {};
  const arrived = new Promise<void>((resolve) => (reached = resolve));
  proxy = await startProxy(
    (_incoming, outgoing) => {
      answer = () => outgoing.end("ok");
      reached();
    },
    { limits: { upstreamRequestsMax: 1 } },
  );
  const first = raw(proxy.port, "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  await arrived;
  const second = await raw(proxy.port, "GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  expect(second).toMatch(/^HTTP\/1\.1 503 /);
  expect(second).toContain("reset reason: overflow");
  answer();
  expect(await first).toContain(" 200 ");
});

test("a shutdown lets the running request end and takes no new one", async () => {
  let answer = (): void => {};
  let reached = (): void => {};
  const arrived = new Promise<void>((resolve) => (reached = resolve));
  proxy = await startProxy((_incoming, outgoing) => {
    answer = () => outgoing.end("late");
    reached();
  });
  const running = raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived;
  const drained = proxy.listener.drain();
  // Who was in the system's queue is still served, as the last request of its connection; then nobody is let in.
  while (await accepted(proxy.port)) await new Promise(setImmediate);
  answer();
  const text = await running;
  expect(text).toContain("connection: close");
  expect(text).toContain("late");
  await drained;
});

test("a request on its way over a kept-alive connection survives the shutdown, as the last one", async () => {
  proxy = await startProxy((incoming, outgoing) => outgoing.end(incoming.url));
  const socket = connect(proxy.port, "127.0.0.1");
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString()));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  while (!text.endsWith("/1")) await new Promise((resolve) => socket.once("data", resolve));
  const drained = proxy.listener.drain();
  socket.write("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  await closed;
  expect(text).toMatch(/connection: close\r\n[^]*\/2$/i);
  await drained;
});

test("a shutdown cuts what does not end in time", async () => {
  proxy = await startProxy(() => {}, { limits: { drainTimeoutMs: 50 } });
  const running = raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  while (proxy.listener.gauges()["upstream_requests_active"] !== 1) await new Promise(setImmediate);
  await proxy.listener.drain();
  expect(await running).toBe("");
  expect(proxy.log()[0]).toMatchObject({ status: 0, details: "connection_cut" });
});
