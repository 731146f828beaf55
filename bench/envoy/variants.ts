// The filters that one run compares, each as the http_filters entry in front of Envoy's router. Every variant answers from a
// direct response, so that no upstream blurs the figure.

export interface Variant {
  name: string;
  filters: object[];
}

const typed = (type: string, value: object): object => ({
  "@type": `type.googleapis.com/envoy.extensions.filters.http.${type}`,
  ...value,
});

export const noFilter: Variant = { name: "no filter", filters: [] };

/** Reads one header and compares it: the least that a Lua filter does. */
export const luaOneHeader: Variant = {
  name: "Lua: read one header, compare",
  filters: [
    {
      name: "lua",
      typed_config: typed("lua.v3.Lua", {
        default_source_code: {
          inline_string: [
            "function envoy_on_request(handle)",
            '  if handle:headers():get("x-tenant") == "red" then',
            '    handle:respond({[":status"] = "403"}, "denied")',
            "  end",
            "end",
          ].join("\n"),
        },
      }),
    },
  ],
};

/** Method, path prefix and one header: a small policy of Envoy's own. */
export const nativeRbac: Variant = {
  name: "native RBAC: method, path prefix, one header",
  filters: [
    {
      name: "rbac",
      typed_config: typed("rbac.v3.RBAC", {
        rules: {
          action: "ALLOW",
          policies: {
            shop: {
              permissions: [
                {
                  and_rules: {
                    rules: [
                      { header: { name: ":method", string_match: { exact: "GET" } } },
                      { url_path: { path: { prefix: "/" } } },
                    ],
                  },
                },
              ],
              principals: [{ header: { name: "x-tenant", string_match: { prefix: "bl" } } }],
            },
          },
        },
      }),
    },
  ],
};

/** Envoy's own JWT filter with one provider and its keys in the configuration. */
export function nativeJwt(name: string, issuer: string, jwks: string, cache: boolean): Variant {
  const provider = {
    issuer,
    audiences: ["https://api.example"],
    local_jwks: { inline_string: jwks },
    ...(cache ? { jwt_cache_config: { jwt_cache_size: 100 } } : {}),
  };
  return {
    name,
    filters: [
      {
        name: "jwt",
        typed_config: typed("jwt_authn.v3.JwtAuthentication", {
          providers: { shop: provider },
          rules: [{ match: { prefix: "/" }, requires: { provider_name: "shop" } }],
        }),
      },
    ],
  };
}

/** Holds a request's body until it is whole, and its head with it. */
export const nativeBuffer: Variant = {
  name: "native buffer",
  filters: [
    { name: "buffer", typed_config: typed("buffer.v3.Buffer", { max_request_bytes: 1048576 }) },
  ],
};

/** @param holds lets the filter hold a request's head */
export function wasm(name: string, file: string, configuration: object, holds = false): Variant {
  return {
    name,
    filters: [
      {
        name: "wasm",
        typed_config: typed("wasm.v3.Wasm", {
          config: {
            name: "bench",
            ...(holds ? { allow_on_headers_stop_iteration: true } : {}),
            vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { filename: file } } },
            configuration: {
              "@type": "type.googleapis.com/google.protobuf.StringValue",
              value: JSON.stringify(configuration),
            },
          },
        }),
      },
    ],
  };
}

/** A whole bootstrap with one HTTP listener on a free port. */
export function bootstrap(variant: Variant): object {
  const router = { name: "router", typed_config: typed("router.v3.Router", {}) };
  const address = { socket_address: { address: "127.0.0.1", port_value: 0 } };
  return {
    admin: { address },
    static_resources: {
      listeners: [
        {
          name: "http",
          address,
          filter_chains: [
            {
              filters: [
                {
                  name: "hcm",
                  typed_config: {
                    "@type":
                      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                    stat_prefix: "bench",
                    use_remote_address: true,
                    route_config: {
                      virtual_hosts: [
                        {
                          name: "all",
                          domains: ["*"],
                          routes: [
                            {
                              match: { prefix: "/" },
                              direct_response: { status: 200, body: { inline_string: "ok" } },
                            },
                          ],
                        },
                      ],
                    },
                    http_filters: [...variant.filters, router],
                  },
                },
              ],
            },
          ],
        },
      ],
    },
  };
}
