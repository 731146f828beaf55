// Policies that ask a rate-limit service behind the local limits: what it is told, that its word holds, that it is not asked twice for
// what it has said, and what happens when it does not answer.
import { describe, expect, test } from "vitest";
import { FixedWindowService } from "../rls/fixed-window.ts";
import { refusal, statuses, type Policy } from "./limited.ts";
import { answering, calls, global, serviced, serviceSection, user } from "./serviced.ts";

describe("what the service is told", () => {
  test("the identity's parts, under the keys of Envoy's own actions or their names", async () => {
    const host = await serviced([
      {
        ...global,
        identity: [{ clientIp: { v4Prefix: 24 } }, { header: "X-User" }, { method: true }],
      },
    ]);
    const { asked } = answering(host, () => ({ code: 1 }));
    await host.request({ ...user("ann"), source: "192.0.2.77:1" });
    expect(asked).toEqual([
      {
        domain: "api",
        descriptors: [
          {
            entries: [
              ["remote_address", "192.0.2.0/24"],
              ["x-user", "ann"],
              ["method", "GET"],
            ],
            hits: 1,
          },
        ],
      },
    ]);
    host.close();
  });

  test("a descriptor of its own, with fixed values, and the cost as hits", async () => {
    const descriptor = [
      { key: "generic_key", value: "orders" },
      { key: "route", path: { templates: ["/orders/{id}"] } },
      { key: "ip", clientIp: { v6Prefix: 128 } },
    ];
    const host = await serviced([{ ...global, cost: 5, global: { descriptor } }]);
    const { asked } = answering(host, () => ({ code: 1 }));
    await host.request({ ...user("ann"), path: "/orders/7", source: "[2001:db8::1]:443" });
    expect(asked[0].descriptors).toEqual([
      {
        entries: [
          ["generic_key", "orders"],
          ["route", "/orders/{id}"],
          ["ip", "2001:db8::1"],
        ],
        hits: 5,
      },
    ]);
    host.close();
  });

  test("nothing, when the request lacks a part or no policy of it applies", async () => {
    const host = await serviced([{ ...global, match: { methods: ["GET"] } }]);
    const { asked } = answering(host, () => ({ code: 1 }));
    expect(await statuses(host, [{}, { ...user("ann"), method: "POST" }])).toEqual([200, 200]);
    expect(asked).toEqual([]);
    host.close();
  });

  test("all policies in one call", async () => {
    const other = {
      ...global,
      name: "all",
      global: { descriptor: [{ key: "generic_key", value: "all" }] },
    };
    const host = await serviced([global, other]);
    const { asked } = answering(host, () => ({ code: 1 }));
    await host.request(user("ann"));
    expect(asked.map(({ descriptors }) => descriptors.length)).toEqual([2]);
    host.close();
  });
});

