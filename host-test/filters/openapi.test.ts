// The openapi stage: every status with a request that it is for, what the audit line says, modes and policies, bodies however they
// are cut; and many descriptions after each other. What a parameter or a body has to be is tested in host-test/vectors/openapi-*.
import { describe, expect, test } from "vitest";
import { openapiStatuses } from "../../assembly/stages/validate/openapi/status.ts";
import { counter } from "./guarded.ts";
import { ask, good, hosting, json, key, section, type Row } from "./openapi-host.ts";

const rows: Row[] = [
  { code: "path_unknown", path: "/v2/items" },
  { code: "path_unknown", path: "/v1/x/../items?page=1" },
  { code: "method_unknown", method: "PUT" },
  {
    code: "credential_missing",
    path: "/v1/items?page=1",
    headers: [],
    finding: { operation: "listItems" },
  },
  { code: "parameter_missing", path: "/v1/items", finding: { in: "query", name: "page" } },
  {
    code: "parameter_invalid",
    path: "/v1/items?page=x",
    finding: { name: "page", keyword: "type" },
  },
  { code: "parameter_unknown", path: "/v1/items?page=1&x=1" },
  { code: "parameter_reserved", path: "/v1/items?page=1&q=a/b", finding: { name: "q" } },
  { code: "body_missing", method: "POST", headers: [key, json] },
  { code: "body_type", method: "POST", headers: [key, ["content-type", "text/plain"]], body: good },
  {
    code: "body_encoded",
    method: "POST",
    headers: [key, json, ["content-encoding", "br"]],
    body: good,
  },
  {
    code: "body_too_large",
    method: "POST",
    headers: [key, json],
    body: `{"name":"${"a".repeat(3000)}"}`,
  },
  {
    code: "body_malformed",
    method: "POST",
    headers: [key, json],
    body: "{",
    finding: { operation: "POST /items" },
  },
  {
    code: "body_invalid",
    method: "POST",
    headers: [key, json],
    body: '{"name":"123456789"}',
    finding: { keyword: "maxLength", at: "/name" },
  },
  {
    code: "body_invalid",
    method: "POST",
    headers: [key, json],
    body: ['{"id"', ":1}"],
    finding: { missing: "name" },
  },
  {
    code: "body_undecided",
    method: "POST",
    headers: [key, json],
    body: `{"name":[${"1,".repeat(40)}1]}`,
  },
];

describe("requests", () => {
  test.each(rows.map((row) => [`${row.code} ${row.path ?? ""}`, row] as const))(
    "%s",
    async (_, row) => {
      const host = await hosting();
      const answer = await ask(host, row);
      expect(answer.code).toBe(`openapi.${row.code}`);
      expect(answer.findings[0]).toMatchObject({ ...row.finding, denied: true });
      expect(host.metrics.value(counter(answer.code))).toBe(1);
      host.close();
    },
  );

  test("what the description knows passes without a finding", async () => {
    const host = await hosting();
    const passing: Omit<Row, "code">[] = [
      { path: "/v1/items?page=2&q=a%2Fb" },
      { method: "HEAD", path: "/v1/items?page=2" },
      { method: "POST", headers: [key, json], body: good },
      { method: "POST", headers: [key, json], body: ['{"id":1,"na', 'me":"a"}'] },
    ];
    for (const row of passing)
      expect(await ask(host, row)).toMatchObject({ status: 200, findings: [] });
    host.close();
  });

  test("what is not read is counted", async () => {
    const host = await hosting();
    const xml = await ask(host, {
      method: "POST",
      headers: [key, ["content-type", "application/xml"]],
      body: "<a/>",
    });
    expect(xml.status).toBe(200);
    expect(xml.findings).toMatchObject([{ code: "openapi.body_unread", mode: "shadow" }]);
    const extra = await ask(host, { path: "/v1/items?page=1", headers: [key, json], body: "{}" });
    expect(extra.status).toBe(200);
    expect(extra.findings).toMatchObject([{ code: "openapi.body_unexpected", mode: "shadow" }]);
    host.close();
  });

  test("each policy can let pass, watch or tag", async () => {
    const modes = {
      path_unknown: "off",
      method_unknown: "shadow",
      parameter_invalid: "tag",
      credential_missing: "off",
    };
    const host = await hosting({ ...section, modes });
    expect(await ask(host, { path: "/other" })).toMatchObject({ status: 200, findings: [] });
    expect((await ask(host, { method: "PUT" })).findings).toMatchObject([{ mode: "shadow" }]);
    expect((await ask(host, { path: "/v1/items?page=x", headers: [] })).findings).toMatchObject([
      { mode: "tag" },
    ]);
    host.close();
  });

  test("base paths of the configuration, methods that pass, members for one direction alone", async () => {
    const host = await hosting({
      ...section,
      basePaths: ["/api/", "/"],
      passMethods: ["OPTIONS"],
      refuseReadOnly: true,
    });
    for (const path of ["/api/items?page=1", "/items?page=1"])
      expect((await ask(host, { path })).status).toBe(200);
    expect((await ask(host, { path: "/v1/items?page=1" })).code).toBe("openapi.path_unknown");
    expect((await ask(host, { method: "OPTIONS", path: "/any", headers: [] })).status).toBe(200);
    const written = {
      method: "POST",
      path: "/items",
      headers: [key, json],
      body: '{"id":1,"name":"a"}',
    };
    expect((await ask(host, written)).findings[0]).toMatchObject({
      keyword: "readOnly",
      at: "/id",
    });
    host.close();
  });
});

test("every status is tested here", () => {
  const names = openapiStatuses.split("\n").flatMap((line) => /^ {2}(\w+)/.exec(line)?.[1] ?? []);
  expect(names).toHaveLength(23);
  const others = ["body_unexpected", "body_unread"];
  const tested = [...rows.map(({ code }) => code), ...others];
  expect(names.filter((name) => !name.startsWith("response_") && !tested.includes(name))).toEqual(
    [],
  );
});

test("a hundred descriptions after each other judge alike and leave memory where it was", async () => {
  const host = await hosting();
  const pages: number[] = [];
  for (let n = 0; n < 100; n++) {
    const openapi = { ...section, maxBytes: 2048 + n };
    const document = { version: 1, holdHeaders: true, validate: { openapi } };
    expect(host.updateConfig("validate", JSON.stringify(document)).ok).toBe(true);
    host.drain();
    expect((await ask(host, { method: "POST", headers: [key, json], body: good })).status).toBe(
      200,
    );
    expect((await ask(host, { path: "/v1/items?page=x" })).code).toBe("openapi.parameter_invalid");
    pages.push(host.pages);
  }
  expect(pages.at(-1)).toBe(pages[40]);
  host.close();
});
