// What the jwt stage asks of which request, where it looks for tokens, and what the upstream is given.
import { beforeAll, describe, expect, test } from "vitest";
import type { Header, RequestInit } from "../host/index.ts";
import { ask, bearer, hostOf, provider, upstream } from "./token-host.ts";
import { type Issuer, issuer, now } from "./tokens.ts";

let rsa: Issuer;
let ec: Issuer;
beforeAll(async () => {
  rsa = await issuer("RS256");
  ec = await issuer("ES256");
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

  test("arrays with commas between, anew and remembered", async () => {
    const fields = {
      claimToHeaders: [
        { headerName: "x-roles", claimName: "realm.roles" },
        { headerName: "x-sub", claimName: "sub" },
        { headerName: "x-roles-too", claimName: "realm.roles" },
      ],
    };
    const host = await hostOf({ providers: { a: provider(rsa, fields) } });
    const rows: [unknown, string[]][] = [
      [["viewer", "cl\u00e9rk", 7, true], ["viewer,cl\u00e9rk,7,true"]],
      [["one"], ["one"]],
      [[], []],
      [["a", ["b"]], []],
      [[{ a: "b" }], []],
      [["a", null], []],
      [{ a: "b" }, []],
      [null, []],
    ];
    for (const [roles, wanted] of rows) {
      const headers = bearer(await rsa.token({ realm: { roles } }));
      for (let turn = 0; turn < 3; turn++) {
        const exchange = await host.request({ headers: [["x-roles", "admin"], ...headers] });
        const got = upstream(exchange, "x-roles");
        expect(got.map((text) => Buffer.from(text, "latin1").toString())).toEqual(wanted);
        expect(upstream(exchange, "x-roles-too")).toEqual(got);
        expect(upstream(exchange, "x-sub")).toEqual(["user-1"]);
      }
    }
    // Another list than was signed, or another header: neither goes upstream.
    for (const roles of [["a,admin"], ["a", "b\n"], ["x\u0000"]]) {
      const headers = bearer(await rsa.token({ realm: { roles } }));
      const denied = await host.request({ headers });
      expect([denied.status, denied.details]).toEqual([401, "jwt.claim_not_a_header"]);
    }
    host.close();
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

test("tokens whose claims are more than the longest token of a provider are refused together", async () => {
  const fields = (name: string): object => ({
    from_headers: [{ name, value_prefix: "" }],
    maxTokenBytes: 1024,
  });
  const both = {
    providers: { a: provider(rsa, fields("x-a")), b: provider(ec, fields("x-b")) },
    rules: [
      {
        match: { prefix: "/" },
        requires: { requiresAll: { requirements: [{ providerName: "a" }, { providerName: "b" }] } },
      },
    ],
  };
  const host = await hostOf(both);
  const small: Header[] = [
    ["x-a", await rsa.token()],
    ["x-b", await ec.token()],
  ];
  expect((await host.request({ headers: small })).status).toBe(200);
  const note = "x".repeat(300);
  const large: Header[] = [
    ["x-a", await rsa.token({ note })],
    ["x-b", await ec.token({ note: "x".repeat(500) })],
  ];
  expect((await host.request({ headers: large })).details).toBe("jwt.claims_too_long");
  expect((await host.request({ headers: small })).status).toBe(200);
  host.close();
});
