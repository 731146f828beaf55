// Schemas of our own for the resources that `manifest` prints, so that lint works without a cluster. They hold what their APIs
// allow in the fields that decide about a filter; a user's real CRDs (--crds) hold everything.
// Sources: istio/api extensions/v1alpha1 and networking/v1alpha3, Envoy Gateway api/v1alpha1.

const text = { type: "string" };
const hash = { type: "string", pattern: "^(?:[0-9a-f]{64})?$" };
const int32 = { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
const closed = (properties: object, required: string[] = []): object => ({
  type: "object",
  additionalProperties: false,
  properties,
  required,
});
const list = (items: object, maxItems = 256): object => ({ type: "array", maxItems, items });
const labels = {
  type: "object",
  additionalProperties: { type: "string", not: { pattern: "\\*" } },
};

const metadata = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", maxLength: 253, pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" },
  },
};
const targetRef = closed(
  { group: text, kind: text, name: text, namespace: text, sectionName: text },
  ["kind", "name"],
);
const match = list(
  closed({
    mode: { enum: ["UNDEFINED", "CLIENT", "SERVER", "CLIENT_AND_SERVER"] },
    ports: list(closed({ number: { type: "integer", minimum: 1, maximum: 65_535 } }, ["number"])),
  }),
);
const wasm = {
  url: { type: "string", minLength: 1 },
  sha256: hash,
  imagePullPolicy: { enum: ["UNSPECIFIED_POLICY", "IfNotPresent", "Always"] },
  imagePullSecret: { type: "string", minLength: 1, maxLength: 253 },
  verificationKey: text,
  pluginConfig: { type: "object" },
  pluginName: { type: "string", minLength: 1, maxLength: 256 },
  failStrategy: { enum: ["FAIL_CLOSE", "FAIL_OPEN", "FAIL_RELOAD"] },
  type: { enum: ["UNSPECIFIED_PLUGIN_TYPE", "HTTP", "NETWORK"] },
  vmConfig: closed({
    env: list(
      closed(
        {
          name: text,
          value: { type: "string", maxLength: 2048 },
          valueFrom: { enum: ["INLINE", "HOST"] },
        },
        ["name"],
      ),
    ),
  }),
};
const selection = {
  selector: closed({ matchLabels: labels }),
  targetRef,
  targetRefs: list(targetRef, 16),
};
const resource = (spec: object): object => ({
  type: "object",
  required: ["apiVersion", "kind", "metadata", "spec"],
  properties: { metadata, spec },
});

const patches = list(
  closed(
    {
      applyTo: {
        enum: [
          ...[
            "LISTENER",
            "FILTER_CHAIN",
            "NETWORK_FILTER",
            "HTTP_FILTER",
            "ROUTE_CONFIGURATION",
            "VIRTUAL_HOST",
          ],
          ...["HTTP_ROUTE", "CLUSTER", "EXTENSION_CONFIG", "BOOTSTRAP", "LISTENER_FILTER"],
        ],
      },
      match: {
        type: "object",
        properties: {
          context: { enum: ["ANY", "SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY", "WAYPOINT"] },
        },
      },
      patch: closed({
        operation: {
          enum: [
            ...[
              "MERGE",
              "ADD",
              "REMOVE",
              "INSERT_BEFORE",
              "INSERT_AFTER",
              "INSERT_FIRST",
              "REPLACE",
            ],
            "MERGE_AND_REPLACE_LIST",
          ],
        },
        value: { type: "object" },
        filterClass: { enum: ["UNSPECIFIED", "AUTHN", "AUTHZ", "STATS"] },
      }),
    },
    ["applyTo", "patch"],
  ),
  10_000,
);

const gatewayCode = closed(
  {
    type: { enum: ["HTTP", "Image"] },
    pullPolicy: { enum: ["IfNotPresent", "Always"] },
    http: closed({ url: text, sha256: hash, tls: { type: "object" } }, ["url"]),
    image: closed(
      {
        url: { type: "string", minLength: 1 },
        sha256: hash,
        pullSecretRef: targetlessRef(),
        tls: { type: "object" },
      },
      ["url"],
    ),
  },
  ["type"],
);

function targetlessRef(): object {
  return closed({ group: text, kind: text, name: text, namespace: text }, ["name"]);
}

/** Schemas by "group kind"; the version is not looked at. */
export const ownSchemas: Record<string, object> = {
  "extensions.istio.io WasmPlugin": resource(
    closed(
      {
        ...selection,
        ...wasm,
        phase: { enum: ["UNSPECIFIED_PHASE", "AUTHN", "AUTHZ", "STATS"] },
        priority: int32,
        match,
      },
      ["url"],
    ),
  ),
  "extensions.istio.io TrafficExtension": resource(
    closed({
      ...selection,
      phase: { enum: ["UNSPECIFIED", "AUTHN", "AUTHZ", "STATS"] },
      priority: int32,
      match,
      wasm: closed(wasm, ["url"]),
      lua: closed({ inlineCode: { type: "string", maxLength: 65_536 } }),
    }),
  ),
  "networking.istio.io EnvoyFilter": resource(
    closed({
      workloadSelector: closed({ labels }),
      targetRefs: list(targetRef, 16),
      configPatches: patches,
      priority: int32,
    }),
  ),
  "gateway.envoyproxy.io EnvoyExtensionPolicy": resource({
    type: "object",
    properties: {
      wasm: list(
        closed(
          {
            name: text,
            rootID: text,
            failOpen: { type: "boolean" },
            code: gatewayCode,
            config: {},
            env: closed({ hostKeys: list(text) }),
          },
          ["code"],
        ),
        16,
      ),
    },
  }),
};
