// The section `jwt` with each field broken in turn: the error names its place and what to do, the running configuration goes on,
// and the published schema refuses what the filter refuses, but for what only the filter can know.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jwtStatuses } from "../../assembly/stages/jwt/status.ts";
import type { Host } from "../host/index.ts";
import { nodeForeign } from "../vitest/foreign.ts";
import { guarded } from "./guarded.ts";
import { mutations, symmetric } from "./jwt-mutations.ts";
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
    crypto: "builtin",
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

test("an engine that the host lacks, or that answers wrongly, is refused when it was asked for", async () => {
  const jwt = { ...full, crypto: "envoy" };
  const config = JSON.stringify({ version: 1, jwt });
  const none = host.updateConfig("guard", config);
  expect(none.ok).toBe(false);
  expect(none.logs.map(({ message }) => message).join()).toContain("no right verify_signature");
  for (const [foreign, ok] of [
    [nodeForeign(), true],
    [{ verifySignature: () => ({ ok: true, error: "" }) }, false],
  ] as const) {
    const loading = guarded({ filter: "jwt", config, host: { lean: true, foreign } });
    if (ok) (await loading).close();
    else await expect(loading).rejects.toThrow();
  }
});
