// Schemas that are wrong: each mistake at its place, and the running configuration keeps serving; many configurations after each other.
import { describe, expect, test } from "vitest";
import { ask, good, hosting, section } from "./schema-host.ts";

describe("schemas that are wrong", () => {
  const wrong: [name: string, change: Record<string, unknown>, line: string][] = [
    [
      "a type that there is not",
      { schemas: { order: { properties: { a: { type: "text" } } }, item: {} } },
      '/validate/schema/schemas/order/properties/a/type: there is no type "text" (write one of null, boolean,',
    ],
    [
      "a reference to nothing",
      { schemas: { order: { items: { $ref: "#/$defs/x" } }, item: {} } },
      "/validate/schema/schemas/order/items/$ref: $ref #/$defs/x: ",
    ],
    [
      "a cycle",
      { schemas: { order: { $ref: "item" }, item: { $ref: "order" } } },
      "/validate/schema/schemas/order: leads back to itself",
    ],
    [
      "a pattern that looks around",
      { schemas: { order: { pattern: "(?=a)" }, item: {} } },
      "/validate/schema/schemas/order/pattern: this pattern cannot be used: looking around",
    ],
    [
      "a name that is none of the schemas",
      { rules: [{ request: "ordre" }] },
      '/validate/schema/rules/0/request: names no schema (known under "schemas": order, item, token)',
    ],
    [
      "a schema of the wrong kind",
      { rules: [{ request: [1] }] },
      "/validate/schema/rules/0/request: is no schema (write an object, true or false)",
    ],
    [
      "a rule that judges nothing",
      { rules: [{ paths: ["/"] }] },
      '/validate/schema/rules/0: judges nothing (add "request" or "response" with a schema)',
    ],
    ["no rules", { rules: undefined }, "/validate/schema/rules: is missing"],
  ];

  test.each(wrong)("%s", async (_, change, line) => {
    const host = await hosting();
    const document = { version: 1, validate: { schema: { ...section, ...change } } };
    const result = host.updateConfig("validate", JSON.stringify(document));
    expect(result.ok).toBe(false);
    const lines = result.logs.map(({ message }) => message);
    expect(
      lines.some((text) => text.startsWith(line)),
      lines.join("\n"),
    ).toBe(true);
    // The running configuration keeps serving.
    expect((await ask(host, "/orders", "{}")).code).toBe("schema.body_invalid");
    host.close();
  });
});

test("a hundred configurations after each other judge alike and leave memory where it was", async () => {
  const host = await hosting();
  const pages: number[] = [];
  for (let n = 0; n < 100; n++) {
    const schema = { ...section, maxBytes: 4096 + n };
    const document = { version: 1, holdHeaders: true, validate: { schema } };
    expect(host.updateConfig("validate", JSON.stringify(document)).ok).toBe(true);
    host.drain();
    expect((await ask(host, "/orders", good)).status).toBe(200);
    expect((await ask(host, "/orders", "{}")).finding).toMatchObject({ missing: "id" });
    pages.push(host.pages);
  }
  expect(pages.at(-1)).toBe(pages[20]);
  host.close();
});
