// Requests against an OpenAPI description, from what a proxy has of them (path, headers, bytes of the body) to the verdict: ours beside
// openapi-backend, which matches paths by itself, parses queries with qs and bodies with JSON.parse, and judges with compiled ajv.
import { OpenAPIBackend, type Document } from "openapi-backend";
import { OpenApiProbe, type ApiRequest } from "../../host-test/vectors/openapi-probe.ts";
import { interleave } from "../interleave.ts";
import type { Bench, Row } from "../record.ts";

const item = {
  type: "object",
  required: ["sku", "quantity", "price"],
  additionalProperties: false,
  properties: {
    sku: { type: "string", pattern: "^[A-Z]{3}-[0-9]{4}$" },
    quantity: { type: "integer", minimum: 1, maximum: 99 },
    price: { type: "number", minimum: 0 },
    tags: { type: "array", items: { type: "string", maxLength: 20 } },
  },
};
const integer = { type: "integer", minimum: 0 };
const description = {
  openapi: "3.0.3",
  info: { title: "Shop", version: "1" },
  paths: {
    "/shops/{shop}/orders": {
      parameters: [{ name: "shop", in: "path", required: true, schema: integer }],
      get: {
        operationId: "listOrders",
        parameters: [
          { name: "page", in: "query", required: true, schema: integer },
          { name: "limit", in: "query", schema: { ...integer, maximum: 100 } },
          {
            name: "state",
            in: "query",
            schema: { type: "array", items: { enum: ["new", "paid"] } },
          },
          {
            name: "x-tenant",
            in: "header",
            required: true,
            schema: { type: "string", maxLength: 20 },
          },
        ],
        responses: { 200: { description: "Orders." } },
      },
      post: {
        operationId: "order",
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["customer", "items"],
                additionalProperties: false,
                properties: {
                  customer: { type: "string", minLength: 1, maxLength: 80 },
                  note: { type: "string", nullable: true },
                  items: { type: "array", minItems: 1, maxItems: 200, items: item },
                },
              },
            },
          },
        },
        responses: { 201: { description: "Ordered." } },
      },
    },
    "/shops/{shop}/orders/{order}": {
      get: {
        operationId: "readOrder",
        parameters: [
          { name: "shop", in: "path", required: true, schema: integer },
          {
            name: "order",
            in: "path",
            required: true,
            schema: { type: "string", pattern: "^o-[0-9]+$" },
          },
        ],
        responses: { 200: { description: "An order." } },
      },
    },
  },
};

function order(items: number): string {
  const list = Array.from({ length: items }, (_, i) => ({
    sku: `ABC-${1000 + i}`,
    quantity: (i % 90) + 1,
    price: i * 1.25,
    tags: ["new", "sale"],
  }));
  return JSON.stringify({ customer: "Ada Lovelace", note: null, items: list });
}

const headers: [string, string][] = [
  ["user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"],
  ["accept", "application/json"],
  ["x-tenant", "acme"],
];
const json: [string, string][] = [...headers, ["content-type", "application/json"]];
const requests: Record<string, ApiRequest> = {
  "GET with a path parameter": { path: "/shops/7/orders/o-1234", headers },
  "GET with four parameters": {
    path: "/shops/7/orders?page=3&limit=20&state=new&state=paid",
    headers,
  },
  "POST, small body": { method: "POST", path: "/shops/7/orders", headers: json, body: order(12) },
  "POST, large body": { method: "POST", path: "/shops/7/orders", headers: json, body: order(130) },
};

export async function openapiBench(rounds = 40): Promise<Bench> {
  const probe = await OpenApiProbe.create();
  const faults = probe.load(description);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const api = new OpenAPIBackend({
    definition: description as unknown as Document,
    quick: true,
  });
  await api.init();
  const rows: Row[] = [];
  for (const [name, request] of Object.entries(requests)) {
    const { method = "GET", path } = request;
    const body = Buffer.from(request.body ?? "");
    const judged = probe.judge(request);
    const again = probe.again(request);
    const asked = (): boolean =>
      api.validateRequest({
        method,
        path,
        headers: Object.fromEntries(request.headers ?? []),
        body: body.length === 0 ? undefined : body.toString("utf8"),
      }).valid;
    if (judged.length > 0 || !asked()) throw new Error(`${name} is refused: ${judged.join()}`);
    const times = interleave(
      [
        {
          name: "ours",
          run: (count) => {
            for (let i = 0; i < count; i++) again();
          },
        },
        {
          name: "openapi-backend",
          run: (count) => {
            for (let i = 0; i < count; i++) asked();
          },
        },
      ],
      { rounds },
    );
    const [ours, rival] = times.map((timing) => timing.bestNs);
    rows.push({
      name,
      bytes: body.length,
      "ours, µs": (ours / 1000).toFixed(2),
      "openapi-backend, µs": (rival / 1000).toFixed(2),
      ratio: (ours / rival).toFixed(2),
    });
  }
  return {
    name: "openapi",
    title: "OpenAPI",
    command: "npm run bench -- openapi",
    about:
      "A request that is right, against a description of version 3.0, from path, headers and the bytes of its body to the verdict. The " +
      "rival is openapi-backend, which matches the path, parses query and body and runs validators that ajv compiled, in the same run. " +
      "Ratios below 1 mean that ours is faster. Reading the block of headers is part of ours.",
    rows,
  };
}
