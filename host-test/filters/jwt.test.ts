// The jwt stage from outside: which tokens pass, how the others are answered, and that none of it leaves traces in memory.
import { beforeAll, describe, expect, test } from "vitest";
import type { RequestInit } from "../host/index.ts";
import { counter } from "./guarded.ts";
import { ask, bearer, hostOf, provider } from "./token-host.ts";
import { type Issuer, issuer, now } from "./tokens.ts";

let rsa: Issuer;
beforeAll(async () => {
  rsa = await issuer("RS256");
});

describe("algorithms", () => {
  test.each([
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
    "HS256",
    "HS512",
  ])("%s is verified, and a spoilt signature is not", async (alg) => {
    const one = await issuer(alg);
    const host = await hostOf({ providers: { a: provider(one) } });
    const token = await one.token();
    for (let i = 0; i < 5; i++) {
      expect((await host.request({ headers: bearer(token) })).status).toBe(200);
    }
    const at = token.lastIndexOf(".") + 5;
    const spoilt = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    const denied = await host.request({ headers: bearer(spoilt) });
    expect([denied.status, denied.details]).toEqual([401, "jwt.signature"]);
    host.close();
  });

  test("a secret algorithm is refused where the key is public", async () => {
    const secret = await issuer("HS256", "RS256-1");
    const denied = await ask(
      { providers: { a: provider(rsa) } },
      {
        headers: bearer(await secret.token()),
      },
    );
    expect([denied.status, denied.details]).toEqual([401, "jwt.key_mismatch"]);
  });

  test("only what the provider lists is allowed", async () => {
    const denied = await ask(
      { providers: { a: provider(rsa, { algorithms: ["ES256", "PS256"] }) } },
      { headers: bearer(await rsa.token()) },
    );
    expect(denied.details).toBe("jwt.alg_not_allowed");
  });
});

describe("a denial", () => {
  const bad: [string, number, string, () => Promise<RequestInit>][] = [
    ["no token", 401, "missing", async () => ({})],
    [
      "another scheme",
      401,
      "missing",
      async () => ({ headers: [["authorization", "Basic eDp5"]] }),
    ],
    ["an empty token", 401, "malformed", async () => ({ headers: bearer("") })],
    [
      "a blank after it",
      401,
      "signature_base64",
      async () => ({
        headers: bearer(`${await rsa.token()} x`),
      }),
    ],
    [
      "two joined headers",
      400,
      "multiple_credentials",
      async () => ({
        headers: [...bearer(await rsa.token()), ...bearer(await rsa.token())],
      }),
    ],
    [
      "expired",
      401,
      "expired",
      async () => ({ headers: bearer(await rsa.token({ exp: now - 61 })) }),
    ],
    [
      "not yet valid",
      401,
      "not_yet_valid",
      async () => ({
        headers: bearer(await rsa.token({ nbf: now + 61 })),
      }),
    ],
    [
      "without expiry",
      401,
      "exp_missing",
      async () => ({
        headers: bearer(await rsa.token({ exp: undefined })),
      }),
    ],
    [
      "another issuer",
      401,
      "issuer",
      async () => ({ headers: bearer(await rsa.token({ iss: "x" })) }),
    ],
    [
      "another audience",
      401,
      "audience",
      async () => ({
        headers: bearer(await rsa.token({ aud: ["x", "y"] })),
      }),
    ],
    [
      "another key",
      401,
      "kid_unknown",
      async () => ({
        headers: bearer(await (await issuer("RS256", "RS256-2")).token()),
      }),
    ],
    [
      "too long",
      401,
      "token_too_long",
      async () => ({
        headers: bearer(await rsa.token({ pad: "x".repeat(9000) })),
      }),
    ],
    [
      "without a scope",
      403,
      "insufficient_scope",
      async () => ({
        headers: bearer(await rsa.token({ scope: "read writes" })),
      }),
    ],
  ];

  test.each(bad)("%s: %i jwt.%s", async (_, status, name, request) => {
    const host = await hostOf({ providers: { a: provider(rsa, { scopes: ["write"] }) } });
    const init = await request();
    const exchange = await host.request(init);
    expect([exchange.status, exchange.details]).toEqual([status, `jwt.${name}`]);
    expect(exchange.upstream.reached).toBe(false);
    expect(exchange.header("content-type")).toBe("application/problem+json");
    const error = { 400: "invalid_request", 401: "invalid_token", 403: "insufficient_scope" }[
      status
    ];
    expect(exchange.header("www-authenticate")).toBe(
      `Bearer realm="meshwarden"${name === "missing" ? "" : `, error="${error}"`}`,
    );
    expect(host.metrics.value(counter(`jwt.${name}`))).toBe(1);
    const said = exchange.text() + JSON.stringify([...exchange.logs, ...exchange.headers]);
    for (const [, value] of init.headers ?? []) {
      const token = value.replace("Bearer ", "");
      for (const part of token.split(".")) if (part.length > 8) expect(said).not.toContain(part);
    }
    expect(said).not.toContain("user-1");
    host.close();
  });

  test("tells a gRPC client by grpc-status", async () => {
    const exchange = await ask(
      { providers: { a: provider(rsa) } },
      {
        method: "POST",
        headers: [["content-type", "application/grpc"]],
      },
    );
    expect(exchange.status).toBe(200);
    expect(exchange.header("grpc-status")).toBe("16");
  });

  test("names realm and resource metadata", async () => {
    const resourceMetadata = "https://api.example/.well-known/oauth-protected-resource";
    const exchange = await ask(
      { providers: { a: provider(rsa) }, realm: "shop", resourceMetadata },
      {},
    );
    expect(exchange.header("www-authenticate")).toBe(
      `Bearer realm="shop", resource_metadata="${resourceMetadata}"`,
    );
  });

  test("in shadow mode is only counted", async () => {
    const host = await hostOf({ mode: "shadow", providers: { a: provider(rsa) } });
    expect((await host.request({})).status).toBe(200);
    expect(host.metrics.value(counter("jwt.missing", "shadow"))).toBe(1);
    host.close();
  });
});

