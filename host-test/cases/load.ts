// Reads case files: YAML, checked against schemas/cases.schema.json, with the file's defaults merged into each case.
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { readFileSync, readdirSync, existsSync } from "node:fs";
import path from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { packageRoot } from "../../cli/build/compile.ts";
import type { Case, CaseFile, FilterUse, ListenerFlags, Script, Step } from "./format.ts";
import { encodeScript } from "./script.ts";

/** A case file that cannot be read; the message names file, place and reason. */
export class CaseError extends Error {
  override name = "CaseError";
}

interface RawCase extends Partial<Case>, Step {
  name: string;
  script?: Script;
}

interface RawFile {
  about: string;
  defaults?: { filters?: FilterUse[]; listener?: ListenerFlags; clusters?: Case["clusters"] };
  cases: RawCase[];
}

let validate: ReturnType<Ajv["compile"]> | undefined;

function validator(): ReturnType<Ajv["compile"]> {
  const schema = path.join(packageRoot, "schemas", "cases.schema.json");
  validate ??= new Ajv({ allErrors: true, allowUnionTypes: true, strict: true }).compile(
    JSON.parse(readFileSync(schema, "utf8")),
  );
  return validate;
}

/** Read one file. `file` is relative to the package root. @throws CaseError */
export function loadCaseFile(file: string): CaseFile {
  const lines = new LineCounter();
  const text = readFileSync(path.join(packageRoot, file), "utf8");
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) throw new CaseError(`${file}: ${document.errors[0].message}`);
  const raw = document.toJS() as RawFile;
  if (!validator()(raw)) {
    const errors = validator().errors ?? [];
    const list = errors.slice(0, 8).map((e) => `${e.instancePath || "/"} ${e.message ?? ""}`);
    throw new CaseError(`${file}:\n  ${list.join("\n  ")}`);
  }
  const cases = raw.cases.map((c) => complete(file, raw, c));
  const seen = new Set<string>();
  for (const { name } of cases) {
    if (seen.has(name)) throw new CaseError(`${file}: two cases are named "${name}"`);
    seen.add(name);
  }
  return { file, about: raw.about, cases };
}

function complete(file: string, raw: RawFile, c: RawCase): Case {
  const filters = c.filters ?? raw.defaults?.filters ?? [{}];
  const base =
    c.script === undefined ? filters : [{ ...filters[0], script: c.script }, ...filters.slice(1)];
  for (const { script, vmScript } of base) {
    try {
      for (const each of [script, vmScript]) if (each !== undefined) encodeScript(each);
    } catch (error) {
      throw new CaseError(`${file}: ${c.name}: ${(error as Error).message}`);
    }
  }
  const single = c.request !== undefined || c.expect !== undefined;
  const steps =
    c.steps ??
    (single ? [{ request: c.request ?? {}, upstream: c.upstream, expect: c.expect }] : []);
  return {
    name: c.name,
    proves: c.proves,
    filters: base,
    listener: { ...raw.defaults?.listener, ...c.listener },
    clusters: { ...raw.defaults?.clusters, ...c.clusters },
    steps,
    bootFails: c.bootFails,
    expectBoot: c.expectBoot,
    hostOnly: c.hostOnly,
    clock: c.clock,
    alone: c.alone,
  };
}

/** All case files: host-test/contract and every example that has one, sorted. */
export function caseFiles(): string[] {
  const found: string[] = [];
  const contract = "host-test/contract";
  for (const name of readdirSync(path.join(packageRoot, contract))) {
    if (name.endsWith(".yaml")) found.push(`${contract}/${name}`);
  }
  const examples = path.join(packageRoot, "examples");
  for (const name of existsSync(examples) ? readdirSync(examples) : []) {
    const file = `examples/${name}/cases.yaml`;
    if (existsSync(path.join(packageRoot, file))) found.push(file);
  }
  return found.sort();
}
