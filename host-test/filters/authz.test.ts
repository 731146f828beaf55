// What the authz stage adds to Istio's rules: roles and permissions of an issuer, scopes with their challenge, shadow mode, denial by
// default, and what it says in audit lines and counters.
import { describe, expect, test } from "vitest";
import { answers, authorizing, withClaims } from "./authz-host.ts";
import { counter } from "./guarded.ts";

const allowing = (rule: object): object => ({ policies: [{ rules: [rule] }] });
const when = (key: string, ...values: string[]): object => ({ when: [{ key, values }] });

describe("roles and permissions", () => {
  const claimsOf: Record<string, object> = {
    keycloak: { realm_access: { roles: ["x", "admin"] } },
    entra: { roles: ["admin"] },
    cognito: { "cognito:groups": ["admin"] },
  };
  test.each(Object.keys(claimsOf))("of %s", async (preset) => {
    const issuers = {
      idp: { issuer: "https://a", preset, permissions: { admin: ["orders:write"] } },
    };
    const section = { issuers, ...allowing(when("request.auth.permissions", "orders:write")) };
    expect(
      await answers(section, [
        await withClaims({ iss: "https://a", ...claimsOf[preset] }),
        await withClaims({ iss: "https://b", ...claimsOf[preset] }),
        await withClaims({ iss: "https://a" }),
        {},
      ]),
    ).toEqual([
      "200",
      "403 authz.insufficient_scope",
      "403 authz.insufficient_scope",
      "403 authz.not_allowed",
    ]);
  });

  test("of auth0 stand in the token as permissions", async () => {
    const section = {
      issuers: { idp: { issuer: "https://a", preset: "auth0" } },
      ...allowing(when("request.auth.permissions", "read:users")),
    };
    const permissions = ["read:users", "other"];
    expect(
      await answers(section, [
        await withClaims({ iss: "https://a", permissions }),
        await withClaims({ iss: "https://b", permissions }),
      ]),
    ).toEqual(["200", "403 authz.insufficient_scope"]);
  });

  test("of a client of keycloak, and of claims of one's own", async () => {
    const issuers = {
      kc: { issuer: "https://a", preset: "keycloak", client: "shop.api" },
      own: { issuer: "https://b", rolesFrom: [["https://app/roles"], ["x", "r"]] },
    };
    const rules = [when("request.auth.roles[kc]", "adm*"), when("request.auth.roles[own]", "root")];
    expect(
      await answers({ issuers, policies: [{ rules }] }, [
        await withClaims({
          iss: "https://a",
          resource_access: { "shop.api": { roles: ["admin"] } },
        }),
        await withClaims({ iss: "https://a", resource_access: { other: { roles: ["admin"] } } }),
        await withClaims({ iss: "https://b", "https://app/roles": "root" }),
        await withClaims({ iss: "https://b", x: { r: ["root"] } }),
        await withClaims({ iss: "https://a", x: { r: ["root"] } }),
        await withClaims({ iss: "https://b", realm_access: { roles: ["admin"] } }),
      ]),
    ).toEqual([
      "200",
      "403 authz.not_allowed",
      "200",
      "200",
      "403 authz.not_allowed",
      "403 authz.not_allowed",
    ]);
  });

  test("that a rule rules out", async () => {
    const rule = { when: [{ key: "request.auth.roles", notValues: ["guest"] }] };
    const issuers = { a: { issuer: "https://a", preset: "entra" } };
    expect(
      await answers({ issuers, ...allowing(rule) }, [
        await withClaims({ iss: "https://a", groups: ["guest"] }),
        await withClaims({ iss: "https://a" }),
        {},
      ]),
    ).toEqual(["403 authz.not_allowed", "200", "200"]);
  });
});

test("a scope that is missing is named in the challenge", async () => {
  const rule = {
    to: [{ operation: { paths: ["/orders"] } }],
    when: [{ key: "request.auth.scopes", values: ["orders:write"] }],
  };
  const host = await authorizing({ realm: "shop", ...allowing(rule) });
  const poor = await host.request(await withClaims({ scope: "orders:read" }, { path: "/orders" }));
  expect(poor.status).toBe(403);
  expect(poor.header("www-authenticate")).toBe(
    'Bearer realm="shop", error="insufficient_scope", scope="orders:write"',
  );
  const elsewhere = await host.request(await withClaims({ scope: "orders:write" }, { path: "/x" }));
  expect([elsewhere.details, elsewhere.header("www-authenticate")]).toEqual([
    "authz.not_allowed",
    undefined,
  ]);
  for (const claims of [
    { scope: "a orders:write" },
    { scp: ["orders:write"] },
    { scope: "x", scp: "y orders:write" },
  ]) {
    const { status } = await host.request(await withClaims(claims, { path: "/orders" }));
    expect(status, JSON.stringify(claims)).toBe(200);
  }
  expect((await host.request({ path: "/orders" })).details).toBe("authz.not_allowed");
  host.close();
});

