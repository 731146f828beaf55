// The schema stage: which rule a body meets, every status with what denies and what passes next to it, what the audit line says and
// does not say, the same however the body is cut; and responses.
import { describe, expect, test } from "vitest";
import { schemaStatuses } from "../../assembly/stages/validate/schema/status.ts";
import type { Header } from "../host/index.ts";
import { Random } from "../host/random.ts";
import { counter } from "./guarded.ts";
import { ask, good, hosting, json, section } from "./schema-host.ts";

/** Bodies for /orders: what denies them, where and why. */
const bodies: [body: string, code: string, why: Record<string, string>][] = [
  ["[]", "schema.body_invalid", { at: "", keyword: "type" }],
  ["{}", "schema.body_invalid", { at: "", keyword: "required", missing: "id" }],
  ['{"id":0,"items":[]}', "schema.body_invalid", { at: "/id", keyword: "minimum" }],
  ['{"id":1.5,"items":[]}', "schema.body_invalid", { at: "/id", keyword: "type" }],
  ['{"id":1,"items":[]}', "schema.body_invalid", { at: "/items", keyword: "minItems" }],
  [
    '{"id":1,"items":[{"sku":"AB12"},{"sku":"x"}]}',
    "schema.body_invalid",
    { at: "/items/1/sku", keyword: "pattern" },
  ],
  [
    '{"id":1,"items":[{"sku":"AB12"}],"note":"123456789012345678901"}',
    "schema.body_invalid",
    { at: "/note", keyword: "maxLength" },
  ],
  [
    '{"id":1,"items":[{"sku":"AB12"}],"admin":true}',
    "schema.body_invalid",
    { at: "/admin", keyword: "additionalProperties" },
  ],
  [
    '{"id":1,"items":[{"sku":"AB12"}],"s3 cret=":true}',
    "schema.body_invalid",
    { at: "/*", keyword: "additionalProperties" },
  ],
  ['{"id":1,"id":2,"items":[]}', "schema.body_malformed", { why: "duplicate-name" }],
  ['{"id":1,', "schema.body_malformed", { why: "unexpected-end" }],
  ["", "schema.body_missing", {}],
  [
    `{"id":1,"items":[${'{"sku":"AB1"},'.repeat(40)}{}]}`,
    "schema.body_undecided",
    { why: "too-many-values" },
  ],
  [`{"id":1,"note":"${"x".repeat(5000)}"}`, "schema.body_too_large", {}],
];

describe("bodies against a schema", () => {
  test.each(bodies.map((row) => [row[0].slice(0, 60), ...row] as const))(
    "%s",
    async (_, body, code, why) => {
      const host = await hosting();
      const answer = await ask(host, "/orders", body);
      expect(answer.code).toBe(code);
      expect(answer.finding).toMatchObject({ code, rule: 0, policy: "orders", mode: "enforce" });
      for (const [name, value] of Object.entries(why))
        expect(answer.finding![name], name).toBe(value);
      expect(host.metrics.value(counter(code))).toBe(1);
      host.close();
    },
  );

  test("a body that is what the schema says passes, however it is cut", async () => {
    const host = await hosting();
    const random = new Random(7);
    for (let i = 0; i < 40; i++) {
      const chunks = [0, 1].map(() => Math.floor(random.next() * good.length));
      expect((await ask(host, "/orders/7", good, { chunks })).status).toBe(200);
      const bad = good.replace("AB12", "ab12");
      expect((await ask(host, "/orders/7", bad, { chunks })).finding).toMatchObject({
        code: "schema.body_invalid",
        at: "/items/0/sku",
      });
    }
    host.close();
  });

  test("no value of a body is in the log", async () => {
    const host = await hosting();
    const exchange = await host.request({
      method: "POST",
      path: "/orders",
      headers: json,
      body: Buffer.from('{"id":"hunter2","items":"hunter2","hunter2!":1}'),
    });
    expect(exchange.status).toBe(400);
    expect(JSON.stringify(exchange.logs)).not.toContain("hunter2");
    expect(Buffer.from(exchange.body).toString()).not.toContain("hunter2");
    host.close();
  });
});

describe("which rule a request meets", () => {
  test("path and method choose, in any spelling of the path", async () => {
    const host = await hosting();
    expect((await ask(host, "/other", "{}")).status).toBe(200);
    expect((await ask(host, "/orders", "{}", { method: "PATCH" })).status).toBe(200);
    for (const path of [
      "/orders",
      "/ord%65rs",
      "//orders",
      "/a/../orders",
      "/ORDERS",
      "/orders/1?x",
    ])
      expect((await ask(host, path, "{}")).code, path).toBe("schema.body_invalid");
    host.close();
  });

  test("another content type does not lead past the schema", async () => {
    const host = await hosting();
    const types: Header[][] = [[["content-type", "text/plain"]], [], [["content-type", "json"]]];
    for (const headers of types)
      expect((await ask(host, "/orders", "{}", { headers })).code).toBe("schema.body_type");
    const plus: Header[] = [["content-type", "application/problem+json; charset=utf-8"]];
    expect((await ask(host, "/orders", good, { headers: plus })).status).toBe(200);
    host.close();
  });

  test("a rule for one type takes that type alone", async () => {
    const host = await hosting();
    const headers: Header[] = [["content-type", "application/vnd.item+json"]];
    expect((await ask(host, "/items", '{"sku":"AB1"}', { headers })).status).toBe(200);
    expect((await ask(host, "/items", '{"sku":1}', { headers })).code).toBe("schema.body_invalid");
    expect((await ask(host, "/items", '{"sku":"AB1"}')).code).toBe("schema.body_type");
    host.close();
  });

  test("a rule in shadow mode counts and lets pass", async () => {
    const host = await hosting();
    const answer = await ask(host, "/drafts", "{}");
    expect(answer.status).toBe(200);
    expect(answer.finding).toMatchObject({
      code: "schema.body_invalid",
      mode: "shadow",
      denied: false,
    });
    expect(host.metrics.value(counter("schema.body_invalid", "shadow"))).toBe(1);
    host.close();
  });

  test("an encoded body cannot be compared", async () => {
    const host = await hosting();
    const headers: Header[] = [...json, ["content-encoding", "gzip"]];
    expect((await ask(host, "/orders", good, { headers })).code).toBe("schema.body_encoded");
    host.close();
  });
});

describe("responses", () => {
  test("are compared in shadow mode unless told otherwise", async () => {
    const host = await hosting(section, '{"right":1}');
    const answer = await ask(host, "/stock", undefined);
    expect(answer.status).toBe(200);
    expect(answer.finding).toMatchObject({
      code: "schema.response_invalid",
      mode: "shadow",
      keyword: "required",
      missing: "left",
    });
    host.close();
  });

  test("are refused when enforced, and pass when they are right", async () => {
    const enforced = { ...section, modes: { response_invalid: "enforce" } };
    const wrong = await hosting(enforced, '{"right":1}');
    expect(await ask(wrong, "/stock", undefined)).toMatchObject({
      status: 502,
      code: "schema.response_invalid",
    });
    wrong.close();
    const right = await hosting(enforced);
    expect(await ask(right, "/stock", undefined)).toMatchObject({ status: 200, counted: 0 });
    right.close();
  });
});

test("every status is tested here", () => {
  const names = schemaStatuses.split("\n").flatMap((line) => /^ {2}(\w+)/.exec(line)?.[1] ?? []);
  expect(names).toHaveLength(11);
  const tested = [...bodies.map(([, code]) => code.slice(7)), "body_type", "body_encoded"];
  expect(names.filter((name) => name.startsWith("body") && !tested.includes(name))).toEqual([]);
});
