// Costs that are more than one a request: by the body, by what the answer says; and requests counted while they are in flight.
import { describe, expect, test } from "vitest";
import type { Exchange, Header, RequestInit } from "../host/index.ts";
import { admitted, limited, refusal, statuses, type Policy } from "./limited.ts";

const budget: Policy = {
  name: "tokens",
  identity: [{ header: "x-key" }],
  limit: { requests: 1000, per: "1000s" },
};

const key: Header[] = [["x-key", "a"]];

const answer = (body: string | string[], headers: Header[] = []): RequestInit => ({
  headers: key,
  upstream: { headers: [["content-type", "application/json"], ...headers], body },
});

const retry = (exchange: Exchange): number => Number(exchange.header("retry-after"));

describe("by the body", () => {
  const policy = { ...budget, costByBody: { bytes: 100 } };

  test("an announced length is paid for before the request passes", async () => {
    const host = await limited({ policies: [{ ...policy, limit: { requests: 10, per: "1h" } }] });
    const post = (size: number): RequestInit => ({
      method: "POST",
      headers: [...key, ["content-length", String(size)]],
      body: "x".repeat(size),
    });
    expect((await host.request(post(801))).status).toBe(200);
    expect((await host.request(post(1))).status).toBe(429);
    expect((await host.request({ headers: key })).status).toBe(429);
    host.close();
  });

  test("what can never pass is told apart from what may come again", async () => {
    const host = await limited({ policies: [{ ...policy, limit: { requests: 10, per: "1h" } }] });
    const exchange = await host.request({
      method: "POST",
      headers: [...key, ["content-length", "1000"]],
      body: "x".repeat(1000),
    });
    expect([exchange.status, exchange.details]).toEqual([429, "ratelimit.cost_above_burst"]);
    expect(exchange.header("retry-after")).toBeUndefined();
    expect(await admitted(host, 20, { headers: key })).toBe(10);
    host.close();
  });

  test("a length that nobody announced is charged when the body has come", async () => {
    const host = await limited({ policies: [{ ...policy, limit: { requests: 10, per: "10s" } }] });
    const chunks = ["x".repeat(1000), "x".repeat(1000)];
    const exchange = await host.request({ method: "POST", headers: key, body: chunks });
    expect(exchange.status).toBe(200);
    // 1 + 20 tokens of a bucket of 10 that gains one a second.
    expect(retry(await host.request({ headers: key }))).toBe(12);
    host.close();
  });
});

describe("by the answer", () => {
  test("a header says what the request has cost, more or less than it took", async () => {
    const host = await limited({
      policies: [{ ...budget, cost: 10, costByResponse: { header: "X-Cost" } }],
    });
    await host.request(answer("{}", [["x-cost", "400"]]));
    await host.request(answer("{}", [["x-cost", "0"]]));
    await host.request(answer("{}", [["x-cost", "595"]]));
    const exchange = await host.request(answer("{}"));
    expect([exchange.status, retry(exchange)]).toEqual([429, 5]);
    host.close();
  });

  test.each([
    ["in one piece", ['{"id":1,"usage":{"prompt_tokens":3,"total_tokens":995}}']],
    ["cut anywhere", ['{"id":1,"usa', 'ge":{"prompt_tokens":3,"total_tok', 'ens":99', "5}}"]],
    [
      "in the last event of a stream",
      ['data: {"usage":null}\n\n', 'data: {"usage":{"total_tokens":995}}\n\n', "data: [DONE]\n\n"],
    ],
  ])("a number of the JSON, %s", async (_, body) => {
    const host = await limited({
      policies: [{ ...budget, costByResponse: { jsonPointer: "/usage/total_tokens" } }],
    });
    const exchange = await host.request(answer(body));
    expect(exchange.text()).toBe(body.join(""));
    expect(await admitted(host, 20, answer("[]"))).toBe(5);
    host.close();
  });

  test("a debt is remembered: ten bursts of it", async () => {
    const host = await limited({
      policies: [{ ...budget, costByResponse: { jsonPointer: "/n" } }],
    });
    await host.request(answer('{"n":3001}'));
    expect(retry(await host.request(answer("{}")))).toBe(2002);
    host.clock.jump(2_002_000);
    await host.request(answer('{"n":4000000000}'));
    expect(retry(await host.request(answer("{}")))).toBe(10_001);
    host.close();
  });

  test("an answer that does not say it costs what was taken, and is counted", async () => {
    const host = await limited({
      policies: [{ ...budget, cost: 100, costByResponse: { jsonPointer: "/n" } }],
    });
    expect(await admitted(host, 20, answer('{"m":1}'))).toBe(10);
    host.clock.advance("1s");
    expect(host.metrics.value("policy=.=tokens;.;meshwarden_ratelimit_unpriced_responses")).toBe(
      10,
    );
    host.close();
  });
});

