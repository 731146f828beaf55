// The response stage: security headers, and what text responses must not tell.
import { describe, expect, test } from "vitest";
import { createHost, type Header, type Host } from "../host/index.ts";
import { counter, filterModule } from "./guarded.ts";

async function hostWith(response: object, more: object = {}): Promise<Host> {
  const config = JSON.stringify({ version: 1, validate: { response, ...more } });
  return createHost({
    filters: [{ name: "validate", wasm: await filterModule("validate"), config }],
    workers: 1,
    lean: true,
  });
}

const json: Header = ["content-type", "application/json"];
const answer = (body: string | string[], headers: Header[] = [json]) => ({
  upstream: { status: 200, headers, body },
});

describe("security headers", () => {
  test("of a site are added, what the service sets stays, and its software is not named", async () => {
    const host = await hostWith({ headers: { preset: "site" } });
    const upstream: Header[] = [
      ["x-powered-by", "PHP/5.4"],
      ["x-frame-options", "DENY"],
    ];
    const exchange = await host.request(answer("ok", upstream));
    expect(exchange.header("x-content-type-options")).toBe("nosniff");
    expect(exchange.header("strict-transport-security")).toBe("max-age=31536000");
    expect(exchange.header("content-security-policy")).toContain("frame-ancestors 'self'");
    expect(exchange.header("x-frame-options")).toBe("DENY");
    expect(exchange.header("x-powered-by")).toBeUndefined();
  });

  test("of an API, one of them said otherwise, one taken out", async () => {
    const headers = {
      preset: "api",
      set: { "X-Frame-Options": "SAMEORIGIN", "x-team": "a" },
      remove: ["server-timing"],
    };
    const host = await hostWith({ headers });
    const exchange = await host.request(answer("ok", [["server-timing", "db;dur=1"]]));
    expect(exchange.header("content-security-policy")).toContain("default-src 'none'");
    expect(exchange.header("x-frame-options")).toBe("SAMEORIGIN");
    expect(exchange.header("x-team")).toBe("a");
    expect(exchange.header("server-timing")).toBeUndefined();
  });

  test("stand on denials of other stages too", async () => {
    const host = await hostWith({ headers: { preset: "api" } }, { limits: {} });
    const exchange = await host.request({ method: "TRACE" });
    expect(exchange.details).toBe("limits.method_not_allowed");
    expect(exchange.header("x-content-type-options")).toBe("nosniff");
  });
});

const card = "4111 1111 1111 1111";
const leaks = { cardNumbers: "mask", keys: "mask", stackTraces: "mask" };

describe("leaks", () => {
  test.each<[string, string, string]>([
    ["leak_card_number", `{"pan":"${card}"}`, '{"pan":"**** **** **** 1111"}'],
    ["leak_card_number", '{"pan":5555555555554444}', '{"pan":************4444}'],
    ["leak_key", '{"k":"AKIAIOSFODNN7EXAMPLE"}', '{"k":"AKIA****************"}'],
    [
      "leak_key",
      '{"k":"ghp_aaaaaaaaaabbbbbbbbbbccccccccccdddddd"}',
      `{"k":"ghp_${"*".repeat(36)}"}`,
    ],
    [
      "leak_key",
      '{"k":"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----"}',
      '{"k":"-----BEGIN PRIVATE KEY-----\\n****\\n-----END PRIVATE KEY-----"}',
    ],
    [
      "leak_stack_trace",
      '{"e":"Traceback (most recent call last): x in y","b":1}',
      '{"e":"Traceback (most recent call last): * ** *","b":1}',
    ],
    ["leak_stack_trace", "x\n\tat com.acme.A(A.java:1)\ny", "x\n\tat com.****.*(*.****:*)\ny"],
  ])("%s: %s", async (name, body, masked) => {
    const host = await hostWith({ leaks });
    const exchange = await host.request(answer([body.slice(0, 9), body.slice(9)]));
    expect(exchange.text()).toBe(masked);
    expect(host.metrics.value(counter(`response.${name}`, "shadow"))).toBe(1);
    expect(JSON.stringify(exchange.logs)).not.toContain("1111");
  });

  test.each([
    '{"id":4111111111111112}',
    '{"id":"a4111111111111111"}',
    '{"id":41111111111111111111}',
    '{"t":0.4111111111111111}',
    '{"n":"9999 9999 9999 9995"}',
    '{"k":"AKIA","s":"sk_live_short"}',
    '{"s":"-----BEGIN CERTIFICATE-----"}',
    '{"s":"he was at com. or org."}',
  ])("%s is none", async (body) => {
    const host = await hostWith({ leaks });
    const exchange = await host.request(answer(body));
    expect(exchange.text()).toBe(body);
    expect(exchange.logs).toEqual([]);
  });

  test("deny answers for the service", async () => {
    const host = await hostWith({ leaks: { cardNumbers: "deny" } });
    const exchange = await host.request(answer(`{"pan":"${card}"}`));
    expect(exchange.details).toBe("response.leak_card_number");
    expect(exchange.text()).not.toContain("4111");
  });

  test("shadow counts and changes nothing", async () => {
    const host = await hostWith({ leaks: { cardNumbers: "shadow" } });
    const exchange = await host.request(answer(`{"pan":"${card}"}`));
    expect(exchange.text()).toContain(card);
    expect(host.metrics.value(counter("response.leak_card_number", "shadow"))).toBe(1);
  });

  test("other types and encoded bodies pass; the latter are counted", async () => {
    const host = await hostWith({ leaks });
    const png: Header[] = [["content-type", "image/png"]];
    expect((await host.request(answer(card, png))).text()).toBe(card);
    const gzip: Header[] = [json, ["content-encoding", "gzip"]];
    expect((await host.request(answer(card, gzip))).text()).toBe(card);
    expect(host.metrics.value(counter("response.body_unread", "shadow"))).toBe(1);
  });

  test("what follows the limit passes, what came before is masked", async () => {
    const host = await hostWith({ leaks: { ...leaks, maxBytes: 64 } });
    const pieces = [`{"a":"${card}",`, `"b":"${"x".repeat(60)}",`, `"c":"${card}"}`];
    const exchange = await host.request(answer(pieces));
    expect(exchange.text()).toContain('"a":"**** **** **** 1111"');
    expect(exchange.text()).toContain(`"c":"${card}"`);
    expect(host.metrics.value(counter("response.body_unread", "shadow"))).toBe(1);
  });
});
