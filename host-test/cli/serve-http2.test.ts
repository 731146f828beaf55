// HTTP/2 on both sides of the data path: the same port as HTTP/1.1, the same filters, and none of the ways to smuggle a
// request of HTTP/1.1 through one of HTTP/2.
import { createServer as createHttp1Server, get as httpGet } from "node:http";
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type ServerHttp2Stream,
} from "node:http2";
import { connect as connectRaw, type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { raw, startProxy, type Proxy } from "./proxy-fixture.ts";

let proxy: Proxy;
let session: ClientHttp2Session | undefined;
let origin: Http2Server | undefined;

afterEach(async () => {
  session?.destroy();
  session = undefined;
  await proxy.close();
  if (origin !== undefined) await new Promise((resolve) => origin!.close(resolve));
  origin = undefined;
});

interface Answer {
  headers: Record<string, unknown>;
  trailers: Record<string, unknown>;
  body: string;
  code: number;
}

/** One request on the session; its outcome when the stream is closed. */
function ask(
  headers: Record<string, string | string[]>,
  body?: string | Buffer,
  trailers?: Record<string, string>,
): Promise<Answer> {
  session ??= connect(proxy.url);
  session.setMaxListeners(0).on("error", () => {});
  const stream = session.request(headers, {
    endStream: body === undefined,
    waitForTrailers: trailers !== undefined,
  });
  const answer: Answer = { headers: {}, trailers: {}, body: "", code: 0 };
  stream.on("response", (got) => (answer.headers = got));
  stream.on("trailers", (got) => (answer.trailers = got));
  stream.on("data", (bytes: Buffer) => (answer.body += bytes.toString("latin1")));
  stream.on("error", () => {});
  if (trailers !== undefined) stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  if (body !== undefined) stream.end(body);
  return new Promise((resolve) => {
    stream.on("close", () => resolve({ ...answer, code: stream.rstCode ?? 0 }));
  });
}

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

describe("from the client", () => {
  test("both protocols share a port; the service sees the same request", async () => {
    const seen: object[] = [];
    proxy = await startProxy((incoming, outgoing) => {
      const { method, url, headers } = incoming;
      seen.push({
        method,
        url,
        host: headers.host,
        cookie: headers.cookie,
        claim: headers["x-envoy-a"],
      });
      let body = "";
      incoming.on("data", (bytes: Buffer) => (body += bytes.toString()));
      incoming.on("end", () => outgoing.setHeader("x-a", ["1", "2"]).end(`got ${body}`));
    });
    const answer = await ask(
      {
        ":method": "POST",
        ":path": "/a?b",
        ":authority": "shop.example",
        cookie: ["a=1", "b=2"],
        "x-envoy-a": "1",
      },
      "hello",
    );
    expect(answer).toMatchObject({ body: "got hello", code: 0 });
    expect(answer.headers).toMatchObject({ ":status": 200, "x-a": "1, 2", server: "meshwarden" });
    const plain = await raw(
      proxy.port,
      "POST /a?b HTTP/1.1\r\nHost: shop.example\r\nCookie: a=1; b=2\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    );
    expect(plain).toContain("got hello");
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).toMatchObject({ url: "/a?b", host: "shop.example", cookie: "a=1; b=2" });
    expect(proxy.log().map(({ status }) => status)).toEqual([200, 200]);
  });

  test("trailers go both ways", async () => {
    proxy = await startProxy((incoming, outgoing) => {
      incoming.resume().on("end", () => {
        outgoing.writeHead(200, { trailer: "x-end" });
        outgoing.addTrailers({ "x-end": `saw ${incoming.trailers["x-sum"]}` });
        outgoing.end("body");
      });
    });
    const answer = await ask({ ":method": "POST", ":path": "/" }, "abc", { "x-sum": "3" });
    expect(answer).toMatchObject({ body: "body", trailers: { "x-end": "saw 3" } });
  });

  test("a hundred streams at a time, one of them slow, all answered", async () => {
    let release = (): void => {};
    proxy = await startProxy((incoming, outgoing) => {
      if (incoming.url === "/slow") release = () => outgoing.end("slow");
      else outgoing.end(incoming.url);
    });
    const slow = ask({ ":path": "/slow" });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => ask({ ":path": `/${i}` })),
    );
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 100 }, (_, i) => `/${i}`));
    release();
    expect((await slow).body).toBe("slow");
  });

  test("HEAD has no body; 204 has none; a cut answer is reset and never ends well", async () => {
    proxy = await startProxy((incoming, outgoing) => {
      if (incoming.url === "/cut") {
        outgoing.writeHead(200, { "content-length": 9 }).write("abc");
        setImmediate(() => outgoing.destroy());
      } else if (incoming.url === "/204") outgoing.writeHead(204).end();
      else outgoing.writeHead(200, { "content-length": 5 }).end("hello");
    });
    const head = await ask({ ":method": "HEAD", ":path": "/" });
    expect(head).toMatchObject({ body: "", code: 0, headers: { "content-length": "5" } });
    expect(await ask({ ":path": "/204" })).toMatchObject({ body: "", code: 0 });
    const cut = await ask({ ":path": "/cut" });
    expect(cut.code).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  });

  test("a client that breaks its stream off frees it", async () => {
    let reached = (): void => {};
    const arrived = new Promise<void>((resolve) => (reached = resolve));
    let gone = (): void => {};
    const left = new Promise<void>((resolve) => (gone = resolve));
    proxy = await startProxy((incoming) => {
      incoming.on("close", gone);
      reached();
    });
    session = connect(proxy.url);
    const stream = session.request({ ":path": "/" });
    stream.on("error", () => {});
    await arrived;
    stream.close(constants.NGHTTP2_CANCEL);
    await left;
    expect(proxy.log()[0]).toMatchObject({ status: 0, details: "downstream_remote_disconnect" });
    expect(proxy.listener.gauges()["requests_active"]).toBe(0);
  });

  test("streams opened and reset by the hundred end the session", async () => {
    proxy = await startProxy(() => {});
    session = connect(proxy.url);
    session.setMaxListeners(0).on("error", () => {});
    let told: number | undefined;
    session.on("goaway", (code) => (told ??= code));
    while (told === undefined) {
      const stream = session.request({ ":path": "/" });
      stream.on("error", () => {});
      const closed = new Promise((resolve) => stream.on("close", resolve));
      stream.close(constants.NGHTTP2_CANCEL);
      await closed;
    }
    expect(told).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });

  test("an early answer arrives while the client still sends", async () => {
    proxy = await startProxy((_incoming, outgoing) => outgoing.writeHead(413).end("too much"), {
      limits: { lingerMs: 50 },
    });
    session = connect(proxy.url);
    const stream = session.request({ ":method": "POST", ":path": "/" });
    stream.on("error", () => {});
    let body = "";
    stream.on("data", (bytes: Buffer) => (body += bytes.toString()));
    stream.write(Buffer.alloc(32 * 1024));
    await new Promise((resolve) => stream.on("close", resolve));
    expect(body).toBe("too much");
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });

  test("a shutdown lets streams end and takes no new session", async () => {
    let answer = (): void => {};
    let reached = (): void => {};
    const arrived = new Promise<void>((resolve) => (reached = resolve));
    proxy = await startProxy((_incoming, outgoing) => {
      answer = () => outgoing.end("late");
      reached();
    });
    const running = ask({ ":path": "/" });
    await arrived;
    const drained = proxy.listener.drain();
    answer();
    expect((await running).body).toBe("late");
    await drained;
  });
});