describe("what the service says", () => {
  test("counts: five of seven pass, and the denial says when to come again", async () => {
    const host = await serviced([global]);
    const service = new FixedWindowService(5, 60, () => host.clock.nowUs() / 1000);
    answering(host, (asked) => service.answer(asked));
    expect(await statuses(host, 7, user("ann"))).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await host.request(user("bob"))).status).toBe(200);
    const denied = await host.request(user("ann"));
    expect(denied.details).toBe("ratelimit.limited_globally");
    expect(denied.header("x-envoy-ratelimited")).toBe("true");
    const seconds = 60 - (Math.floor(host.clock.nowUs() / 1000 / 1000) % 60);
    expect(Number(denied.header("retry-after"))).toBe(seconds);
    expect(denied.header("ratelimit")).toBe(`"user";r=0;t=${seconds}`);
    expect(denied.header("ratelimit-policy")).toBeUndefined();
    host.close();
  });

  test("is remembered until the window ends, and not a moment longer", async () => {
    const host = await serviced([global]);
    const service = new FixedWindowService(5, 60, () => host.clock.nowUs() / 1000);
    const { asked } = answering(host, (message) => service.answer(message));
    await statuses(host, 1000, user("ann"));
    expect(asked).toHaveLength(6);
    host.clock.advance("1s");
    expect(calls(host, "cached_denial")).toBe(994);
    const left = 60_000 - ((host.clock.nowUs() / 1000) % 60_000);
    host.clock.advance(`${left - 1}ms`);
    expect((await host.request(user("ann"))).status).toBe(429);
    host.clock.advance("1ms");
    expect((await host.request(user("ann"))).status).toBe(200);
    host.close();
  });

  test("headers for the answer, headers for the upstream, and a body are handed on", async () => {
    const host = await serviced([global]);
    let code = 1;
    answering(host, () => ({
      code,
      responseHeaders: [
        ["ratelimit-limit", "5"],
        ["bad name", "x"],
        ["x-bad", "a\r\nb"],
      ],
      requestHeaders: [
        ["x-plan", "gold"],
        [":path", "/other"],
      ],
      body: "go away",
    }));
    const passed = await host.request(user("ann"));
    expect(passed.header("ratelimit-limit")).toBe("5");
    expect(passed.header("x-bad")).toBeUndefined();
    expect(passed.upstream?.headers).toContainEqual(["x-plan", "gold"]);
    expect(passed.upstream?.headers).toContainEqual([":path", "/"]);
    code = 2;
    const denied = await host.request(user("ann"));
    expect([denied.status, denied.text()]).toEqual([429, "go away"]);
    expect(denied.headers.filter(([name]) => name === "ratelimit-limit")).toHaveLength(1);
    host.close();
  });

  test("gives the other policies their tokens back when it says no", async () => {
    const local = {
      ...global,
      name: "local",
      limit: { requests: 2, per: "1h" },
      global: undefined,
    };
    delete (local as Record<string, unknown>)["global"];
    const host = await serviced([local, global]);
    let code = 2;
    answering(host, () => ({ code }));
    expect(await statuses(host, 5, user("ann"))).toEqual([429, 429, 429, 429, 429]);
    code = 1;
    expect(await statuses(host, 3, user("ann"))).toEqual([200, 200, 429]);
    host.close();
  });

  test("is shown and not enforced in shadow", async () => {
    const host = await serviced([{ ...global, mode: "shadow" }]);
    answering(host, () => ({ code: 2, statuses: [{ code: 2, resetSeconds: 30 }] }));
    const exchange = await host.request(user("ann"));
    expect(exchange.status).toBe(200);
    expect(exchange.logs.map(({ message }) => message).join()).toContain(
      "ratelimit.limited_globally",
    );
    host.close();
  });

  test("is not asked when the local limit denies", async () => {
    const host = await serviced([{ ...global, limit: { requests: 3, per: "1m" } }]);
    const { asked } = answering(host, () => ({ code: 1 }));
    await statuses(host, 50, user("ann"));
    expect(asked).toHaveLength(3);
    host.close();
  });

  test("speaks to gRPC clients in their own way", async () => {
    const host = await serviced([global]);
    answering(host, () => ({ code: 2 }));
    const exchange = await host.request({
      method: "POST",
      headers: [...user("ann").headers, ["content-type", "application/grpc"]],
    });
    expect(exchange.header("grpc-status")).toBe("8");
    host.close();
  });
});

describe("batches", () => {
  test("are off unless asked for, and then take a hot identity's hits ahead", async () => {
    for (const quotaBatch of [0, 50]) {
      const host = await serviced([{ ...global, limit: { requests: 100_000, per: "1s" } }], {
        quotaBatch,
      });
      const service = new FixedWindowService(10_000, 60, () => host.clock.nowUs() / 1000);
      const { asked } = answering(host, (message) => service.answer(message));
      expect((await statuses(host, 2000, user("ann"))).every((status) => status === 200)).toBe(
        true,
      );
      const hits = asked.reduce((sum, { descriptors }) => sum + descriptors[0].hits, 0);
      expect(hits).toBeGreaterThanOrEqual(2000);
      if (quotaBatch === 0) expect(asked).toHaveLength(2000);
      else expect(asked.length).toBeLessThan(100);
      host.close();
    }
  });

  test("never admit more than the service would", async () => {
    const policy = { ...global, limit: { requests: 100_000, per: "1s" } };
    const host = await serviced([policy], { quotaBatch: 50 }, { host: { workers: 4 } });
    const service = new FixedWindowService(700, 60, () => host.clock.nowUs() / 1000);
    answering(host, (message) => service.answer(message));
    const passed = (await statuses(host, 2000, user("ann"))).filter((status) => status === 200);
    expect(passed.length).toBeLessThanOrEqual(700);
    expect(passed.length).toBeGreaterThan(400);
    host.close();
  });
});

describe("configuration", () => {
  test.each([
    [[global], {}, "has no service to ask"],
    [[{ ...global, identity: [] }], { service: serviceSection }, "nothing to tell the service"],
    [[global], { service: { domain: "api" } }, "/rateLimit/service/cluster"],
    [
      [{ ...global, global: { localLimit: { requests: 1, per: "1s" } } }],
      { service: { ...serviceSection, onError: "deny" } },
      "counts only when the service fails",
    ],
    [
      [{ ...global, global: { descriptor: [{ key: "a" }] } }],
      { service: serviceSection },
      "exactly one source",
    ],
  ] as [Policy[], Record<string, unknown>, string][])("%#: %s", async (policies, section, says) => {
    expect(await refusal({ policies, section })).toContain(says);
  });
});