describe("requests in flight", () => {
  const flights: Policy = {
    name: "flights",
    identity: [{ header: "x-key" }],
    algorithm: "concurrency",
    limit: { requests: 2, per: "60s" },
  };

  test("count until they end, over all workers", async () => {
    const host = await limited({ policies: [flights], host: { workers: 4 } });
    // Each request is at its upstream while the next one comes.
    const together: Exchange[] = [];
    const nest = (left: number): void => {
      const upstream = (): object => {
        if (left > 1) nest(left - 1);
        return {};
      };
      together.push(host.requestSync({ headers: key, upstream }));
      if (together.at(-1)!.status === 429 && left > 1) nest(left - 1);
    };
    nest(5);
    expect(together.filter(({ status }) => status === 200)).toHaveLength(2);
    const denied = together.find(({ status }) => status === 429)!;
    expect(denied.header("retry-after")).toBe("1");
    expect(denied.header("ratelimit-policy")).toBe('"flights";q=2;qu="concurrent-requests"');
    expect(await statuses(host, 10, { headers: key })).toEqual(Array<number>(10).fill(200));
    host.close();
  });

  test("end with whatever ends them: an error, a denial of another policy", async () => {
    const other: Policy = {
      name: "other",
      identity: [{ header: "x-key" }],
      limit: { requests: 3, per: "1h" },
    };
    const host = await limited({ policies: [flights, other] });
    for (const upstream of [{ status: 500 }, { reset: true }, {}])
      await host.request({ headers: key, upstream });
    expect(await statuses(host, 5, { headers: key })).toEqual([429, 429, 429, 429, 429]);
    host.clock.advance("2h");
    expect(await statuses(host, 3, { headers: key })).toEqual([200, 200, 200]);
    host.close();
  });
});

describe("what cannot stand together", () => {
  test.each([
    [
      { algorithm: "concurrency", countWhen: { responseStatus: [401] } },
      "no meaning for requests in flight",
    ],
    [
      { algorithm: "concurrency", leaseTokens: 1, limit: { requests: 100, per: "1m" } },
      "cannot be given back",
    ],
    [{ costByResponse: { header: "x" }, countWhen: { responseStatus: [401] } }, "beside countWhen"],
    [
      { costByResponse: { header: "x", jsonPointer: "/a" } },
      "exactly one of header and jsonPointer",
    ],
    [{ costByResponse: { jsonPointer: "usage" } }, "is no JSON Pointer"],
    [{ match: { paths: [{ regex: "/(a" }] } }, "is no regular expression"],
  ] as [Partial<Policy>, string][])("%#: %s", async (members, says) => {
    expect(await refusal({ policies: [{ ...budget, ...members }] })).toContain(says);
  });
});

test("a path can be matched by a pattern, in any of its spellings", async () => {
  const policy = {
    ...budget,
    limit: { requests: 1, per: "1h" },
    match: { paths: [{ regex: "/v[0-9]+/(users|orders)" }] },
  };
  const host = await limited({ policies: [policy] });
  const of = (path: string): RequestInit => ({ headers: key, path });
  const paths = ["/v1/users", "/v22/orders?x=1", "//v3/%75sers/", "/v1/users/7", "/x/v1/users"];
  expect(await statuses(host, paths.map(of))).toEqual([200, 429, 429, 200, 200]);
  host.close();
});
