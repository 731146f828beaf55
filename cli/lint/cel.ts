// The CEL rules of a CRD, run over a resource as an API server runs them: each rule of each part of the schema, with that part
// as `self`. Rules about a change (`oldSelf`) have nothing to compare here; one that this library cannot run says nothing.
// Source: Kubernetes "Validation rules" (x-kubernetes-validations), its CEL library for strings and URLs.
import { Environment } from "@marcbachmann/cel-js";
import { error, type Remark } from "./report.ts";

export interface CelSchema {
  type?: string;
  properties?: Record<string, CelSchema>;
  items?: CelSchema;
  additionalProperties?: CelSchema | boolean;
  "x-kubernetes-validations"?: CelRule[];
}

interface CelRule {
  rule: string;
  message?: string;
  messageExpression?: string;
}

type Program = (context: Record<string, unknown>) => unknown;

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
})
  .registerType("URL", URL)
  .registerFunction("url(string): URL", (text: string) => new URL(text))
  .registerFunction("isURL(string): bool", (text: string) => URL.canParse(text))
  .registerFunction("URL.getScheme(): string", (url: URL) => url.protocol.slice(0, -1))
  .registerFunction("URL.getHostname(): string", (url: URL) => url.hostname);

const programs = new Map<string, Program | undefined>();

/** What the rules say of `value`, each at the JSON pointer of the part it is about. */
export function celRemarks(schema: CelSchema, value: unknown, at = ""): Remark[] {
  if (value === undefined || value === null) return [];
  const found: Remark[] = [];
  const rules = schema["x-kubernetes-validations"] ?? [];
  if (rules.length > 0) {
    const self = typed(schema, value);
    for (const rule of rules) {
      if (refuses(rule, self)) {
        const { message } = rule;
        const text = message ?? messageOf(rule, self) ?? `the cluster refuses it: ${rule.rule}`;
        found.push(error(at === "" ? "" : at, text.trim(), ""));
      }
    }
  }
  return [...found, ...parts(schema, value, at)];
}

function parts(schema: CelSchema, value: unknown, at: string): Remark[] {
  const { items, properties = {}, additionalProperties } = schema;
  if (Array.isArray(value)) {
    if (items === undefined) return [];
    return value.flatMap((entry, index) => celRemarks(items, entry, `${at}/${index}`));
  }
  if (typeof value !== "object" || value === null) return [];
  const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return Object.entries(value).flatMap(([name, entry]) => {
    const part = properties[name] ?? others;
    const pointer = `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return part === undefined ? [] : celRemarks(part, entry, pointer);
  });
}

function refuses({ rule }: CelRule, self: unknown): boolean {
  const program = compiled(rule);
  if (program === undefined) return false;
  try {
    return program({ self }) === false;
  } catch {
    return false;
  }
}

function messageOf({ messageExpression }: CelRule, self: unknown): string | undefined {
  if (messageExpression === undefined) return undefined;
  try {
    const text = compiled(messageExpression)?.({ self });
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A rule ready to run; undefined for one that compares with an older object or cannot be read. */
export function compiled(rule: string): Program | undefined {
  if (programs.has(rule)) return programs.get(rule);
  let program: Program | undefined;
  try {
    if (!/\boldSelf\b/.test(rule)) program = environment.parse(rule) as Program;
  } catch {
    program = undefined;
  }
  programs.set(rule, program);
  return program;
}

/** Whole numbers as CEL's int: JSON knows one kind of number, CEL two. */
function typed(schema: CelSchema | undefined, value: unknown): unknown {
  if (typeof value === "number") {
    return schema?.type !== "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map((entry) => typed(schema?.items, entry));
  if (typeof value !== "object" || value === null) return value;
  const { properties = {}, additionalProperties } = schema ?? {};
  const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, typed(properties[name] ?? others, entry)]),
  );
}
