// Keys that are fetched, by one worker: when, from where, what a broken or hostile key server can do, and what a token cannot.
import { beforeAll, describe, expect, test } from "vitest";
import type { CalloutAnswer } from "../host/index.ts";
import { KeyServer, keysOf, pass, present, remote, remoteHost, told } from "./keys-fixture.ts";
import { bearer, provider } from "./token-host.ts";
import { type Issuer, issuer } from "./tokens.ts";

let first: Issuer;
let second: Issuer;
beforeAll(async () => {
  first = await issuer("ES256", "k1");
  second = await issuer("RS256", "k2");
});

describe("the first fetch", () => {
  test("is made by the first request that needs it, which waits", async () => {
    const server = new KeyServer({ status: 200, body: first.jwks, delayMs: 300 });
    const host = await remoteHost(server, { providers: { a: remote() } });
    expect(server.asked).toEqual([]);
    const exchange = await present(host, await first.token());
    expect(exchange.status).toBe(200);
    expect(server.asked).toEqual(["/keys?v=1"]);
    const call = host.callouts[0];
    const headers = Object.fromEntries(call.headers);
    expect(headers).toMatchObject({
      ":method": "GET",
      ":authority": "idp.example",
      ":scheme": "https",
    });
    expect(call.timeoutMs).toBe(1000);
    expect((await present(host, await first.token())).status).toBe(200);
    expect(server.asked).toHaveLength(1);
    host.close();
  });

  test("comes with the first tick when no request does", async () => {
    const server = new KeyServer({ status: 200, body: first.jwks });
    const host = await remoteHost(server, { providers: { a: remote() } });
    pass(host, 2);
    expect(server.asked).toHaveLength(1);
    expect((await present(host, await first.token())).status).toBe(200);
    host.close();
  });

  test("that fails is answered 503 without a wait by those who come meanwhile", async () => {
    const server = new KeyServer({ status: 500, delayMs: 50 });
    const host = await remoteHost(server, { providers: { a: remote() } });
    const denied = await present(host, await first.token());
    expect(told(denied)).toEqual([503, "jwt.keys_unavailable"]);
    expect(denied.upstream.reached).toBe(false);
    expect((await present(host, await first.token())).status).toBe(503);
    expect(server.asked).toHaveLength(1);
    server.answer = { status: 200, body: first.jwks };
    pass(host, 3);
    expect((await present(host, await first.token())).status).toBe(200);
    host.close();
  });

  test("does not start for a token of another issuer, or one that is no token", async () => {
    const server = new KeyServer({ status: 200, body: first.jwks });
    const host = await remoteHost(server, { providers: { a: remote() } });
    const other = await first.token({ iss: "https://other.example" });
    expect(told(await present(host, other))).toEqual([401, "jwt.issuer"]);
    expect(told(await present(host, "x.y.z"))).toEqual([401, "jwt.header_base64"]);
    expect(server.asked).toEqual([]);
    host.close();
  });

  test("of a server that hangs ends after the configured wait", async () => {
    const server = new KeyServer({ never: true });
    const section = { providers: { a: remote() }, keyWait: "500ms" };
    const host = await remoteHost(server, section);
    const before = host.clock.nowUs();
    expect(told(await present(host, await first.token()))).toEqual([503, "jwt.keys_unavailable"]);
    expect(host.clock.nowUs() - before).toBeLessThan(4e6);
    host.close();
  });
});

