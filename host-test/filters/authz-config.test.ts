// The section `authz` with each field broken in turn: the error names its place and what to do, the running configuration goes on,
// and the published schema refuses what the filter refuses, but for what only the filter can know.
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authzStatuses } from "../../assembly/stages/authz/status.ts";
import { findingsOf } from "../../cli/commands/check.ts";
import type { Host } from "../host/index.ts";
import { full, mutations, type Tree } from "./authz-mutations.ts";
import { guarded } from "./guarded.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../schemas/authz.schema.json", import.meta.url), "utf8"),
) as Tree & { properties: { modes: { properties: Record<string, { default: string }> } } };
const isValid = new Ajv2020({ allErrors: true }).compile(schema);

const documentOf = (section: unknown): string => JSON.stringify({ version: 1, authz: section });

let host: Host;
const folder = mkdtempSync(path.join(tmpdir(), "authz-"));
beforeAll(async () => {
  host = await guarded({
    filter: "jwt",
    config: documentOf({ defaultAction: "deny" }),
    host: { lean: true },
  });
});
afterAll(() => {
  host.close();
  rmSync(folder, { recursive: true });
});

function broken(at: string, to: unknown): Tree {
  const section = structuredClone(full);
  const keys = at
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/"));
  const last = keys.pop()!;
  let place = section;
  for (const name of keys) place = place[name] as Tree;
  if (to === undefined) delete place[last];
  else place[last] = to;
  return section;
}

describe("one field broken", () => {
  test.each(mutations)("%s: %j", async (at, to, says, who, error) => {
    const section = broken(at, to);
    const result = host.updateConfig("guard", documentOf(section));
    expect(result.ok).toBe(false);
    const lines = result.logs.filter(({ level }) => level === "error").map((line) => line.message);
    const here = [...new Set(lines)].filter((line) => line.startsWith(`/authz${error ?? at}: `));
    expect(here, lines.join("\n")).toHaveLength(1);
    expect(here[0]).toContain(says);
    if (who !== "filter") expect(isValid(section)).toBe(false);
    expect((await host.request({})).details).toBe("authz.not_allowed");
  });
});

test("the full section is accepted by filter and schema", () => {
  expect(isValid(full), JSON.stringify(isValid.errors)).toBe(true);
  const result = host.updateConfig("guard", documentOf(full));
  expect(result.logs.map(({ message }) => message)).toEqual([]);
  expect(result.ok).toBe(true);
});

test("permissions that no role grants are an error, unless tokens carry their own", () => {
  const condition = { key: "request.auth.permissions", values: ["orders:read"] };
  const issuers = { a: { issuer: "i", preset: "entra", permissions: { x: ["orders:write"] } } };
  const policies = [{ rules: [{ when: [condition] }] }];
  const refused = host.updateConfig("guard", documentOf({ issuers, policies }));
  expect(refused.logs.map(({ message }) => message).join("\n")).toContain(
    "/authz/policies/0/rules/0/when/0/values/0: is granted to no role (name it under issuers",
  );
  const own = { ...issuers, b: { issuer: "j", preset: "auth0" } };
  expect(host.updateConfig("guard", documentOf({ issuers: own, policies })).ok).toBe(true);
});

test("a section that says nothing is an error, and so are roles of nobody", () => {
  for (const [section, says] of [
    [{}, "/authz: says nothing"],
    [
      { policies: [{ rules: [{ when: [{ key: "request.auth.roles", values: ["x"] }] }] }] },
      'needs to know whose roles (add "issuers")',
    ],
    [
      { policies: [{ rules: [{ from: [{ source: { serviceAccounts: ["a"] } }] }] }] },
      "stands in no namespace",
    ],
  ] as const) {
    const result = host.updateConfig("guard", documentOf(section));
    expect(result.ok).toBe(false);
    expect(result.logs.map(({ message }) => message).join("\n")).toContain(says);
  }
});

test("all errors come at once, and the command line says the same", async () => {
  const section = broken("/realm", 'a"b');
  Object.assign(section, { peer: { from: "xfcc" }, certificateBinding: "on" });
  const file = path.join(folder, "authz.json");
  writeFileSync(file, documentOf(section));
  const result = host.updateConfig("guard", documentOf(section));
  const lines = result.logs.map(({ message }) => message).filter((line) => line.startsWith("/"));
  const found = await findingsOf(file, ["jwt"]);
  const said = found.map(({ pointer, message, mend }) => `${pointer}: ${message} (${mend})`);
  expect([...new Set(lines)].sort()).toEqual(said.sort());
  expect(said).toHaveLength(3);
});

test("the schema knows every status and its mode by default", () => {
  const rows = authzStatuses.split("\n").filter((line) => line.includes("|"));
  const modes = rows
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .map((cells) => [cells[0], cells[3]]);
  const known = Object.entries(schema.properties.modes.properties);
  expect(known.map(([name, { default: mode }]) => [name, mode])).toEqual(modes);
});
