// HTTP/2 from clients that mean harm: none of the ways to smuggle a request of HTTP/1.1 through one of HTTP/2, and sessions that
// hold on and do nothing.
import { connect as connectRaw } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Http2Client, type Answer } from "./http2-client.ts";
import { raw, startProxy, type Proxy } from "./proxy-fixture.ts";

let proxy: Proxy;
let client: Http2Client | undefined;
const ask: Http2Client["ask"] = (...request) =>
  (client ??= new Http2Client(proxy.url)).ask(...request);
afterEach(async () => {
  client?.session.destroy();
  client = undefined;
  await proxy.close();
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
    client?.session.destroy();
    client = undefined;
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
    const closed = new Promise((resolve) => client!.session.on("close", resolve));
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
