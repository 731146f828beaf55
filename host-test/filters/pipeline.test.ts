// What every stage gets from the pipeline: host calls, tags, gRPC denials, holding, trailers, tunnels, failing closed,
// and configurations side by side.
import { describe, expect, test } from "vitest";
import type { Header, RequestInit, VirtualClock } from "../host/index.ts";
import { counter, guarded } from "./guarded.ts";

const browser: Header[] = [
  ["user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"],
  ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["accept-encoding", "gzip, deflate, br"],
  ["cookie", "session=4f2c9e; theme=dark"],
  ["referer", "https://shop.example/list?page=2"],
];
const json: Header[] = [["content-type", "application/json"]];
const post = (body: RequestInit["body"], headers: Header[] = json): RequestInit => ({
  method: "POST",
  path: "/items",
  headers,
  body,
});

describe("host calls of an allowed request", () => {
  test("one for headers alone, and nothing on the way back", async () => {
    const host = await guarded();
    await host.request({ headers: browser });
    const { cost } = await host.request({ headers: browser, path: "/list?page=2&sort=name" });
    expect(cost.hostCallsByName).toEqual({ proxy_get_header_map_pairs: 1 });
    // Some of them are the response's head and body, for stages that want them: they return at once.
    expect(cost.callbacks).toBeLessThanOrEqual(6);
    host.close();
  });

  test("one for a body that is only counted", async () => {
    const host = await guarded();
    await host.request(post(["abc", "def"], [["content-type", "text/plain"]]));
    const { cost } = await host.request(post(["abc", "def"], [["content-type", "text/plain"]]));
    expect(cost.hostCallsByName).toEqual({ proxy_get_header_map_pairs: 1 });
    host.close();
  });

  test("one more to read a held body, one more for address lists", async () => {
    const host = await guarded({ limits: { json: {}, addresses: { allow: ["127.0.0.0/8"] } } });
    await host.request(post(['{"a":', "1}"]));
    const { cost } = await host.request(post(['{"a":', "1}"]));
    expect(cost.hostCallsByName).toEqual({
      proxy_get_header_map_pairs: 1,
      proxy_get_property: 1,
      proxy_get_buffer_bytes: 1,
    });
    host.close();
  });
});

describe("tag mode", () => {
  const limits = { modes: { path_dot_segment: "tag", query_nul: "tag" } };

  test("names findings to the upstream and lets the request through", async () => {
    const host = await guarded({ limits });
    const exchange = await host.request({ path: "/a/../b?x=%00" });
    expect(exchange.text()).toBe("ok");
    expect(exchange.upstream.headers).toContainEqual([
      "x-meshwarden-findings",
      "limits.path_dot_segment,limits.query_nul",
    ]);
    expect(host.metrics.value(counter("limits.query_nul", "tag"))).toBe(1);
    host.close();
  });

  test("takes out a tag header that the client sent", async () => {
    const host = await guarded({ limits });
    const exchange = await host.request({ headers: [["x-meshwarden-findings", "none"]] });
    expect(exchange.upstream.headers.map(([name]) => name)).not.toContain("x-meshwarden-findings");
    host.close();
  });

  test("of the whole stage leaves statuses that are off alone", async () => {
    const host = await guarded({ limits: { mode: "tag" } });
    const exchange = await host.request({ method: "TRACE", path: "//a/.." });
    expect(exchange.upstream.headers).toContainEqual([
      "x-meshwarden-findings",
      "limits.method_not_allowed,limits.path_dot_segment",
    ]);
    host.close();
  });
});

describe("denials", () => {
  test("speak gRPC to a gRPC client", async () => {
    const host = await guarded();
    const exchange = await host.request(post("x", [["content-type", "application/grpc+proto"]]));
    expect(exchange.status).toBe(200);
    const denied = await host.request({
      ...post("x", [["content-type", "application/grpc+proto"]]),
      path: "/a/../b",
    });
    expect(denied.header("grpc-status")).toBe("3");
    expect(denied.header("grpc-message")).toBe("The path holds a dot segment.");
    host.close();
  });

  test("take a type that only begins like gRPC for what it is", async () => {
    const host = await guarded({ limits: { json: {} } });
    const exchange = await host.request(post("{", [["content-type", "application/grpcx+json"]]));
    expect(exchange.details).toBe("limits.json_malformed");
    expect(exchange.header("grpc-status")).toBeUndefined();
    host.close();
  });

  test("name numbers and a harmless request id in the audit line, and nothing the client wrote", async () => {
    const host = await guarded({ limits: { url: { maxBytes: 30 } } });
    const secret = "/s3cr3t-path-that-is-too-long-to-pass";
    const one = await host.request({ path: secret, headers: [["x-request-id", "a-1.b_2"]] });
    expect(JSON.parse(one.logs[0].message)).toEqual({
      event: "meshwarden.finding",
      stage: "limits",
      code: "limits.url_too_long",
      mode: "enforce",
      denied: true,
      status: 414,
      observed: secret.length,
      limit: 30,
      requestId: "a-1.b_2",
    });
    const two = await host.request({ path: secret, headers: [["x-request-id", 'a","b":"c']] });
    expect(Object.keys(JSON.parse(two.logs[0].message) as object)).not.toContain("requestId");
    const three = await host.request({
      path: secret,
      headers: [
        ["authorization", "Bearer t0k3n"],
        ["cookie", "k=c00k13"],
      ],
    });
    const seen = JSON.stringify([one, two, three].map((e) => [e.logs, e.headers, e.text()]));
    expect(seen).not.toMatch(/s3cr3t|t0k3n|c00k13/);
    host.close();
  });
});

