// What Gcore's AssemblyScript SDK says of its examples: the descriptions of their fixtures. They are written for FastEdge,
// an nginx; where a promise rests on nginx's rules no Envoy can keep it, and the entry says so.
import assert from "node:assert/strict";
import { gcore, type GcoreOptions } from "../host/vendor/index.ts";
import type { FilterSpec, Header, RequestInit } from "../host/index.ts";
import type { PropertyValue } from "../host/types.ts";
import type { Check } from "./check.ts";
import { answered, logged, stage } from "./stage.ts";

interface Fixture {
  root: string;
  environment?: Record<string, string>;
  fastEdge?: GcoreOptions;
  properties?: Record<string, PropertyValue>;
  request?: RequestInit;
  status?: number;
  body?: string;
  upstream?: Record<string, string>;
  response?: Record<string, string>;
  logs?: string[];
  notInEnvoy?: string;
}

const later = "reads a request header while the response comes, which Envoy no longer has then";

function fixture(name: string, want: Fixture): Check {
  const run = (wasm: Uint8Array): void => {
    const filter: Partial<FilterSpec> = { rootId: want.root, vendors: [gcore(want.fastEdge)] };
    if (want.environment !== undefined) filter.environment = want.environment;
    const { host } = stage(wasm, filter, { properties: want.properties ?? {} });
    const exchange = host.requestSync(want.request);
    answered(exchange, want.status ?? 200, want.body);
    const sent = new Map(exchange.upstream.headers);
    for (const [key, value] of Object.entries(want.upstream ?? {})) {
      assert.equal(sent.get(key) ?? "", value, `${key} at the upstream`);
    }
    for (const [key, value] of Object.entries(want.response ?? {})) {
      assert.equal(exchange.header(key) ?? "", value, `${key} at the client`);
    }
    logged(host, ...(want.logs ?? []));
  };
  return { name, run, notInEnvoy: want.notInEnvoy };
}

/** FastEdge's response.status: two bytes, high one first. */
const fastEdgeStatus = (code: number): PropertyValue => Uint8Array.of(code >> 8, code & 0xff);

const experiment = {
  EXPERIMENT_NAME: "homepage-hero",
  VARIANT_A_PATH: "/a",
  VARIANT_B_PATH: "/b",
};
const landing = {
  "request.host": "example.com",
  "request.path": "/landing",
  "request.scheme": "http",
};
const visitor = (variant: string): RequestInit => ({
  path: "/landing",
  headers: [["cookie", `fe_exp_homepage-hero=${variant}`]],
});
const abTesting = [
  ...["A", "B"].map((variant) =>
    fixture(`returning visitor with variant ${variant}`, {
      root: "abTesting",
      environment: experiment,
      properties: landing,
      request: visitor(variant),
      upstream: { "x-variant": variant, "x-experiment": "homepage-hero" },
      logs: [`A/B routing: http://example.com/${variant.toLowerCase()}/landing`],
    }),
  ),
  fixture("no env vars configured", {
    root: "abTesting",
    status: 500,
    body: "App misconfigured - EXPERIMENT_NAME must be set",
  }),
];

const key = "test-api-key-12345";
const keyHeader = (value: string): RequestInit => ({ headers: [["x-api-key", value]] });
const apiKey = [
  fixture("valid key: passes, the key is stripped", {
    root: "apiKey",
    fastEdge: { secrets: { API_KEY: key } },
    request: keyHeader(key),
    upstream: { "x-api-key": "" },
  }),
  fixture("wrong key: 403", {
    root: "apiKey",
    fastEdge: { secrets: { API_KEY: key } },
    request: keyHeader("wrong-key-99999"),
    status: 403,
    body: "Invalid API key",
  }),
  fixture("no key: 401 with a challenge", {
    root: "apiKey",
    fastEdge: { secrets: { API_KEY: key } },
    status: 401,
    response: { "www-authenticate": "API-Key" },
  }),
  fixture("secret not configured: 500", {
    root: "apiKey",
    request: keyHeader(key),
    status: 500,
    body: "App misconfigured",
  }),
];

