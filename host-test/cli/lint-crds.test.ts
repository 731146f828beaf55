// Lint against the CRDs of a cluster: what they take and refuse, their own CEL rules, and CRDs that are odd or broken.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { packageRoot } from "../../cli/build/sources.ts";
import { compiled, type CelSchema } from "../../cli/lint/cel.ts";
import { folder, linted, texts } from "./lint-texts.ts";
import { meshwarden } from "./terminal-fixture.ts";

const crds = path.join(
  process.env["MESHWARDEN_DATA"] ?? path.join(packageRoot, "..", "shared", "data"),
  "crds",
);

test.skipIf(!existsSync(crds))(
  "the real CRDs take the good ones and find the same misspellings",
  async () => {
    const { plugin, extension, filter, gateway } = texts;
    expect(await linted([plugin, extension, filter, gateway].join("---\n"), "--crds", crds)).toBe(
      "",
    );
    const spoilt = plugin
      .replace("imagePullPolicy", "imagePullPolciy")
      .replace("FAIL_RELOAD", "FAIL_CLOSED");
    const found = await linted(spoilt, "--crds", crds);
    expect(found).toContain('did you mean "imagePullPolicy"');
    expect(found).toContain('did you mean "FAIL_CLOSE"');
  },
);

type Broken = [file: keyof typeof texts, from: string, to: string, finding: RegExp];
const againstRules: Broken[] = [
  [
    "plugin",
    "  selector:",
    "  targetRefs: [{ group: '', kind: Service, name: a }]\n  selector:",
    /only one of targetRefs or selector/,
  ],
  ["plugin", "oci://", "ftp://", /url must have schema one of \[http, https, file, oci\]/],
  [
    "plugin",
    "valueFrom: HOST",
    "valueFrom: HOST, value: x",
    /value may only be set when valueFrom is INLINE/,
  ],
  ["extension", "  wasm:", "  lua: { inlineCode: x }\n  wasm:", /exactly one of wasm or lua/],
  ["gateway", "type: Image", "type: HTTP", /If type is HTTP, http field needs to be set/],
  ["gateway", "kind: HTTPRoute", "kind: Service", /kind of Gateway/],
];

describe.skipIf(!existsSync(crds))("the CEL rules of the real CRDs", () => {
  test.each(againstRules)("%s: %j written %j", async (name, from, to, finding) => {
    const found = await linted(texts[name].replace(from, to), "--crds", crds);
    expect(found).toMatch(finding);
  });

  test("every one of them can be run here, those about a change aside", () => {
    const rules = new Set<string>();
    const walk = (schema: unknown): void => {
      if (schema === null || typeof schema !== "object") return;
      const { "x-kubernetes-validations": own } = schema as CelSchema;
      for (const { rule } of own ?? []) rules.add(rule);
      Object.values(schema).forEach(walk);
    };
    for (const name of readdirSync(crds, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".yaml")) continue;
      for (const document of parseAllDocuments(readFileSync(path.join(crds, name), "utf8"))) {
        walk(document.toJS());
      }
    }
    expect(rules.size).toBeGreaterThan(150);
    const unread = [...rules].filter((rule) => compiled(rule) === undefined);
    expect(unread.filter((rule) => !rule.includes("oldSelf"))).toEqual([]);
  });
});

describe("a folder of CRDs", () => {
  const crd = (port: object): string => {
    const spec = { type: "object", properties: { port: { type: "integer", ...port } } };
    const openAPIV3Schema = { type: "object", properties: { spec } };
    return JSON.stringify({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      spec: {
        group: "example.com",
        names: { kind: "Door" },
        versions: [{ name: "v1", schema: { openAPIV3Schema } }],
      },
    });
  };
  const door = (kind: string, port: number): string =>
    `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: { port: ${port} }\n`;
  const against = (port: object, text: string): Promise<string> => {
    const file = path.join(folder, "doors.yaml");
    writeFileSync(file, crd(port));
    return linted(text, "--crds", file);
  };

  test("may say that a limit is exclusive as OpenAPI 3.0 does", async () => {
    const below = { minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false };
    expect(await against(below, door("Door", 9))).toBe("");
    expect(await against(below, door("Door", 0))).toContain("/spec/port");
  });

  test("decides which kinds there are", async () => {
    const found = await against({}, door("Gate", 1));
    expect(found).toMatch(/2:1: \/kind: the cluster has no example\.com\/v1 Gate/);
  });

  test("that is broken is named, not run into", async () => {
    const file = path.join(folder, "door.yaml");
    writeFileSync(file, door("Door", 1));
    writeFileSync(path.join(folder, "doors.yaml"), crd({ minimum: "a" }));
    const run = await meshwarden("lint", file, "--crds", path.join(folder, "doors.yaml"));
    expect([run.exitCode, run.err]).toEqual([
      2,
      expect.stringContaining("CRD of example.com/v1 Door is broken"),
    ]);
  });
});
