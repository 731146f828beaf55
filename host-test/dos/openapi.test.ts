// Judging a request stays linear in it, whatever it holds: pairs of every style, names that nobody knows, paths of many segments, headers that
// come often, forms, multipart bodies.
import { beforeAll, describe, expect, test } from "vitest";
import { OpenApiProbe, type ApiRequest } from "../vectors/openapi-probe.ts";
import { expectGrowth } from "./exponent.ts";

let probe: OpenApiProbe;
beforeAll(async () => {
  probe = await OpenApiProbe.create();
});

const info = { title: "t", version: "1" };
const joined = (count: number, mark: string, item: (i: number) => string): string =>
  Array.from({ length: Math.max(1, Math.ceil(count)) }, (_, i) => item(i)).join(mark);
const list = { type: "array", items: { type: "integer" } };
const free = { type: "object", additionalProperties: { type: "string" } };
const form = (text: string): ApiRequest => ({
  method: "POST",
  path: "/a",
  headers: [["content-type", "application/x-www-form-urlencoded"]],
  body: text,
});

interface Growth {
  parameter?: object;
  path?: string;
  content?: object;
  request: (size: number) => ApiRequest;
}

/** Sizes stay within the pieces that one parameter can have: past them a request is refused at once. */
const cases: Record<string, Growth> = {
  "a list, exploded": {
    parameter: { in: "query", schema: list },
    request: (size) => ({ path: `/a?${joined(size / 5, "&", () => "p=1")}` }),
  },
  "a list, joined": {
    parameter: { in: "query", explode: false, schema: list },
    request: (size) => ({ path: `/a?p=${joined(size / 5, ",", () => "1234")}` }),
  },
  "a list, joined by encoded pipes": {
    parameter: { in: "query", style: "pipeDelimited", explode: false, schema: list },
    request: (size) => ({ path: `/a?p=${joined(size / 5, "%7C", () => "12")}` }),
  },
  "a list of a matrix": {
    path: "/a/{p}",
    parameter: { in: "path", required: true, style: "matrix", explode: true, schema: list },
    request: (size) => ({ path: `/a/${joined(size / 5, "", () => ";p=1")}` }),
  },
  "an object of names that differ": {
    parameter: { in: "query", style: "deepObject", explode: true, schema: free },
    request: (size) => ({ path: `/a?${joined(size / 9, "&", (i) => `p[k${i}]=x`)}` }),
  },
  "an object that spreads": {
    parameter: { in: "query", schema: free },
    request: (size) => ({ path: `/a?${joined(size / 6, "&", (i) => `k${i}=x`)}` }),
  },
  "escapes in every byte": {
    parameter: { in: "query", schema: { type: "string", pattern: "^[a-z]*$" } },
    request: (size) => ({ path: `/a?p=${"%61".repeat(size / 3)}` }),
  },
  "brackets that are not closed": {
    parameter: { in: "query", style: "deepObject", explode: true, schema: free },
    request: (size) => ({ path: `/a?p${"[".repeat(size)}]=1` }),
  },
  "blanks in a header": {
    parameter: { in: "header", schema: list },
    request: (size) => ({ path: "/a", headers: [["p", `1${" ".repeat(size)}2`]] }),
  },
  "a header that comes often": {
    parameter: { in: "header", schema: list },
    request: (size) => ({
      path: "/a",
      headers: Array.from({ length: Math.ceil(size / 40) }, () => ["p", "1,2,3"]),
    }),
  },
  "cookies that nobody knows": {
    parameter: { in: "cookie", schema: { type: "integer" } },
    request: (size) => ({
      path: "/a",
      headers: [["cookie", joined(size / 8, "; ", (i) => `c${i}=1`)]],
    }),
  },
  "a segment with literals": {
    path: "/a/{p}-{q}-{r}.json",
    parameter: { in: "path", required: true, schema: {} },
    request: (size) => ({ path: `/a/${"-".repeat(size)}.json` }),
  },
  "a form of names that nobody knows": {
    content: { "application/x-www-form-urlencoded": { schema: free } },
    request: (size) => form(joined(size / 10, "&", (i) => `k${i}=%41`)),
  },
  "a multipart body": {
    content: {
      "multipart/form-data": {
        schema: { type: "object", properties: { t: { type: "array", items: { type: "string" } } } },
      },
    },
    request: (size) => ({
      method: "POST",
      path: "/a",
      headers: [["content-type", "multipart/form-data; boundary=b"]],
      body: `${joined(size / 55, "\r\n", () => '--b\r\nContent-Disposition: form-data; name="t"\r\n\r\nx')}\r\n--b--\r\n`,
    }),
  },
};

describe("requests that try to take long", () => {
  test.each(Object.entries(cases))("%s", (_, { parameter, path = "/a", content, request }) => {
    const method = content === undefined ? "get" : "post";
    const parameters = parameter === undefined ? [] : [{ name: "p", ...parameter }];
    const operation = { parameters, responses: {}, ...(content && { requestBody: { content } }) };
    const document = { openapi: "3.1.0", info, paths: { [path]: { [method]: operation } } };
    expect(probe.load(document)).toEqual([]);
    const measured = expectGrowth((size) => probe.again(request(size)), 1.1, {
      sizes: [512, 1024, 2048, 4096],
    });
    expect(measured.exponent).toBeLessThanOrEqual(1.1);
  });

  test("a path of many segments meets a tree of many templates", () => {
    const paths: Record<string, unknown> = {};
    for (let i = 0; i < 256; i++) {
      const names = i.toString(2).padStart(8, "0");
      const segments = [...names].map((bit, k) => (bit === "0" ? "a" : `{x${k}}`));
      paths[`/${segments.join("/")}`] = { get: { responses: {} } };
    }
    expect(probe.load({ openapi: "3.1.0", info, paths })).toEqual([]);
    expect(probe.judge({ path: `/${"a/".repeat(8)}` })).toEqual(["path unknown"]);
    expect(probe.judge({ path: `/${"a/".repeat(20000)}` })).toEqual(["path unknown"]);
  });

  test("pairs without end are refused, not read for ever", () => {
    const parameters = [{ name: "p", in: "query", schema: list }];
    const paths = { "/a": { get: { parameters, responses: {} } } };
    expect(probe.load({ openapi: "3.1.0", info, paths })).toEqual([]);
    const path = `/a?${joined(20000, "&", () => "p=1")}`;
    expect(probe.judge({ path })).toEqual(["parameter invalid: limit"]);
  });
});
