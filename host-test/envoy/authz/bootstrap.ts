// Two listeners for each case: Envoy's own JWT and RBAC filters with what Istio would generate, and jwt.wasm with the policies as they
// are. Each takes plain connections and TLS with client certificates that may be missing.
import type { PolicyCase } from "../../filters/istio-cases.ts";
import { documentOf } from "../../filters/istio-cases.ts";
import { rbacFilters, type Policy } from "./rbac.ts";

type Json = Record<string, unknown>;

export interface PlacedPolicy {
  case: PolicyCase;
  nativePort: number;
  ownPort: number;
}

export interface Material {
  jwks: string;
  wasmFile: string;
  /** PEM of the authority, and of the server's certificate and key. */
  root: string;
  cert: string;
  key: string;
}

const extension = (type: string, value: Json): Json => ({
  "@type": `type.googleapis.com/envoy.extensions.${type}`,
  ...value,
});

export function bootstrap(placed: PlacedPolicy[], material: Material): Json {
  return {
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: {
      listeners: placed.flatMap((one, i) => [
        listener(`native${i}`, one.nativePort, nativeFilters(one, material), material),
        listener(`own${i}`, one.ownPort, ownFilters(one, material), material),
      ]),
    },
  };
}

function nativeFilters(one: PlacedPolicy, { jwks }: Material): Json[] {
  const policies = JSON.parse(
    JSON.stringify(one.case.policies).replaceAll("$PORT", String(one.nativePort)),
  ) as Policy[];
  const requirements = [{ provider_name: "any" }, { allow_missing: {} }];
  const jwt = extension("filters.http.jwt_authn.v3.JwtAuthentication", {
    providers: {
      any: {
        local_jwks: { inline_string: jwks },
        payload_in_metadata: "payload",
        normalize_payload_in_metadata: { space_delimited_claims: ["scope", "permission"] },
      },
    },
    rules: [{ match: { prefix: "/" }, requires: { requires_any: { requirements } } }],
  });
  return [
    { name: "envoy.filters.http.jwt_authn", typed_config: jwt },
    ...rbacFilters(policies, one.case.trustDomains),
  ];
}

function ownFilters(one: PlacedPolicy, { jwks, wasmFile }: Material): Json[] {
  const value = JSON.stringify(documentOf(one.case, jwks, one.ownPort));
  const config = {
    name: "jwt",
    vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { filename: wasmFile } } },
    configuration: { "@type": "type.googleapis.com/google.protobuf.StringValue", value },
  };
  return [{ name: "wasm", typed_config: extension("filters.http.wasm.v3.Wasm", { config }) }];
}

function listener(name: string, port: number, filters: Json[], material: Material): Json {
  const hcm = {
    name: "hcm",
    typed_config: extension("filters.network.http_connection_manager.v3.HttpConnectionManager", {
      stat_prefix: name,
      route_config: {
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }],
          },
        ],
      },
      http_filters: [
        ...filters,
        { name: "router", typed_config: extension("filters.http.router.v3.Router", {}) },
      ],
    }),
  };
  const inspector = extension("filters.listener.tls_inspector.v3.TlsInspector", {});
  const plain = { filter_chain_match: { transport_protocol: "raw_buffer" }, filters: [hcm] };
  const secure = {
    filter_chain_match: { transport_protocol: "tls" },
    filters: [hcm],
    transport_socket: { name: "tls", typed_config: downstreamTls(material) },
  };
  return {
    name,
    address: { socket_address: { address: "0.0.0.0", port_value: port } },
    listener_filters: [{ name: "tls_inspector", typed_config: inspector }],
    filter_chains: [plain, secure],
  };
}

function downstreamTls({ root, cert, key }: Material): Json {
  return extension("transport_sockets.tls.v3.DownstreamTlsContext", {
    require_client_certificate: false,
    common_tls_context: {
      tls_certificates: [
        { certificate_chain: { inline_string: cert }, private_key: { inline_string: key } },
      ],
      validation_context: { trusted_ca: { inline_string: root } },
    },
  });
}
