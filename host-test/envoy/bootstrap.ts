// The bootstrap of one Envoy process: a listener, a route and an upstream cluster for each case, and the callout clusters.
// Every case gets VMs of its own (vm_id = case id), so that many cases share a process without sharing a VM or its data.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync, existsSync } from "node:fs";
import path from "node:path";
import type { Case, ConfigValue, FilterUse } from "../cases/format.ts";
import { isGrpc } from "../cases/grpc.ts";
import { configOf, filterModule, filterName, vmConfigOf } from "../cases/modules.ts";

/** A case in a batch, with its ports. */
export interface PlacedCase {
  /** Name of listener and VMs, for example `c3`. */
  id: string;
  case: Case;
  upstreamPort: number;
  /** Port of each callout cluster. */
  clusterPorts: Record<string, number>;
}

type Json = unknown;

const typeUrl = (name: string): string => `type.googleapis.com/${name}`;
const http = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/** vm_id of a filter: cases never share one, filters of one case do when they say so. */
export function vmId(placed: PlacedCase, use: FilterUse): string {
  return use.vmId === undefined ? placed.id : `${placed.id}.${use.vmId}`;
}

/** Write the wasm files into `folder` and return the whole bootstrap. */
export async function bootstrap(placed: PlacedCase[], folder: string): Promise<Json> {
  const listeners: Json[] = [];
  const clusters: Json[] = [];
  const watched = placed.some((one) => one.case.steps.some((step) => step.update !== undefined));
  for (const one of placed) {
    if (!watched) listeners.push(await listener(one, folder));
    const { upstreamHttp2 } = one.case.listener;
    clusters.push(cluster(upstreamName(one), one.upstreamPort, upstreamHttp2 ?? false));
    for (const [name, port] of Object.entries(one.clusterPorts)) {
      clusters.push(cluster(name, port, isGrpc(one.case.clusters[name])));
    }
  }
  return {
    admin: { address: loopback(0) },
    node: { id: "meshwarden", cluster: "cases" },
    static_resources: { listeners, clusters },
    ...(watched ? { dynamic_resources: listenersFile(folder) } : {}),
  };
}

/** Where cases with updates keep their listener; Envoy watches the file. */
export function listenersFile(folder: string): Json {
  const source = { path: path.join(folder, "listeners.json") };
  return { lds_config: { path_config_source: source, resource_api_version: "V3" } };
}

/** Name of the cluster that a case's route leads to. */
export function upstreamName(placed: PlacedCase): string {
  return `upstream_${placed.id}`;
}

function loopback(port: number): Json {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}

/** The listener of a case; LDS updates write it anew. */
export async function listener(placed: PlacedCase, folder: string): Promise<Json> {
  const flags = placed.case.listener;
  if (flags.tcp) return tcpListener(placed, folder);
  return {
    name: placed.id,
    address: loopback(0),
    ...(flags.bufferLimitBytes === undefined
      ? {}
      : { per_connection_buffer_limit_bytes: flags.bufferLimitBytes }),
    filter_chains: [
      {
        filters: [
          {
            name: "hcm",
            typed_config: {
              "@type": typeUrl(http),
              stat_prefix: placed.id,
              http_protocol_options: { enable_trailers: flags.enableTrailers ?? false },
              http2_protocol_options: { allow_connect: true },
              use_remote_address: flags.useRemoteAddress ?? false,
              normalize_path: flags.normalizePath ?? false,
              merge_slashes: flags.mergeSlashes ?? false,
              upgrade_configs: (flags.upgrades ?? []).map((upgrade_type) => ({ upgrade_type })),
              route_config: routes(placed),
              access_log: [accessLog(placed)],
              http_filters: await filters(placed, folder),
            },
          },
        ],
      },
    ],
  };
}

async function tcpListener(placed: PlacedCase, folder: string): Promise<Json> {
  const proxy = {
    name: "tcp",
    typed_config: {
      "@type": typeUrl("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"),
      stat_prefix: placed.id,
      cluster: upstreamName(placed),
    },
  };
  const list = await filters(placed, folder, "envoy.extensions.filters.network.wasm.v3.Wasm");
  return {
    name: placed.id,
    address: loopback(0),
    filter_chains: [{ filters: [...list, proxy] }],
  };
}

