// What a description of an API says and the openapi stage does not look at, although it loads without a word: one warning for each kind,
// at the first place, with how many more there are. The page of `validate` has the same list.
import { list, object, warning, type Json, type Remark } from "./report.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** What is passed over, in the order of the page. */
const gaps = {
  webhooks: ["webhooks are requests of the service itself, which do not come by here", ""],
  callbacks: ["callbacks are requests of the service itself, which do not come by here", ""],
  template: ["this part of the path has no parameter, so any text passes", "describe it"],
  expression: ["the path has no such part, so nothing is asked", "name it in braces in the path"],
  deep: [
    "objects and lists inside of a deepObject have no form of their own: p[a][b]= is refused",
    "take it apart, or describe the parameter by content: application/json",
  ],
  content: ["the text of this parameter is judged as it stands: only JSON is read", "use application/json"], // prettier-ignore
  unread: [
    "bodies of this type are not read, so its schema is not asked (body_unread, response_unread)",
    "deny what is not read: modes: { body_unread: enforce }",
  ],
  headers: ["headers of the parts of a body are not looked at", ""],
  encoding: ["the schema of the body has no such member, so nothing is asked", "describe it"],
  discriminator: [
    "without oneOf or anyOf a discriminator chooses no schema: members that others add by allOf are not asked",
    "list them in oneOf beside it",
  ],
  contentSchema: ["what a text holds is not compared with contentSchema", ""],
} satisfies Record<string, [message: string, mend: string]>;

type Gap = keyof typeof gaps;

/**
 * Warnings for the description in a configuration; none where it has none, or names a file that is not put in its place.
 * @param at pointer of the configuration in its document
 */
export function openapiGaps(config: unknown, at = ""): Remark[] {
  const document = object(object(object(config, "validate"), "openapi"), "document");
  const finder = new Finder(document);
  finder.description();
  return Object.entries(gaps).flatMap(([gap, [message, mend]]) => {
    const places = finder.found.get(gap as Gap) ?? [];
    const [first] = places;
    if (first === undefined) return [];
    const more = places.length > 1 ? ` (and ${places.length - 1} more)` : "";
    const pointer = `${at}/validate/openapi/document${first}`;
    return [warning(pointer, `${message}${more}`, mend)];
  });
}

/** A value with its place in the description. */
interface Spot {
  value: Json;
  at: string;
}

