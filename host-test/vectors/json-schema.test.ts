// The JSON Schema Test Suite: every required test of draft 2020-12 and draft 7, and those of the formats that are checked. What is
// not met is listed here with its reason; a listed one that is met fails, too.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolder, dataJson, suiteTitle } from "./data.ts";
import { SchemaProbe } from "./schema-probe.ts";

interface Group {
  description: string;
  schema: unknown;
  tests: { description: string; data: unknown; valid: boolean }[];
}

const folder = dataFolder("json-schema");
const require = createRequire(import.meta.url);
const suites = [
  { draft: "draft2020-12", isDraft7: false },
  { draft: "draft7", isDraft7: true },
] as const;

const noClasses = "classes of Unicode properties are refused when the schema is loaded";

/** Groups that are not met, by file and description, and why. */
const unmet: Record<string, string> = {
  "draft2020-12/pattern.json: pattern with Unicode property escape requires unicode mode":
    noClasses,
  "draft2020-12/patternProperties.json: patternProperties with Unicode property escape": noClasses,
  "draft2020-12/vocabulary.json: schema that uses custom metaschema with with no validation vocabulary":
    "a dialect that switches keywords off is read as the standard one",
};

/** Formats that are checked; the others say nothing. */
const formats = [
  "date-time",
  "date",
  "time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "uuid",
  "json-pointer",
];

/** What an A-label says once decoded is not looked at (RFC 5892): those cases of the hostname format are not met. */
const isUnmetFormat = (what: string): boolean =>
  what.startsWith("validation of A-label (punycode) host names: ");

/** Meta-schemas, which some tests refer to: the copies that ajv carries. */
function metaSchemas(): [string, unknown][] {
  const names = [
    "json-schema-draft-07.json",
    "json-schema-2020-12/schema.json",
    ...[
      "applicator",
      "content",
      "core",
      "format-annotation",
      "meta-data",
      "unevaluated",
      "validation",
    ].map((name) => `json-schema-2020-12/meta/${name}.json`),
  ];
  const found = names.map((name): [string, unknown] => {
    const schema = require(`ajv/dist/refs/${name}`) as { $id: string };
    return [schema.$id, schema];
  });
  // Referred to by that copy of the meta-schema and not among its files.
  return [...found, ["https://json-schema.org/draft/2020-12/meta/format-assertion", true]];
}

function remotes(): [string, unknown][] {
  const root = path.join(folder!, "remotes");
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  return names
    .filter(
      (name) => name.endsWith(".json") && !/^(?:draft3|draft4|draft6|draft2019-09|v1)\//.test(name),
    )
    .map((name) => [`http://localhost:1234/${name}`, dataJson(root, name)]);
}

describe.skipIf(folder === undefined)(suiteTitle("JSON Schema Test Suite", folder), async () => {
  const probe = folder === undefined ? undefined : await SchemaProbe.create();
  let met = 0;
  let all = 0;
  for (const { draft, isDraft7 } of folder === undefined ? [] : suites) {
    const tests = path.join(folder!, "tests", draft);
    for (const file of readdirSync(tests).filter((name) => name.endsWith(".json"))) {
      test(`${draft}/${file}`, () => {
        const wrong: string[] = [];
        for (const { description, schema, tests: cases } of dataJson<Group[]>(tests, file)) {
          const name = `${draft}/${file}: ${description}`;
          const found = judged(probe!, schema, cases, isDraft7, false);
          all += cases.length;
          met += cases.length - Math.min(cases.length, found.length);
          if (name in unmet) {
            if (found.length === 0) wrong.push(`${name} is listed as unmet, and is met`);
          } else wrong.push(...found.map((what) => `${name}: ${what}`));
        }
        expect(wrong).toEqual([]);
      });
    }
    for (const format of formats) {
      const file = path.join(tests, "optional", "format", `${format}.json`);
      test.skipIf(!existsSync(file))(`${draft} format ${format}`, () => {
        const wrong: string[] = [];
        for (const { description, schema, tests: cases } of dataJson<Group[]>("", file)) {
          const found = judged(probe!, schema, cases, isDraft7, true);
          wrong.push(...found.map((what) => `${description}: ${what}`));
        }
        expect(wrong.filter((what) => !isUnmetFormat(what))).toEqual([]);
      });
    }
  }

  test("98 % and more of the required tests are met", () => {
    expect(all).toBeGreaterThan(2000);
    expect(met / all).toBeGreaterThan(0.98);
  });
});

function judged(
  probe: SchemaProbe,
  schema: unknown,
  cases: Group["tests"],
  isDraft7: boolean,
  assertsFormats: boolean,
): string[] {
  probe.begin(assertsFormats);
  try {
    probe.add("urn:test", schema, isDraft7);
    for (const [uri, remote] of [...metaSchemas(), ...remotes()]) {
      probe.add(uri, remote, uri.includes("draft7") || isDraft7);
    }
    probe.compile("urn:test");
  } catch (error) {
    return [`refused: ${(error as Error).message}`];
  }
  const wrong: string[] = [];
  for (const { description, data, valid } of cases) {
    const verdict = probe.judge(JSON.stringify(data));
    if (verdict !== (valid ? "valid" : "invalid")) wrong.push(`${description}: ${verdict}`);
  }
  return wrong;
}
