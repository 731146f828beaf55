// Descriptions that are wrong or hostile: each is refused with the JSON pointer of its place and what to do, and none traps.
import { beforeAll, describe, expect, test } from "vitest";
import { OpenApiProbe } from "./openapi-probe.ts";

let probe: OpenApiProbe;
beforeAll(async () => {
  probe = await OpenApiProbe.create();
});

const info = { title: "t", version: "1" };
const responses = {};
const api = (rest: object): object => ({ openapi: "3.0.3", info, ...rest });
const operation = (rest: object): object =>
  api({ paths: { "/a": { get: { responses, ...rest } } } });
const parameter = (rest: object): object =>
  operation({ parameters: [{ name: "p", in: "query", ...rest }] });
const body = (schema: unknown, rest: object = {}): object =>
  api({
    paths: {
      "/a": { post: { responses, requestBody: { content: { "application/json": { schema } } } } },
    },
    ...rest,
  });
const P = "/paths/~1a/get/parameters/0";
const S = "/paths/~1a/post/requestBody/content/application~1json/schema";

const wrong: [about: string, document: unknown, line: string][] = [
  ["no object", [], ': is no description of an API (begin with "openapi": "3.1.0")'],
  [
    "no version",
    { info },
    ': does not say which OpenAPI it is (add "openapi": "3.0.3" or "3.1.0")',
  ],
  ["Swagger", { swagger: "2.0" }, ": Swagger 2.0 is not read (convert it to OpenAPI 3)"],
  ["paths of the wrong type", api({ paths: [] }), "/paths: paths must be an object"],
  ["a path without a slash", api({ paths: { a: {} } }), "/paths/a: a path begins with a slash"],
  [
    "a path with a query",
    api({ paths: { "/a?b": {} } }),
    "/paths/~1a?b: a path begins with a slash and has no query",
  ],
  [
    "braces that do not match",
    api({ paths: { "/{a": {} } }),
    "/paths/~1{a: the braces of the path make no template",
  ],
  [
    "empty braces",
    api({ paths: { "/{}": {} } }),
    "/paths/~1{}: the braces of the path make no template",
  ],
  ["two expressions that touch", api({ paths: { "/{a}{b}": {} } }), "/paths/~1{a}{b}: the braces"],
  ["a name twice", api({ paths: { "/{a}/{a}": {} } }), "/paths/~1{a}~1{a}: the braces"],
  [
    "paths that are the same",
    api({ paths: { "/{a}": { get: { responses } }, "/{b}": { get: { responses } } } }),
    "/paths/~1{b}: is the same path as /{a} (keep one of them",
  ],
  ["a path item of the wrong type", api({ paths: { "/a": 5 } }), "/paths/~1a: must be an object"],
  [
    "an operation of the wrong type",
    api({ paths: { "/a": { get: "x" } } }),
    "/paths/~1a/get: must be an object",
  ],
  [
    "a parameter without a name",
    operation({ parameters: [{ in: "query" }] }),
    `${P}: a parameter has no name`,
  ],
  [
    "a parameter nowhere",
    parameter({ in: "body" }),
    `${P}: the parameter p is in no place that there is (write path,`,
  ],
  [
    "a style of another place",
    parameter({ style: "matrix" }),
    `${P}/style: no parameter in query has this style (write one of form,`,
  ],
  [
    "a style that there is not",
    parameter({ style: "comma" }),
    `${P}/style: no parameter in query has this style`,
  ],
  [
    "explode as a text",
    parameter({ explode: "yes" }),
    `${P}/explode: explode must be true or false`,
  ],
  [
    "parameters as an object",
    operation({ parameters: {} }),
    "/paths/~1a/get/parameters: parameters must be a list",
  ],
  [
    "a status that is none",
    operation({ responses: { 2000: {} } }),
    "/paths/~1a/get/responses/2000: is no status",
  ],
  [
    "a media type that is none",
    api({ paths: { "/a": { post: { responses, requestBody: { content: { json: {} } } } } } }),
    "/paths/~1a/post/requestBody/content/json: is no media type",
  ],
  [
    "a scheme that is not there",
    operation({ security: [{ key: [] }] }),
    "/paths/~1a/get/security/0/key: there is no security scheme key",
  ],
  [
    "a reference to nothing",
    operation({ parameters: [{ $ref: "#/components/parameters/x" }] }),
    `${P}/$ref: $ref #/components/parameters/x: `,
  ],
  [
    "a reference to another file",
    operation({ parameters: [{ $ref: "other.yaml#/p" }] }),
    `${P}/$ref: $ref other.yaml#/p: no schema is called`,
  ],
  [
    "references in a circle",
    api({
      paths: { "/a": { get: { responses, parameters: [{ $ref: "#/components/parameters/x" }] } } },
      components: {
        parameters: {
          x: { $ref: "#/components/parameters/y" },
          y: { $ref: "#/components/parameters/x" },
        },
      },
    }),
    `${P}: leads from reference to reference without end`,
  ],
  [
    "a reference that is no text",
    operation({ parameters: [{ $ref: 5 }] }),
    `${P}/$ref: $ref must be a text`,
  ],
  ["a type that there is not", body({ type: "file" }), `${S}/type: there is no type "file"`],
  ["a schema of the wrong type", body("object"), `${S}: is no schema`],
  [
    "schemas in a circle",
    body(
      { $ref: "#/components/schemas/A" },
      {
        components: {
          schemas: {
            A: { allOf: [{ $ref: "#/components/schemas/B" }] },
            B: { $ref: "#/components/schemas/A" },
          },
        },
      },
    ),
    "/components/schemas/A: leads back to itself",
  ],
  [
    "a number for an exclusive bound in 3.0",
    body({ exclusiveMinimum: 3 }),
    `${S}/exclusiveMinimum: exclusiveMinimum is true or false in OpenAPI 3.0`,
  ],
  [
    "a discriminator without a name",
    body({ oneOf: [{}], discriminator: {} }),
    `${S}/discriminator: discriminator has no propertyName`,
  ],
  [
    "a pattern that looks around",
    body({ pattern: "(?!a)" }),
    `${S}/pattern: this pattern cannot be used`,
  ],
  ["servers as a text", api({ servers: "x", paths: {} }), "/servers: servers must be a list"],
  [
    "a server's variable without a default",
    api({
      servers: [{ url: "/{a}", variables: { a: {} } }],
      paths: { "/a": { get: { responses } } },
    }),
    "/servers/0/variables/a: the variable has no default",
  ],
];

describe("descriptions that are wrong", () => {
  test.each(wrong)("%s", (_, document, line) => {
    const lines = probe.load(document);
    expect(
      lines.some((text) => text.startsWith(line)),
      lines.join("\n"),
    ).toBe(true);
    for (const text of lines) expect(text).toMatch(/^(\/.*)?: .+ \(.+\)$/);
  });

  test("a good description loads after each of them", () => {
    expect(probe.load(parameter({ schema: { type: "integer" } }))).toEqual([]);
    expect(probe.judge({ path: "/a?p=x" })).toEqual(['parameter invalid: p type at ""']);
  });
});
