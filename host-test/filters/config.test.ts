// The configuration of guard: a full document with each field broken in turn. Every error names its place and what to do, the published
// schema refuses what the filter refuses, and the running configuration keeps serving.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contentStatuses } from "../../assembly/stages/validate/content/status.ts";
import { csrfStatuses } from "../../assembly/stages/validate/csrf/status.ts";
import { limitsStatuses } from "../../assembly/stages/validate/limits/status.ts";
import { openapiStatuses } from "../../assembly/stages/validate/openapi/status.ts";
import { schemaStatuses } from "../../assembly/stages/validate/schema/status.ts";
import { loadDocument } from "../../cli/config/document.ts";
import { documentSchema } from "./document-schema.ts";
import { guarded } from "./guarded.ts";

interface Mutation {
  at: string;
  to?: unknown;
  error?: string;
  says: string;
  schema?: boolean;
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const { full, mutations } = parse(read("./config-mutations.yaml")) as {
  full: Record<string, unknown>;
  mutations: Mutation[];
};
const sectionSchema = JSON.parse(read("../../schemas/validate.schema.json")) as {
  properties: Record<
    string,
    { properties: { modes: { properties: Record<string, { default: string }> } } }
  >;
};
const isValid = documentSchema();

function mutated(list: Mutation[]): Record<string, unknown> {
  const document = structuredClone(full);
  for (const { at, to } of list) {
    const keys = at.split("/").slice(1);
    const last = keys.pop()!;
    let place = document;
    for (const key of keys) place = place[key] as Record<string, unknown>;
    if (to === undefined) delete place[last];
    else place[last] = to;
  }
  return document;
}

const errorsOf = (logs: { level: string; message: string }[]): string[] =>
  logs.filter((line) => line.level === "error").map((line) => line.message);

const broken = mutations.filter(({ says }) => says !== "none");

test("the full document is accepted by filter and schema", async () => {
  expect(isValid(full), JSON.stringify(isValid.errors)).toBe(true);
  const host = await guarded({ config: JSON.stringify(full) });
  expect(errorsOf(host.logs)).toEqual([]);
  host.close();
});

describe("one field broken", async () => {
  const host = await guarded({
    config: '{"version":1,"validate":{"limits":{"url":{"maxBytes":20}}}}',
  });

  test.each(broken)("$at: $to", async (mutation) => {
    const document = mutated([mutation]);
    const result = host.updateConfig("guard", JSON.stringify(document));
    expect(result.ok).toBe(false);
    const pointer = mutation.error ?? mutation.at;
    const lines = [...new Set(errorsOf(result.logs))];
    const wanted = lines.filter((line) =>
      line.startsWith(`${pointer === "" ? "(document)" : pointer}: `),
    );
    expect(wanted, lines.join("\n")).toHaveLength(1);
    expect(wanted[0]).toContain(mutation.says);
    expect(isValid(document)).toBe(mutation.schema === false);
    expect((await host.request({ path: "/0123456789012345678901" })).status).toBe(414);
  });

  test("a value of null is an absent one", () => {
    const nulls = mutations.filter(({ says }) => says === "none");
    const result = host.updateConfig("guard", JSON.stringify(mutated(nulls)));
    expect(result.ok).toBe(true);
  });
});

test("all errors come at once", async () => {
  const independent = broken.filter(
    ({ at }, i) =>
      at.split("/").length > 3 &&
      broken.findIndex((other) => other.at === at) === i &&
      !/\/allow$|deny$|modes$|exceptions\/0$|\/document(\/openapi)?$|paths$|rules(\/0)?$|schemas(\/order(\/type)?)?$/.test(
        at,
      ),
  );
  const host = await guarded();
  const result = host.updateConfig("guard", JSON.stringify(mutated(independent)));
  const lines = errorsOf(result.logs).join("\n");
  for (const { at } of independent) expect(lines).toContain(`${at}: `);
  expect(independent.length).toBeGreaterThan(30);
  host.close();
});

test.each([
  ["limits", limitsStatuses],
  ["content", contentStatuses],
  ["csrf", csrfStatuses],
  ["schema", schemaStatuses],
  ["openapi", openapiStatuses],
])("the schema knows every status of %s and its mode by default", (section, statuses) => {
  const rows = statuses.split("\n").filter((line) => line.includes("|"));
  const modes = rows
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .map((cells) => [cells[0], cells[3]]);
  const known = Object.entries(sectionSchema.properties[section]!.properties.modes.properties);
  expect(known.map(([name, { default: mode }]) => [name, mode])).toEqual(modes);
});

describe("example configurations", () => {
  const examples = new URL("../../examples/", import.meta.url);
  const names = readdirSync(examples).filter((name) =>
    existsSync(new URL(`${name}/config.yaml`, examples)),
  );

  test.each(names)("%s is accepted by schema and filter", async (name) => {
    const file = fileURLToPath(new URL(`${name}/config.yaml`, examples));
    const document = loadDocument(file).value as object;
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    // The rules of the firewall have a module of their own.
    const filter = "waf" in document ? "waf" : "guard";
    const config = JSON.stringify(document);
    // The Core Rule Set is not in the package: a module without it says so. With it, the cases of waf-crs-api run.
    if (config.includes("@owasp_crs/")) {
      await expect(guarded({ filter, config, host: { lean: true } })).rejects.toThrow("configure");
      return;
    }
    const host = await guarded({ filter, config, host: { lean: true } });
    expect(errorsOf(host.logs)).toEqual([]);
    host.close();
  });

  test("the quickstart's cases use its configuration", () => {
    const text = (file: string): unknown =>
      parse(readFileSync(new URL(`quickstart/${file}`, examples), "utf8"));
    const { cases } = text("cases.yaml") as {
      cases: { filters: { config: { json: unknown } }[] }[];
    };
    for (const { filters } of cases) expect(filters[0].config.json).toEqual(text("config.yaml"));
  });
});
