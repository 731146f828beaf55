// Who is counted as one: addresses, headers, cookies, queries, paths in every spelling, certificates; which requests a policy is
// for; and several policies at once.
import { describe, expect, test } from "vitest";
import { admitted, fivePerMinute, from, limited, statuses } from "./limited.ts";

const keyed = (name: string, value: string): { headers: [string, string][] } => ({
  headers: [[name, value]],
});

describe("client addresses", () => {
  const shares = async (first: string, second: string, clientIp = {}): Promise<boolean> => {
    const policy = { ...fivePerMinute, identity: [{ clientIp }] };
    const host = await limited({ policies: [policy] });
    await admitted(host, 5, from(first));
    const isShared = (await admitted(host, 1, from(second))) === 0;
    host.close();
    return isShared;
  };

  test.each([
    ["10.0.0.1:1000", "10.0.0.1:2000", true],
    ["10.0.0.1:1000", "10.0.0.2:1000", false],
    ["[2001:db8::1]:443", "[2001:db8::ffff:2]:443", true],
    ["[2001:db8::1]:443", "[2001:db8:0:1::1]:443", false],
    ["[::ffff:10.0.0.1]:443", "10.0.0.1:443", true],
    ["[::a00:1]:443", "10.0.0.1:443", false],
  ])("%s and %s are one: %s", async (first, second, isShared) => {
    expect(await shares(first, second)).toBe(isShared);
  });

  test("prefixes are as long as they are told to be", async () => {
    expect(await shares("10.0.0.1:1", "10.0.0.9:1", { v4Prefix: 24 })).toBe(true);
    expect(await shares("10.0.0.1:1", "10.0.1.1:1", { v4Prefix: 24 })).toBe(false);
    expect(await shares("[2001:db8::1]:1", "[2001:db8::2]:1", { v6Prefix: 128 })).toBe(false);
    expect(await shares("[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1", { v6Prefix: 48 })).toBe(true);
  });

  const forwarded = async (clientIp: object, first: string, second: string): Promise<boolean> => {
    const host = await limited({ policies: [fivePerMinute], section: { clientIp } });
    await admitted(host, 5, from("10.9.9.9:1", [["x-forwarded-for", first]]));
    const next = from("10.9.9.9:1", [["x-forwarded-for", second]]);
    const isShared = (await admitted(host, 1, next)) === 0;
    host.close();
    return isShared;
  };

  // The proxy appends the peer, 10.9.9.9, so one hop is the entry that the peer wrote.
  test.each([
    [
      "what the client writes in front changes nothing",
      "1.1.1.1, 5.5.5.5",
      "2.2.2.2, 5.5.5.5",
      true,
    ],
    ["another client behind the same proxy", "5.5.5.5", "6.6.6.6", false],
    ["ports and mapped forms", "5.5.5.5:123", "::ffff:5.5.5.5", true],
    ["malformed falls back to the peer", "5.5.5.5, x", "6.6.6.6, y", true],
  ])("hops: %s", async (_, first, second, isShared) => {
    expect(await forwarded({ from: "xForwardedFor", trustedHops: 1 }, first, second)).toBe(
      isShared,
    );
    const trustedProxies = ["10.0.0.0/8"];
    expect(await forwarded({ from: "xForwardedFor", trustedProxies }, first, second)).toBe(
      isShared,
    );
  });

  test("without an address all such requests share one count", async () => {
    const host = await limited({ policies: [fivePerMinute] });
    expect(await admitted(host, 9, from("/run/pipe"))).toBe(5);
    host.close();
  });
});

