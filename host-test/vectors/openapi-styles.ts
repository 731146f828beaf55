// How the specification writes a value by each style, from its table of examples and RFC 6570, and what to write: the generator of
// host-test/vectors/openapi-styles.test.ts. Nothing of it knows the engine.
// Source: OpenAPI 3.0.4 §4.7.12.3, 3.1.1 §4.8.12.3 and appendix C; RFC 6570 §3.2.

export type Scalar = string | number | boolean;
export type Value = Scalar | Scalar[] | Record<string, Scalar>;

export interface Written {
  style: string;
  in: "path" | "query" | "header" | "cookie";
  explode: boolean;
  /** Brackets of deep objects are percent-encoded. */
  encodesBrackets?: boolean;
}

/** The styles, each with the places that it can stand in. */
export const styles: Record<string, Written[]> = {
  matrix: both("matrix", "path"),
  label: both("label", "path"),
  simple: [...both("simple", "path"), ...both("simple", "header")],
  form: [...both("form", "query"), ...both("form", "cookie")],
  spaceDelimited: both("spaceDelimited", "query"),
  pipeDelimited: both("pipeDelimited", "query"),
  deepObject: [
    { style: "deepObject", in: "query", explode: true },
    { style: "deepObject", in: "query", explode: true, encodesBrackets: true },
  ],
};

function both(style: string, place: Written["in"]): Written[] {
  return [true, false].map((explode) => ({ style, in: place, explode }));
}

/** RFC 6570 §3.2.1: everything but unreserved characters. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** The text of a value, or undefined where the specification has none ("n/a"). */
export function write(how: Written, name: string, value: Value): string | undefined {
  const code = how.in === "header" ? String : (text: Scalar): string => escaped(String(text));
  const pairs = (object: Record<string, Scalar>, equals: string, join: string): string =>
    Object.entries(object)
      .map(([key, item]) => `${code(key)}${equals}${code(item)}`)
      .join(join);
  const isArray = Array.isArray(value);
  const isObject = typeof value === "object" && !isArray;
  switch (how.style) {
    case "matrix":
      if (isArray)
        return how.explode
          ? value.map((item) => `;${name}=${code(item)}`).join("")
          : `;${name}=${value.map(code).join(",")}`;
      if (isObject)
        return how.explode ? `;${pairs(value, "=", ";")}` : `;${name}=${pairs(value, ",", ",")}`;
      return `;${name}=${code(value as Scalar)}`;
    case "label":
      if (isArray) return `.${value.map(code).join(how.explode ? "." : ",")}`;
      if (isObject) return `.${how.explode ? pairs(value, "=", ".") : pairs(value, ",", ",")}`;
      return `.${code(value as Scalar)}`;
    case "simple":
      if (isArray) return value.map(code).join(",");
      if (isObject) return pairs(value, how.explode ? "=" : ",", ",");
      return code(value as Scalar);
    case "form":
      if (isArray) {
        return how.explode
          ? value.map((item) => `${name}=${code(item)}`).join(how.in === "cookie" ? "; " : "&")
          : `${name}=${value.map(code).join(",")}`;
      }
      if (isObject)
        return how.explode
          ? pairs(value, "=", how.in === "cookie" ? "; " : "&")
          : `${name}=${pairs(value, ",", ",")}`;
      return `${name}=${code(value as Scalar)}`;
    case "spaceDelimited":
    case "pipeDelimited": {
      const mark = how.style === "spaceDelimited" ? "%20" : "|";
      if (isArray)
        return how.explode
          ? value.map((item) => `${name}=${code(item)}`).join("&")
          : `${name}=${value.map(code).join(mark)}`;
      return isObject && !how.explode ? `${name}=${pairs(value, mark, mark)}` : undefined;
    }
    default: {
      const [open, close] = how.encodesBrackets === true ? ["%5B", "%5D"] : ["[", "]"];
      if (!isObject) return undefined;
      return Object.entries(value)
        .map(([key, item]) => `${name}${open}${code(key)}${close}=${code(item)}`)
        .join("&");
    }
  }
}

