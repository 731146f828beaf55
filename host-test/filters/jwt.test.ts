// The jwt stage from outside: which requests pass, how the others are answered, and what the upstream is given.
import { beforeAll, describe, expect, test } from "vitest";
import type { Exchange, Header, Host, RequestInit } from "../host/index.ts";
import { counter, guarded } from "./guarded.ts";
import { type Issuer, issuer, now } from "./tokens.ts";

let rsa: Issuer;
let ec: Issuer;
beforeAll(async () => {
  rsa = await issuer("RS256");
  ec = await issuer("ES256");
});

const provider = (of: Issuer, fields: object = {}): object => ({
  issuer: "https://issuer.example",
  audiences: ["api"],
  localJwks: { inlineString: of.jwks },
  ...fields,
});

async function hostOf(section: object): Promise<Host> {
  const host = await guarded({
    filter: "jwt",
    config: JSON.stringify({ version: 1, jwt: section }),
    host: { lean: true },
  });
  expect(host.logs.filter(({ level }) => level === "error")).toEqual([]);
  return host;
}

/** One request against a section, with its exchange. */
async function ask(section: object, request: RequestInit): Promise<Exchange> {
  const host = await hostOf(section);
  const exchange = await host.request(request);
  host.close();
  return exchange;
}

const bearer = (token: string): Header[] => [["authorization", `Bearer ${token}`]];
const upstream = (exchange: Exchange, name: string): string[] =>
  exchange.upstream.headers.filter(([key]) => key === name).map(([, value]) => value);

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

describe("where tokens come from", () => {
  test("a header with a prefix, a parameter, a cookie; each taken out", async () => {
    const fields = {
      from_headers: [{ name: "X-Token", value_prefix: "jwt " }],
      from_params: ["access_token"],
      from_cookies: ["sid"],
    };
    const token = await rsa.token();
    const host = await hostOf({ providers: { a: provider(rsa, fields) } });
    const header = await host.request({ headers: [["x-token", `JWT  ${token}`]] });
    expect(header.status).toBe(200);
    expect(upstream(header, "x-token")).toEqual([]);
    const parameter = await host.request({ path: `/a?x=1&access_token=${token}&y=%20` });
    expect(parameter.status).toBe(200);
    expect(upstream(parameter, ":path")).toEqual(["/a?x=1&y=%20"]);
    const only = await host.request({ path: `/a?access_token=${token}` });
    expect(upstream(only, ":path")).toEqual(["/a"]);
    const cookie = await host.request({ headers: [["cookie", `a=1; sid=${token}; b=2`]] });
    expect(cookie.status).toBe(200);
    expect(upstream(cookie, "cookie")).toEqual(["a=1; b=2"]);
    const alone = await host.request({ headers: [["cookie", `sid=${token}`]] });
    expect(upstream(alone, "cookie")).toEqual([]);
    expect((await host.request({ headers: bearer(token) })).details).toBe("jwt.missing");
    for (const request of [
      { path: `/a?access_token=${token}&access_token=${token}` },
      { path: `/a?access_token=${token}`, headers: [["cookie", `sid=${token}`]] as Header[] },
      { headers: [["cookie", `sid=${token}; sid=x`]] as Header[] },
    ]) {
      expect((await host.request(request)).details).toBe("jwt.multiple_credentials");
    }
    host.close();
  });

  test("a parameter counts only where it is configured", async () => {
    const path = `/?access_token=${await rsa.token()}`;
    expect((await ask({ providers: { a: provider(rsa) } }, { path })).details).toBe("jwt.missing");
  });

  test("the authorization header goes, unless forward is true", async () => {
    const headers = bearer(await rsa.token());
    const gone = await ask({ providers: { a: provider(rsa) } }, { headers });
    expect(upstream(gone, "authorization")).toEqual([]);
    const stays = await ask({ providers: { a: provider(rsa, { forward: true }) } }, { headers });
    expect(upstream(stays, "authorization")).toEqual([headers[0][1]]);
  });
});

describe("what the upstream is given", () => {
  const outputs = {
    forwardPayloadHeader: "x-jwt-payload",
    claimToHeaders: [
      { headerName: "x-jwt-sub", claimName: "sub" },
      { headerName: "x-jwt-org", claimName: "org.name" },
      { headerName: "x-jwt-admin", claimName: "admin" },
      { headerName: "x-jwt-level", claimName: "level" },
      { headerName: "x-jwt-url", claimPath: ["https://x.example/role"] },
    ],
  };

  test("claims and payload, whatever the client wrote there", async () => {
    const claims = {
      org: { a: 1, name: 'caf\u00e9 "x"' },
      admin: true,
      level: 3.5,
      "https://x.example/role": "r",
    };
    const token = await rsa.token(claims);
    const names = ["x-jwt-sub", "x-jwt-org", "x-jwt-payload"];
    const exchange = await ask(
      { providers: { a: provider(rsa, outputs) } },
      {
        headers: [...names.map((name): Header => [name, "forged"]), ...bearer(token)],
      },
    );
    expect(exchange.status).toBe(200);
    expect(upstream(exchange, "x-jwt-sub")).toEqual(["user-1"]);
    expect(Buffer.from(upstream(exchange, "x-jwt-org")[0], "latin1").toString()).toBe('café "x"');
    expect(upstream(exchange, "x-jwt-admin")).toEqual(["true"]);
    expect(upstream(exchange, "x-jwt-level")).toEqual(["3.5"]);
    expect(upstream(exchange, "x-jwt-url")).toEqual(["r"]);
    const payload = Buffer.from(upstream(exchange, "x-jwt-payload")[0], "base64url").toString();
    expect(JSON.parse(payload)).toMatchObject(claims);
  });

  test("nothing a client wrote there, on open routes and without a token either", async () => {
    const section = {
      providers: { a: provider(rsa, outputs) },
      rules: [
        { match: { prefix: "/open" } },
        { match: { prefix: "/" }, requires: { allowMissingOrFailed: {} } },
      ],
    };
    for (const path of ["/open", "/maybe"]) {
      const headers: Header[] = [
        ["x-jwt-sub", "forged"],
        ["x-jwt-org", "forged"],
        ["x-jwt-org", "forged"],
        ...bearer("x.y.z"),
      ];
      const exchange = await ask(section, { path, headers });
      expect(exchange.status).toBe(200);
      expect(JSON.stringify(exchange.upstream.headers)).not.toContain("forged");
    }
  });

  test("never a value that breaks a header", async () => {
    const token = await rsa.token({ sub: "a\r\nx-admin: 1" });
    const denied = await ask(
      { providers: { a: provider(rsa, outputs) } },
      { headers: bearer(token) },
    );
    expect([denied.status, denied.details]).toEqual([401, "jwt.claim_not_a_header"]);
  });
});

