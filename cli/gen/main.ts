// `npm run gen`: writes every generated file of the repository. Each generator is a pure function
// from its source of truth to text, so that a test can compare the text with the file.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/compile.ts";
import { type AbiTable, envSource } from "./abi.ts";
import { cliPage } from "./cli-page.ts";
import { quirksPage } from "./quirks.ts";
import { rulesetSource, type RuleFileSource } from "./ruleset.ts";
import { fieldRows, statusRows, withTables, type FieldSchema, type Tables } from "./filter-docs.ts";

/** A generated file (path relative to the package root) and the function that gives its text. */
export interface Generated {
  file: string;
  text: () => string | Promise<string>;
}

const validateRooms = "assembly/stages/validate";
const validateSections = ["limits", "schema", "openapi", "content", "csrf", "response"];
const validateTables: Tables = {
  ...Object.fromEntries(
    validateSections.flatMap((name) => [
      [`${name} fields`, () => fieldRows(validateSchema().properties![name], "", ["modes"])],
      [`${name} statuses`, () => statusRows(name, readText(`${validateRooms}/${name}/status.ts`))],
    ]),
  ),
  "place fields": () => fieldRows(validateSchema().$defs["classesByPlace"]!, "", []),
  "schema rule fields": () => fieldRows(validateSchema().$defs["schemaRule"], "", []),
  "exception fields": () => fieldRows(validateSchema().$defs["exception"], "", []),
  "request statuses": () => statusRows("request", readText("assembly/stages/request-status.ts")),
};

function validateSchema(): FieldSchema & { $defs: Record<string, FieldSchema> } {
  return readJson("schemas/validate.schema.json") as ReturnType<typeof validateSchema>;
}

const rateLimitTables: Tables = {
  "section fields": () => fieldRows(rateLimitSchema(), "", ["policies"]),
  "policy fields": () => fieldRows(rateLimitSchema().$defs.policy, "", []),
  "match fields": () => fieldRows(rateLimitSchema().$defs.match, "", []),
  "identity fields": () => fieldRows(rateLimitSchema().$defs.identity.items!, "", []),
  statuses: () => statusRows("ratelimit", readText("assembly/stages/ratelimit/status.ts")),
};

function rateLimitSchema(): FieldSchema & { $defs: Record<string, FieldSchema> } {
  return readJson("schemas/rate-limit.schema.json") as ReturnType<typeof rateLimitSchema>;
}

const jwtTables: Tables = {
  "jwt fields": () => fieldRows(jwtSchema(), "", ["modes"]),
  "provider fields": () => fieldRows(jwtSchema().$defs.provider, "", ["localJwks.inline_string"]),
  "jwt statuses": () => statusRows("jwt", readText("assembly/stages/jwt/status.ts")),
};

function jwtSchema(): FieldSchema & { $defs: { provider: FieldSchema } } {
  return readJson("schemas/jwt.schema.json") as ReturnType<typeof jwtSchema>;
}

const authzTables: Tables = {
  "authz fields": () => fieldRows(authzSchema(), "", ["modes", "policies", "issuers"]),
  "rule fields": () => fieldRows(authzSchema().$defs.rule, "", []),
  "source fields": () => fieldRows(authzSchema().$defs.source, "", []),
  "operation fields": () => fieldRows(authzSchema().$defs.operation, "", []),
  "issuer fields": () => fieldRows(authzSchema().$defs.issuer, "", []),
  "authz statuses": () => statusRows("authz", readText("assembly/stages/authz/status.ts")),
};

function authzSchema(): FieldSchema & { $defs: Record<string, FieldSchema> } {
  return readJson("schemas/authz.schema.json") as ReturnType<typeof authzSchema>;
}

const wafTables: Tables = {
  "waf fields": () =>
    fieldRows(readJson("schemas/waf.schema.json") as FieldSchema, "", [
      "directives_map",
      "default_directives",
      "per_authority_directives",
      "metric_labels",
    ]),
  "waf statuses": () => statusRows("waf", readText("assembly/stages/waf/status.ts")),
};

/** Every generated file. A new generator adds a row here and nothing else. */
export const generated: Generated[] = [
  { file: "docs/envoy-quirks.md", text: quirksPage },
  { file: "docs/cli.md", text: cliPage },
  {
    file: "assembly/abi/env.ts",
    text: () => envSource(readJson("assembly/abi/functions.json") as AbiTable),
  },
  { file: "assembly/ruleset/texts.gen.ts", text: () => rulesetSource(ruleFiles()) },
  {
    file: "docs/filters/validate.md",
    text: () => withTables(readText("docs/filters/validate.md"), validateTables),
  },
  {
    file: "docs/filters/ratelimit.md",
    text: () => withTables(readText("docs/filters/ratelimit.md"), rateLimitTables),
  },
  {
    file: "docs/filters/jwt.md",
    text: () => withTables(readText("docs/filters/jwt.md"), jwtTables),
  },
  {
    file: "docs/filters/authz.md",
    text: () => withTables(readText("docs/filters/authz.md"), authzTables),
  },
  {
    file: "docs/filters/waf.md",
    text: () => withTables(readText("docs/filters/waf.md"), wafTables),
  },
];

function ruleFiles(): RuleFileSource[] {
  const room = "assembly/ruleset";
  return readdirSync(path.join(packageRoot, room))
    .filter((name) => name.endsWith(".conf"))
    .sort()
    .map((name) => ({ name, text: readText(`${room}/${name}`) }));
}

function readText(file: string): string {
  return readFileSync(path.join(packageRoot, file), "utf8");
}

function readJson(file: string): unknown {
  return JSON.parse(readText(file));
}

/** Writes all generated files; answers those whose text changed. */
export async function generate(): Promise<string[]> {
  const changed: string[] = [];
  for (const { file, text } of generated) {
    const full = path.join(packageRoot, file);
    const next = await text();
    if (readOrEmpty(full) === next) continue;
    writeFileSync(full, next);
    changed.push(file);
  }
  return changed;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

if (process.argv[1] !== undefined && /gen[\\/]main\.(js|ts)$/.test(process.argv[1])) {
  for (const file of await generate()) process.stdout.write(`${file}\n`);
}
