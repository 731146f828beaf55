// Descriptions without measure: cut off, deep, long, with more than there may be, and a good one with each value in turn replaced by
// something else. Refused or loaded, none traps.
import { beforeAll, describe, expect, test } from "vitest";
import { OpenApiProbe } from "./openapi-probe.ts";

let probe: OpenApiProbe;
beforeAll(async () => {
  probe = await OpenApiProbe.create();
});

const info = { title: "t", version: "1" };
const responses = {};
const api = (rest: object): object => ({ openapi: "3.0.3", info, ...rest });
const body = (schema: unknown, rest: object = {}): object =>
  api({
    paths: {
      "/a": { post: { responses, requestBody: { content: { "application/json": { schema } } } } },
    },
    ...rest,
  });
describe("descriptions without measure", () => {
  const nested = (depth: number): string => `${'{"items":'.repeat(depth)}{}${"}".repeat(depth)}`;
  const chain = (length: number): object => {
    const schemas: Record<string, unknown> = { [`s${length}`]: { type: "integer" } };
    for (let i = 0; i < length; i++) schemas[`s${i}`] = { $ref: `#/components/schemas/s${i + 1}` };
    return body({ $ref: "#/components/schemas/s0" }, { components: { schemas } });
  };

  test("no JSON, cut off, or deeper than a reader goes", () => {
    for (const text of [
      "",
      "{",
      '{"openapi":"3.0.0","paths":{"/a":',
      '{"a":1,"a":2}',
      `{"x":${nested(400)}}`,
    ])
      expect(probe.load(text)[0]).toContain("no usable JSON at byte");
  });

  test("more values than fit", () => {
    expect(probe.load(`{"openapi":"3.1.0","x":[${"1,".repeat(300000)}1]}`)[0]).toContain("values");
  });

  test("a long chain of references, and many paths, load", () => {
    expect(probe.load(chain(5000))).toEqual([]);
    expect(
      probe.judge({
        method: "POST",
        path: "/a",
        headers: [["content-type", "application/json"]],
        body: "1",
      }),
    ).toEqual(["body undecided"]);
    const paths: Record<string, unknown> = {};
    for (let i = 0; i < 3000; i++) paths[`/p${i}/{a}/{b}.x${i}`] = { get: { responses } };
    expect(probe.load(api({ paths }))).toEqual([]);
    expect(probe.judge({ path: "/p2999/1/2.x2999" })).toEqual([]);
  });

  test("more operations than there may be", () => {
    const paths: Record<string, unknown> = {};
    for (let i = 0; i < 8200; i++) paths[`/p${i}`] = { get: { responses } };
    expect(probe.load(api({ paths }))[0]).toContain("more than 8192 operations");
  });

  test("every value of a good description replaced by something else never traps", () => {
    const good = JSON.stringify({
      openapi: "3.0.3",
      info,
      servers: [{ url: "/{v}", variables: { v: { default: "v1", enum: ["v1"] } } }],
      security: [{ key: [] }],
      paths: {
        "/a/{id}": {
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
          post: {
            operationId: "x",
            parameters: [
              {
                name: "q",
                in: "query",
                style: "deepObject",
                explode: true,
                schema: { type: "object", properties: { a: {} } },
              },
            ],
            requestBody: {
              required: true,
              content: {
                "multipart/form-data": {
                  schema: { $ref: "#/components/schemas/A" },
                  encoding: { a: { contentType: "text/plain" } },
                },
              },
            },
            responses: {
              default: {
                headers: { x: { schema: { type: "string" } } },
                content: { "application/json": { schema: { $ref: "#/components/schemas/A" } } },
              },
            },
          },
        },
      },
      components: {
        schemas: {
          A: {
            type: "object",
            required: ["a"],
            properties: { a: { type: "string", nullable: true } },
            discriminator: { propertyName: "a", mapping: { b: "A" } },
            oneOf: [{ $ref: "#/components/schemas/B" }],
          },
          B: {},
        },
        securitySchemes: { key: { type: "apiKey", in: "header", name: "k" } },
      },
    });
    const others = [null, 0, "", "x", true, [], [1], {}, { $ref: "#" }, { $ref: "#/paths" }];
    let refused = 0;
    let count = 0;
    const replaceAt = (at: number, other: unknown): string => {
      let i = 0;
      return JSON.stringify(JSON.parse(good, (_, value: unknown) => (i++ === at ? other : value)));
    };
    for (let at = 0; at < 110; at++) {
      for (const other of others) {
        count++;
        if (probe.load(replaceAt(at, other)).length > 0) refused++;
        else {
          const headers: [string, string][] = [["content-type", "multipart/form-data; boundary=b"]];
          probe.judge({ method: "POST", path: "/v1/a/1?q[a]=1", headers, body: "--b--\r\n" });
        }
      }
    }
    expect(count).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(300);
  });
});
