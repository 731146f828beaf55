// HTTP/2 to the service: whatever the client speaks, with one more try where the service did nothing yet.
import { createServer as createHttp1Server } from "node:http";
import { constants, createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Http2Client } from "./http2-client.ts";
import { raw, startProxy, type Proxy } from "./proxy-fixture.ts";

let proxy: Proxy;
let origin: Http2Server | undefined;
let client: Http2Client | undefined;
const ask: Http2Client["ask"] = (...request) =>
  (client ??= new Http2Client(proxy.url)).ask(...request);
afterEach(async () => {
  client?.session.destroy();
  client = undefined;
  await proxy.close();
  if (origin !== undefined) await new Promise((resolve) => origin!.close(resolve));
  origin = undefined;
});

/** An origin of HTTP/2 and the proxy in front of it. */
async function startHttp2(
  onStream: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void,
): Promise<void> {
  origin = createServer();
  origin.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    onStream(stream, headers);
  });
  await new Promise<void>((resolve) => origin!.listen(0, "127.0.0.1", resolve));
  const { port } = origin.address() as AddressInfo;
  const upstream = new URL(`http://127.0.0.1:${port}`);
  proxy = await startProxy(() => {}, { upstream, upstreamHttp2: true });
}

describe("to the service", () => {
  test("bodies, trailers and headers arrive over HTTP/2, whatever the client speaks", async () => {
    const seen: Record<string, unknown>[] = [];
    await startHttp2((stream, headers) => {
      seen.push(headers);
      let body = "";
      stream.on("data", (bytes: Buffer) => (body += bytes.toString()));
      stream.on("end", () => {
        stream.respond({ ":status": 200, "x-a": "b" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(`got ${body}`);
      });
    });
    const over2 = await ask(
      { ":method": "POST", ":path": "/p", ":authority": "a", te: "trailers" },
      "two",
    );
    expect(over2).toMatchObject({ body: "got two", trailers: { "grpc-status": "0" } });
    const over1 = await raw(
      proxy.port,
      "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\none",
    );
    expect(over1).toContain("got one");
    expect(over1).toContain("grpc-status: 0");
    expect(
      seen.map((headers) => [headers[":method"], headers[":path"], headers[":authority"]]),
    ).toEqual([
      ["POST", "/p", "a"],
      ["POST", "/p", "a"],
    ]);
    expect(seen[0]!["te"]).toBe("trailers");
  });

  test("a megabyte each way, read slowly, keeps little in the proxy", async () => {
    await startHttp2((stream) => {
      stream.respond({ ":status": 200 });
      stream.pipe(stream);
    });
    const body = Buffer.alloc(1024 * 1024, "abcdefgh");
    const answer = await ask({ ":method": "POST", ":path": "/" }, body);
    expect(answer.body.length).toBe(body.length);
    expect(answer.body).toBe(body.toString("latin1"));
  });

  test("a refused stream is tried once more, a reset one is not", async () => {
    let tries = 0;
    await startHttp2((stream, headers) => {
      tries++;
      if (headers[":path"] === "/reset") stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else if (tries === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else stream.respond({ ":status": 200 }, { endStream: true });
    });
    expect((await ask({ ":path": "/" })).headers[":status"]).toBe(200);
    expect(tries).toBe(2);
    const reset = await ask({ ":path": "/reset" });
    expect(reset.headers[":status"]).toBe(503);
    expect(reset.body).toContain("remote reset");
    expect(tries).toBe(3);
  });

  test("a session that the service ends costs no request", async () => {
    const sessions: { close(): void }[] = [];
    await startHttp2((stream) => {
      sessions.push(stream.session!);
      stream.respond({ ":status": 200 }, { endStream: true });
    });
    for (let i = 0; i < 5; i++) {
      expect((await ask({ ":path": "/" })).headers[":status"]).toBe(200);
      sessions.at(-1)!.close();
    }
    expect(new Set(sessions).size).toBeGreaterThan(1);
  });

  test("nobody there, or no HTTP/2 there: Envoy's words", async () => {
    const closed = createHttp1Server();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    const upstream = new URL(`http://127.0.0.1:${port}`);
    proxy = await startProxy(() => {}, { upstream, upstreamHttp2: true });
    expect(await ask({ ":path": "/" })).toMatchObject({
      headers: { ":status": expect.any(Number) },
    });
    const spoken = await ask({ ":path": "/" });
    expect([502, 503]).toContain(spoken.headers[":status"]);
    await new Promise((resolve) => closed.close(resolve));
    const absent = await ask({ ":path": "/" });
    expect(absent.headers[":status"]).toBe(503);
    expect(absent.body).toContain("remote connection failure");
  });

  test("a WebSocket takes an HTTP/1.1 connection", async () => {
    const http1 = createHttp1Server();
    http1.on("upgrade", (_incoming, socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
      );
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => http1.listen(0, "127.0.0.1", resolve));
    const { port } = http1.address() as AddressInfo;
    proxy = await startProxy(() => {}, {
      upstream: new URL(`http://127.0.0.1:${port}`),
      upstreamHttp2: true,
    });
    const head =
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nping";
    expect(await raw(proxy.port, head, "ping")).toMatch(/^HTTP\/1\.1 101 [^]*\r\n\r\nping$/);
    await new Promise((resolve) => http1.close(resolve));
  });
});