test("everything is denied by default when the section says so", async () => {
  expect(await answers({ defaultAction: "deny" }, [{}])).toEqual(["403 authz.not_allowed"]);
  const deny = { action: "DENY", rules: [when("request.headers[x]", "1")] };
  expect(await answers({ policies: [deny] }, [{}])).toEqual(["200"]);
  expect(await answers({ defaultAction: "deny", policies: [deny] }, [{}])).toEqual([
    "403 authz.not_allowed",
  ]);
  expect(await answers({ defaultAction: "deny", policies: [{ rules: [{}] }] }, [{}])).toEqual([
    "200",
  ]);
});

test("a rule in shadow mode is counted, logged and without effect", async () => {
  const path = (...paths: string[]): object => ({ to: [{ operation: { paths } }] });
  const host = await authorizing({
    policies: [
      { name: "guard", namespace: "shop", action: "DENY", rules: [path("/a"), { mode: "shadow" }] },
      { name: "soon", mode: "shadow", rules: [path("/b")] },
      { name: "now", rules: [{ mode: "shadow" }, path("/a", "/b", "/c")] },
    ],
  });
  expect((await host.request({ path: "/a" })).details).toBe("authz.denied");
  const b = await host.request({ path: "/b", headers: [["x-request-id", "r1"]] });
  expect(b.status).toBe(200);
  expect(b.logs.map(({ message }) => JSON.parse(message) as object)).toEqual([
    {
      event: "meshwarden.finding",
      stage: "authz",
      code: "authz.denied",
      policy: "shop/guard",
      rule: 1,
      mode: "shadow",
      denied: false,
      requestId: "r1",
    },
  ]);
  const d = await host.request({ path: "/d" });
  expect(d.details).toBe("authz.not_allowed");
  expect(host.metrics.value(counter("authz.denied", "shadow"))).toBe(3);
  expect(host.metrics.value(counter("authz.denied"))).toBe(1);
  // "now" has a rule in shadow mode that holds for everything.
  expect(host.metrics.value(counter("authz.not_allowed_shadow", "shadow"))).toBe(0);
  host.close();
});

test("an ALLOW policy that is tried out says what it would refuse", async () => {
  const soon = { mode: "shadow", rules: [{ to: [{ operation: { paths: ["/b"] } }] }] };
  const host = await authorizing({ policies: [soon] });
  expect((await host.request({ path: "/b" })).logs).toEqual([]);
  const other = await host.request({ path: "/c" });
  expect(other.status).toBe(200);
  expect(other.logs[0].message).toContain('"code":"authz.not_allowed_shadow","mode":"shadow"');
  host.close();
});

test("a section in shadow mode denies nothing and reports every rule", async () => {
  const host = await authorizing({
    mode: "shadow",
    defaultAction: "deny",
    policies: [{ name: "p", action: "DENY", rules: [{}, {}] }],
  });
  const { status, logs } = await host.request({});
  expect(status).toBe(200);
  expect(logs.map(({ message }) => (JSON.parse(message) as { code: string }).code)).toEqual([
    "authz.denied",
    "authz.denied",
    "authz.not_allowed",
  ]);
  host.close();
});

test("an AUDIT policy writes one line and lets the request pass", async () => {
  const host = await authorizing({ policies: [{ name: "watch", action: "AUDIT", rules: [{}] }] });
  const { status, logs } = await host.request({});
  expect(status).toBe(200);
  expect(logs.map(({ message }) => message)).toEqual([
    expect.stringContaining('"code":"authz.audited","policy":"watch","rule":0,"mode":"shadow"'),
  ]);
  host.close();
});

test("a path that two readers take differently is refused when a rule compares paths", async () => {
  const open = { policies: [{ rules: [{ to: [{ operation: { paths: ["/a*"] } }] }] }] };
  const requests = ["/a/%2e%2e/b", "/a//b", "/a/b"].map((path) => ({ path }));
  const refused = "400 authz.path_ambiguous";
  const passed = ["200", "200", "200"];
  expect(await answers(open, requests, false)).toEqual([refused, refused, "200"]);
  const relaxed = { ...open, modes: { path_ambiguous: "off" } };
  expect(await answers(relaxed, requests, false)).toEqual(passed);
  expect(await answers({ policies: [{ rules: [{}] }] }, requests, false)).toEqual(passed);
});
