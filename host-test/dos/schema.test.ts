// Judging stays linear in the text: many members, many elements, unique items whose values collide in length, alternatives, and
// a schema that refers to itself.
import { describe, expect, test } from "vitest";
import { SchemaProbe } from "../vectors/schema-probe.ts";
import { expectGrowth } from "./exponent.ts";

const joined = (count: number, member: (i: number) => string): string =>
  Array.from({ length: Math.ceil(count) }, (_, i) => member(i)).join(",");

const tree = {
  type: ["object", "array", "number"],
  additionalProperties: { $ref: "#" },
  items: { $ref: "#" },
};
const cases: Record<string, [schema: object, make: (size: number) => string]> = {
  "names that nobody knows": [
    { properties: { a: true }, additionalProperties: { type: "number" } },
    (size) => `{${joined(size / 12, (i) => `"k${i}":1`)}}`,
  ],
  "unique numbers": [
    { uniqueItems: true },
    (size) => `[${joined(size / 6, (i) => `${i + 10000}`)}]`,
  ],
  "unique objects": [
    { uniqueItems: true },
    (size) => `[${joined(size / 16, (i) => `{"a":${i},"b":1}`)}]`,
  ],
  "alternatives that all fail but the last": [
    {
      items: {
        anyOf: [{ type: "null" }, { required: ["z"] }, { minProperties: 9 }, { type: "object" }],
      },
      unevaluatedItems: false,
    },
    (size) => `[${joined(size / 8, () => '{"a":1}')}]`,
  ],
  "contains that is never met": [
    { not: { contains: { const: "x" } } },
    (size) => `[${joined(size / 4, () => '"y"')}]`,
  ],
  "a pattern of nested repeats": [
    { items: { not: { pattern: "^(a+)+$" } } },
    (size) => `[${joined(size / 64, () => `"${"a".repeat(60)}!"`)}]`,
  ],
  "a schema that refers to itself": [tree, (size) => `[${joined(size / 8, () => '{"a":1}')}]`],
};

describe("schemas under hostile texts", async () => {
  const probe = await SchemaProbe.create();
  for (const [name, [schema, make]] of Object.entries(cases)) {
    test(`is linear on ${name}`, () => {
      probe.begin();
      probe.add("urn:test", schema, false);
      probe.compile("urn:test");
      const measured = expectGrowth(
        (size) => {
          const text = Buffer.from(make(size));
          expect(probe.judge(text)).toBe("valid");
          return () => probe.judge(text);
        },
        1.1,
        // The rows of larger texts leave the processor's second cache, which steepens the curve without more work.
        { sizes: [2048, 8192, 16384, 32768] },
      );
      expect(measured.exponent).toBeLessThanOrEqual(1.1);
    });
  }

  test("a schema that leads nowhere but to itself is refused at its place", () => {
    probe.begin();
    const $defs = { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ $ref: "#/$defs/a" }] } };
    probe.add("urn:test", { $ref: "#/$defs/a", $defs }, false);
    expect(() => {
      probe.compile("urn:test");
    }).toThrow(/^\/\$defs\/a: leads back to itself by references alone/);
  });

  test("a chain of references as long as a document loads, and is undecided", () => {
    probe.begin();
    const $defs: Record<string, object> = { n20000: { type: "number" } };
    for (let i = 0; i < 20000; i++) $defs[`n${i}`] = { $ref: `#/$defs/n${i + 1}` };
    probe.add("urn:test", { $ref: "#/$defs/n0", $defs }, false);
    probe.compile("urn:test");
    expect(probe.judge("1")).toBe("undecided");
  });

  test("alternatives of alternatives end at the budget of steps", () => {
    probe.begin();
    const $defs: Record<string, object> = { n30: { type: "number" } };
    for (let i = 0; i < 30; i++) {
      const next = { $ref: `#/$defs/n${i + 1}` };
      $defs[`n${i}`] = { allOf: [next, next] };
    }
    probe.add("urn:test", { $ref: "#/$defs/n0", $defs }, false);
    probe.compile("urn:test");
    expect(probe.judge("1")).toBe("undecided");
  });
});
