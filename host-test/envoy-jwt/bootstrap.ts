// Envoys for the jwt runs: one listener, filters, a direct response that tells what each filter said, and the clusters they ask.

export type Json = Record<string, unknown>;

const typeUrl = (name: string): string => `type.googleapis.com/${name}`;
const http = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const address = (port: number): Json => ({
  socket_address: { address: "127.0.0.1", port_value: port },
});

/** jwt.wasm (a file) with this section. */
export function wasmFilter(file: string, section: Json): Json {
  return {
    name: "wasm",
    typed_config: {
      "@type": typeUrl("envoy.extensions.filters.http.wasm.v3.Wasm"),
      config: {
        name: "jwt",
        vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { filename: file } } },
        configuration: {
          "@type": typeUrl("google.protobuf.StringValue"),
          value: JSON.stringify({ version: 1, jwt: section }),
        },
      },
    },
  };
}

/** Envoy's own filter. */
export function nativeFilter(config: Json): Json {
  const type = typeUrl("envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication");
  return { name: "envoy.filters.http.jwt_authn", typed_config: { "@type": type, ...config } };
}

/**
 * A bootstrap with the listener `l`.
 * @param told response headers by name: format strings of Envoy's access log
 * @param clusters ports on loopback, by name
 */
export function bootstrap(
  filters: Json[],
  told: Record<string, string> = {},
  clusters: Record<string, number> = {},
): Json {
  const router = {
    name: "router",
    typed_config: { "@type": typeUrl("envoy.extensions.filters.http.router.v3.Router") },
  };
  const headers = Object.entries(told).map(([key, value]) => ({ header: { key, value } }));
  const route = {
    match: { prefix: "/" },
    direct_response: { status: 200, body: { inline_string: "ok" } },
    response_headers_to_add: headers,
  };
  return {
    admin: { address: address(0) },
    static_resources: {
      listeners: [
        {
          name: "l",
          address: address(0),
          connection_balance_config: { exact_balance: {} },
          filter_chains: [
            {
              filters: [
                {
                  name: "hcm",
                  typed_config: {
                    "@type": typeUrl(http),
                    stat_prefix: "jwt",
                    route_config: {
                      virtual_hosts: [{ name: "all", domains: ["*"], routes: [route] }],
                    },
                    http_filters: [...filters, router],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: Object.entries(clusters).map(([name, port]) => ({
        name,
        type: "STATIC",
        connect_timeout: "1s",
        load_assignment: {
          cluster_name: name,
          endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
        },
      })),
    },
  };
}
