// Schemas made of keywords put together at random, and texts near to what they ask: loading names its faults or gives a program, judging
// answers the same twice, and neither takes memory that is not given back. A text of this run is JSON: {dialect, schema, texts}.
import { expect, test } from "vitest";
import { SchemaProbe } from "../vectors/schema-probe.ts";
import { fuzz, seconds } from "./run.ts";
import { NewLines, type Below } from "./texts.ts";

interface Attempt {
  dialect: number;
  schema: unknown;
  texts: string[];
}

const names = ["a", "b", "c", "$ref", "", "é"];
const types = ["string", "number", "integer", "boolean", "null", "array", "object"];
const formats = ["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "uuid", "regex", "json-pointer", "uri-template", "none"]; // prettier-ignore
const strings = ["", "a", "aaa", "é", "2024-02-29", "2024-13-01T25:00:00Z", "1.2.3.4", "::1", "::ffff:1.2.3", "a@b.c", "http://a/%zz", "P1Y2M", "/a/~1", "{x}", "[a", "00000000-0000-0000-0000-000000000000", "😀".repeat(9)]; // prettier-ignore
const numbers = [0, 1, -1, 2.5, 3, 1e308, 5e-324, 9007199254740993, 0.1, -0];
const patterns = [
  "^a+$",
  "[a-z]{2,3}",
  "^(a|b)*$",
  "\\d+",
  "(",
  "(?=a)",
  "^.{0,5}$",
  "\\p{L}",
  "é",
];
const references = ["#", "#/$defs/x", "#/properties/a", "#x", "other", "#/nowhere", "#/$defs/x/items", "http://h/"]; // prettier-ignore

function valueOf(below: Below, depth: number): unknown {
  switch (below(depth > 3 ? 5 : 8)) {
    case 0:
      return null;
    case 1:
      return below(2) === 0;
    case 2:
    case 3:
      return numbers[below(numbers.length)];
    case 4:
      return strings[below(strings.length)];
    case 5:
      return Array.from({ length: below(5) }, () => valueOf(below, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: below(4) }, () => [
          names[below(names.length)]!,
          valueOf(below, depth + 1),
        ]),
      );
  }
}

function schemaOf(below: Below, depth = 0): unknown {
  if (below(12) === 0) return below(3) > 0;
  const some = <T>(from: T[]): T => from[below(from.length)]!;
  const deeper = (): unknown => schemaOf(below, depth + 1);
  const list = (): unknown[] => Array.from({ length: 1 + below(3) }, deeper);
  const map = (keys: string[]): object =>
    Object.fromEntries(Array.from({ length: 1 + below(3) }, () => [some(keys), deeper()]));
  const flat: [string, () => unknown][] = [
    ["type", () => (below(2) === 0 ? some(types) : [some(types), some(types)])],
    ["const", () => valueOf(below, 2)],
    ["enum", () => [valueOf(below, 2), valueOf(below, 2), valueOf(below, 2)]],
    ["multipleOf", () => some(numbers)],
    ["minimum", () => some(numbers)],
    ["exclusiveMaximum", () => (below(4) === 0 ? true : some(numbers))],
    ["maximum", () => some(numbers)],
    ["minLength", () => below(4)],
    ["maxLength", () => below(6)],
    ["pattern", () => some(patterns)],
    ["format", () => some(formats)],
    ["minItems", () => below(3)],
    ["maxItems", () => below(5)],
    ["uniqueItems", () => below(3) > 0],
    ["maxProperties", () => below(4)],
    ["required", () => [some(names), some(names)]],
    ["nullable", () => true],
    ["readOnly", () => below(2) === 0],
    ["$ref", () => some(references)],
    ["$dynamicRef", () => some(references)],
    ["$anchor", () => "x"],
    ["$id", () => some(references)],
    ["discriminator", () => ({ propertyName: some(names), mapping: { a: some(references) } })],
    [some(names), () => valueOf(below, 2)],
  ];
  const deep: [string, () => unknown][] = [
    ["properties", () => map(names)],
    ["patternProperties", () => map(patterns)],
    ["additionalProperties", deeper],
    ["propertyNames", deeper],
    ["dependentSchemas", () => map(names)],
    ["dependencies", () => ({ a: ["b"], b: deeper() })],
    ["items", () => (below(4) === 0 ? list() : deeper())],
    ["prefixItems", list],
    ["contains", deeper],
    ["minContains", () => below(3)],
    ["unevaluatedItems", deeper],
    ["unevaluatedProperties", deeper],
    ["allOf", list],
    ["anyOf", list],
    ["oneOf", list],
    ["not", deeper],
    ["if", deeper],
    ["then", deeper],
    ["else", deeper],
    ["$defs", () => ({ x: deeper() })],
  ];
  const schema: Record<string, unknown> = {};
  for (let i = 1 + below(4); i > 0; i--) {
    const [name, make] = depth < 4 && below(2) === 0 ? some(deep) : some(flat);
    schema[name] = make();
  }
  return schema;
}