describe("30: a good set stays", () => {
  const broken: [string, CalloutAnswer][] = [
    ["an error page", { status: 200, body: "<html><body>Sign in</body></html>" }],
    ["500", { status: 500, body: '{"keys":[]}' }],
    ["a redirect", { status: 302, headers: [["location", "https://evil.example/"]] }],
    ["an empty set", { status: 200, body: '{"keys":[]}' }],
    ["an empty body", { status: 200 }],
    ["10 MB", { status: 200, body: " ".repeat(10 << 20) }],
    ["a set of short secrets", { status: 200, body: '{"keys":[{"kty":"oct","k":"AA"}]}' }],
    ["no answer", { never: true }],
    ["a refused connection", { refuse: true }],
    ["a reset", { resetAfterHead: true }],
  ];
  test.each(broken)("when the server answers with %s", async (_, answer) => {
    const server = new KeyServer({ status: 200, body: first.jwks });
    const host = await remoteHost(server, { providers: { a: remote() } });
    const token = await first.token({ exp: Math.floor(host.clock.nowUs() / 1e6) + 5000 });
    expect((await present(host, token)).status).toBe(200);
    server.answer = answer;
    for (let minutes = 0; minutes < 20; minutes += 2) {
      pass(host, 120);
      expect((await present(host, token)).status).toBe(200);
    }
    const refused = host.logs.filter(({ message }) => message.includes("were not renewed"));
    expect(refused.length).toBeGreaterThan(3);
    expect(refused.some(({ message }) => message.includes("Sign in"))).toBe(false);
    server.answer = { status: 200, body: second.jwks };
    pass(host, 90);
    expect(told(await present(host, token))).toEqual([401, "jwt.kid_unknown"]);
    host.close();
  });

  test("no longer than staleFor", async () => {
    const server = new KeyServer({ status: 200, body: first.jwks });
    const fields = remote({ cacheDuration: "60s", staleFor: "120s" });
    const host = await remoteHost(server, { providers: { a: fields } });
    const token = await first.token();
    expect((await present(host, token)).status).toBe(200);
    server.answer = { status: 503 };
    pass(host, 170);
    expect((await present(host, token)).status).toBe(200);
    pass(host, 20);
    expect(told(await present(host, token))).toEqual([503, "jwt.keys_unavailable"]);
    host.close();
  });
});

describe("rotation", () => {
  test("a key that left the set is refused from the next refresh on, also for remembered tokens", async () => {
    const server = new KeyServer({ status: 200, body: keysOf(first, second) });
    const host = await remoteHost(server, { providers: { a: remote({ cacheDuration: "60s" }) } });
    const token = await first.token();
    for (let i = 0; i < 5; i++) expect((await present(host, token)).status).toBe(200);
    server.answer = { status: 200, body: second.jwks };
    pass(host, 60);
    expect(told(await present(host, token))).toEqual([401, "jwt.kid_unknown"]);
    expect((await present(host, await second.token())).status).toBe(200);
    host.close();
  });

  test("a new key is fetched for the first token that names it, after the cool-down", async () => {
    const server = new KeyServer({ status: 200, body: first.jwks });
    const host = await remoteHost(server, { providers: { a: remote() } });
    await present(host, await first.token());
    server.answer = { status: 200, body: keysOf(first, second), delayMs: 100 };
    expect(told(await present(host, await second.token()))).toEqual([401, "jwt.kid_unknown"]);
    pass(host, 31);
    expect((await present(host, await second.token())).status).toBe(200);
    expect(server.asked).toHaveLength(2);
    host.close();
  });

  test("Cache-Control shortens the life of a set, Age shortens it further", async () => {
    const headers: [string, string][] = [
      ["cache-control", "public, max-age=120"],
      ["age", "60"],
    ];
    const server = new KeyServer({ status: 200, body: first.jwks, headers });
    const host = await remoteHost(server, { providers: { a: remote() } });
    await present(host, await first.token());
    pass(host, 40);
    expect(server.asked).toHaveLength(1);
    pass(host, 20);
    expect(server.asked).toHaveLength(2);
    host.close();
  });
});

