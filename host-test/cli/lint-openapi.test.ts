// Lint names what a description says and nobody asks: each kind once, at its first place, and nothing of a description without gaps.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openapiGaps } from "../../cli/lint/openapi-gaps.ts";
import { meshwarden } from "./terminal-fixture.ts";

const schema = { type: "object", properties: { a: { type: "string" } } };
const described = (post: object, item: object = {}, top: object = {}): object => ({
  openapi: "3.1.0",
  info: { title: "t", version: "1" },
  paths: { "/a": { ...item, post: { responses: {}, ...post } } },
  ...top,
});
const body = (content: object): object => described({ requestBody: { content } });
const parameter = (one: object): object => described({ parameters: [{ name: "p", ...one }] });
const pet = {
  components: {
    schemas: { Pet: { type: "object", discriminator: { propertyName: "kind" } } },
  },
};
const P = "/paths/~1a/post";

const gaps: [about: string, document: object, place: string, message: RegExp][] = [
  ["webhooks", described({}, {}, { webhooks: { w: {} } }), "/webhooks", /requests of the service/],
  ["callbacks", described({ callbacks: { c: {} } }), `${P}/callbacks`, /requests of the service/],
  [
    "a path parameter without a part",
    parameter({ in: "path" }),
    `${P}/parameters/0`,
    /no such part/,
  ],
  [
    "a deep object with a list",
    parameter({
      in: "query",
      style: "deepObject",
      schema: { properties: { l: { type: "array" } } },
    }),
    `${P}/parameters/0`,
    /refused/,
  ],
  [
    "a parameter of XML",
    parameter({ in: "query", content: { "application/xml": { schema } } }),
    `${P}/parameters/0/content/application~1xml`,
    /only JSON is read/,
  ],
  [
    "a body of XML",
    body({ "application/json": { schema }, "application/xml": { schema } }),
    `${P}/requestBody/content/application~1xml`,
    /are not read/,
  ],
  [
    "headers of a part",
    body({ "multipart/form-data": { schema, encoding: { a: { headers: { x: {} } } } } }),
    `${P}/requestBody/content/multipart~1form-data/encoding/a/headers`,
    /headers of the parts/,
  ],
  [
    "an encoding of no member",
    body({ "multipart/form-data": { schema, encoding: { b: { contentType: "a/b" } } } }),
    `${P}/requestBody/content/multipart~1form-data/encoding/b`,
    /no such member/,
  ],
  [
    "a discriminator alone",
    {
      ...body({ "application/json": { schema: { $ref: "#/components/schemas/Pet" } } }),
      ...pet,
    },
    "/components/schemas/Pet/discriminator",
    /chooses no schema/,
  ],
  [
    "a schema of a text's content",
    body({ "application/json": { schema: { type: "string", contentSchema: schema } } }),
    `${P}/requestBody/content/application~1json/schema/contentSchema`,
    /contentSchema/,
  ],
];

const of = (document: object) => openapiGaps({ validate: { openapi: { document } } });

describe("gaps", () => {
  test.each(gaps)("%s", (_, document, place, message) => {
    const found = of(document);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: "warning" });
    expect(found[0]!.pointer).toBe(`/validate/openapi/document${place}`);
    expect(found[0]!.message).toMatch(message);
  });

  test("a part of a path without a parameter", () => {
    const found = of({ paths: { "/{x}/b": { get: {}, put: {} } } });
    expect(found.map(({ pointer }) => pointer)).toEqual([
      "/validate/openapi/document/paths/~1{x}~1b/get",
    ]);
    expect(found[0]!.message).toMatch(/any text passes \(and 1 more\)$/);
  });

  test("none in a description that is looked at whole", () => {
    const parameters = [{ name: "q", in: "query", style: "deepObject", schema }];
    const content = {
      "application/json": { schema: { oneOf: [schema], discriminator: { propertyName: "a" } } },
      "application/octet-stream": { schema: { type: "string", format: "binary" } },
      "multipart/form-data": { schema, encoding: { a: { contentType: "text/plain" } } },
    };
    expect(of(described({ parameters, requestBody: { content } }))).toEqual([]);
  });

  test("schemas and references in circles end", () => {
    const schemas = {
      A: {
        properties: {
          a: { $ref: "#/components/schemas/A" },
          b: { $ref: "#/components/schemas/B" },
        },
      },
      B: { $ref: "#/components/schemas/B" },
    };
    const content = { "application/json": { schema: { $ref: "#/components/schemas/A" } } };
    expect(of({ ...body(content), components: { schemas } })).toEqual([]);
  });

  test("lint warns at the line of the file, and passes", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "meshwarden-gaps-"));
    const api = described({ callbacks: { c: {} } });
    writeFileSync(path.join(folder, "api.json"), JSON.stringify(api));
    const config = path.join(folder, "config.yaml");
    writeFileSync(config, "version: 1\nvalidate:\n  openapi:\n    document: api.json\n");
    const run = await meshwarden("lint", config);
    expect(run.exitCode, run.err).toBe(0);
    expect(run.out).toContain("config.yaml:4:5:");
    expect(run.out).toContain("warning: callbacks are requests");
    expect((await meshwarden("lint", "--strict", config)).exitCode).toBe(1);
  });
});