describe("what HTTP/1.1 would read as another request never leaves the proxy", () => {
  const attempts: [string, Record<string, string>, string | undefined][] = [
    ["content-length shorter than the body", { "content-length": "1" }, "abcdef"],
    ["content-length longer than the body", { "content-length": "9" }, "abc"],
    ["a raw fragment", { ":path": "/a#b" }, undefined],
    ["an absolute target", { ":path": "http://other.example/" }, undefined],
    ["raw bytes above ASCII in the path", { ":path": "/\xff" }, undefined],
    ["CONNECT", { ":method": "CONNECT", ":authority": "a:443", ":path": "" }, undefined],
  ];
  test.each(attempts)("%s", async (_name, extra, body) => {
    let complete = 0;
    proxy = await startProxy((incoming, outgoing) => {
      incoming.resume().on("end", () => {
        if (incoming.complete) complete++;
        outgoing.end("ok");
      });
      incoming.on("error", () => {});
    });
    const given = {
      ":method": body === undefined ? "GET" : "POST",
      ":path": "/",
      ":authority": "a",
      ...extra,
    };
    const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    const answer = await ask(headers, body).catch(() => ({ headers: {}, code: -1 }) as Answer);
    const status = answer.headers[":status"];
    expect([400, 403, 404, undefined]).toContain(status);
    expect(complete).toBe(0);
    session?.destroy();
    session = undefined;
    expect(await ask({ ":path": "/next" })).toMatchObject({ body: "ok" });
  });

  /** Frames by hand: names and values that node:http2's own client refuses to send. */
  function literal(name: string, value: string): Buffer {
    return Buffer.concat([
      Buffer.from([0x00, name.length]),
      Buffer.from(name, "latin1"),
      Buffer.from([value.length]),
      Buffer.from(value, "latin1"),
    ]);
  }
  function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  }
  const preface = Buffer.concat([
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frame(4, 0, 0, Buffer.alloc(0)),
  ]);
  const base: [string, string][] = [
    [":method", "GET"],
    [":path", "/"],
    [":scheme", "http"],
    [":authority", "a"],
  ];
  const handmade: [string, [string, string][]][] = [
    ["transfer-encoding", [...base, ["transfer-encoding", "chunked"]]],
    ["a line break in a value", [...base, ["evil", "b\r\nevil: d"]]],
    ["a NUL in a value", [...base, ["evil", "b\0c"]]],
    ["a colon in a name", [...base, ["ev:il", "b"]]],
    ["a line break in a name", [...base, ["evil\r\n", "b"]]],
    ["a space in the method", [[":method", "GET / HTTP/1.1"], ...base.slice(1)]],
    ["a space in the path", [base[0]!, [":path", "/ HTTP/1.1\r\nevil: y"], ...base.slice(2)]],
    ["a line break in the authority", [...base.slice(0, 3), [":authority", "a\r\nevil: y"]]],
    ["two paths", [...base, [":path", "/evil"]]],
    ["a pseudo header after a header", [...base.slice(0, 3), ["evil", "b"], base[3]!]],
    ["an upper-case name", [...base, ["Evil", "b"]]],
    ["connection", [...base, ["connection", "evil"]]],
  ];
  test.each(handmade)("%s", async (_name, fields) => {
    const reached: string[][] = [];
    proxy = await startProxy((incoming, outgoing) => {
      reached.push([incoming.url!, ...incoming.rawHeaders]);
      outgoing.end("ok");
    });
    const block = Buffer.concat(fields.map(([name, value]) => literal(name, value)));
    const socket = connectRaw(proxy.port, "127.0.0.1");
    socket.on("error", () => {});
    const answered = new Promise<number>((resolve) => {
      let received = Buffer.alloc(0);
      socket.on("data", (bytes) => {
        received = Buffer.concat([received, bytes]);
        for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
          const type = received[at + 3]!;
          // HEADERS, RST_STREAM or GOAWAY: an answer of some kind.
          if (type === 1 || type === 3 || type === 7) resolve(type);
        }
      });
      socket.on("close", () => resolve(7));
    });
    socket.write(Buffer.concat([preface, frame(1, 5, 1, block)]));
    await answered;
    socket.destroy();
    // nghttp2 drops a bad ordinary field and refuses everything else: at most a request without that field arrives.
    expect(reached.length).toBeLessThanOrEqual(1);
    expect(reached.flat().join(" ")).not.toMatch(/evil|ev:il|chunked|[\r\n\0]/i);
    expect(
      await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    ).toContain(" 200 ");
  });
});