describe("rules", () => {
  const section = (): object => ({
    providers: {
      a: provider(rsa, { issuer: "a" }),
      b: provider(ec, { issuer: "b", fromHeaders: [{ name: "x-b" }] }),
    },
    rules: [
      { match: { path: "/health" } },
      { match: { prefix: "/admin" }, requires: { provider_name: "b" } },
      {
        match: { prefix: "/both" },
        requires: {
          requires_all: { requirements: [{ providerName: "a" }, { providerName: "b" }] },
        },
      },
      {
        match: { prefix: "/either" },
        requires: { requiresAny: { requirements: [{ providerName: "a" }, { providerName: "b" }] } },
      },
      {
        match: { prefix: "/maybe" },
        requires: { requiresAny: { requirements: [{ providerName: "a" }, { allowMissing: {} }] } },
      },
      { match: { prefix: "/any" }, requires: { allowMissingOrFailed: {} } },
    ],
  });
  let tokenA: string;
  let tokenB: string;
  beforeAll(async () => {
    tokenA = await rsa.token({ iss: "a" });
    tokenB = await ec.token({ iss: "b" });
  });

  test.each([
    ["/health", "", "ok"],
    ["/health?x=/admin", "", "ok"],
    ["/healthy", "", "missing"],
    ["/admin/x", "b", "ok"],
    ["/admin/x", "a", "missing"],
    ["/%61dmin/x", "a", "missing"],
    ["/x/..%2fadmin", "a", "path_ambiguous"],
    ["//admin", "a", "path_ambiguous"],
    ["/both", "a", "missing"],
    ["/both", "ab", "ok"],
    ["/either", "a", "ok"],
    ["/either", "b", "ok"],
    ["/either", "ab", "multiple_credentials"],
    ["/either", "", "missing"],
    ["/maybe", "", "ok"],
    ["/maybe", "x", "malformed"],
    ["/any", "x", "ok"],
    ["/unlisted", "", "missing"],
    ["/unlisted", "a", "ok"],
  ])("%s with %j: %s", async (path, tokens, verdict) => {
    const headers: Header[] = [];
    if (tokens.includes("a")) headers.push(...bearer(tokenA));
    if (tokens.includes("x")) headers.push(...bearer("x"));
    if (tokens.includes("b")) headers.push(["x-b", tokenB]);
    const exchange = await ask(section(), { path, headers });
    if (verdict === "ok")
      expect([exchange.status, exchange.details]).toEqual([200, "via_upstream"]);
    else expect(exchange.details).toBe(`jwt.${verdict}`);
  });

  test("the failure that got furthest is told", async () => {
    const expired = await rsa.token({ iss: "a", exp: now - 100 });
    const both = {
      providers: { b: provider(ec, { issuer: "b" }), a: provider(rsa, { issuer: "a" }) },
    };
    expect((await ask(both, { headers: bearer(expired) })).details).toBe("jwt.expired");
  });

  test("a CORS preflight passes when the section says so", async () => {
    const preflight: RequestInit = {
      method: "OPTIONS",
      headers: [
        ["origin", "https://x.example"],
        ["access-control-request-method", "PUT"],
      ],
    };
    const providers = { a: provider(rsa) };
    expect((await ask({ providers }, preflight)).status).toBe(401);
    expect((await ask({ providers, bypassCorsPreflight: true }, preflight)).status).toBe(200);
    const plain = { ...preflight, headers: [] };
    expect((await ask({ providers, bypassCorsPreflight: true }, plain)).status).toBe(401);
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

test("ten thousand distinct tokens leave memory where it was", async () => {
  const one = await issuer("HS256");
  const host = await hostOf({ providers: { a: provider(one, { forward: true }) } });
  const tokens = await Promise.all(
    Array.from({ length: 500 }, (_, i) => one.token({ sub: `user-${i}`, n: i })),
  );
  let pages = 0;
  for (let i = 0; i < 10_000; i++) {
    // A token comes again when 499 others have pushed it out of the cache; every third is spoilt.
    const token = tokens[i % 500] + (i % 3 === 0 ? String(i).padStart(4, "0") : "");
    const { status } = await host.request({ headers: bearer(token) });
    if (status !== (i % 3 === 0 ? 401 : 200)) throw new Error(`request ${i}: ${status}`);
    if (i === 1000) pages = host.pages;
  }
  expect(host.pages).toBe(pages);
  host.close();
}, 120_000);
