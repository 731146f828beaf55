// A user's own CRDs as JSON Schemas: what the cluster would say, without the cluster. Unknown fields are errors here, where an API
// server would drop them in silence, and so are the CRDs' own CEL rules (cel.ts).
// Source: Kubernetes structural schemas.
import { Ajv, type ValidateFunction } from "ajv";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { UserError } from "../exit.ts";
import { celRemarks, type CelSchema } from "./cel.ts";
import { ownSchemas } from "./kinds.ts";
import type { Remark } from "./report.ts";

interface Crd {
  kind?: string;
  spec?: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema?: { openAPIV3Schema?: object } }[];
  };
}

type Schema = Record<string, unknown>;

/** Validators by "group kind" and "group/version kind". */
export class KindSchemas {
  readonly #ajv = new Ajv({ strict: false, allErrors: true, verbose: true, logger: false });
  readonly #schemas = new Map<string, object>(Object.entries(ownSchemas));
  readonly #validators = new Map<string, ValidateFunction>();
  /** API groups that the given CRDs describe. */
  readonly #groups = new Set<string>();
  /** The CRDs' schemas as they are, with their rules. */
  readonly #rules = new Map<string, CelSchema>();

  constructor(crdFolder?: string) {
    for (const format of ["int32", "int64", "float", "double", "byte", "date-time"]) {
      this.#ajv.addFormat(format, true);
    }
    if (crdFolder !== undefined) this.#load(crdFolder);
  }

  /** Whether the given CRDs describe a resource's group, but no such kind or version of it. */
  lacks(apiVersion: string, kind: string): boolean {
    const [group] = apiVersion.split("/");
    return this.#groups.has(group!) && !this.#schemas.has(`${apiVersion} ${kind}`);
  }

  /** What the CEL rules of the resource's CRD say of it; nothing without that CRD. */
  rules(apiVersion: string, kind: string, value: unknown): Remark[] {
    const schema = this.#rules.get(`${apiVersion} ${kind}`);
    return schema === undefined ? [] : celRemarks(schema, value);
  }

  /** The strictest schema that is known for a resource. */
  validator(apiVersion: string, kind: string): ValidateFunction | undefined {
    const keys = [`${apiVersion} ${kind}`, `${apiVersion.split("/")[0]} ${kind}`];
    const key = keys.find((candidate) => this.#schemas.has(candidate));
    if (key === undefined) return undefined;
    let validator = this.#validators.get(key);
    if (validator === undefined) {
      // Compiling the schema of a large kind takes a second: only those that occur are.
      validator = this.#compile(key);
      this.#validators.set(key, validator);
    }
    return validator;
  }

  /** @throws UserError for a CRD whose schema is none: no cluster takes it either */
  #compile(key: string): ValidateFunction {
    try {
      return this.#ajv.compile(this.#schemas.get(key)!);
    } catch (error) {
      throw new UserError(
        `the CRD of ${key} is broken: ${(error as Error).message}`,
        "fetch it again from the version that the cluster runs",
      );
    }
  }

  #load(folder: string): void {
    let found = 0;
    for (const file of yamlFiles(folder)) {
      for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
        const crd = document.toJS() as Crd | null;
        if (crd?.kind !== "CustomResourceDefinition" || crd.spec === undefined) continue;
        const { group, names, versions } = crd.spec;
        this.#groups.add(group);
        for (const { name, schema } of versions) {
          if (schema?.openAPIV3Schema === undefined) continue;
          const closed = close(schema.openAPIV3Schema as Schema, true);
          this.#schemas.set(`${group}/${name} ${names.kind}`, closed);
          this.#rules.set(`${group}/${name} ${names.kind}`, schema.openAPIV3Schema as CelSchema);
          found++;
        }
      }
    }
    if (found === 0)
      throw new UserError(`${folder} holds no CustomResourceDefinition`, "check --crds");
  }
}

function yamlFiles(folder: string): string[] {
  try {
    if (!statSync(folder).isDirectory()) return [folder];
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => path.join(folder, name));
  } catch {
    throw new UserError(`${folder} cannot be read`, "check --crds");
  }
}

/** Forbids unknown fields wherever the schema names fields and does not preserve others. */
function close(schema: Schema, top = false): Schema {
  const copy: Schema = { ...schema };
  for (const key of ["items", "additionalProperties"]) {
    if (copy[key] !== null && typeof copy[key] === "object") copy[key] = close(copy[key] as Schema);
  }
  const { properties } = schema as { properties?: Record<string, Schema> };
  if (properties !== undefined) {
    copy["properties"] = Object.fromEntries(
      Object.entries(properties).map(([name, sub]) => [name, close(sub)]),
    );
    const open =
      schema["x-kubernetes-preserve-unknown-fields"] === true ||
      schema["additionalProperties"] !== undefined;
    if (!open) copy["additionalProperties"] = false;
  }
  if (schema["x-kubernetes-int-or-string"] === true) delete copy["type"];
  // CRDs write these as OpenAPI 3.0 does: a word about the limit beside it.
  for (const [exclusive, limit] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof copy[exclusive] !== "boolean") continue;
    if (copy[exclusive] && copy[limit] !== undefined) copy[exclusive] = copy[limit];
    else delete copy[exclusive];
  }
  if (top) {
    const own = { apiVersion: {}, kind: {}, metadata: {} };
    copy["properties"] = { ...(copy["properties"] as object), ...own };
  }
  return copy;
}