describe("discovery", () => {
  const metadata = (uri: string, iss = "https://issuer.example"): CalloutAnswer => ({
    status: 200,
    body: JSON.stringify({ issuer: iss, jwks_uri: uri, response_types_supported: ["code"] }),
  });
  const found = (fields: object = {}): object => ({
    issuer: "https://issuer.example",
    oidcDiscovery: { httpUri: { cluster: "idp", timeout: "1s" }, ...fields },
  });

  test("reads the issuer's metadata, then its keys", async () => {
    const server = new KeyServer((path) =>
      path === "/keys" ? { status: 200, body: first.jwks } : metadata("https://keys.example/keys"),
    );
    const host = await remoteHost(server, { providers: { a: found() } });
    expect((await present(host, await first.token())).status).toBe(200);
    expect(server.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
    expect(Object.fromEntries(host.callouts[1].headers)[":authority"]).toBe("keys.example");
    host.close();
  });

  test("takes the keys from another cluster when told so", async () => {
    const server = new KeyServer(metadata("https://keys.example/keys"));
    const host = await remoteHost(server, { providers: { a: found({ jwksCluster: "keys" }) } });
    host.setCluster("keys", { status: 200, body: first.jwks });
    expect((await present(host, await first.token())).status).toBe(200);
    expect(host.callouts.map(({ cluster }) => cluster)).toEqual(["idp", "keys"]);
    host.close();
  });

  test.each([
    ["another issuer", metadata("https://idp.example/keys", "https://evil.example")],
    ["no address", metadata("file:///etc/passwd")],
    ["a line break", metadata("https://idp.example/keys\r\nx-evil: 1")],
    ["a page", { status: 200, body: "<html>" }],
  ] as [string, CalloutAnswer][])("refuses metadata with %s", async (_, answer) => {
    const server = new KeyServer(answer);
    const host = await remoteHost(server, { providers: { a: found() } });
    const denied = await present(host, await first.token());
    expect(told(denied)).toEqual([503, "jwt.keys_unavailable"]);
    expect(server.asked).toHaveLength(1);
    host.close();
  });
});

test("no key ever comes from a token", async () => {
  const server = new KeyServer({ status: 200, body: second.jwks });
  const host = await remoteHost(server, { providers: { a: remote() } });
  await present(host, await second.token());
  const [jwk] = (JSON.parse(first.jwks) as { keys: object[] }).keys;
  for (const header of [
    { jwk },
    { jku: "https://evil.example/keys" },
    { x5u: "https://evil.example/cert" },
    { x5c: ["MIIB"] },
  ]) {
    for (const kid of ["k1", "k2"]) {
      const forged = await first.token({}, { ...header, kid });
      expect((await present(host, forged)).status).toBe(401);
    }
  }
  expect(server.asked).toHaveLength(1);
  expect(host.callouts.every(({ cluster }) => cluster === "idp")).toBe(true);
  host.close();
});

test("a token of a local issuer does not wait for a remote one's keys", async () => {
  const server = new KeyServer({ never: true });
  const local = provider(second, { issuer: "https://local.example" });
  const host = await remoteHost(server, { providers: { a: remote(), b: local } });
  const token = await second.token({ iss: "https://local.example" });
  expect((await present(host, token)).status).toBe(200);
  expect(server.asked).toEqual([]);
  host.close();
});

test("a new configuration takes over the keys of the old one", async () => {
  const server = new KeyServer({ status: 200, body: first.jwks });
  const host = await remoteHost(server, { providers: { a: remote() } });
  await present(host, await first.token());
  server.answer = { status: 500 };
  const document = { version: 1, jwt: { providers: { other: remote({ staleFor: "1h" }) } } };
  expect(host.updateConfig("guard", JSON.stringify(document)).ok).toBe(true);
  expect((await host.request({ headers: bearer(await first.token()) })).status).toBe(200);
  expect(server.asked).toHaveLength(1);
  host.close();
});

test("metrics tell fetches, keys and generations", async () => {
  const server = new KeyServer({ status: 200, body: keysOf(first, second) });
  const host = await remoteHost(server, { providers: { "a b": remote() } });
  await present(host, await first.token());
  const value = (name: string): number | undefined =>
    host.metrics.value(`provider=.=a_b;.;${name}`);
  expect(value("result=.=renewed;.;meshwarden_jwks_fetches")).toBe(1);
  expect(value("meshwarden_jwks_keys")).toBe(2);
  expect(value("meshwarden_jwks_generation")).toBe(1);
  host.close();
});
