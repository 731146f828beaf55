// The rate limiter as a client meets it: what is admitted, what a denial says, and that neither spellings, rotation, races nor a
// foreign hand in the shared data get anyone past a limit.
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../host/index.ts";
import { admitted, fieldsOf, fivePerMinute, from, limited, section, statuses } from "./limited.ts";

describe("one policy", () => {
  test("admits the burst, then as many as the rate gives back", async () => {
    const host = await limited({ policies: [fivePerMinute] });
    expect(await statuses(host, 7)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    host.clock.advance("11999ms");
    expect(await admitted(host, 1)).toBe(0);
    host.clock.advance("1ms");
    expect(await admitted(host, 3)).toBe(1);
    host.clock.advance("1h");
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });

  test("is exact over four workers, whichever of them a request meets", async () => {
    const policy = { ...fivePerMinute, limit: { requests: 60, per: "1m", burst: 20 } };
    const host = await limited({ policies: [policy], host: { workers: 4 } });
    expect(await admitted(host, 60)).toBe(20);
    host.clock.advance("10s");
    expect(await admitted(host, 60)).toBe(10);
    host.close();
  });

  test("stays exact over workers with leases, from the first request on", async () => {
    const policy = {
      ...fivePerMinute,
      limit: { requests: 6000, per: "1m", burst: 400 },
      leaseTokens: 20,
    };
    const host = await limited({ policies: [policy], host: { workers: 4 } });
    const first = await admitted(host, 600);
    expect(first).toBeLessThanOrEqual(400);
    expect(first).toBeGreaterThanOrEqual(400 - 4 * 20);
    host.close();
  });

  test("tells a denied client what it may do and when", async () => {
    const host = await limited({
      policies: [fivePerMinute],
      section: { headers: { standard: "both" } },
    });
    await admitted(host, 5);
    const exchange = await host.request({});
    expect(exchange.status).toBe(429);
    expect(exchange.details).toBe("ratelimit.limited");
    const names = ["retry-after", "ratelimit-policy", "ratelimit", "x-envoy-ratelimited"];
    expect(fieldsOf(exchange, ...names)).toEqual([
      "12",
      '"five";q=5;w=60',
      '"five";r=0;t=12',
      "true",
    ]);
    const legacy = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    expect(fieldsOf(exchange, ...legacy)).toEqual(["5", "0", "12"]);
    expect(exchange.header("content-type")).toBe("application/problem+json");
    expect(JSON.parse(exchange.text())).toEqual({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      title: "Too Many Requests",
      status: 429,
      code: "ratelimit.limited",
      detail: "Too many requests.",
      "violated-policies": ["five"],
    });
    host.close();
  });

  test("speaks gRPC to a gRPC client", async () => {
    const host = await limited({ policies: [fivePerMinute] });
    const call = {
      method: "POST",
      headers: [["content-type", "application/grpc"]] as [string, string][],
    };
    await admitted(host, 5, call);
    const exchange = await host.request(call);
    expect(exchange.header("grpc-status")).toBe("8");
    expect(exchange.header("retry-after")).toBe("12");
    expect(exchange.header("x-envoy-ratelimited")).toBe("true");
    host.close();
  });

  test("tells its state with every answer when asked to, beside the upstream's own", async () => {
    const host = await limited({
      policies: [fivePerMinute],
      section: { headers: { standard: "both", on: "always" } },
    });
    const exchange = await host.request({
      upstream: {
        headers: [
          ["ratelimit", '"inner";r=1'],
          ["x-ratelimit-remaining", "9"],
        ],
      },
    });
    const lines = exchange.headers
      .filter(([name]) => name === "ratelimit")
      .map(([, value]) => value);
    expect(lines).toEqual(['"inner";r=1', '"five";r=4;t=12']);
    expect(exchange.header("x-ratelimit-remaining")).toBe("4");
    const tighter = await host.request({
      upstream: { headers: [["x-ratelimit-remaining", "0"]] },
    });
    expect(tighter.header("x-ratelimit-remaining")).toBe("0");
    host.close();
  });

  test("costs two calls for the table when it admits, none when it denies again", async () => {
    const host = await limited({ policies: [fivePerMinute] });
    await admitted(host, 3);
    const { cost } = await host.request({});
    expect(cost.hostCallsByName).toEqual({
      proxy_get_header_map_pairs: 1,
      proxy_get_property: 1,
      proxy_get_current_time_nanoseconds: 1,
      proxy_get_shared_data: 1,
      proxy_set_shared_data: 1,
    });
    await admitted(host, 2);
    const denied = await host.request({});
    expect(denied.status).toBe(429);
    expect(Object.keys(denied.cost.hostCallsByName)).not.toContain("proxy_get_shared_data");
    host.close();
  });

  test("keeps its count over a new configuration with another rate, and begins anew after a restart", async () => {
    const host = await limited({ policies: [fivePerMinute] });
    expect(await admitted(host, 5)).toBe(5);
    const faster = { ...fivePerMinute, limit: { requests: 6, per: "1m", burst: 6 } };
    expect(host.updateConfig("limiter", section({ policies: [faster] })).ok).toBe(true);
    expect(await admitted(host, 5)).toBeLessThanOrEqual(1);
    host.close();
    const restarted = await limited({ policies: [fivePerMinute] });
    expect(await admitted(restarted, 9)).toBe(5);
    restarted.close();
  });
});

describe("windows", () => {
  test("a calendar window begins anew at its boundary", async () => {
    const policy = { ...fivePerMinute, algorithm: "fixedWindow" };
    const clock = new VirtualClock("2026-01-01T00:00:30Z");
    const host = await limited({ policies: [policy], host: { clock, workers: 2 } });
    expect(await admitted(host, 9)).toBe(5);
    clock.advance("29s");
    expect(await admitted(host, 2)).toBe(0);
    clock.advance("1s");
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });

  test("a sliding window gives nothing back at once", async () => {
    const policy = { ...fivePerMinute, algorithm: "slidingWindow" };
    const clock = new VirtualClock("2026-01-01T00:00:59Z");
    const host = await limited({ policies: [policy], host: { clock, workers: 2 } });
    expect(await admitted(host, 9)).toBe(5);
    clock.advance("1s");
    expect(await admitted(host, 9)).toBe(0);
    clock.advance("60s");
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });
});

describe("counting by the answer", () => {
  const login = {
    ...fivePerMinute,
    name: "login",
    countWhen: { responseStatus: [401, 403] },
    blockFor: "10m",
    match: { paths: [{ exact: "/login" }] },
  };
  const wrong = { path: "/login", upstream: { status: 401 } };
  const right = { path: "/login", upstream: { status: 200 } };

  test("only failures count, and the last of them bans", async () => {
    const host = await limited({ policies: [login], host: { workers: 3 } });
    expect(await statuses(host, 20, right)).toEqual(Array(20).fill(200));
    expect(await statuses(host, 6, wrong)).toEqual([401, 401, 401, 401, 401, 429]);
    host.clock.advance("9m");
    const blocked = await host.request(right);
    expect([blocked.status, blocked.details]).toEqual([429, "ratelimit.blocked"]);
    expect(blocked.header("retry-after")).toBe("60");
    expect((JSON.parse(blocked.text()) as { type: string }).type).toContain("abnormal-usage");
    expect(await admitted(host, 2, { path: "/" })).toBe(2);
    host.clock.advance("60s");
    expect(await statuses(host, 2, right)).toEqual([200, 200]);
    host.close();
  });

  test("a ban can hold everywhere", async () => {
    const host = await limited({ policies: [{ ...login, blockScope: "everywhere" }] });
    await statuses(host, 5, wrong);
    expect(await statuses(host, 2, { path: "/other" })).toEqual([429, 429]);
    expect(await admitted(host, 1, { ...from("10.0.0.9:1"), path: "/other" })).toBe(1);
    host.close();
  });

  test("attempts in flight count, so that parallel guesses do not slip through", async () => {
    const host = await limited({ policies: [login], host: { workers: 2 } });
    const slow = { path: "/login", upstream: { status: 401, delayMs: 1000 } };
    const all = await Promise.all(Array.from({ length: 12 }, () => host.request(slow)));
    expect(all.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    host.close();
  });
});

describe("modes", () => {
  test("shadow counts and logs without effect", async () => {
    const host = await limited({ policies: [{ ...fivePerMinute, mode: "shadow" }] });
    expect(await admitted(host, 7)).toBe(7);
    const lines = host.logs.map((line) => line.message).filter((line) => line.startsWith("{"));
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0])).toMatchObject({
      code: "ratelimit.limited",
      policy: "five",
      mode: "shadow",
      denied: false,
      limit: 5,
    });
    host.close();
  });

  test("tag names it to the upstream", async () => {
    const host = await limited({ policies: [{ ...fivePerMinute, mode: "tag" }] });
    await admitted(host, 5);
    const exchange = await host.request({});
    expect(exchange.upstream.headers).toContainEqual([
      "x-meshwarden-findings",
      "ratelimit.limited",
    ]);
    host.close();
  });

  test("each policy has its own", async () => {
    const looking = {
      ...fivePerMinute,
      name: "looking",
      mode: "shadow",
      limit: { requests: 2, per: "1m" },
    };
    const host = await limited({ policies: [looking, fivePerMinute] });
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });
});

describe("metrics", () => {
  test("decisions by policy and outcome, once a second", async () => {
    const host = await limited({
      policies: [{ ...fivePerMinute, exempt: { addresses: ["10.2.0.0/16"] } }],
    });
    await admitted(host, 8);
    await admitted(host, 3, from("10.2.0.1:1"));
    host.clock.advance("1s");
    const decisions = (outcome: string): number | undefined =>
      host.metrics.value(`policy=.=five;.;outcome=.=${outcome};.;meshwarden_ratelimit_decisions`);
    expect(["admitted", "limited", "exempt"].map(decisions)).toEqual([5, 3, 3]);
    expect(host.metrics.value("policy=.=five;.;meshwarden_ratelimit_near_limit")).toBe(2);
    const event = "policy=.=five;.;event=.=cached_denial;.;meshwarden_ratelimit_table_events";
    expect(host.metrics.value(event)).toBe(2);
    host.close();
  });
});
