// Descriptions cut into small ones, and changes to them: one path with the components that it leads to is a description by itself, which
// loads in a millisecond where the whole takes a hundred. A change takes, moves or doubles a part, or writes a word of the language where
// it may not stand.
import type { Below } from "./texts.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const unescaped = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

/** What `#/a/b` leads to. */
export function at(document: Json, reference: string): Json | undefined {
  if (!reference.startsWith("#/")) return undefined;
  let here: Json | undefined = document;
  for (const token of reference.slice(2).split("/").map(unescaped)) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as JsonObject)[token];
  }
  return here;
}

/** References that stand anywhere in a value. */
function referencesIn(value: Json | undefined, found: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) referencesIn(one, found);
  if (!isObject(value)) return;
  for (const [name, one] of Object.entries(value)) {
    if (name === "$ref" && typeof one === "string") found.add(one);
    else if (name === "mapping" && isObject(one)) {
      for (const target of Object.values(one)) if (typeof target === "string") found.add(target);
    } else referencesIn(one, found);
  }
}

/** A description for each path of one, with the components that it needs and no others. */
export function slicesOf(document: JsonObject): JsonObject[] {
  const paths = isObject(document["paths"]) ? Object.entries(document["paths"]) : [];
  return paths.map(([path, item]) => {
    const components: JsonObject = {};
    const schemes = at(document, "#/components/securitySchemes");
    if (schemes !== undefined) components["securitySchemes"] = schemes;
    const references = new Set<string>();
    referencesIn(item, references);
    // A set grows while it is walked.
    for (const reference of references) {
      const [kind, name] = reference.slice("#/components/".length).split("/").map(unescaped);
      const target = at(document, reference);
      if (kind === undefined || name === undefined || target === undefined) continue;
      const list = (components[kind] ??= {}) as JsonObject;
      list[name] = target;
      referencesIn(target, references);
    }
    return { ...document, paths: { [path]: item }, components };
  });
}

const words = ["$ref", "$defs", "$id", "$anchor", "$dynamicRef", "type", "format", "enum", "const", "items", "prefixItems", "contains", "properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "required", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "discriminator", "propertyName", "mapping", "nullable", "readOnly", "writeOnly", "minimum", "exclusiveMinimum", "maxLength", "pattern", "uniqueItems", "multipleOf", "parameters", "name", "in", "style", "explode", "allowReserved", "allowEmptyValue", "schema", "content", "requestBody", "responses", "headers", "encoding", "contentType", "security", "servers", "url", "variables", "default", "get", "post", "put", "200", "4XX", "application/json", "multipart/form-data", "application/x-www-form-urlencoded", "text/*", "*/*", "x-a", "", "é"]; // prettier-ignore
const oddValues: Json[] = [null, true, false, 0, 1, -1, 2.5, 1e308, "", "a", "string", "object", "array", "integer", "null", "path", "query", "header", "cookie", "form", "simple", "matrix", "label", "deepObject", "pipeDelimited", "uuid", "(?!a)", "^[a-z]+$", "application/json", "/{a}", "#", "é😀", [], {}, [[]], [{}], ["a"], { $ref: "#" }, { type: ["string", "null"] }]; // prettier-ignore

/** One change: what stands at a place, and under which name, is another afterwards. */
export interface Change {
  /** Names from the top to the place. */
  place: string[];
  kind: "put" | "take" | "rename" | "add";
  name: string;
  value: Json;
}

/** A place at random, deeper ones as likely as their depth. */
function placeIn(document: JsonObject, below: Below): string[] {
  const place: string[] = [];
  let here: Json = document;
  while (typeof here === "object" && here !== null) {
    const names: string[] = Object.keys(here);
    if (names.length === 0 || (place.length > 1 && below(9) === 0)) break;
    // Mostly into what is judged: a title changes nothing.
    const judged: string[] = place.length === 0 && below(8) > 0 ? ["paths", "components"] : names;
    const name: string = judged[below(judged.length)]!;
    if (!names.includes(name)) break;
    place.push(name);
    here = (here as JsonObject)[name]!;
  }
  return place;
}

const reference = (place: string[]): string =>
  `#/${place.map((token) => token.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;

/** A change to make; a value is an odd one, a part of the same description, or a reference to one. */
export function changeOf(document: JsonObject, below: Below): Change {
  const other = placeIn(document, below);
  const values: Json[] = [
    oddValues[below(oddValues.length)]!,
    at(document, reference(other)) ?? null,
    { $ref: reference(other) },
  ];
  return {
    place: placeIn(document, below),
    kind: (["put", "take", "rename", "add"] as const)[below(4)]!,
    name: words[below(words.length)]!,
    value: values[below(values.length)]!,
  };
}

/** The description with a change; parts that do not change are shared with the one before. */
export function changed(value: Json | undefined, change: Change, depth = 0): Json {
  const { place, kind, name } = change;
  if (value === undefined || typeof value !== "object" || value === null) return change.value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as JsonObject;
  const here = place[depth];
  if (here === undefined) {
    if (Array.isArray(value)) return [...value, change.value];
    copy[name] = change.value;
    return copy;
  }
  if (depth < place.length - 1) copy[here] = changed(copy[here], change, depth + 1);
  else if (kind === "put" || Array.isArray(value)) copy[here] = change.value;
  else if (kind === "add") copy[name] = change.value;
  else {
    if (kind === "rename") copy[name] = copy[here] ?? null;
    delete copy[here];
  }
  return copy;
}
