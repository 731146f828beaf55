// A Node host with validate.wasm and a section `validate.schema`, for the tests of that stage.
import { createHost, type Header, type Host } from "../host/index.ts";
import { filterModule } from "./guarded.ts";

const order = {
  type: "object",
  required: ["id", "items"],
  additionalProperties: false,
  properties: {
    id: { type: "integer", minimum: 1 },
    note: { type: "string", maxLength: 20 },
    items: { type: "array", minItems: 1, items: { $ref: "item" } },
    key: { type: "string", writeOnly: true },
  },
};
const item = {
  type: "object",
  required: ["sku"],
  properties: { sku: { type: "string", pattern: "^[A-Z]{2}[0-9]+$" }, qty: { type: "integer" } },
};
export const section = {
  maxBytes: 4096,
  maxValues: 64,
  schemas: { order, item, token: { type: "string" } },
  rules: [
    { name: "orders", paths: ["/orders", "/orders/*"], methods: ["POST", "PUT"], request: "order" },
    { paths: ["/drafts"], methods: ["POST"], request: "order", mode: "shadow" },
    { paths: ["/items"], contentTypes: ["application/vnd.item+json"], request: { $ref: "item" } },
    { paths: ["/stock"], response: { type: "object", required: ["left"] } },
  ],
};
export const json: Header[] = [["content-type", "application/json"]];
export const good = '{"id":1,"items":[{"sku":"AB12"}]}';

export interface Answer {
  status: number;
  code: string;
  finding: Record<string, unknown> | undefined;
  counted: number;
}

export async function hosting(schema: unknown = section, body = '{"left":1}'): Promise<Host> {
  return createHost({
    filters: [
      {
        name: "validate",
        wasm: await filterModule("validate"),
        config: JSON.stringify({ version: 1, holdHeaders: true, validate: { schema } }),
        allowOnHeadersStopIteration: true,
      },
    ],
    upstream: { status: 200, headers: [["content-type", "application/json"]], body },
    workers: 1,
  });
}

export async function ask(
  host: Host,
  path: string,
  body: string | undefined,
  init: { method?: string; headers?: Header[]; chunks?: number[] } = {},
): Promise<Answer> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const pieces = init.chunks === undefined || bytes === undefined ? bytes : cut(bytes, init.chunks);
  const exchange = await host.request({
    method: init.method ?? (body === undefined ? "GET" : "POST"),
    path,
    headers: init.headers ?? json,
    ...(pieces === undefined ? {} : { body: pieces }),
  });
  const line = exchange.logs.find(({ message }) => message.startsWith('{"event"'));
  const finding =
    line === undefined ? undefined : (JSON.parse(line.message) as Record<string, unknown>);
  return {
    status: exchange.status,
    code: exchange.denied ? exchange.details : "",
    finding,
    counted: finding === undefined ? 0 : 1,
  };
}

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...places, bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}