const cacheEnvironment = { STATIC_MAX_AGE: "31536000", HTML_MAX_AGE: "3600", API_MAX_AGE: "0" };
const typed = (type: string): RequestInit => {
  const headers: Header[] = [["content-type", type]];
  return { upstream: { headers, body: "x" } };
};
const cacheControl = [
  ["HTML", "text/html; charset=utf-8", "public, max-age=3600, must-revalidate"],
  ["JavaScript", "application/javascript", "public, max-age=31536000, immutable"],
  ["image", "image/png", "public, max-age=31536000, immutable"],
  ["JSON", "application/json", "no-cache, no-store, must-revalidate"],
  ["XML", "application/xml", "no-cache, no-store, must-revalidate"],
  ["unknown type", "text/csv", "public, max-age=600"],
].map(([name, type, value]) =>
  fixture(name, {
    root: "cacheControl",
    environment: cacheEnvironment,
    request: typed(type),
    response: { "cache-control": value },
  }),
);
cacheControl.push(
  fixture("origin answers 500: no-store", {
    root: "cacheControl",
    environment: cacheEnvironment,
    properties: { "response.status": fastEdgeStatus(500) },
    request: { upstream: { status: 500, body: "x" } },
    status: 500,
    response: { "cache-control": "no-store" },
  }),
);

const corsEnvironment = {
  ALLOWED_ORIGINS: "https://app.example.com,https://admin.example.com",
  EXPOSE_HEADERS: "X-Request-Id, X-RateLimit-Remaining",
};
const cors = [
  fixture("disallowed origin: passes without CORS headers", {
    root: "cors",
    environment: corsEnvironment,
    request: { headers: [["origin", "https://evil.example.com"]] },
    response: { "access-control-allow-origin": "" },
    logs: ["CORS: origin not allowed: https://evil.example.com"],
  }),
  fixture("allowed origin: CORS headers", {
    root: "cors",
    environment: corsEnvironment,
    request: { headers: [["origin", "https://app.example.com"]] },
    response: { "access-control-allow-origin": "https://app.example.com", vary: "Origin" },
    notInEnvoy: later,
  }),
];

const country = (code: string): Record<string, PropertyValue> => ({ "request.country": code });
const blacklist = { BLACKLIST: "CN,RU,IR" };
const geoBlock = [
  fixture("DE passes", { root: "geoBlock", environment: blacklist, properties: country("DE") }),
  fixture("CN: 403", {
    root: "geoBlock",
    environment: blacklist,
    properties: country("CN"),
    status: 403,
    body: "Request blacklisted",
  }),
  fixture("no list: 500", { root: "geoBlock", properties: country("US"), status: 500 }),
];

const origins = {
  DEFAULT: "https://default-origin.example.com",
  DE: "https://de-origin.example.com",
};
const geoRedirect = [
  ["FR", "https://default-origin.example.com/test"],
  ["DE", "https://de-origin.example.com/test"],
].map(([code, url]) =>
  fixture(code, {
    root: "geoRedirect",
    environment: origins,
    properties: { ...country(code), "request.path": "/test", "request.host": "example.com" },
    logs: [`request-url: ${url}`],
  }),
);

const helloWorld = [
  fixture("a line at each callback", {
    root: "helloWorld",
    request: { body: "x" },
    logs: ["RequestHeaders", "RequestBody", "ResponseHeaders", "ResponseBody"].map(
      (callback) => `on${callback} >> Hello World!`,
    ),
  }),
];

const body = [
  fixture("a body with 'Client' is redacted", {
    root: "httpbody",
    request: { body: "Hello Client, this is a test message" },
  }),
  fixture("another passes", {
    root: "httpbody",
    request: { body: "Hello World, this is a test message" },
  }),
];

const large = '{"setting":"value","items":[1,2,3]}';
const largeDictionary = [
  fixture("the size of LARGE_CONFIG", {
    root: "largeDictionary",
    fastEdge: { dictionary: { LARGE_CONFIG: large } },
    upstream: { "x-config-size": String(large.length) },
  }),
  fixture("not set: 0", { root: "largeDictionary", upstream: { "x-config-size": "0" } }),
];

const variablesAndSecrets = [
  fixture("both become request headers", {
    root: "variablesAndSecrets",
    environment: { USERNAME: "cdn-test-user" },
    fastEdge: { secrets: { PASSWORD: "cdn-test-secret" } },
    upstream: { "x-env-username": "cdn-test-user", "x-env-password": "cdn-test-secret" },
  }),
];

/** By folder of the SDK's examples. */
export const gcoreSdk: Record<string, Check[]> = {
  abTesting,
  apiKey,
  body,
  cacheControl,
  cors,
  geoBlock,
  geoRedirect,
  helloWorld,
  largeDictionary,
  variablesAndSecrets,
};
