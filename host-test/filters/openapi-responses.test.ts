// Responses against a description: what is refused when enforced is watched otherwise, and not looked at unless asked for.
import { describe, expect, test } from "vitest";
import type { Header } from "../host/index.ts";
import { ask, hosting, json, section, type Upstream } from "./openapi-host.ts";

describe("responses", () => {
  const list = { path: "/v1/items?page=1" };
  const total: Header = ["x-total", "1"];
  const answers: [code: string, upstream: Upstream][] = [
    ["response_unknown", { status: 404 }],
    ["response_type", { headers: [total, ["content-type", "text/html"]] }],
    ["response_header", { headers: [json] }],
    ["response_header", { headers: [json, ["x-total", "many"]] }],
    ["response_unread", { headers: [json, total, ["content-encoding", "gzip"]] }],
    ["response_unread", { body: `["${"a".repeat(3000)}"]` }],
    ["response_malformed", { body: "[" }],
    ["response_invalid", { body: '[{"name":"a"}]' }],
    ["response_undecided", { body: `[${"[".repeat(40)}${"]".repeat(40)}]` }],
  ];

  test.each(answers)("%s %j", async (code, upstream) => {
    const enforced = await hosting({ ...section, responses: "enforce" }, upstream);
    expect(await ask(enforced, list)).toMatchObject({ status: 502, code: `openapi.${code}` });
    enforced.close();
    const watched = await hosting({ ...section, responses: "shadow" }, upstream);
    const answer = await ask(watched, list);
    expect(answer.status).toBe(upstream.status ?? 200);
    expect(answer.findings).toMatchObject([{ code: `openapi.${code}`, mode: "shadow" }]);
    watched.close();
    const unwatched = await hosting(section, upstream);
    expect((await ask(unwatched, list)).findings).toEqual([]);
    unwatched.close();
  });

  test("what is for requests alone is not asked for, and what is right passes", async () => {
    const upstream = { body: '[{"id":1,"name":"a"}]' };
    const host = await hosting({ ...section, responses: "enforce" }, upstream);
    expect(await ask(host, list)).toMatchObject({ status: 200, findings: [] });
    host.close();
  });
});