describe("identities", () => {
  const policy = (identity: unknown, more: object = {}) => ({
    ...fivePerMinute,
    identity,
    ...more,
  });
  const five = async (
    identity: unknown,
    a: object,
    b: object,
    more: object = {},
  ): Promise<number[]> => {
    const host = await limited({ policies: [policy(identity, more)] });
    await admitted(host, 5, a);
    const seen = await statuses(host, 1, b);
    host.close();
    return seen;
  };
  const pair = (a: string, b: string): { headers: [string, string][] } => ({
    headers: [
      ["x-a", a],
      ["x-b", b],
    ],
  });

  test.each([
    ["header", [{ header: "X-Key" }], keyed("x-key", "a"), keyed("x-key", "b"), 200],
    ["the same header", [{ header: "X-Key" }], keyed("x-key", "a"), keyed("x-key", "a"), 429],
    ["case of a value", [{ header: "x-key" }], keyed("x-key", "a"), keyed("x-key", "A"), 200],
    [
      "cookie",
      [{ cookie: "sid" }],
      keyed("cookie", "a=1; sid=7"),
      keyed("cookie", "sid=7; a=2"),
      429,
    ],
    ["query", [{ query: "key" }], { path: "/?key=a" }, { path: "/x?b=1&key=b" }, 200],
    ["query escapes", [{ query: "key" }], { path: "/?key=a+b" }, { path: "/?%6bey=%61%20b" }, 429],
    ["method", [{ method: true }], { method: "GET" }, { method: "POST" }, 200],
    ["host", [{ host: true }], { authority: "A.example:80" }, { authority: "a.example." }, 429],
    ["path", [{ path: {} }], { path: "/a/b" }, { path: "//a/%62/?x" }, 429],
    ["template", [{ path: { templates: ["/o/{id}"] } }], { path: "/o/1" }, { path: "/o/2" }, 429],
    ["no template", [{ path: { templates: ["/o/{id}"] } }], { path: "/o/1" }, { path: "/p" }, 200],
    [
      "parts keep apart",
      [{ header: "x-a" }, { header: "x-b" }],
      pair("ab", "c"),
      pair("a", "bc"),
      200,
    ],
    ["one for all", [], keyed("x-key", "a"), keyed("x-key", "b"), 429],
    [
      "scheme",
      [{ apiKey: { header: "authorization", scheme: "Bearer" } }],
      keyed("authorization", "Bearer k"),
      keyed("authorization", "bearer  k"),
      429,
    ],
  ])("%s", async (_, identity, a, b, status) => {
    expect(await five(identity, a, b)).toEqual([status]);
  });

  test("a certificate's name", async () => {
    const tls = (uri: string) => ({ tls: { mtls: true, uriSan: [uri] } });
    const identity = [{ certificate: "uriSan" }];
    expect(await five(identity, tls("spiffe://a/x"), tls("spiffe://a/y"))).toEqual([200]);
    expect(await five(identity, tls("spiffe://a/x"), tls("spiffe://a/x"))).toEqual([429]);
  });

  test.each([
    ["shared", [200, 200, 200, 200, 200, 429]],
    ["skip", [200, 200, 200, 200, 200, 200]],
    ["deny", [400, 400, 400, 400, 400, 400]],
    ["fallback", [200, 200, 200, 200, 200, 429]],
  ])("a missing value is %s", async (missing, seen) => {
    const fallback = missing === "fallback" ? { fallback: [{ clientIp: {} }] } : {};
    const host = await limited({
      policies: [policy([{ header: "x-key" }], { missing, ...fallback })],
    });
    expect(await statuses(host, 6, keyed("x-key", ""))).toEqual(seen);
    if (missing === "fallback") expect(await admitted(host, 1, from("10.0.0.7:1"))).toBe(1);
    host.close();
  });

  test("a repeated and an oversized value are denied unless told otherwise", async () => {
    const identity = [{ header: "x-key" }];
    const twice = {
      headers: [
        ["x-key", "a"],
        ["x-key", "b"],
      ] as [string, string][],
    };
    const large = keyed("x-key", "x".repeat(2000));
    const host = await limited({ policies: [policy(identity)] });
    const one = await host.request(twice);
    expect([one.status, one.details]).toEqual([400, "ratelimit.identity_repeated"]);
    const other = await host.request(large);
    expect([other.status, other.details]).toEqual([400, "ratelimit.identity_oversized"]);
    host.close();
    const shared = await limited({ policies: [policy(identity, { oversized: "shared" })] });
    expect(await admitted(shared, 4, large)).toBe(4);
    expect(await admitted(shared, 4, keyed("x-key", "y".repeat(3000)))).toBe(1);
    shared.close();
  });
});

