// The data path on real sockets without filters: what goes in comes out, in pieces, in both directions, with trailers,
// back-pressure, keep-alive and changes of protocol.
import { createHash, randomBytes } from "node:crypto";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { raw, startProxy, type Proxy } from "./proxy-fixture.ts";

let proxy: Proxy;
afterEach(async () => proxy.close());

async function collect(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

test("request and response heads pass with Envoy's forwarding headers and without hop-by-hop ones", async () => {
  let seen: IncomingMessage["headers"] = {};
  proxy = await startProxy((incoming, outgoing) => {
    seen = incoming.headers;
    outgoing.setHeader("set-cookie", ["a=1", "b=2"]);
    outgoing.end("ok");
  });
  const text = await raw(
    proxy.port,
    "GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\nConnection: close, x-hop\r\nX-Hop: 1\r\n" +
      "Keep-Alive: 5\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n" +
      "X-Request-Id: mine\r\nX-Envoy-Retry-On: 5xx\r\nX-Forwarded-Client-Cert: Subject=admin\r\n\r\n",
  );
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(text.match(/set-cookie: [ab]=\d/g)).toEqual(["set-cookie: a=1", "set-cookie: b=2"]);
  expect(seen.host).toBe("shop.test");
  expect(seen["x-forwarded-for"]).toBe("9.9.9.9,127.0.0.1");
  expect(seen["x-forwarded-proto"]).toBe("http");
  expect(seen["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(seen["x-envoy-external-address"]).toBe("127.0.0.1");
  for (const gone of ["x-hop", "keep-alive", "x-envoy-retry-on", "x-forwarded-client-cert"]) {
    expect(seen[gone], gone).toBeUndefined();
  }
});

test("a response arrives piece by piece while the upstream still writes it", async () => {
  let writeSecond = (): void => {};
  proxy = await startProxy((_incoming, outgoing) => {
    outgoing.write("first");
    writeSecond = () => outgoing.end("second");
  });
  const response = await new Promise<IncomingMessage>((resolve) => {
    request(proxy.url, { agent: false }, resolve).end();
  });
  const first = await new Promise<Buffer>((resolve) => response.once("data", resolve));
  expect(first.toString()).toBe("first");
  writeSecond();
  expect((await collect(response)).toString()).toBe("second");
});

test("trailers pass in both directions", async () => {
  let requestTrailers: IncomingMessage["trailers"] = {};
  proxy = await startProxy((incoming, outgoing) => {
    incoming.resume();
    incoming.on("end", () => {
      requestTrailers = incoming.trailers;
      outgoing.write("body");
      outgoing.addTrailers({ "x-sum": "r1" });
      outgoing.end();
    });
  });
  const text = await raw(
    proxy.port,
    "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "3\r\nabc\r\n0\r\nX-Sum: q1\r\n\r\n",
  );
  expect(requestTrailers).toEqual({ "x-sum": "q1" });
  expect(text).toContain("4\r\nbody\r\n0\r\nx-sum: r1\r\n\r\n");
});

test("48 MiB go through in both directions, unchanged, while at most 512 KiB wait in the proxy", async () => {
  proxy = await startProxy((incoming, outgoing) => {
    outgoing.writeHead(200);
    incoming.pipe(outgoing);
  });
  const block = randomBytes(64 * 1024);
  const blocks = 768;
  const sent = createHash("sha256");
  const received = createHash("sha256");
  let peak = 0;
  const client = request(proxy.url, { method: "POST", agent: false });
  const answered = new Promise<IncomingMessage>((resolve) => client.once("response", resolve));
  const writeAll = async (): Promise<void> => {
    for (let i = 0; i < blocks; i++) {
      sent.update(block);
      if (!client.write(block)) await new Promise((resolve) => client.once("drain", resolve));
    }
    client.end();
  };
  const readAll = async (): Promise<void> => {
    for await (const part of await answered) {
      received.update(part as Buffer);
      peak = Math.max(peak, proxy.listener.gauges()["buffered_bytes"]!);
    }
  };
  await Promise.all([writeAll(), readAll()]);
  expect(received.digest("hex")).toBe(sent.digest("hex"));
  expect(peak).toBeLessThan(512 * 1024);
});

test("a client that does not read stops the upstream from writing", async () => {
  let written = 0;
  const block = Buffer.alloc(64 * 1024);
  proxy = await startProxy((_incoming, outgoing) => {
    const pump = (): void => {
      while (written < 64 * 1024 * 1024) {
        written += block.length;
        if (!outgoing.write(block)) return void outgoing.once("drain", pump);
      }
      outgoing.end();
    };
    pump();
  });
  const socket = connect(proxy.port, "127.0.0.1");
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  // Standing still is only seen by looking twice; the looks are turns of real input and output, at most 200 of them.
  let last = -1;
  let still = 0;
  for (let look = 0; look < 200 && still < 5; look++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    still = written > 0 && written === last ? still + 1 : 0;
    last = written;
  }
  expect(still).toBe(5);
  expect(written).toBeLessThan(48 * 1024 * 1024);
  const waiting = proxy.listener.gauges()["buffered_bytes"]!;
  expect(waiting).toBeGreaterThan(0);
  expect(waiting).toBeLessThan(512 * 1024);
  socket.destroy();
});

test("pipelined requests are answered in order on one connection", async () => {
  proxy = await startProxy((incoming, outgoing) => {
    const delayMs = incoming.url === "/1" ? 30 : 0;
    setTimeout(() => outgoing.end(`answer${incoming.url}`), delayMs);
  });
  const one = (path: string, last = ""): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${last}\r\n`;
  const text = await raw(proxy.port, one("/1") + one("/2") + one("/3", "Connection: close\r\n"));
  expect(text.match(/answer\/\d/g)).toEqual(["answer/1", "answer/2", "answer/3"]);
});

test("HEAD, 204 and 304 carry no body and keep their headers", async () => {
  proxy = await startProxy((incoming, outgoing) => {
    const status = Number(incoming.url!.slice(1));
    outgoing.writeHead(status, status === 200 ? { "content-length": 5 } : { etag: '"x"' });
    outgoing.end(status === 200 ? "hello" : undefined);
  });
  const ask = (method: string, path: string): Promise<string> =>
    raw(proxy.port, `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  const head = await ask("HEAD", "/200");
  expect(head).toContain("content-length: 5");
  expect(head.endsWith("\r\n\r\n")).toBe(true);
  for (const status of ["204", "304"]) {
    const text = await ask("GET", `/${status}`);
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(text).toContain('etag: "x"');
    expect(text.endsWith("\r\n\r\n")).toBe(true);
  }
});

test("Expect: 100-continue is answered at once and not passed on", async () => {
  let expectHeader: string | undefined = "unset";
  proxy = await startProxy((incoming, outgoing) => {
    expectHeader = incoming.headers.expect;
    incoming.resume();
    incoming.on("end", () => outgoing.end("done"));
  });
  const head =
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n";
  const socket = connect(proxy.port, "127.0.0.1");
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString()));
  socket.write(head);
  while (!text.includes("100 Continue")) await new Promise((r) => socket.once("data", r));
  socket.write("ok");
  await new Promise((resolve) => socket.once("close", resolve));
  expect(text).toContain("HTTP/1.1 200 OK");
  expect(expectHeader).toBeUndefined();
});

test("a WebSocket upgrade becomes a raw tunnel, and a refusal passes as an ordinary answer", async () => {
  proxy = await startProxy((_incoming, outgoing) => outgoing.writeHead(403).end("no"));
  proxy.origin.on("upgrade", (incoming, socket, head) => {
    if (incoming.url === "/no") {
      return void socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno");
    }
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    );
    if (head.length > 0) socket.write(head);
    socket.pipe(socket);
  });
  const ask = (path: string): string =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  const echoed = await raw(proxy.port, `${ask("/yes")}\u0001\u0000frame`, "frame");
  expect(echoed).toMatch(/^HTTP\/1\.1 101 /);
  expect(echoed).toContain("\r\n\r\n\u0001\u0000frame");
  const refused = await raw(proxy.port, ask("/no"));
  expect(refused).toMatch(/^HTTP\/1\.1 403 Forbidden/);
  expect(refused.endsWith("no")).toBe(true);
});

test("an offer of HTTP/2 is answered in HTTP/1.1, and refused where a body would follow", async () => {
  proxy = await startProxy((incoming, outgoing) => {
    outgoing.end(`upgrade: ${incoming.headers.upgrade}`);
  });
  const offer =
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
  const answer = await raw(proxy.port, `GET / HTTP/1.1\r\nHost: a\r\n${offer}\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*upgrade: undefined/);
  const post = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n${offer}\r\nab`;
  expect(await raw(proxy.port, post)).toMatch(/^HTTP\/1\.1 403 /);
});

test("the access log names the request without its query", async () => {
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"));
  await raw(
    proxy.port,
    "GET /orders?token=geheim HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer geheim\r\nConnection: close\r\n\r\n",
  );
  const [record] = proxy.log();
  expect(record).toMatchObject({
    method: "GET",
    authority: "a",
    path: "/orders",
    status: 200,
    details: "via_upstream",
    bytesSent: 2,
    upstream: true,
  });
  expect(JSON.stringify(record)).not.toContain("geheim");
});
