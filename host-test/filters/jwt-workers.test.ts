// Fetched keys with eight workers, interleaved by a seed: one of them fetches for all, a flood of made-up key ids costs one fetch a
// cool-down, a broken key server loses no valid request, and a key that left the set is refused everywhere.
import { beforeAll, describe, expect, test } from "vitest";
import { runWorkers, type CalloutAnswer, type Exchange, type Host } from "../host/index.ts";
import { KeyServer, keysOf, pass, present, remote, remoteHost, told } from "./keys-fixture.ts";
import { bearer } from "./token-host.ts";
import { type Issuer, issuer, now } from "./tokens.ts";

const workers = 8;
let first: Issuer;
let second: Issuer;
let token: string;
beforeAll(async () => {
  first = await issuer("ES256", "k1");
  second = await issuer("RS256", "k2");
  token = await first.token({ exp: now + 100_000 });
});

const hosts = (server: KeyServer, fields: object = {}): Promise<Host> =>
  remoteHost(server, { providers: { a: remote(fields) } }, { workers, seed: 11 });

/** A token that only lacks a signature anybody would accept. */
function unsigned(kid: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: "https://issuer.example", aud: "api", exp: now + 100_000 };
  return `${part({ alg: "ES256", kid })}.${part(claims)}.${"A".repeat(86)}`;
}

const statuses = (exchanges: Exchange[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status, details } of exchanges) {
    const key = status === 200 ? "200" : `${status} ${details}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

test("requests on all workers wait for one fetch", async () => {
  const server = new KeyServer({ status: 200, body: first.jwks, delayMs: 80 });
  const host = await hosts(server);
  const { exchanges, switches } = runWorkers(host, {
    flows: 64,
    inFlight: 64,
    preempt: 0.5,
    request: () => ({ headers: bearer(token) }),
  });
  expect(statuses(exchanges)).toEqual({ "200": 64 });
  expect(server.asked).toHaveLength(1);
  expect(switches).toBeGreaterThan(0);
  host.close();
});

test("29: ten thousand made-up key ids cost one fetch a cool-down, and valid requests nothing", async () => {
  const server = new KeyServer({ status: 200, body: first.jwks, delayMs: 20 });
  const host = await hosts(server, { coolDown: "30s", cacheDuration: "1h" });
  await present(host, token);
  const start = host.clock.nowUs();
  const isValid = (flow: number): boolean => flow % 10 === 0;
  const { exchanges } = runWorkers(host, {
    flows: 10_000,
    inFlight: 200,
    jobMs: 200,
    preempt: 0.3,
    conflicts: 0.1,
    patienceMs: 1e9,
    request: (flow) => ({ headers: bearer(isValid(flow) ? token : unsigned(`k-${flow}`)) }),
  });
  const seconds = (host.clock.nowUs() - start) / 1e6;
  expect(seconds).toBeGreaterThan(60);
  expect(statuses(exchanges)).toEqual({ "200": 1000, "401 jwt.kid_unknown": 9000 });
  expect(server.asked.length).toBeGreaterThan(2);
  expect(server.asked.length).toBeLessThanOrEqual(1 + Math.floor(seconds / 30));
  host.close();
});

describe("no valid request is lost", () => {
  test.each([
    ["hangs", { never: true }],
    ["answers HTML", { status: 200, body: "<html></html>" }],
    ["answers 500", { status: 500 }],
    ["answers an empty set", { status: 200, body: '{"keys":[]}' }],
    ["answers 10 MB", { status: 200, body: "x".repeat(10 << 20) }],
    ["goes away", { refuse: true }],
    ["breaks off", { resetAfterHead: true }],
  ] as [string, CalloutAnswer][])("when the key server %s", async (_, answer) => {
    const server = new KeyServer({ status: 200, body: first.jwks });
    const host = await hosts(server, { cacheDuration: "60s" });
    await present(host, token);
    server.answer = answer;
    const { exchanges } = runWorkers(host, {
      flows: 1500,
      jobMs: 200,
      conflicts: 0.1,
      request: (flow) => ({ headers: bearer(flow % 3 === 0 ? unsigned(`x${flow}`) : token) }),
    });
    expect(statuses(exchanges)).toEqual({ "200": 1000, "401 jwt.kid_unknown": 500 });
    // It was asked again and again, and by one worker at a time.
    expect(server.asked.length).toBeGreaterThan(5);
    expect(server.asked.length).toBeLessThan(40);
    host.close();
  });
});

test("a key that left the set is refused by every worker within a refresh, though remembered", async () => {
  const server = new KeyServer({ status: 200, body: keysOf(first, second) });
  const host = await hosts(server, { cacheDuration: "60s" });
  const everywhere = async (what: string): Promise<string[]> => {
    const answers = [];
    for (let i = 0; i < workers; i++) answers.push(told(await present(host, what, i)).join(" "));
    return [...new Set(answers)];
  };
  pass(host, 3);
  for (let i = 0; i < 5; i++) expect(await everywhere(token)).toEqual(["200 via_upstream"]);
  server.answer = { status: 200, body: second.jwks };
  pass(host, 60);
  expect(await everywhere(token)).toEqual(["401 jwt.kid_unknown"]);
  expect(await everywhere(await second.token({ exp: now + 100_000 }))).toEqual([
    "200 via_upstream",
  ]);
  host.close();
});

test("no more than 64 requests of a worker wait, the others are answered at once", async () => {
  const server = new KeyServer({ never: true });
  const host = await hosts(server);
  const { exchanges } = runWorkers(host, {
    flows: 200,
    inFlight: 200,
    request: () => ({ headers: bearer(token), worker: 3 }),
  });
  expect(statuses(exchanges)).toEqual({ "503 jwt.keys_unavailable": 200 });
  expect(server.asked.length).toBeLessThan(4);
  host.close();
});

test("an hour of rotations and broken answers leaves memory where it was", async () => {
  let round = 0;
  const server = new KeyServer(() => {
    round++;
    if (round % 3 === 0) return { status: 200, body: "<html>" };
    return { status: 200, body: round % 2 === 0 ? keysOf(first, second) : first.jwks };
  });
  const host = await hosts(server, { cacheDuration: "30s" });
  pass(host, 1800);
  const [pages, fetches] = [host.pages, server.asked.length];
  pass(host, 3600);
  expect(server.asked.length).toBeGreaterThan(fetches + 100);
  expect((await present(host, token)).status).toBe(200);
  expect(host.pages).toBe(pages);
  host.close();
});