describe("matching", () => {
  const login = { ...fivePerMinute, match: { paths: [{ exact: "/login" }], methods: ["POST"] } };

  test.each([
    "/login",
    "/login?a=1",
    "/login/",
    "//login",
    "/%6cogin",
    "/a/../login",
    "/a/%2e%2e/login",
    "/login;x=1",
    "/./login",
    "/a\\..\\login",
    "/a%2f..%2flogin",
  ])("%s is /login", async (path) => {
    const host = await limited({ policies: [login] });
    expect(await admitted(host, 6, { method: "POST", path })).toBe(5);
    host.close();
  });

  test.each([
    [{ method: "GET", path: "/login" }],
    [{ method: "POST", path: "/loginx" }],
    [{ method: "POST", path: "/login/x" }],
  ])("%j is not meant", async (request) => {
    const host = await limited({ policies: [login] });
    expect(await admitted(host, 7, request)).toBe(7);
    host.close();
  });

  test("prefixes, templates, hosts and headers", async () => {
    const match = {
      paths: [{ prefix: "/api" }, { template: "/u/{id}/**" }],
      hosts: ["*.example.com"],
      headers: [{ name: "x-kind", in: ["a", "b"] }],
    };
    const host = await limited({ policies: [{ ...fivePerMinute, match }] });
    const request = (path: string, authority = "x.example.com", kind = "b") => ({
      path,
      authority,
      headers: [["x-kind", kind]] as [string, string][],
    });
    expect(await admitted(host, 7, request("/apix"))).toBe(7);
    expect(await admitted(host, 7, request("/api", "example.com"))).toBe(7);
    expect(await admitted(host, 7, request("/api", "x.example.com", "c"))).toBe(7);
    expect(await admitted(host, 3, request("/api/x"))).toBe(3);
    expect(await admitted(host, 7, request("/u/7/z/y"))).toBe(2);
    host.close();
  });
});

describe("several policies", () => {
  test("a request that one refuses costs the others nothing", async () => {
    const wide = {
      ...fivePerMinute,
      name: "wide",
      identity: [],
      limit: { requests: 8, per: "1m" },
    };
    const host = await limited({ policies: [wide, fivePerMinute], host: { workers: 2 } });
    expect(await admitted(host, 40, from("10.0.0.1:1"))).toBe(5);
    expect(await admitted(host, 40, from("10.0.0.2:1"))).toBe(3);
    host.close();
  });

  test("tiers by header and network, exemptions and costs", async () => {
    const policy = {
      ...fivePerMinute,
      identity: [{ header: "x-key" }],
      tiers: [
        { when: { header: { name: "x-plan", in: ["gold"] } }, limit: { requests: 10, per: "1m" } },
        { when: { addresses: ["10.1.0.0/16"] }, limit: { requests: 7, per: "1m" } },
      ],
      exempt: { addresses: ["10.2.0.0/16"] },
      costByMethod: { POST: 2 },
    };
    const host = await limited({ policies: [policy] });
    const gold = from("10.0.0.1:1", [
      ["x-key", "a"],
      ["x-plan", "gold"],
    ]);
    expect(await admitted(host, 12, gold)).toBe(10);
    expect(await admitted(host, 12, from("10.1.0.1:1", [["x-key", "b"]]))).toBe(7);
    expect(await admitted(host, 12, from("10.0.0.1:1", [["x-key", "c"]]))).toBe(5);
    expect(await admitted(host, 12, from("10.2.0.1:1", [["x-key", "c"]]))).toBe(12);
    expect(
      await admitted(host, 4, { ...from("10.0.0.1:1", [["x-key", "d"]]), method: "POST" }),
    ).toBe(2);
    host.close();
  });
});
