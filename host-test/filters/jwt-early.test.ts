// A remembered token in `authorization` lets its request pass by that one header; whatever could change the answer takes the long way,
// and the answers of both are the same.
import { beforeAll, describe, expect, test } from "vitest";
import type { Header, VirtualClock } from "../host/index.ts";
import { bearer, hostOf, provider, upstream } from "./token-host.ts";
import { type Issuer, issuer, now } from "./tokens.ts";

let rsa: Issuer;
beforeAll(async () => {
  rsa = await issuer("RS256");
});

const one = "proxy_get_header_map_value";
const all = "proxy_get_header_map_pairs";
const clock = "proxy_get_current_time_nanoseconds";
const remove = "proxy_remove_header_map_value";
const replace = "proxy_replace_header_map_value";

test("costs one header, the clock and the token's removal", async () => {
  const host = await hostOf({ providers: { a: provider(rsa) } });
  const headers = bearer(await rsa.token());
  const first = await host.request({ headers });
  expect(first.cost.hostCallsByName).toEqual({ [one]: 1, [all]: 1, [clock]: 1, [remove]: 1 });
  const again = await host.request({ headers });
  expect(again.cost.hostCallsByName).toEqual({ [one]: 1, [clock]: 1, [remove]: 1 });
  expect([again.status, upstream(again, "authorization")]).toEqual([200, []]);
  host.close();
});

test("sets and strips the headers of all providers", async () => {
  const other = await issuer("ES256");
  const claims = [
    { headerName: "x-user", claimName: "sub" },
    { headerName: "x-roles", claimName: "roles" },
  ];
  const host = await hostOf({
    providers: {
      a: provider(rsa, { claimToHeaders: claims, forward: true }),
      b: provider(other, { issuer: "https://b.example", forwardPayloadHeader: "x-payload" }),
    },
  });
  const forged: Header[] = ["x-user", "x-user", "x-roles", "x-payload"].map((n) => [n, "forged"]);
  const tokenA = await rsa.token({ roles: ["r", "s"] });
  const tokenB = await other.token({ iss: "https://b.example" });
  for (let turn = 0; turn < 3; turn++) {
    const a = await host.request({ headers: [...forged, ...bearer(tokenA)] });
    expect(upstream(a, "x-user")).toEqual(["user-1"]);
    expect(upstream(a, "x-roles")).toEqual(["r,s"]);
    expect(upstream(a, "authorization")).toEqual([`Bearer ${tokenA}`]);
    const b = await host.request({ headers: [...forged, ...bearer(tokenB)] });
    expect(upstream(b, "x-payload")).toEqual([tokenB.split(".")[1]]);
    expect(upstream(b, "authorization")).toEqual([]);
    for (const exchange of [a, b]) {
      expect(JSON.stringify(exchange.upstream.headers)).not.toContain("forged");
      expect(exchange.cost.hostCallsByName[all]).toBe(turn === 0 ? 1 : undefined);
    }
    expect(b.cost.hostCallsByName[replace]).toBe(1);
  }
  host.close();
});

test("denies what the long way denies", async () => {
  const host = await hostOf({ providers: { a: provider(rsa, { scopes: ["read"] }) } });
  const good = await rsa.token({ scope: "read" });
  const short = await rsa.token({ scope: "write" });
  const told = async (headers: Header[]): Promise<string> => {
    const { status, details } = await host.request({ headers });
    return status === 200 ? "200" : details;
  };
  for (let turn = 0; turn < 2; turn++) {
    expect(await told(bearer(good))).toBe("200");
    expect(await told(bearer(short))).toBe("jwt.insufficient_scope");
    expect(await told([...bearer(good), ...bearer(good)])).toBe("jwt.multiple_credentials");
    expect(await told([])).toBe("jwt.missing");
    expect(await told([["authorization", `Basic ${good}`]])).toBe("jwt.missing");
    expect(await told(bearer(`${good} `))).toBe("jwt.signature_base64");
    expect(await told([["authorization", `bEARER   ${good}`]])).toBe("200");
  }
  (host.clock as VirtualClock).advance(700_000);
  expect(await told(bearer(good))).toBe("jwt.expired");
  host.close();
});

