// JSON Schema (2020-12) of the two sections that the Node data path reads itself: `serve` and `clusters`. In Envoy both are
// the bootstrap's business; the filters never see them.
import { defaultLimits } from "../serve/limits.ts";

const limitProperties = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [
    name,
    { type: "integer", minimum: 0, maximum: 2 ** 31 - 1 },
  ]),
);

export const serveSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    upstream: { type: "string", pattern: "^https?://[^/?#]+/?$" },
    upstreamHttp2: { type: "boolean" },
    workers: { type: "integer", minimum: 1, maximum: 64 },
    tls: {
      type: "object",
      additionalProperties: false,
      required: ["certificate", "privateKey"],
      properties: {
        certificate: { type: "string", minLength: 1 },
        privateKey: { type: "string", minLength: 1 },
        clientAuthorities: { type: "string", minLength: 1 },
        requireClientCertificate: { type: "boolean" },
      },
    },
    host: { type: "string", minLength: 1 },
    port: { type: "integer", minimum: 0, maximum: 65_535 },
    adminPort: { type: "integer", minimum: 0, maximum: 65_535 },
    filters: { type: "array", minItems: 1, items: { type: "string", minLength: 1 } },
    limits: { type: "object", additionalProperties: false, properties: limitProperties },
  },
} as const;

export const clustersSchema = {
  type: "object",
  additionalProperties: {
    type: "object",
    additionalProperties: false,
    required: ["url"],
    properties: { url: { type: "string", pattern: "^https?://[^/?#]+/?$" } },
  },
} as const;
