// A configuration names the file of its description: the command line puts its content in its place, or says what is wrong with the file.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { loadDocument } from "../../cli/config/document.ts";

const folder = mkdtempSync(path.join(tmpdir(), "meshwarden-inline-"));

function configured(name: string, content?: string): unknown {
  if (content !== undefined) writeFileSync(path.join(folder, name), content);
  const file = path.join(folder, "config.yaml");
  writeFileSync(file, `version: 1\nvalidate: { openapi: { document: ${name} } }\n`);
  return loadDocument(file).value;
}

const inlined = {
  version: 1,
  validate: { openapi: { document: { openapi: "3.1.0", paths: {} } } },
};

test("YAML and JSON files take the place of their names", () => {
  expect(configured("api.yaml", "openapi: 3.1.0\npaths: {}\n")).toEqual(inlined);
  expect(configured("api.json", '{"openapi":"3.1.0","paths":{}}')).toEqual(inlined);
});

test("a file that is not there, and one that cannot be read", () => {
  expect(() => configured("missing.yaml")).toThrow(/document: .*missing\.yaml cannot be read/);
  expect(() => configured("bad.json", "{")).toThrow(/bad\.json: /);
  expect(() => configured("bad.yaml", "a: [")).toThrow(/bad\.yaml: /);
});