/** One place of a schema replaced by a new schema. */
function changed(schema: unknown, below: Below): unknown {
  if (typeof schema !== "object" || schema === null || below(4) === 0) return schemaOf(below, 2);
  const keys = Object.keys(schema);
  if (keys.length === 0) return schemaOf(below, 2);
  const key = keys[below(keys.length)]!;
  const copy = (Array.isArray(schema) ? [...schema] : { ...schema }) as Record<string, unknown>;
  copy[key] = changed(copy[key], below);
  return copy;
}

function textsOf(below: Below): string[] {
  return Array.from({ length: 1 + below(6) }, () => {
    const text = JSON.stringify(valueOf(below, 0));
    return below(8) === 0 ? text.slice(0, below(text.length + 1)) + strings[below(3)]! : text;
  });
}

function make(corpus: Buffer[], below: Below): Buffer {
  const known = corpus.length > 0 && below(2) === 0;
  const from = known ? (JSON.parse(corpus[below(corpus.length)]!.toString()) as Attempt) : null;
  const attempt: Attempt = {
    dialect: from?.dialect ?? below(4),
    schema: from === null ? schemaOf(below) : changed(from.schema, below),
    texts: textsOf(below),
  };
  return Buffer.from(JSON.stringify(attempt).replace(/[^\0-\x7f]/g, escaped));
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

test("schemas and texts", { timeout: (2 * seconds + 60) * 1000 }, async () => {
  const probe = await SchemaProbe.create(1 << 18);
  const seen = { refused: 0, valid: 0, invalid: 0, undecided: 0, "no JSON": 0 };
  let done = 0;
  let warm = 0;
  const run = (text: Buffer): void => {
    const { dialect, schema, texts } = JSON.parse(text.toString()) as Attempt;
    if (++done === 1000) warm = probe.memory.buffer.byteLength;
    probe.begin();
    try {
      probe.add("urn:s", schema, dialect);
      probe.compile("urn:s");
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError || String(error).includes(".ts:")) throw error;
      seen.refused++;
      return;
    }
    const first = texts.map((one) => probe.judge(one));
    const pages = probe.memory.buffer.byteLength;
    expect(texts.map((one) => probe.judge(one))).toEqual(first);
    expect(probe.memory.buffer.byteLength).toBe(pages);
    for (const verdict of first) seen[verdict]++;
  };
  fuzz("schema", new NewLines(probe.memory, probe.points), run, { make, texts: 1500 });
  const grown = probe.memory.buffer.byteLength - warm;
  if (seconds > 0) console.log(`schema: ${JSON.stringify(seen)}, memory ${warm} + ${grown}`);
  expect(Math.min(seen.refused, seen.valid, seen.invalid)).toBeGreaterThan(100);
  expect(grown).toBeLessThanOrEqual(4 << 20);
});