interface Pool {
  schemas: Record<string, unknown>[];
  values: Value[];
}

/** Schemas, and values that meet them or do not; every value goes to every schema of its pool. */
export const pools: Record<string, Pool> = {
  texts: {
    schemas: [
      { type: "string", pattern: "^[a-z]+$" },
      { type: "string", maxLength: 5 },
      { type: "string", enum: ["red", "a b", "grün"] },
      { type: "string", format: "date" },
      { type: "string", minLength: 1 },
    ],
    values: [
      "red",
      "Red",
      "a b",
      "a,b",
      "a&b",
      "a=b",
      "50%",
      "grün",
      "2024-02-29",
      "2023-02-29",
      "x/y",
      "a+b",
      "\\d",
      '"',
      "true",
      "12",
      "[a]",
    ],
  },
  numbers: {
    schemas: [
      { type: "integer", minimum: 1, maximum: 100 },
      { type: "number", multipleOf: 0.5 },
      { type: "integer", format: "int32" },
    ],
    values: [
      1,
      100,
      0,
      101,
      -1,
      50,
      2147483647,
      2147483648,
      "x",
      "1x",
      "0x10",
      "01",
      "+1",
      "1e",
      "--1",
    ],
  },
  flags: { schemas: [{ type: "boolean" }], values: [true, false, "True", "yes", 1, "tru"] },
  lists: {
    schemas: [
      { type: "array", items: { type: "string", enum: ["blue", "black", "brown"] } },
      { type: "array", items: { type: "string", minLength: 2 }, maxItems: 3 },
      { type: "array", items: { type: "string" }, uniqueItems: true },
    ],
    values: [
      ["blue", "black", "brown"],
      ["blue"],
      ["red"],
      ["blue", "blue"],
      ["a", "bb"],
      ["aa", "bb", "cc", "dd"],
      ["a,b", "c"],
      ["ää", "öö"],
      ["x&y", "z=z"],
      ["12", "true"],
    ],
  },
  "lists of numbers": {
    schemas: [
      { type: "array", items: { type: "integer" }, minItems: 2 },
      { type: "array", items: { type: "integer", minimum: 0 }, uniqueItems: true },
      { type: "array", items: { type: "boolean" } },
    ],
    values: [[1, 2, 3], [1], [1, 1], [-1, 2], ["x", 1], [1, "2x"], [true, false], [true, 1]],
  },
  objects: {
    schemas: [
      {
        type: "object",
        properties: {
          R: { type: "integer", maximum: 255 },
          G: { type: "integer" },
          B: { type: "integer" },
        },
        required: ["R"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: {
          role: { type: "string", enum: ["admin", "user"] },
          name: { type: "string", maxLength: 4 },
        },
        additionalProperties: { type: "string" },
      },
      { type: "object", additionalProperties: { type: "integer", minimum: 0 } },
      {
        type: "object",
        properties: { on: { type: "boolean" }, R: { type: "integer" } },
        maxProperties: 2,
        additionalProperties: true,
      },
    ],
    values: [
      { R: 100, G: 200, B: 150 },
      { R: 1 },
      { G: 1 },
      { R: 256 },
      { R: "x" },
      { R: 1, X: 2 },
      { R: -5, G: 0 },
      { R: 255, B: 255 },
      { R: 1, G: "one" },
      { role: "admin" },
      { role: "user", name: "Alex" },
      { role: "guest" },
      { role: "user", name: "Alexandra" },
      { role: "user", more: "a b" },
      { name: "a,b" },
      { name: "a=b" },
      { on: true },
      { on: "yes" },
      { on: false, R: 7 },
      { on: false, R: 7, S: 1 },
      { x: 1, y: 2, z: 3 },
      { x: -1 },
      { "a b": 1 },
      { ä: 3 },
      { R: 0 },
      { R: 3, G: 4, B: "blue" },
      { role: "admin", name: "" },
      { x: 10, y: "ten" },
    ],
  },
};
