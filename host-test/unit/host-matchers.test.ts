// The vitest matchers, each seen passing and failing, and the chunk plans.
import { describe, expect, test } from "vitest";
import { chunkPlans, underAllChunkings } from "../vitest/index.ts";
import { probeHost } from "./host-probe.ts";

describe("matchers", () => {
  test("say allowed, status, header and upstream of a request that passes", async () => {
    const host = await probeHost({ requestHeaders: ["add 0 x-user bob", "log 3 careful"] });
    const exchange = await host.request();
    expect(exchange).toBeAllowed();
    expect(exchange).toReachUpstream();
    expect(exchange).toHaveStatus(200);
    expect(exchange.upstream).toHaveHeader("X-User", /^b/);
    expect(exchange).not.toHaveHeader("x-user");
    expect(exchange).not.toBeDenied();
    expect(exchange).not.toBePaused();
    expect(exchange).toHaveLogged("warn", "careful");
    expect(() => expect(exchange).toBeDenied()).toThrow(/expected a denial .*got 200/);
    expect(() => expect(exchange.upstream).toHaveHeader("x-user", "eve")).toThrow(/found bob/);
  });

  test("say denied, with status, details and body", async () => {
    const host = await probeHost({ requestHeaders: ["reply 429 too%20many slow -1"] });
    const exchange = await host.request();
    expect(exchange).toBeDenied({ status: 429, details: "too_many", body: "slow" });
    expect(exchange).not.toBeDenied({ status: 403 });
    expect(exchange).not.toBeAllowed();
  });

  test("say paused, called and metric", async () => {
    const host = await probeHost({
      configure: ["mdef 0 waf.blocked", "minc last 2"],
      requestHeaders: ["call auth 1000 ~ :method GET :path /x :authority a", "return 4"],
    });
    host.cluster("auth").on("*", /.*/).reply({ never: true });
    const exchange = await host.request({ hold: true });
    expect(exchange).toBePaused("request");
    expect(host).toHaveCalled("auth", { times: 1, path: "/x" });
    expect(host).not.toHaveCalled("other");
    // Canary, main thread and one worker each added 2.
    expect(host).toHaveMetric("waf.blocked", 6);
    expect(host.metrics.prometheusText()).toContain("# TYPE waf_blocked counter\nwaf_blocked{} 6");
  });

  test("hold a request to a budget of host calls", async () => {
    const host = await probeHost({ requestHeaders: ["get 0 x-a", "get 0 x-b"] });
    const exchange = await host.request();
    expect(exchange.cost.hostCallsByName["proxy_get_header_map_value"]).toBe(2);
    expect(exchange).toStayWithin({ hostCalls: exchange.cost.hostCalls });
    expect(exchange).not.toStayWithin({ hostCalls: exchange.cost.hostCalls - 1 });
  });
});

describe("underAllChunkings", () => {
  test("plans put the body together again, whatever the cut", () => {
    const body = new TextEncoder().encode("abcdefghij");
    const plans = chunkPlans(body);
    expect(plans.length).toBeGreaterThan(15);
    for (const plan of plans) {
      const text = plan.chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
      expect(text).toBe("abcdefghij");
      expect(plan.chunks.every((chunk) => chunk.length > 0)).toBe(true);
    }
  });

  test("a filter that buffers sees the same body under every plan", async () => {
    const host = await probeHost(
      {
        requestHeaders: ["return 1"],
        requestBody: ["return 1"],
        "requestBody.end": ["add 0 x-judged 1", "return 0"],
      },
      { filter: { allowOnHeadersStopIteration: true } },
    );
    let plans = 0;
    await underAllChunkings(host, { body: "hello world" }, (exchange) => {
      plans++;
      expect(new TextDecoder().decode(exchange.upstream.body)).toBe("hello world");
      expect(exchange.upstream).toHaveHeader("x-judged", "1");
    });
    expect(plans).toBeGreaterThan(10);
  });

  test("names the plan that fails", async () => {
    const host = await probeHost({});
    await expect(
      underAllChunkings(host, { body: "abc" }, (_, plan) => {
        if (plan.name === "split at 2") throw new Error("different verdict");
      }),
    ).rejects.toThrow("body sent as split at 2: different verdict");
  });
});

describe("strict mode", () => {
  test("close complains about warnings, forgotten streams and open callouts", async () => {
    const host = await probeHost(
      {
        requestHeaders: ["log 3 hm", "call c 0 ~ :method GET :path / :authority a", "return 4"],
      },
      { strict: true, clusters: { c: { never: true } } },
    );
    await host.request({ hold: true });
    expect(() => host.close()).toThrow(
      /unexpected warn line of probe: hm\n.*1 callout\(s\) never answered\n.*still paused/s,
    );
  });

  test("says nothing when all is well or declared", async () => {
    const host = await probeHost({ requestHeaders: ["log 4 broken"] }, { strict: true });
    host.expectLog(/^broken$/);
    await host.request();
    expect(() => host.close()).not.toThrow();
  });
});