const below = (at: string, ...names: string[]): string =>
  names.reduce((to, name) => `${to}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, at);

class Finder {
  readonly found = new Map<Gap, string[]>();
  /** Places that were walked: components are met again and again, and schemas go round in circles. */
  private readonly seen = new Set<string>();

  constructor(private readonly document: Json) {}

  description(): void {
    if ("webhooks" in this.document) this.note("webhooks", "/webhooks");
    for (const path of this.entries({ value: this.document, at: "" }, "paths")) this.path(path);
  }

  private note(gap: Gap, at: string): void {
    const places = this.found.get(gap) ?? [];
    if (!places.includes(at)) this.found.set(gap, [...places, at]);
  }

  /** The object where a value stands, or where its references lead. */
  private spot(value: unknown, at: string): Spot {
    let spot: Spot = { value: object(value), at };
    for (let hops = 0; hops < 32 && typeof spot.value["$ref"] === "string"; hops++) {
      const reference = spot.value["$ref"];
      if (!reference.startsWith("#/")) return { value: {}, at };
      const tokens = reference.slice(2).split("/");
      const names = tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
      const target = names.reduce<unknown>(
        (here, name) => (here as Json | undefined)?.[name],
        this.document,
      );
      spot = { value: object(target), at: reference.slice(1) };
    }
    return spot;
  }

  private entries({ value, at }: Spot, name: string): (Spot & { name: string })[] {
    return Object.entries(object(value, name)).map(([key, one]) => ({
      name: key,
      ...this.spot(one, below(at, name, key)),
    }));
  }

  private items({ value, at }: Spot, name: string): Spot[] {
    return list(value, name).map((one, i) => this.spot(one, below(at, name, String(i))));
  }

  private path(item: Spot & { name: string }): void {
    const parts = [...item.name.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!);
    const shared = this.items(item, "parameters");
    for (const method of methods) {
      if (!(method in item.value)) continue;
      const operation = this.spot(item.value[method], below(item.at, method));
      const parameters = [...this.items(operation, "parameters"), ...shared];
      const inPath = parameters.filter(({ value }) => value["in"] === "path");
      const named = new Set(inPath.map(({ value }) => value["name"]));
      if (parts.some((part) => !named.has(part))) this.note("template", operation.at);
      for (const { value, at } of inPath)
        if (!parts.includes(String(value["name"]))) this.note("expression", at);
      for (const parameter of parameters) this.parameter(parameter);
      if ("callbacks" in operation.value) this.note("callbacks", below(operation.at, "callbacks"));
      this.body(this.spot(operation.value["requestBody"], below(operation.at, "requestBody")));
      for (const response of this.entries(operation, "responses")) {
        this.body(response);
        for (const header of this.entries(response, "headers")) this.parameter(header);
      }
    }
  }

  private parameter(parameter: Spot): void {
    for (const media of this.entries(parameter, "content")) {
      if (!/^application\/json\b|\+json\b|^text\/plain\b/.test(media.name))
        this.note("content", media.at);
      this.schema(this.spot(media.value["schema"], below(media.at, "schema")));
    }
    const schema = this.spot(parameter.value["schema"], below(parameter.at, "schema"));
    this.schema(schema);
    if (parameter.value["style"] !== "deepObject") return;
    if (this.entries(schema, "properties").some(({ value }) => isContainer(value)))
      this.note("deep", parameter.at);
  }

  private body(body: Spot): void {
    for (const media of this.entries(body, "content")) {
      const schema = this.spot(media.value["schema"], below(media.at, "schema"));
      this.schema(schema);
      const isForm = /^(?:multipart\/|application\/x-www-form-urlencoded)/.test(media.name);
      const isRead = isForm || /\bjson\b|^text\/(?!xml)|^\*/.test(media.name);
      if (!isRead && isContainer(schema.value)) this.note("unread", media.at);
      for (const encoding of this.entries(media, "encoding")) {
        if ("headers" in encoding.value) this.note("headers", below(encoding.at, "headers"));
        const isKnown = encoding.name in object(schema.value, "properties");
        if (!isKnown && !hasAlternatives(schema.value)) this.note("encoding", encoding.at);
      }
    }
  }

  /** A schema and all below it. */
  private schema(top: Spot): void {
    const waiting = [top];
    for (let spot = waiting.pop(); spot !== undefined; spot = waiting.pop()) {
      const { value, at } = spot;
      if (this.seen.has(at)) continue;
      this.seen.add(at);
      if ("discriminator" in value && !("oneOf" in value) && !("anyOf" in value))
        this.note("discriminator", below(at, "discriminator"));
      if ("contentSchema" in value) this.note("contentSchema", below(at, "contentSchema"));
      for (const name of ["properties", "patternProperties", "dependentSchemas"])
        waiting.push(...this.entries(spot, name));
      for (const name of ["allOf", "anyOf", "oneOf", "prefixItems"])
        waiting.push(...this.items(spot, name));
      for (const name of ["items", "additionalProperties", "not", "if", "then", "else"])
        if (name in value) waiting.push(this.spot(value[name], below(at, name)));
    }
  }
}

const hasAlternatives = (schema: Json): boolean =>
  ["allOf", "anyOf", "oneOf", "additionalProperties"].some((name) => name in schema);

/** Whether a schema speaks of an object or a list. */
function isContainer(schema: Json): boolean {
  const types = [schema["type"]].flat();
  if (types.includes("object") || types.includes("array")) return true;
  return "properties" in schema || "items" in schema || ["allOf", "anyOf", "oneOf"].some((name) => name in schema); // prettier-ignore
}