describe("holding", () => {
  const limits = { json: {} };
  const bad = post(['{"a":1,', '"a":2}']);

  test("without the plugin flag the head has gone, the body never does", async () => {
    const host = await guarded({ limits });
    const exchange = await host.request(bad);
    expect(exchange.status).toBe(400);
    expect(exchange.upstream.body).toHaveLength(0);
    expect(exchange.upstream.complete).toBe(false);
    host.close();
  });

  test("with it nothing unverified goes upstream", async () => {
    const host = await guarded({
      limits,
      document: { holdHeaders: true },
      allowOnHeadersStopIteration: true,
    });
    const exchange = await host.request(bad);
    expect(exchange.status).toBe(400);
    expect(exchange.upstream.reached).toBe(false);
    const good = await host.request(post(['{"a"', ":1}"]));
    expect(good.text()).toBe("ok");
    expect(Buffer.from(good.upstream.body).toString()).toBe('{"a":1}');
    host.close();
  });

  test("a head that waits for a body that never comes is answered, not left hanging", async () => {
    const host = await guarded({ limits, document: { holdHeaders: true } });
    const exchange = await host.request(post("{}"));
    expect(exchange.paused).toBe("request");
    (host.clock as VirtualClock).advance(60_000);
    expect(exchange.status).toBe(504);
    host.close();
  });

  test("a body that ends with trailers is judged as well", async () => {
    const host = await guarded({ limits, host: { enableTrailers: true } });
    const denied = await host.request({ ...bad, trailers: [["x-t", "1"]] });
    expect(denied.details).toBe("limits.json_duplicate_member");
    const good = await host.request({ ...post("{}"), trailers: [["x-t", "1"]] });
    expect(good.text()).toBe("ok");
    host.close();
  });

  test("the verdict does not depend on how the body is cut", async () => {
    const host = await guarded({ limits });
    const text = '{"a":[1,2,{"b":"é"}],"c":null,"a":3}';
    const bytes = new TextEncoder().encode(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const separateEndOfStream of [true, false]) {
        const body = [bytes.slice(0, cut), bytes.slice(cut)].filter((part) => part.length > 0);
        const exchange = await host.request({ ...post(body), separateEndOfStream });
        expect(exchange.details, `${cut}`).toBe("limits.json_duplicate_member");
        expect(exchange.upstream.body, `${cut}`).toHaveLength(0);
      }
    }
    host.close();
  });
});

describe("tunnels", () => {
  const websocket: Header[] = [
    ["connection", "Upgrade"],
    ["upgrade", "websocket"],
    ["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="],
    ["sec-websocket-version", "13"],
  ];

  test("frames pass uncounted and unheld", async () => {
    const limits = { body: { maxBytes: 4 }, json: { anyContentType: true } };
    const host = await guarded({ limits, host: { upgrades: ["websocket"] } });
    const upstream = { status: 101, afterRequest: false };
    const exchange = await host.request({
      headers: websocket,
      body: ["\x81\x05hello", "more"],
      upstream,
    });
    expect(exchange.status).toBe(101);
    expect(exchange.denied).toBe(false);
    expect(exchange.logs).toEqual([]);
    host.close();
  });

  test("an upgrade that announces a body passes none of it unjudged", async () => {
    const host = await guarded({ limits: { json: {} }, host: { upgrades: ["websocket"] } });
    const headers: Header[] = [...websocket, ...json, ["content-length", "1"]];
    // Envoy announces no end of a tunnel, so the body stays held.
    const exchange = await host.request({ method: "POST", path: "/", headers, body: "{" });
    expect(exchange.upstream.body).toHaveLength(0);
    host.close();
  });
});

describe("a request that cannot be read", () => {
  const headers = Array.from({ length: 1100 }, (_, i): Header => [`x-${i}`, "v"]);

  test("is denied", async () => {
    const host = await guarded();
    const exchange = await host.request({ headers });
    expect(exchange.status).toBe(400);
    expect(exchange.details).toBe("request.headers_unreadable");
    expect(host.metrics.value(counter("request.headers_unreadable"))).toBe(1);
    host.close();
  });

  test("passes with failOpen, and is counted", async () => {
    const host = await guarded({ document: { failOpen: true } });
    const exchange = await host.request({ headers });
    expect(exchange.text()).toBe("ok");
    expect(host.metrics.value(counter("request.headers_unreadable", "shadow"))).toBe(1);
    host.close();
  });
});

describe("configurations", () => {
  test("an update serves new requests, a refused one changes nothing", async () => {
    const host = await guarded({ limits: { url: { maxBytes: 20 } } });
    const long = { path: "/0123456789012345678901234567890" };
    expect((await host.request(long)).status).toBe(414);
    const refused = host.updateConfig(
      "guard",
      '{"version":1,"validate":{"limits":{"url":{"maxBytes":0}}}}',
    );
    expect(refused.ok).toBe(false);
    expect(refused.logs.map((line) => line.message).join("\n")).toContain(
      "/validate/limits/url/maxBytes",
    );
    expect((await host.request(long)).status).toBe(414);
    const accepted = host.updateConfig(
      "guard",
      '{"version":1,"validate":{"limits":{"url":{"maxBytes":99}}}}',
    );
    expect(accepted.ok).toBe(true);
    expect((await host.request(long)).status).toBe(200);
    host.close();
  });

  test("a Struct from Envoy is read as the same document", async () => {
    const struct = { version: 1, validate: { limits: { url: { maxBytes: 20 } } } };
    const host = await guarded({ config: { struct } });
    expect((await host.request({ path: "/0123456789012345678901234567890" })).status).toBe(414);
    host.close();
  });
});
