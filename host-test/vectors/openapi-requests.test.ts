// Requests by hand against small descriptions, each with the faults that the specification makes of it.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { OpenApiProbe, type ApiRequest } from "./openapi-probe.ts";

interface Row {
  about: string;
  parameter: { in: string; name?: string };
  requests: (ApiRequest & { fault?: string; faults?: string[] })[];
}

interface BodyRow {
  about: string;
  version?: string;
  /** The request body of POST /things. */
  body: Record<string, unknown>;
  schemas?: Record<string, unknown>;
  requests: { type?: string; body?: string; fault?: string }[];
}

interface RouteRow {
  about: string;
  document: Record<string, unknown>;
  requests: { method?: string; path: string; headers?: [string, string][]; fault?: string }[];
}

const read = <T>(name: string): T[] =>
  parse(readFileSync(new URL(name, import.meta.url), "utf8")) as T[];
const info = { title: "t", version: "1" };

let probe: OpenApiProbe;
beforeAll(async () => {
  probe = await OpenApiProbe.create();
});

describe("parameters", () => {
  test.each(read<Row>("./openapi-requests.yaml"))("$about", ({ parameter, requests }) => {
    const isPath = parameter.in === "path";
    const described = { name: "color", ...(isPath ? { required: true } : {}), ...parameter };
    const get = { parameters: [described], responses: {} };
    const paths = { [isPath ? "/things/{color}" : "/things"]: { get } };
    expect(probe.load({ openapi: "3.1.0", info, paths })).toEqual([]);
    probe.switchOff("parameter reserved", "credential missing");
    for (const { fault, faults, ...request } of requests) {
      const expected = faults ?? (fault === undefined ? [] : [fault]);
      expect(probe.judge(request), JSON.stringify(request)).toEqual(expected);
    }
  });
});

describe("bodies", () => {
  test.each(read<BodyRow>("./openapi-bodies.yaml"))("$about", (row) => {
    const post = { requestBody: row.body, responses: {} };
    const document = {
      openapi: row.version ?? "3.1.0",
      info,
      paths: { "/things": { post } },
      components: { schemas: row.schemas ?? {} },
    };
    expect(probe.load(document)).toEqual([]);
    for (const { type, body, fault } of row.requests) {
      const headers: [string, string][] = type === undefined ? [] : [["content-type", type]];
      const request = { method: "POST", path: "/things", headers, body: body ?? "" };
      expect(probe.judge(request), body).toEqual(fault === undefined ? [] : [fault]);
    }
  });
});

describe("paths, methods and credentials", () => {
  test.each(read<RouteRow>("./openapi-routes.yaml"))("$about", ({ document, requests }) => {
    expect(probe.load({ openapi: "3.0.3", info, ...document })).toEqual([]);
    probe.switchOff("parameter reserved");
    for (const { fault, ...request } of requests)
      expect(probe.judge(request), JSON.stringify(request)).toEqual(
        fault === undefined ? [] : [fault],
      );
    probe.switchOff("parameter reserved", "credential missing");
  });
});

test("reserved characters are told where they must be encoded", () => {
  const parameters = [
    { name: "a", in: "query", schema: {} },
    { name: "b", in: "query", allowReserved: true, schema: {} },
    { name: "c", in: "query", explode: false, schema: { type: "array" } },
  ];
  const paths = { "/things": { get: { parameters, responses: {} } } };
  expect(probe.load({ openapi: "3.0.3", info, paths })).toEqual([]);
  probe.switchOff("credential missing");
  expect(probe.judge({ path: "/things?a=x%2Fy&b=x/y&c=1,2" })).toEqual([]);
  expect(probe.judge({ path: "/things?a=x/y" })).toEqual(["parameter reserved: a"]);
  expect(probe.judge({ path: "/things?c=x:y" })).toEqual(["parameter reserved: c"]);
  probe.switchOff("parameter reserved", "credential missing");
});