function routes(placed: PlacedCase): Json {
  const { routePrefix, upgrades, disabledOnRoute, internalRedirects, retries } =
    placed.case.listener;
  const follow = { max_internal_redirects: internalRedirects, redirect_response_codes: [302] };
  const target = {
    cluster: upstreamName(placed),
    timeout: "10s",
    ...(internalRedirects === undefined ? {} : { internal_redirect_policy: follow }),
    ...(retries === undefined ? {} : { retry_policy: { retry_on: "5xx", num_retries: retries } }),
  };
  const perRoute = disabledOnRoute
    ? {
        typed_per_filter_config: {
          [filterName(placed.case.filters[0])]: {
            "@type": typeUrl("envoy.config.route.v3.FilterConfig"),
            disabled: true,
          },
        },
      }
    : {};
  const list: Json[] = [
    { name: "r", match: { prefix: routePrefix ?? "/" }, route: target, ...perRoute },
  ];
  if (upgrades?.includes("CONNECT")) {
    const upgrade_configs = [{ upgrade_type: "CONNECT" }];
    list.unshift({ match: { connect_matcher: {} }, route: { ...target, upgrade_configs } });
  }
  return { name: "routes", virtual_hosts: [{ name: "v", domains: ["*"], routes: list }] };
}

/** One line a request, by which the runner knows the case and the client's socket. */
export function accessLog(placed: PlacedCase): Json {
  const fields = "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%";
  return {
    name: "log",
    typed_config: {
      "@type": typeUrl("envoy.extensions.access_loggers.stream.v3.StdoutAccessLog"),
      log_format: { text_format_source: { inline_string: `${placed.id} ${fields}\n` } },
    },
  };
}

const httpWasm = "envoy.extensions.filters.http.wasm.v3.Wasm";

/** The case's filters as entries of a chain; those of HTTP end with the router. */
async function filters(placed: PlacedCase, folder: string, type = httpWasm): Promise<Json[]> {
  const list: Json[] = [];
  for (const use of placed.case.filters) {
    const module = await filterModule(use.wasm);
    const config = configOf(use);
    const name = filterName(use);
    list.push({
      name,
      typed_config: {
        "@type": typeUrl(type),
        config: {
          name,
          root_id: use.rootId ?? "",
          ...(use.allowOnHeadersStopIteration ? { allow_on_headers_stop_iteration: true } : {}),
          ...(use.failurePolicy === undefined ? {} : { failure_policy: use.failurePolicy }),
          ...(config === undefined ? {} : { configuration: any(config) }),
          ...(use.capabilities === undefined
            ? {}
            : { capability_restriction_config: allowed(use) }),
          vm_config: vm(placed, use, wasmFile(module.wasm, folder)),
        },
      },
    });
  }
  if (type !== httpWasm) return list;
  list.push({
    name: "router",
    typed_config: { "@type": typeUrl("envoy.extensions.filters.http.router.v3.Router") },
  });
  return list;
}

function vm(placed: PlacedCase, use: FilterUse, filename: string): Json {
  const vmConfig = vmConfigOf(use);
  return {
    vm_id: vmId(placed, use),
    runtime: "envoy.wasm.runtime.v8",
    code: { local: { filename } },
    ...(vmConfig === undefined ? {} : { configuration: any(vmConfig) }),
    ...(use.environment === undefined
      ? {}
      : { environment_variables: { key_values: use.environment } }),
  };
}

function allowed(use: FilterUse): Json {
  return {
    allowed_capabilities: Object.fromEntries((use.capabilities ?? []).map((name) => [name, {}])),
  };
}

/** A configuration as the `Any` that users write: text, a Struct, or raw bytes. */
function any(value: ConfigValue): Json {
  if (typeof value === "string") return stringValue(value);
  if ("json" in value) return stringValue(JSON.stringify(value.json));
  if ("struct" in value) return { "@type": typeUrl("google.protobuf.Struct"), value: value.struct };
  const base64 = Buffer.from(value.bytes, "hex").toString("base64");
  return { "@type": typeUrl("google.protobuf.BytesValue"), value: base64 };
}

function stringValue(value: string): Json {
  return { "@type": typeUrl("google.protobuf.StringValue"), value };
}

/** The module in `folder`, written once. */
export function wasmFile(wasm: Uint8Array, folder: string): string {
  const name = createHash("sha256").update(wasm).digest("hex").slice(0, 16);
  const file = path.join(folder, `${name}.wasm`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, wasm);
  return file;
}

function cluster(name: string, port: number, http2: boolean): Json {
  const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const explicit = http2
    ? { http2_protocol_options: { allow_connect: true } }
    : { http_protocol_options: { enable_trailers: true } };
  return {
    name,
    type: "STATIC",
    connect_timeout: "2s",
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": typeUrl(options),
        explicit_http_config: explicit,
      },
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }],
    },
  };
}
