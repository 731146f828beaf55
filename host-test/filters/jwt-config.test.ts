// The section `jwt` with each field broken in turn: the error names its place and what to do, the running configuration goes on,
// and the published schema refuses what the filter refuses, but for what only the filter can know.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jwtStatuses } from "../../assembly/stages/jwt/status.ts";
import type { Host } from "../host/index.ts";
import { guarded } from "./guarded.ts";
import { type Issuer, issuer } from "./tokens.ts";

type Tree = Record<string, unknown>;

const schema = JSON.parse(
  readFileSync(new URL("../../schemas/jwt.schema.json", import.meta.url), "utf8"),
) as Tree & { properties: { modes: { properties: Record<string, { default: string }> } } };
const isValid = new Ajv2020({ allErrors: true }).compile(schema);

let key: Issuer;
let host: Host;
let full: Tree;
beforeAll(async () => {
  key = await issuer("ES256");
  full = {
    mode: "enforce",
    modes: { expired: "shadow" },
    realm: "r",
    resourceMetadata: "https://x.example/y",
    bypassCorsPreflight: true,
    cache: { entries: 8 },
    providers: {
      a: {
        issuer: "i",
        audiences: ["x"],
        subjects: ["s"],
        localJwks: { inlineString: key.jwks },
        algorithms: ["ES256"],
        typ: "at+jwt",
        requiredClaims: ["c"],
        scopes: ["s"],
        clockSkewSeconds: 5,
        requireExpiration: true,
        maxLifetime: "1h",
        maxTokenBytes: "4KiB",
        fromHeaders: [{ name: "x-token", valuePrefix: "p " }],
        fromParams: ["t"],
        fromCookies: ["t"],
        forward: false,
        forwardPayloadHeader: "x-payload",
        claimToHeaders: [
          { headerName: "x-sub", claimName: "sub" },
          { headerName: "x-y", claimPath: ["a.b", "c"] },
        ],
      },
      b: {
        issuer: "https://b.example",
        remoteJwks: {
          httpUri: { uri: "https://b.example/keys", cluster: "b", timeout: "2s" },
          cacheDuration: "5m",
          staleFor: "0s",
          coolDown: "10s",
          asyncFetch: { fastListener: true, failedRefetchDuration: "2s" },
          retryPolicy: { numRetries: 2, retryBackOff: { baseInterval: "1s", maxInterval: "9s" } },
        },
      },
      c: {
        issuer: "https://c.example/",
        oidcDiscovery: { httpUri: { cluster: "c" }, jwksCluster: "d", cacheDuration: "1h" },
      },
    },
    keyWait: "3s",
    rules: [
      { match: { path: "/open" } },
      { match: { prefix: "/" }, requires: { providerName: "a" } },
      {
        match: { prefix: "/" },
        requires: { requiresAny: { requirements: [{ providerName: "a" }, { allowMissing: {} }] } },
      },
    ],
  };
  host = await guarded({
    filter: "jwt",
    config: JSON.stringify({ version: 1, jwt: full }),
    host: { lean: true },
  });
});
afterAll(() => host.close());

function broken(at: string, to: unknown): Tree {
  const section = structuredClone(full);
  const keys = at.split("/").slice(1);
  const last = keys.pop()!;
  let place = section;
  for (const name of keys) place = place[name] as Tree;
  if (to === undefined) delete place[last];
  else place[last] = to;
  return section;
}

