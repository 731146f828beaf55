// JSON Schema (2020-12) of the one small file that every manifest is made from.

const name = { type: "string", pattern: "^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$" };
const labels = { type: "object", minProperties: 1, additionalProperties: { type: "string" } };
/** A Gateway's listener: a DNS name. It goes into a path expression of a patch, so nothing else may stand in it. */
const gatewayListener = "^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$";
const port = { type: "integer", minimum: 1, maximum: 65_535 };

export const deploymentSchema = {
  type: "object",
  additionalProperties: false,
  required: ["version", "name", "filters"],
  properties: {
    version: { const: 1 },
    name,
    namespace: name,
    target: {
      type: "object",
      additionalProperties: false,
      required: ["kind"],
      properties: {
        kind: { enum: ["gateway", "sidecar", "waypoint", "route"] },
        name,
        labels,
        ports: { type: "array", items: port, minItems: 1 },
        listeners: {
          type: "array",
          items: { type: "string", pattern: gatewayListener },
          minItems: 1,
        },
      },
    },
    pullSecret: name,
    envoyVersion: { type: "string", pattern: "^1\\.\\d+$" },
    istioVersion: { type: "string", pattern: "^1\\.\\d+$" },
    failOpen: { type: "boolean" },
    holding: { type: "boolean" },
    normalizePath: { type: "boolean" },
    xdsFolder: { type: "string", pattern: "^/[^\\s]*[^/\\s]$" },
    listen: {
      type: "object",
      additionalProperties: false,
      properties: { address: { type: "string", minLength: 1 }, port },
    },
    upstream: { type: "string", pattern: "^https?://[^/?#]+/?$" },
    clusters: {
      type: "object",
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["url"],
        properties: {
          url: { type: "string", pattern: "^https?://[^/?#]+/?$" },
          http2: { type: "boolean" },
        },
      },
    },
    filters: {
      type: "array",
      minItems: 1,
      maxItems: 16,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name"],
        properties: {
          name,
          wasm: { type: "string", minLength: 1 },
          image: { type: "string", minLength: 1 },
          module: { type: "string", minLength: 1 },
          url: { type: "string", pattern: "^https?://" },
          rootId: { type: "string", maxLength: 256 },
          phase: { enum: ["AUTHN", "AUTHZ", "STATS"] },
          priority: { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
          capabilities: { type: "array", items: { type: "string", pattern: "^[a-z_][a-z0-9_]*$" } },
          config: { type: "object" },
          configFile: { type: "string", minLength: 1 },
        },
      },
    },
  },
} as const;
