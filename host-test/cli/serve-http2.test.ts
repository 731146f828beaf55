// HTTP/2 from clients: the same port as HTTP/1.1, the same filters, and every way for a stream to end.
import { get as httpGet } from "node:http";
import { constants } from "node:http2";
import { afterEach, describe, expect, test } from "vitest";
import { Http2Client } from "./http2-client.ts";
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
    const { session } = (client = new Http2Client(proxy.url));
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
    const { session } = (client = new Http2Client(proxy.url));
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
    const { session } = (client = new Http2Client(proxy.url));
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

test("the plain client of node:http is served as before", async () => {
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"));
  const status = await new Promise((resolve) =>
    httpGet(proxy.url, ({ statusCode }) => resolve(statusCode)),
  );
  expect(status).toBe(200);
});