describe("a client that holds a session and does nothing", () => {
  test("is told to go after the idle time, and cut when it stays", async () => {
    proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"), {
      limits: { keepAliveTimeoutMs: 30, lingerMs: 30 },
    });
    await ask({ ":path": "/" });
    const closed = new Promise((resolve) => session!.on("close", resolve));
    await closed;
    expect(proxy.listener.gauges()["connections_active"]).toBeLessThanOrEqual(1);
  });

  test("a connection that says nothing, half a marker, or half a greeting ends in time", async () => {
    proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"), {
      limits: { headersTimeoutMs: 60 },
    });
    expect(await raw(proxy.port, "")).toMatch(/^HTTP\/1\.1 408 /);
    expect(await raw(proxy.port, "PR")).toMatch(/^HTTP\/1\.1 408 /);
    await raw(proxy.port, "PRI * HTTP/2.0\r\n\r\nSM");
    while (proxy.listener.gauges()["connections_active"] !== 0) await new Promise(setImmediate);
  });

  test("a method that begins like the marker is HTTP/1.1", async () => {
    proxy = await startProxy((incoming, outgoing) => outgoing.end(incoming.method));
    const answer = await raw(
      proxy.port,
      "PROPFIND / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/PROPFIND$/);
  });

  test("a marker in pieces is one marker", async () => {
    proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"));
    const socket = connectRaw(proxy.port, "127.0.0.1");
    socket.setNoDelay(true);
    socket.write("P");
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write("RI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    const first = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(first[3]).toBe(4);
    socket.destroy();
  });
});

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

test("the plain client of node:http is served as before", async () => {
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"));
  const status = await new Promise((resolve) =>
    httpGet(proxy.url, ({ statusCode }) => resolve(statusCode)),
  );
  expect(status).toBe(200);
});
