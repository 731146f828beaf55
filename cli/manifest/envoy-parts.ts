// Pieces of Envoy configuration that several targets share: the filter's PluginConfig and the clusters that it calls. The secure
// choice stands in each: fail closed, only the host functions that the module imports, certificates checked by name.
// Source: Envoy API v3, extensions.wasm.v3.PluginConfig, config.cluster.v3.Cluster.
import { UserError } from "../exit.ts";
import type { Cluster, Deployment, FilterEntry } from "./deployment.ts";

export const typeUrls = {
  wasm: "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
  rbac: "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
  router: "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
  connectionManager:
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
  stringValue: "type.googleapis.com/google.protobuf.StringValue",
  upstreamTls: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
  listener: "type.googleapis.com/envoy.config.listener.v3.Listener",
  extension: "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
  cluster: "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  httpProtocolOptions: "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
} as const;

/**
 * A filter's configuration as it is handed over: ours hold only when they are told that they can; others' are left as they are.
 * @throws UserError for holding without Envoy's flag
 */
export function plainConfig(deployment: Deployment, filter: FilterEntry): Record<string, unknown> {
  if (filter.config["holdHeaders"] === true && !deployment.holding) {
    throw new UserError(
      `filter ${filter.name}: holdHeaders needs holding`,
      "set holding: true; without Envoy's flag held requests wait until they are answered 504",
    );
  }
  const ours = deployment.holding && filter.config["version"] === 1;
  return ours ? { holdHeaders: true, ...filter.config } : filter.config;
}

/** The host functions and callbacks that a filter may use: its own, and no other. */
export function capabilityRestriction({ capabilities }: FilterEntry): object {
  const allowed = Object.fromEntries(capabilities.map((name) => [name, {}]));
  return { capability_restriction_config: { allowed_capabilities: allowed } };
}

/** The Wasm filter's typed config. @param code where the module comes from */
export function wasmConfig(deployment: Deployment, filter: FilterEntry, code: object): object {
  const config = plainConfig(deployment, filter);
  const capabilities = capabilityRestriction(filter);
  // Envoy 1.40 moved the list to the VM and still reads the old place, with a warning; older ones know the old place only.
  const inVm = (deployment.envoyMinor ?? 0) >= 40;
  return {
    "@type": typeUrls.wasm,
    config: {
      name: filter.name,
      root_id: filter.rootId,
      failure_policy: deployment.failOpen ? "FAIL_OPEN" : "FAIL_RELOAD",
      ...(deployment.holding ? { allow_on_headers_stop_iteration: true } : {}),
      ...(inVm ? {} : capabilities),
      vm_config: {
        vm_id: `${deployment.name}.${filter.name}`,
        runtime: "envoy.wasm.runtime.v8",
        code,
        ...(inVm ? capabilities : {}),
      },
      configuration: { "@type": typeUrls.stringValue, value: JSON.stringify(config) },
    },
  };
}

/** A cluster for what a filter calls, or for the service behind the proxy. */
export function clusterConfig({ name, host, port, tls, http2 }: Cluster): object {
  const address = { socket_address: { address: host, port_value: port } };
  return {
    name,
    type: "STRICT_DNS",
    connect_timeout: "5s",
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
    ...(http2
      ? {
          typed_extension_protocol_options: {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
              "@type": typeUrls.httpProtocolOptions,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        }
      : {}),
    ...(tls ? { transport_socket: upstreamTls(host) } : {}),
  };
}

/** Without the names and the CA here, Envoy encrypts to whoever answers. */
function upstreamTls(host: string): object {
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: {
      "@type": typeUrls.upstreamTls,
      sni: host,
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: "TLSv1_2" },
        validation_context: {
          trusted_ca: { filename: "/etc/ssl/certs/ca-certificates.crt" },
          match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: host } }],
        },
      },
    },
  };
}