describe("claims", () => {
  test.each([
    [{ typ: "at+jwt" }, {}, { typ: "application/AT+JWT" }, "ok"],
    [{ typ: "at+jwt" }, {}, { typ: "JWT" }, "type"],
    [{ requiredClaims: ["tenant"] }, { tenant: "t" }, {}, "ok"],
    [{ requiredClaims: ["tenant"] }, { tenant: null }, {}, "claim_missing"],
    [{ subjects: ["user-1"] }, {}, {}, "ok"],
    [{ subjects: ["user-2"] }, {}, {}, "subject"],
    [{ max_lifetime: "300s" }, {}, {}, "lifetime_too_long"],
    [{ maxLifetime: "600s" }, {}, {}, "ok"],
    [{ clock_skew_seconds: 0 }, { exp: now }, {}, "expired"],
    [{}, { exp: now - 59 }, {}, "ok"],
    [{ require_expiration: false }, { exp: undefined }, {}, "ok"],
    [{ scopes: ["a", "b"] }, { scope: "b c a" }, {}, "ok"],
    [{ scopes: ["a", "b"] }, { scp: ["a", "b"] }, {}, "ok"],
    [{ scopes: ["a", "b"] }, { scope: "a", scp: ["ab"] }, {}, "insufficient_scope"],
    [{ maxTokenBytes: 256 }, {}, {}, "token_too_long"],
  ])("%j with %j and header %j: %s", async (fields, claims, header, verdict) => {
    const exchange = await ask(
      { providers: { a: provider(rsa, fields) } },
      {
        headers: bearer(await rsa.token(claims, header)),
      },
    );
    expect(exchange.details).toBe(verdict === "ok" ? "via_upstream" : `jwt.${verdict}`);
  });
});

describe("the cache", () => {
  test("forgets nothing that matters: a token it knows still expires", async () => {
    const host = await hostOf({ providers: { a: provider(rsa) } });
    const headers = bearer(await rsa.token({ exp: now + 10 }));
    expect((await host.request({ headers })).status).toBe(200);
    expect((await host.request({ headers })).status).toBe(200);
    (host.clock as unknown as { advance(ms: number): void }).advance(71_000);
    expect((await host.request({ headers })).details).toBe("jwt.expired");
    host.close();
  });

  test("belongs to one provider: what one verified is nothing to another", async () => {
    const other = await issuer("RS256", "RS256-1");
    const section = {
      providers: {
        a: provider(rsa),
        b: provider(other, { localJwks: { inlineString: other.jwks } }),
      },
      rules: [
        { match: { prefix: "/a" }, requires: { providerName: "a" } },
        { match: { prefix: "/b" }, requires: { providerName: "b" } },
      ],
    };
    const host = await hostOf(section);
    const headers = bearer(await rsa.token());
    for (let i = 0; i < 2; i++) {
      expect((await host.request({ path: "/a", headers })).status).toBe(200);
      expect((await host.request({ path: "/b", headers })).details).toBe("jwt.signature");
    }
    host.close();
  });
});

/** A long run sets MESHWARDEN_JWT_REQUESTS, and then has 10,000 distinct tokens. */
const requests = Number(process.env["MESHWARDEN_JWT_REQUESTS"] ?? 10_000);
const distinct = requests > 10_000 ? 10_000 : 500;

test("many distinct tokens leave memory where it was", async () => {
  const one = await issuer("HS256");
  const host = await hostOf({ providers: { a: provider(one, { forward: true }) } });
  const tokens = await Promise.all(
    Array.from({ length: distinct }, (_, i) => one.token({ sub: `user-${i}`, n: i })),
  );
  let pages = 0;
  for (let i = 0; i < requests; i++) {
    // A token comes again when all others have pushed it out of the cache; every third is spoilt.
    const token = tokens[i % distinct] + (i % 3 === 0 ? String(i).padStart(4, "0") : "");
    const { status } = host.requestSync({ headers: bearer(token) });
    if (status !== (i % 3 === 0 ? 401 : 200)) throw new Error(`request ${i}: ${status}`);
    if (i === 1000) pages = host.pages;
  }
  expect(host.pages).toBe(pages);
  host.close();
}, 600_000);