describe("rules by path", () => {
  const rules = [
    { match: { path: "/health" } },
    { match: { prefix: "/b/" }, requires: { providerName: "b" } },
    {
      match: { prefix: "/any/" },
      requires: { requiresAny: { requirements: [{ providerName: "a" }, { providerName: "b" }] } },
    },
    {
      match: { prefix: "/maybe/" },
      requires: { requiresAny: { requirements: [{ providerName: "a" }, { allowMissing: {} }] } },
    },
    { match: { prefix: "/" }, requires: { providerName: "a" } },
  ];

  test("cost the path and nothing else more", async () => {
    const host = await hostOf({ providers: { a: provider(rsa) }, rules: rules.slice(4) });
    const headers = bearer(await rsa.token());
    await host.request({ headers });
    const again = await host.request({ headers });
    expect(again.cost.hostCallsByName).toEqual({ [one]: 2, [clock]: 1, [remove]: 1 });
    expect([again.status, upstream(again, "authorization")]).toEqual([200, []]);
    host.close();
  });

  test("ask each path for its own provider, remembered or not", async () => {
    const other = await issuer("ES256");
    const host = await hostOf({
      providers: {
        a: provider(rsa, { claimToHeaders: [{ headerName: "x-user", claimName: "sub" }] }),
        b: provider(other, { issuer: "https://b.example" }),
      },
      rules,
    });
    const a = await rsa.token();
    const b = await other.token({ iss: "https://b.example" });
    const told = async (path: string, token?: string): Promise<string> => {
      const forged: Header[] = [["x-user", "forged"]];
      const headers = token === undefined ? forged : [...forged, ...bearer(token)];
      const exchange = await host.request({ path, headers });
      expect(JSON.stringify(exchange.upstream?.headers ?? "")).not.toContain("forged");
      return exchange.status === 200 ? "200" : exchange.details;
    };
    for (let turn = 0; turn < 3; turn++) {
      expect(await told("/x", a)).toBe("200");
      expect(await told("/x", b)).toMatch(/^jwt\.(?:issuer|kid_unknown|algorithm|signature)/);
      expect(await told("/b/x?y=/x", b)).toBe("200");
      expect(await told("/b/x", a)).toMatch(/^jwt\.(?:issuer|kid_unknown|algorithm|signature)/);
      expect(await told("/%62/x", b)).toBe("200");
      expect(await told("/%62/x", a)).toMatch(/^jwt\.(?:issuer|kid_unknown|algorithm|signature)/);
      expect(await told("/any/x", a)).toBe("200");
      expect(await told("/any/x", b)).toBe("200");
      expect(await told("/maybe/x", a)).toBe("200");
      expect(await told("/maybe/x")).toBe("200");
      expect(await told("/maybe/x", b)).toMatch(/^jwt\.(?:issuer|kid_unknown|algorithm|signature)/);
      expect(await told("/health")).toBe("200");
      expect(await told("/health?x", "junk")).toBe("200");
      expect(await told("/x/../b/x", a)).toBe("jwt.path_ambiguous");
      expect(await told("/b%2fx", a)).toBe("jwt.path_ambiguous");
      expect(await told("/x")).toBe("jwt.missing");
    }
    host.close();
  });

  test("leave a path that asks for two tokens to the long way", async () => {
    const requiresAll = { requirements: [{ providerName: "a" }, { providerName: "a" }] };
    const rule = { match: { prefix: "/" }, requires: { requiresAll } };
    const host = await hostOf({ providers: { a: provider(rsa) }, rules: [rule] });
    const headers = bearer(await rsa.token());
    for (let turn = 0; turn < 2; turn++) {
      const { status, cost } = await host.request({ headers });
      expect([status, cost.hostCallsByName[one], cost.hostCallsByName[all]]).toEqual([200, 1, 1]);
    }
    host.close();
  });

  test("let a path that asks for nothing pass without the map", async () => {
    const host = await hostOf({ providers: { a: provider(rsa) }, rules: [rules[0], rules[4]] });
    const { status, cost } = await host.request({ path: "/health" });
    expect([status, cost.hostCallsByName]).toEqual([200, { [one]: 1 }]);
    host.close();
  });

  test("ask a path that none of them matches for a token, too", async () => {
    const host = await hostOf({ providers: { a: provider(rsa) }, rules: rules.slice(4) });
    const asked = { method: "OPTIONS", path: "*" };
    const bare = await host.request(asked);
    expect([bare.status, bare.details]).toEqual([401, "jwt.missing"]);
    const headers = bearer(await rsa.token());
    for (let turn = 0; turn < 2; turn++) {
      // The filter lets it go on; no route is for it.
      expect((await host.request({ ...asked, headers })).details).toBe("route_not_found");
    }
    host.close();
  });
});

describe("the long way is taken", () => {
  const far = { exp: now + 600 };
  test.each([
    ["with another place for tokens", {}, { fromHeaders: [{ name: "x-token" }] }],
    ["with cookies", {}, { fromHeaders: [{ name: "authorization" }], fromCookies: ["t"] }],
    ["with preflights", { bypassCorsPreflight: true }, {}],
    ["without a cache", { cache: { entries: 0 } }, {}],
    ["in mode tag", { modes: { expired: "tag" } }, {}],
    [
      "with more headers than are cheap to take out",
      {},
      { claimToHeaders: [..."abcde"].map((n) => ({ headerName: `x-${n}`, claimName: "sub" })) },
    ],
  ])("%s", async (_, section, fields) => {
    const host = await hostOf({ providers: { a: provider(rsa, fields) }, ...section });
    const token = await rsa.token(far);
    const headers: Header[] = "fromHeaders" in fields ? [["x-token", token]] : bearer(token);
    if ("fromCookies" in fields) headers.splice(0, 1, ["authorization", token]);
    for (let turn = 0; turn < 2; turn++) {
      const { status, cost } = await host.request({ headers });
      expect([status, cost.hostCallsByName[one], cost.hostCallsByName[all]]).toEqual([
        200,
        undefined,
        1,
      ]);
    }
    host.close();
  });

  test("where two providers could take a token", async () => {
    const host = await hostOf({ providers: { a: provider(rsa), b: provider(rsa) } });
    const headers = bearer(await rsa.token());
    for (let turn = 0; turn < 2; turn++) {
      expect((await host.request({ headers })).cost.hostCallsByName[all]).toBe(1);
    }
    host.close();
  });

  test("behind another stage", async () => {
    const { guarded } = await import("./guarded.ts");
    const config = {
      version: 1,
      jwt: { providers: { a: provider(rsa) } },
      authz: { policies: [{ rules: [{}] }] },
    };
    const host = await guarded({
      filter: "jwt",
      config: JSON.stringify(config),
      host: { lean: true },
    });
    const headers = bearer(await rsa.token());
    for (let turn = 0; turn < 2; turn++) {
      expect((await host.request({ headers })).cost.hostCallsByName[all]).toBe(1);
    }
    host.close();
  });
});
