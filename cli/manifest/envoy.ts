// A whole bootstrap for plain Envoy: listener, filters, clusters. The settings around the filter matter as much as the filter:
// without use_remote_address every client names its own address, and without path normalisation a rule and the service behind
// it may read two different paths.
// Source: Envoy "Configuring Envoy as an edge proxy".
import { UserError } from "../exit.ts";
import type { Cluster, Deployment, FilterEntry } from "./deployment.ts";
import { clusterConfig, typeUrls, wasmConfig } from "./envoy-parts.ts";

/** The bootstrap with everything in it. @throws UserError when the file lacks what plain Envoy needs */
export function envoyBootstrap(deployment: Deployment): object {
  const { filters } = deployment;
  const httpFilters = filters.map((filter) => ({
    name: filter.name,
    typed_config: filterConfig(deployment, filter),
  }));
  return {
    static_resources: {
      listeners: [listener(deployment, httpFilters)],
      clusters: clusters(deployment),
    },
  };
}

/** A filter's typed config with the module from where this Envoy finds it. @throws UserError */
export function filterConfig(deployment: Deployment, filter: FilterEntry): object {
  return wasmConfig(deployment, filter, codeSource(filter));
}

/** The service behind the proxy, what the filters call, and where modules come from. */
export function clusters(deployment: Deployment): object[] {
  return [
    upstreamOf(deployment),
    ...deployment.clusters,
    ...moduleClusters(deployment.filters),
  ].map(clusterConfig);
}

function upstreamOf({ upstream }: Deployment): Cluster {
  if (upstream !== undefined) return upstream;
  throw new UserError("plain Envoy needs the service behind it", "add upstream: http://host:port");
}

/** @param httpFilters entries of the chain before the router */
export function listener(deployment: Deployment, httpFilters: object[]): object {
  const { name, listen, normalizePath } = deployment;
  const manager = {
    "@type": typeUrls.connectionManager,
    stat_prefix: name,
    use_remote_address: true,
    normalize_path: normalizePath,
    merge_slashes: normalizePath,
    path_with_escaped_slashes_action: normalizePath ? "UNESCAPE_AND_REDIRECT" : "KEEP_UNCHANGED",
    request_headers_timeout: "10s",
    stream_idle_timeout: "300s",
    common_http_protocol_options: {
      idle_timeout: "3600s",
      headers_with_underscores_action: "REJECT_REQUEST",
    },
    http2_protocol_options: { max_concurrent_streams: 100 },
    route_config: {
      name,
      virtual_hosts: [
        {
          name: "all",
          domains: ["*"],
          routes: [{ match: { prefix: "/" }, route: { cluster: upstreamOf(deployment).name } }],
        },
      ],
    },
    http_filters: [...httpFilters, { name: "router", typed_config: { "@type": typeUrls.router } }],
  };
  return {
    name,
    address: { socket_address: { address: listen.address, port_value: listen.port } },
    // Bodies that a filter holds count against this; more is answered 413.
    per_connection_buffer_limit_bytes: 1_048_576,
    filter_chains: [
      {
        filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }],
      },
    ],
  };
}

function codeSource(filter: FilterEntry): object {
  const { name, module, url, sha256 } = filter;
  if (module !== undefined) return { local: { filename: module } };
  if (url === undefined) {
    throw new UserError(
      `filter ${name}: Envoy itself fetches no image`,
      "add module: PATH (meshwarden pull writes it there), or url: of the .wasm",
    );
  }
  if (sha256 === undefined) {
    throw new UserError(
      `filter ${name}: a fetched module needs its hash`,
      "name the .wasm with wasm:",
    );
  }
  const uri = { uri: url, cluster: moduleCluster(url), timeout: "30s" };
  return { remote: { http_uri: uri, sha256, retry_policy: { num_retries: 5 } } };
}

const moduleCluster = (url: string): string =>
  `module_${new URL(url).hostname.replaceAll(".", "_")}`;

function moduleClusters(filters: FilterEntry[]): Deployment["clusters"] {
  const found = new Map<string, Deployment["clusters"][number]>();
  for (const { url, module } of filters) {
    if (url === undefined || module !== undefined) continue;
    const { protocol, hostname, port } = new URL(url);
    const tls = protocol === "https:";
    const name = moduleCluster(url);
    found.set(name, {
      name,
      host: hostname,
      port: Number(port) || (tls ? 443 : 80),
      tls,
      http2: false,
    });
  }
  return [...found.values()];
}
