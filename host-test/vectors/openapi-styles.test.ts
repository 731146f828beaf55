// Every style, with and without `explode`, in every place that it can have: values are written as the specification's table writes them,
// and a request is right when ajv says that the value is what the schema says. Then what is written wrongly, by hand.
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { OpenApiProbe, type ApiRequest } from "./openapi-probe.ts";
import { pools, styles, write, type Scalar, type Value, type Written } from "./openapi-styles.ts";

let probe: OpenApiProbe;
beforeAll(async () => {
  probe = await OpenApiProbe.create();
});

const ajv = new Ajv2020({ strict: false, validateFormats: true });
ajv.addFormat("int32", {
  type: "number",
  validate: (value: number) => Math.abs(value + 0.5) <= 2 ** 31 - 0.5,
});
ajv.addFormat(
  "date",
  (text) => /^\d{4}-\d\d-\d\d$/.test(text) && new Date(text).toISOString().startsWith(text),
);

/** A description with one parameter. */
function describing(parameter: Record<string, unknown>, version = "3.1.0"): object {
  const isPath = parameter["in"] === "path";
  return {
    openapi: version,
    info: { title: "t", version: "1" },
    paths: {
      [isPath ? "/things/{color}" : "/things"]: {
        get: { parameters: [{ name: "color", required: isPath, ...parameter }], responses: {} },
      },
    },
  };
}

function requestOf(place: string, text: string): ApiRequest {
  if (place === "path") return { path: `/things/${text}` };
  if (place === "query") return { path: `/things?${text}` };
  if (place === "header") return { path: "/things", headers: [["color", text]] };
  return { path: "/things", headers: [["cookie", text]] };
}

/** What a text stands for where a schema wants this type: the only thing that a style does not say. */
function read(value: Scalar, schema: Record<string, unknown> | undefined): Scalar {
  const text = String(value);
  const type = schema?.["type"];
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
  if ((type === "integer" || type === "number") && isNumber) return Number(text);
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

function readAll(value: Value, schema: Record<string, unknown>): Value {
  if (Array.isArray(value)) return value.map((item) => read(item, schema["items"] as never));
  if (typeof value !== "object") return read(value, schema);
  const known = (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>;
  const rest = schema["additionalProperties"] as Record<string, unknown> | undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, read(item, known[name] ?? rest)]),
  );
}

/** Values whose text means something else by a style: the specification's delimiters in data (appendix E of 3.1.1). */
function isAmbiguous(how: Written, value: Value): boolean {
  const texts = JSON.stringify(value);
  if (how.in === "header")
    return (
      /[,=]|[^ -~]|a b|\\|\[/.test(texts.slice(1, -1)) &&
      /,(?=[^"\]}])|a,b|=|[^ -~]|a b|\\/.test(texts)
    );
  if (how.style === "spaceDelimited") return texts.includes("a b") && typeof value === "object";
  return false;
}

/** An exploded object's members stand among other parameters: names that a closed schema does not know are not its own. */
function own(how: Written, value: Value, schema: Record<string, unknown>): Value {
  const isSpread = how.style === "form" && how.explode && schema["additionalProperties"] === false;
  if (!isSpread || typeof value !== "object" || Array.isArray(value)) return value;
  const known = Object.keys(schema["properties"] as object);
  return Object.fromEntries(Object.entries(value).filter(([name]) => known.includes(name)));
}

interface Case {
  how: Written;
  schema: Record<string, unknown>;
  value: Value;
  text: string;
  valid: boolean;
}

function casesOf(list: Written[]): Case[] {
  const cases: Case[] = [];
  for (const how of list) {
    for (const { schemas, values } of Object.values(pools)) {
      for (const schema of schemas) {
        const isValid = ajv.compile(schema);
        for (const value of values) {
          const text = write(how, "color", value);
          if (text === undefined || text === "" || isAmbiguous(how, value)) continue;
          const meant = readAll(own(how, value, schema), schema);
          const isAbsent = typeof meant === "object" && Object.keys(meant).length === 0;
          cases.push({ how, schema, value, text, valid: isAbsent || isValid(meant) });
        }
      }
    }
  }
  return cases;
}

describe.each(Object.entries(styles))("style %s", (_, list) => {
  const cases = casesOf(list);

  test("200 cases and more, a quarter and more of each verdict", () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    const valid = cases.filter((one) => one.valid).length;
    expect(valid / cases.length).toBeGreaterThan(0.25);
    expect(valid / cases.length).toBeLessThan(0.75);
  });

  test.each(list)("$in, explode $explode, encoded brackets $encodesBrackets", (how) => {
    const wrong: string[] = [];
    let loaded: unknown;
    probe.switchOff("parameter unknown", "parameter reserved", "credential missing");
    for (const { schema, text, valid } of cases.filter((one) => one.how === how)) {
      if (loaded !== schema) {
        const { style, explode } = how;
        expect(probe.load(describing({ in: how.in, style, explode, schema }))).toEqual([]);
        loaded = schema;
      }
      const faults = probe.judge(requestOf(how.in, text));
      const isRight = valid
        ? faults.length === 0
        : faults[0]?.startsWith("parameter invalid") === true;
      if (!isRight)
        wrong.push(
          `${text} by ${JSON.stringify(schema)}: ${valid ? "valid" : "invalid"}, got ${faults.join()}`,
        );
    }
    expect(wrong.slice(0, 20)).toEqual([]);
  });
});
