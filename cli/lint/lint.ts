// One document of any kind that stands near a gateway: whose it is, which schema it has, and which traps apply.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import type { ConfigDocument } from "../config/document.ts";
import type { Finding } from "../config/finding.ts";
import { schemaFindings } from "../config/schema-findings.ts";
import { deploymentSchema } from "../manifest/deployment-schema.ts";
import type { KindSchemas } from "./crds.ts";
import { envoyFilterTraps, envoyTraps } from "./envoy-traps.ts";
import { gatewayTraps } from "./gateway-traps.ts";
import { istioTraps } from "./istio-traps.ts";
import { openapiGaps } from "./openapi-gaps.ts";
import { error, list, object, type Json, type Remark } from "./report.ts";

export type LintFinding = Finding & { severity: "error" | "warning" };

/** What a document is, by its fields. */
export type DocumentKind = "resource" | "bootstrap" | "deployment" | "configuration";

export function kindOf(value: unknown): DocumentKind {
  const fields = object(value);
  if ("apiVersion" in fields || "kind" in fields) return "resource";
  if ("static_resources" in fields || "dynamic_resources" in fields || "staticResources" in fields)
    return "bootstrap";
  return Array.isArray(fields["filters"]) && "name" in fields ? "deployment" : "configuration";
}

/**
 * Findings of everything, in the order of the document; of a configuration only what loads and is not looked at: its errors are for the
 * filters to say.
 * @param beside what else stands in the same file: one resource may complete another
 */
export function lintDocument(
  document: ConfigDocument,
  schemas: KindSchemas,
  beside: unknown[] = [],
): LintFinding[] {
  const value = object(document.value);
  const kind = kindOf(value);
  const remarks: Remark[] = [];
  const found: LintFinding[] = [];
  if (kind === "deployment") found.push(...bySchema(compile(deploymentSchema), value, document));
  if (kind === "bootstrap") remarks.push(...envoyTraps(value, "", false));
  if (kind === "resource") {
    const { apiVersion, kind: name } = value;
    const validate = schemas.validator(String(apiVersion), String(name));
    if (apiVersion === undefined || name === undefined) {
      remarks.push(error("", "a resource has apiVersion and kind", "add what is missing"));
    }
    if (validate !== undefined) found.push(...bySchema(validate, value, document));
    if (schemas.lacks(String(apiVersion), String(name))) {
      const mend = "use a kind that it has, or a newer version of what brings them";
      remarks.push(
        error("/kind", `the cluster has no ${String(apiVersion)} ${String(name)}`, mend),
      );
    }
    const rules = schemas.rules(String(apiVersion), String(name), value);
    remarks.push(...rules);
    // Where the cluster's own rule speaks, ours about the same place would only say it again.
    const told = new Set(rules.map(({ pointer }) => pointer));
    remarks.push(...resourceTraps(value, beside).filter(({ pointer }) => !told.has(pointer)));
  }
  for (const { at, config } of embedded(value)) {
    const validate = configurationValidator();
    found.push(...bySchema(validate, config, document, at));
    remarks.push(...openapiGaps(config, at));
  }
  if (kind === "configuration") remarks.push(...openapiGaps(value));
  for (const { pointer, message, mend, severity } of remarks) {
    found.push({ ...document.finding(pointer, message, mend), severity });
  }
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

function resourceTraps(value: Json, beside: unknown[]): Remark[] {
  switch (value["kind"]) {
    case "WasmPlugin":
    case "TrafficExtension":
      return istioTraps(value);
    case "EnvoyFilter":
      return envoyFilterTraps(value);
    case "EnvoyExtensionPolicy":
      return gatewayTraps(value, beside);
    default:
      return [];
  }
}

/** Configuration documents of ours inside a resource, where they stand as objects. */
function embedded(value: Json): { at: string; config: Json }[] {
  const spec = object(value, "spec");
  const places = [
    { at: "/spec/pluginConfig", config: object(spec, "pluginConfig") },
    { at: "/spec/wasm/pluginConfig", config: object(object(spec, "wasm"), "pluginConfig") },
    ...list(spec, "wasm").map((entry, index) => ({
      at: `/spec/wasm/${index}/config`,
      config: object(entry, "config"),
    })),
    ...list(value, "filters").map((entry, index) => ({
      at: `/filters/${index}/config`,
      config: object(entry, "config"),
    })),
  ];
  // Other people's filters have other configurations; ours say their version.
  return places.filter(({ config }) => config["version"] === 1);
}

function bySchema(
  validate: ValidateFunction,
  value: unknown,
  document: ConfigDocument,
  at = "",
): LintFinding[] {
  if (validate(value)) return [];
  const found = schemaFindings(validate.errors ?? [], document, at);
  return found.map((finding) => ({ ...finding, severity: "error" }));
}

function compile(schema: object): ValidateFunction {
  return new Ajv2020({ allErrors: true, verbose: true }).compile(schema);
}

let configuration: ValidateFunction | undefined;

/** The published schema of the configuration document, with the section schemas that it refers to. */
function configurationValidator(): ValidateFunction {
  if (configuration !== undefined) return configuration;
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    validateFormats: false,
  });
  const read = (name: string): object =>
    JSON.parse(readFileSync(path.join(packageRoot, "schemas", name), "utf8")) as object;
  const main = read("config.schema.json");
  const names = [...JSON.stringify(main).matchAll(/"\$ref":"([\w.-]+\.schema\.json)"/g)].map(
    (match) => match[1]!,
  );
  for (const name of new Set(names)) ajv.addSchema(read(name), name);
  return (configuration = ajv.compile(main));
}
