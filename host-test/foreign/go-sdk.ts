// What the Go SDK says of its examples: the facts of their main_test.go and of its e2e suite, which runs them in an Envoy.
// Streams and bodies; examples that tick, call out, share or speak TCP are in go-sdk-more.ts.
import assert from "node:assert/strict";
import type { Check } from "./check.ts";
import { answered, logged, stage } from "./stage.ts";

const bodies: [operation: string, changed: string][] = [
  ["append", "[original body][this is appended body]"],
  ["prepend", "[this is prepended body][original body]"],
  ["replace", "[this is replaced body]"],
  ["invalid", "[this is replaced body]"],
];

const body: Check[] = [
  ...bodies.map(([operation, changed]): Check => ({
    name: `request body: ${operation}`,
    run: (wasm) => {
      const { host } = stage(wasm, { config: "body-set" });
      const exchange = host.requestSync({
        method: "PUT",
        headers: [
          ["buffer-replace-at", "request"],
          ["buffer-operation", operation],
        ],
        body: "[original body]",
      });
      answered(exchange, 200);
      assert.equal(new TextDecoder().decode(exchange.upstream.body), changed);
      logged(host, "original request body: [original body]");
      const names = exchange.upstream.headers.map(([name]) => name);
      assert.ok(!names.includes("content-length"), "content-length must be removed");
    },
  })),
  ...bodies.map(([operation, changed]): Check => ({
    name: `response body: ${operation}`,
    run: (wasm) => {
      const { host } = stage(wasm, { config: "body-set" });
      const exchange = host.requestSync({
        method: "PUT",
        headers: [
          ["buffer-replace-at", "response"],
          ["buffer-operation", operation],
        ],
        body: "x",
        upstream: { body: "[original body]" },
      });
      answered(exchange, 200, changed);
      logged(host, "original response body: [original body]");
    },
  })),
  {
    name: "400 without content",
    run: (wasm) => {
      const { host } = stage(wasm, { config: "body-set" });
      answered(host.requestSync(), 400, "content must be provided");
    },
  },
  {
    name: "pauses until the end, then echoes the frames",
    run: (wasm) => {
      const { host } = stage(wasm, { config: "echo" });
      const exchange = host.requestSync({ body: ["frame1...", "frame2...", "frame3..."] });
      answered(exchange, 200, "frame1...frame2...frame3...");
    },
  },
];

const chunk: Check[] = [
  {
    name: "pattern found",
    run: (wasm) => {
      const { host } = stage(wasm);
      const exchange = host.requestSync({ body: "This is a payload with the pattern word." });
      answered(exchange, 403);
      logged(host, "pattern found in chunk: 1");
    },
  },
  {
    name: "pattern found in the fourth chunk, sizes add up",
    run: (wasm) => {
      const { host } = stage(wasm);
      const exchange = host.requestSync({
        body: ["chunk1...", "chunk2...", "chunk3...", "chunk4 with pattern ..."],
      });
      answered(exchange, 403);
      logged(host, "pattern found in chunk: 4");
      assert.ok(!host.logs.some((record) => record.level === "error"), "no size may differ");
    },
  },
  {
    name: "pattern not found",
    run: (wasm) => {
      const { host } = stage(wasm);
      answered(host.requestSync({ body: "This is a generic payload." }), 200);
      logged(host, "pattern not found");
    },
  },
];

const headers: Check[] = [
  {
    name: "request headers are logged, test becomes best",
    run: (wasm) => {
      const { host } = stage(wasm);
      const exchange = host.requestSync({
        headers: [
          ["key1", "value1"],
          ["key2", "value2"],
        ],
      });
      assert.ok(exchange.upstream.headers.some(([n, v]) => n === "test" && v === "best"));
      logged(host, "request header --> key1: value1", "request header --> key2: value2");
      logged(host, "2 finished");
    },
  },
  {
    name: "response headers of the configuration",
    run: (wasm) => {
      const config = '{"header": "x-wasm-header", "value": "demo-wasm"}';
      const { host } = stage(wasm, { config });
      const exchange = host.requestSync();
      assert.equal(exchange.header("x-wasm-header"), "demo-wasm");
      assert.equal(exchange.header("x-proxy-wasm-go-sdk-example"), "http_headers");
      logged(host, "response header <-- x-wasm-header: demo-wasm");
    },
  },
];

const routing: Check[] = [
  [2, "my-host.com-canary"],
  [1, "my-host.com"],
].map(([dice, authority]): Check => ({
  name: `dice ${dice}`,
  run: (wasm) => {
    const { host } = stage(wasm, { config: Uint8Array.of(Number(dice)) });
    const exchange = host.requestSync({ authority: "my-host.com" });
    const sent = exchange.upstream.headers.find(([name]) => name === ":authority");
    assert.equal(sent?.[1], authority);
  },
}));
routing.push({
  name: "both ways come up by chance",
  run: (wasm) => {
    const { host } = stage(wasm);
    const seen = new Set<string>();
    for (let i = 0; i < 64; i++) {
      const sent = host.requestSync().upstream.headers.find(([name]) => name === ":authority");
      seen.add(sent![1]);
    }
    assert.equal(seen.size, 2);
  },
});

const json: Check[] = [
  ["403 without JSON", undefined, undefined, 403],
  ["403 for text/html", "text/html", undefined, 403],
  ["403 for an invalid payload", "application/json", "invalid_payload", 403],
  ["403 for unknown keys", "application/json", '{"unknown_key":"unknown_value"}', 403],
  ["200 with the keys", "application/json", '{"id": "abc123", "token": "xyz456"}', 200],
].map(([name, type, content, status]): Check => ({
  name: String(name),
  run: (wasm) => {
    const { host } = stage(wasm, { config: '{"requiredKeys": ["id", "token"]}' });
    const exchange = host.requestSync({
      headers: type === undefined ? [] : [["content-type", String(type)]],
      ...(content === undefined ? {} : { method: "POST", body: String(content) }),
    });
    answered(exchange, Number(status));
  },
}));

const routeAuth = "route_metadata.filter_metadata.envoy.filters.http.wasm.auth";
const properties: Check[] = [
  ["no auth on the route", undefined, undefined, 200, "no auth header for route"],
  ["cookie missing", "cookie", undefined, 401, 'auth header is "cookie"'],
  ["cookie there", "cookie", "cookie", 200, 'auth header is "cookie"'],
  ["authorization missing", "authorization", undefined, 401, 'auth header is "authorization"'],
  ["authorization there", "authorization", "authorization", 200, "2 finished"],
].map(([name, auth, header, status, log]): Check => ({
  name: String(name),
  run: (wasm) => {
    const { host } = stage(wasm);
    host.setProperty(routeAuth, auth === undefined ? undefined : String(auth));
    const exchange = host.requestSync({
      headers: header === undefined ? [] : [[String(header), "value"]],
    });
    answered(exchange, Number(status));
    logged(host, String(log));
  },
}));

/** By folder of the SDK's examples. */
export const goSdkStreams: Record<string, Check[]> = {
  http_body: body,
  http_body_chunk: chunk,
  http_headers: headers,
  http_routing: routing,
  json_validation: json,
  properties,
};
