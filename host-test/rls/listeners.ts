// An Envoy with one listener for each limiter that is compared: native `envoy.filters.http.ratelimit`, and ours with this or that
// configuration. All of them lead to one upstream; each has a cluster of its own to its service, so that its calls can be counted.
import { mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import type net from "node:net";
import path from "node:path";
import { compile } from "../../cli/build/compile.ts";
import { EnvoyProcess } from "../envoy/process.ts";

export interface Lane {
  name: string;
  /** Port of the service that the cluster `rls-<name>` leads to. */
  servicePort: number;
  /** Our `rateLimit` section without its service's cluster, or the native filter. */
  filter: "native" | "none" | Record<string, unknown>;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
}

const typed = (name: string, value: object = {}): object => ({
  "@type": `type.googleapis.com/${name}`,
  ...value,
});

const http2 = {
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    { explicit_http_config: { http2_protocol_options: {} } },
  ),
};

const at = (port: number): object => ({
  socket_address: { address: "127.0.0.1", port_value: port },
});

const cluster = (name: string, port: number, options: object = {}): object => ({
  name,
  type: "STATIC",
  connect_timeout: "1s",
  typed_extension_protocol_options: options,
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: at(port) } }] }],
  },
});

/** The native filter asks about the header `x-user`, as our policies do. */
const nativeFilter = (name: string): object => ({
  name: "ratelimit",
  typed_config: typed("envoy.extensions.filters.http.ratelimit.v3.RateLimit", {
    domain: "api",
    timeout: "2s",
    rate_limit_service: {
      grpc_service: { envoy_grpc: { cluster_name: `rls-${name}` } },
      transport_api_version: "V3",
    },
  }),
});

function wasmFilter(name: string, file: string, section: Record<string, unknown>): object {
  const service = { ...(section["service"] as object | undefined), cluster: `rls-${name}` };
  const document = {
    version: 1,
    rateLimit: {
      ...section,
      namespace: name,
      ...(section["service"] === undefined ? {} : { service }),
    },
  };
  return {
    name: "wasm",
    typed_config: typed("envoy.extensions.filters.http.wasm.v3.Wasm", {
      config: {
        name,
        vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { filename: file } } },
        configuration: typed("google.protobuf.StringValue", { value: JSON.stringify(document) }),
      },
    }),
  };
}

function listener(lane: Lane, file: string, isDirect: boolean): object {
  const { name, filter } = lane;
  const filters =
    filter === "none"
      ? []
      : [filter === "native" ? nativeFilter(name) : wasmFilter(name, file, filter)];
  const limits = [
    { actions: [{ request_headers: { header_name: "x-user", descriptor_key: "user" } }] },
  ];
  return {
    name,
    address: at(0),
    filter_chains: [
      {
        filters: [
          {
            name: "hcm",
            typed_config: typed(
              "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              {
                stat_prefix: name,
                use_remote_address: true,
                route_config: {
                  virtual_hosts: [
                    {
                      name: "all",
                      domains: ["*"],
                      routes: [
                        {
                          match: { prefix: "/" },
                          ...(isDirect
                            ? { direct_response: { status: 200 } }
                            : {
                                route: {
                                  cluster: "upstream",
                                  ...(filter === "native" ? { rate_limits: limits } : {}),
                                },
                              }),
                        },
                      ],
                    },
                  ],
                },
                http_filters: [
                  ...filters,
                  {
                    name: "router",
                    typed_config: typed("envoy.extensions.filters.http.router.v3.Router"),
                  },
                ],
              },
            ),
          },
        ],
      },
    ],
  };
}

export class Lanes {
  private readonly envoy: EnvoyProcess;
  private readonly upstream: http.Server;
  private readonly ports: Map<string, number>;
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

  private constructor(envoy: EnvoyProcess, upstream: http.Server, ports: Map<string, number>) {
    this.envoy = envoy;
    this.upstream = upstream;
    this.ports = ports;
  }

  /** @param isDirect Envoy answers by itself what passes the filters, for measurements without an upstream */
  static async begin(binary: string, lanes: Lane[], isDirect = false): Promise<Lanes> {
    const folder = EnvoyProcess.folder();
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, "ratelimit.wasm");
    const { wasm } = await compile({ entry: "assembly/filters/ratelimit.ts", target: "release" });
    writeFileSync(file, wasm);
    const upstream = http.createServer((_, answer) => answer.end("ok"));
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const { port } = upstream.address() as net.AddressInfo;
    const config = {
      admin: { address: at(0) },
      static_resources: {
        listeners: lanes.map((lane) => listener(lane, file, isDirect)),
        clusters: [
          cluster("upstream", port),
          ...lanes.map((lane) => cluster(`rls-${lane.name}`, lane.servicePort, http2)),
        ],
      },
    };
    const envoy = await EnvoyProcess.start(binary, folder, config, 1);
    return new Lanes(envoy, upstream, await envoy.ports());
  }

  port(lane: string): number {
    return this.ports.get(lane)!;
  }

  /** One request of a user. */
  async ask(lane: string, user: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.get(
        {
          host: "127.0.0.1",
          port: this.port(lane),
          agent: this.agent,
          headers: { "x-user": user },
        },
        (response) => {
          response.resume();
          response.on("end", () =>
            resolve({ status: response.statusCode!, headers: response.headers }),
          );
        },
      );
      request.on("error", reject);
    });
  }

  /** Calls that a lane has made to its service so far. */
  async calls(lane: string): Promise<number> {
    const text = await this.envoy.get(`/stats?filter=cluster.rls-${lane}.upstream_rq_total`);
    return Number(/upstream_rq_total: (\d+)/.exec(text)?.[1] ?? "0");
  }

  /** A metric of the filters, summed over those whose name contains `part`. */
  async metric(part: string): Promise<number> {
    const text = await this.envoy.get("/stats?filter=wasmcustom");
    return text
      .split("\n")
      .filter((line) => line.includes(part))
      .reduce((sum, line) => sum + Number(line.split(": ").at(-1)), 0);
  }

  stop(): void {
    this.agent.destroy();
    this.envoy.stop();
    this.upstream.closeAllConnections();
    this.upstream.close();
  }
}