const p = "/providers/a";
const r = "/providers/b/remoteJwks";
const symmetric = { kty: "oct", k: "A".repeat(86), alg: "HS256" };
/** Where, what is written there, what the error says; `filter`: only the filter can know. */
const mutations: [at: string, to: unknown, says: string, who?: "filter", error?: string][] = [
  ["/mode", "off", "must be one of shadow, tag, enforce"],
  ["/modes/expried", "shadow", 'did you mean "expired"?'],
  ["/realm", 'a"b', "without quotes", "filter"],
  ["/realm", "", "at least 1 bytes"],
  ["/resourceMetadata", 5, "must be a string"],
  ["/bypassCorsPreflight", 1, "must be true or false"],
  ["/cache/entries", 5000, "use 4096 or less"],
  ["/cache/entry", 5, "known here: entries"],
  ["/provider", {}, 'did you mean "providers"?'],
  ["/providers", undefined, "is missing"],
  ["/providers", {}, "must have at least 1 entries"],
  ["/providers", 7, "must be an object"],
  [`${p}/issuer`, 1, "must be a string"],
  [`${p}/isuer`, "x", 'did you mean "issuer"?'],
  [`${p}/audiences`, "x", "must be an array"],
  [`${p}/audiences/0`, 1, "must be a string"],
  [`${p}/subjects`, { prefix: "x" }, "must be an array"],
  [`${p}/algorithms/0`, "none", "must be one of HS256"],
  [`${p}/algorithms`, [], "must have at least 1 entries"],
  [`${p}/typ`, ["x"], "must be a string"],
  [`${p}/requiredClaims`, {}, "must be an array"],
  [`${p}/scopes/0`, "", "at least 1 bytes"],
  [`${p}/clockSkewSeconds`, -1, "use 0 or more"],
  [`${p}/clock_skew_seconds`, 5, "says the same", "filter"],
  [`${p}/requireExpiration`, "yes", "must be true or false"],
  [`${p}/maxLifetime`, "1 hour", "must be a duration", "filter"],
  [`${p}/maxLifetime`, 60, "must be a duration"],
  [`${p}/maxTokenBytes`, 10, "use 256 or more"],
  [`${p}/fromHeaders/0/name`, undefined, "is missing"],
  [`${p}/fromHeaders/0/name`, "a b", "is no header name"],
  [`${p}/fromHeaders/0/prefix`, "x", "unknown key"],
  [`${p}/fromParams`, [], "must have at least 1 entries"],
  [`${p}/fromCookies/0`, 1, "must be a string"],
  [`${p}/forward`, 0, "must be true or false"],
  [`${p}/forwardPayloadHeader`, ":path", "is no header name"],
  [`${p}/forwardPayloadHeader`, "Host", "must not be a header that Envoy acts on", "filter"],
  [`${p}/claimToHeaders/0/headerName`, undefined, "is missing", "filter"],
  [
    `${p}/claimToHeaders/0/claimName`,
    undefined,
    "one of claimName",
    "filter",
    `${p}/claimToHeaders/0`,
  ],
  [`${p}/localJwks`, undefined, "exactly one of localJwks, remoteJwks", "filter", p],
  [`${p}/remoteJwks`, { httpUri: {} }, "exactly one of localJwks", undefined, p],
  [`${p}/localJwks`, { filename: "/x" }, "unknown key", undefined, `${p}/localJwks/filename`],
  [`${p}/localJwks/inlineString`, "{}", "holds no usable key set: jwk_shape", "filter"],
  [`${p}/localJwks/inlineString`, '{"keys":[]}', "set_empty", "filter"],
  [`${p}/localJwks/inlineString`, JSON.stringify({ ...symmetric, k: "AA" }), "too_short", "filter"],
  ["/keyWait", "1m", "use 30s or less", "filter"],
  [r, {}, "is missing", "filter", `${r}/httpUri`],
  [r, "https://b.example/keys", "must be an object"],
  [`${r}/httpUri`, undefined, "is missing", "filter"],
  [`${r}/httpUri/uri`, undefined, "is missing"],
  [`${r}/httpUri/uri`, "file:///keys", "is no http or https address", "filter"],
  [`${r}/httpUri/uri`, "https://u:p@b.example/", "is no http or https address", "filter"],
  [`${r}/httpUri/uri`, 1, "must be a string"],
  [`${r}/httpUri/cluster`, undefined, "name the cluster"],
  [`${r}/httpUri/cluster`, "", "at least 1 bytes"],
  [`${r}/httpUri/timeout`, 5, "must be a duration"],
  [`${r}/httpUri/timeout`, "0s", "use 100ms or more", "filter"],
  [`${r}/http_uri`, {}, "says the same", "filter"],
  [`${r}/cacheDuration`, "1ms", "use 1s or more", "filter"],
  [`${r}/staleFor`, -1, "must be a duration"],
  [`${r}/coolDown`, "0s", "use 1s or more", "filter"],
  [`${r}/asyncFetch/fastListener`, "no", "must be true or false"],
  [`${r}/asyncFetch/failedRefetchDuration`, "soon", "must be a duration", "filter"],
  [`${r}/retryPolicy/numRetries`, 50, "use 10 or less"],
  [`${r}/retryPolicy/retryOn`, "5xx", "unknown key"],
  [
    `${r}/retryPolicy/retryBackOff`,
    {},
    "is missing",
    "filter",
    `${r}/retryPolicy/retryBackOff/baseInterval`,
  ],
  [`${r}/uri`, "x", "unknown key"],
  ["/providers/c/issuer", undefined, "name the issuer", "filter"],
  [
    "/providers/c/oidcDiscovery/httpUri",
    {},
    "name the cluster",
    undefined,
    "/providers/c/oidcDiscovery/httpUri/cluster",
  ],
  ["/providers/c/oidcDiscovery/jwksCluster", "", "at least 1 bytes"],
  [`${p}/payload_in_metadata`, "x", "unknown key", "filter"],
  ["/rules", {}, "must be an array"],
  ["/rules/0/match", undefined, "is missing"],
  ["/rules/0/match", { prefix: "/", path: "/" }, "one of prefix and path"],
  ["/rules/0/match/path", "x", "must begin with a slash"],
  ["/rules/0/match", { safe_regex: {} }, "unknown key", undefined, "/rules/0/match/safe_regex"],
  ["/rules/1/requires/providerName", "x", "must be one of a", "filter"],
  ["/rules/1/requires", {}, "must have exactly one of"],
  [
    "/rules/1/requires/allowMissing",
    true,
    "must have exactly one of",
    undefined,
    "/rules/1/requires",
  ],
  [
    "/rules/1/requires",
    { allowMissing: { a: 1 } },
    "at most 0",
    undefined,
    "/rules/1/requires/allowMissing",
  ],
  ["/rules/2/requires/requiresAny/requirements", [], "must have at least 1 entries"],
];

