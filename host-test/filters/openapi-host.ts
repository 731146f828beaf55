// A Node host with validate.wasm and a section `validate.openapi`, for the tests of that stage.
import { createHost, type Header, type Host } from "../host/index.ts";
import { filterModule } from "./guarded.ts";

const item = {
  type: "object",
  required: ["id", "name"],
  properties: {
    id: { type: "integer", readOnly: true },
    name: { type: "string", maxLength: 8 },
    secret: { type: "string", writeOnly: true },
  },
};
const jsonOf = (schema: unknown): unknown => ({ "application/json": { schema } });
const description = {
  openapi: "3.0.3",
  info: { title: "t", version: "1" },
  servers: [{ url: "/v1" }],
  paths: {
    "/items": {
      get: {
        operationId: "listItems",
        parameters: [
          { name: "page", in: "query", required: true, schema: { type: "integer" } },
          { name: "q", in: "query", schema: { type: "string" } },
        ],
        responses: {
          200: {
            description: "d",
            headers: { "X-Total": { required: true, schema: { type: "integer" } } },
            content: jsonOf({ type: "array", items: item }),
          },
        },
      },
      post: {
        requestBody: {
          required: true,
          content: { ...(jsonOf(item) as object), "application/xml": { schema: item } },
        },
        responses: { 201: { description: "d" } },
      },
    },
  },
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-key" } } },
  security: [{ key: [] }],
};
export const section = {
  document: description,
  maxBytes: 2048,
  maxValues: 32,
  modes: {
    credential_missing: "enforce",
    parameter_unknown: "enforce",
    parameter_reserved: "enforce",
  },
};
export const key: Header = ["x-key", "k"];
export const json: Header = ["content-type", "application/json"];
export const good = '{"name":"a"}';

export interface Upstream {
  status?: number;
  headers?: Header[];
  body?: string;
}

export async function hosting(openapi: unknown = section, upstream: Upstream = {}): Promise<Host> {
  return createHost({
    filters: [
      {
        name: "validate",
        wasm: await filterModule("validate"),
        config: JSON.stringify({ version: 1, holdHeaders: true, validate: { openapi } }),
        allowOnHeadersStopIteration: true,
      },
    ],
    upstream: {
      status: upstream.status ?? 200,
      headers: upstream.headers ?? [json, ["x-total", "1"]],
      body: upstream.body ?? "[]",
    },
    workers: 1,
  });
}

export interface Row {
  code: string;
  method?: string;
  path?: string;
  headers?: Header[];
  body?: string | string[];
  finding?: Record<string, string>;
}

export async function ask(host: Host, row: Omit<Row, "code">) {
  const exchange = await host.request({
    method: row.method ?? "GET",
    path: row.path ?? "/v1/items",
    headers: row.headers ?? [key],
    ...(row.body === undefined ? {} : { body: row.body }),
  });
  const lines = exchange.logs.filter(({ message }) => message.startsWith('{"event"'));
  const findings = lines.map(({ message }) => JSON.parse(message) as Record<string, unknown>);
  return { status: exchange.status, code: exchange.denied ? exchange.details : "", findings };
}