describe("one field broken", () => {
  test.each(mutations)("%s: %j", async (at, to, says, who, error) => {
    const section = broken(at, to);
    const result = host.updateConfig("guard", JSON.stringify({ version: 1, jwt: section }));
    expect(result.ok).toBe(false);
    const lines = result.logs.filter(({ level }) => level === "error").map((line) => line.message);
    const here = [...new Set(lines)].filter((line) => line.startsWith(`/jwt${error ?? at}: `));
    expect(here, lines.join("\n")).toHaveLength(1);
    expect(here[0]).toContain(says);
    expect(lines.join("\n")).not.toContain(symmetric.k);
    if (who !== "filter") expect(isValid(section)).toBe(false);
    expect((await host.request({})).details).toBe("jwt.missing");
  });
});

test("the full section is accepted by filter and schema, in snake_case by the filter", () => {
  expect(isValid(full), JSON.stringify(isValid.errors)).toBe(true);
  const snake = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(snake);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        snake(item),
      ]),
    );
  };
  for (const jwt of [full, snake(full)]) {
    const result = host.updateConfig("guard", JSON.stringify({ version: 1, jwt }));
    expect(result.logs.map(({ message }) => message)).toEqual([]);
    expect(result.ok).toBe(true);
  }
});

test("requirements nest to a limit", () => {
  let requires: object = { providerName: "a" };
  for (let i = 0; i < 9; i++) requires = { requiresAll: { requirements: [requires] } };
  const section = broken("/rules/1/requires", requires);
  const result = host.updateConfig("guard", JSON.stringify({ version: 1, jwt: section }));
  expect(result.logs.map(({ message }) => message).join("\n")).toContain("is nested too deeply");
});

test("the schema knows every status and its mode by default", () => {
  const rows = jwtStatuses.split("\n").filter((line) => line.includes("|"));
  const modes = rows
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .map((cells) => [cells[0], cells[3]]);
  const known = Object.entries(schema.properties.modes.properties);
  expect(known.map(([name, { default: mode }]) => [name, mode])).toEqual(modes);
});
