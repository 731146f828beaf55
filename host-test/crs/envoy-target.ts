// The suite against the filter in a real Envoy: raw bytes to its listener, log lines from its standard error. After each
// test a marked request follows; when the rule that logs the mark has spoken, all lines of the test are there.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findEnvoy } from "../envoy/find.ts";
import { EnvoyProcess } from "../envoy/process.ts";
import type { FilterSpec } from "../host/index.ts";
import { albedoAnswer } from "./albedo.ts";
import type { Target } from "./node-target.ts";

/** The rule that says that everything before it is over. */
export const markRule =
  'SecRule REQUEST_HEADERS:X-CRS-Test "@rx ^.*$" "id:999999,phase:1,pass,log,msg:\'mark %{MATCHED_VAR}\',ctl:ruleRemoveById=1-999998"';

/** How long an answer, or a mark, may take. */
const patienceMs = 10_000;

export async function envoyTarget(filter: FilterSpec, version: string): Promise<Target> {
  const found = findEnvoy(version === "" ? undefined : version);
  const upstream = http.createServer(reflect);
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const folder = EnvoyProcess.folder();
  const wasm = path.join(folder, "waf.wasm");
  writeFileSync(wasm, filter.wasm as Uint8Array);
  const config = bootstrap(wasm, String(filter.config), (upstream.address() as AddressInfo).port);
  const envoy = await EnvoyProcess.start(found.binary, folder, config);
  const port = (await envoy.ports()).get("suite")!;
  let mark = 0;
  return {
    name: `envoy ${found.version}`,
    async send(request) {
      const from = envoy.log.length;
      const status = await exchange(port, request);
      const name = `m${mark++}`;
      await exchange(port, Buffer.from(markRequest(name)));
      const marked = (): boolean =>
        envoy.log.slice(from).some(({ message }) => message.includes(`mark ${name}`));
      for (const end = performance.now() + patienceMs; !marked(); await sleep(1)) {
        if (!envoy.running) throw new Error(`Envoy ended: ${envoy.text().slice(-2000)}`);
        if (performance.now() > end) throw new Error(`no mark ${name} in the log`);
      }
      const lines = envoy.log.slice(from).map(({ message }) => message);
      return { status, log: lines.filter((line) => !line.includes('[id "999999"]')) };
    },
    async close() {
      envoy.stop();
      upstream.close();
      await once(upstream, "close");
    },
  };
}

function markRequest(name: string): string {
  return `GET / HTTP/1.1\r\nHost: localhost\r\nX-CRS-Test: ${name}\r\nConnection: close\r\n\r\n`;
}

/** Status of the first answer; 0 when the connection ended without one. */
export function exchange(port: number, request: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    let text = "";
    const timer = setTimeout(() => socket.destroy(), patienceMs);
    socket.on("data", (piece: Buffer) => {
      text += piece.toString("latin1");
      if (isWhole(text)) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0));
    });
    socket.write(request);
  });
}

/** A whole answer: connections that the test keeps alive would stay open. */
function isWhole(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head));
  if (length !== null) return text.length >= head + 4 + Number(length[1]);
  return /\r\ntransfer-encoding: *chunked/i.test(text.slice(0, head)) && text.endsWith("0\r\n\r\n");
}

function reflect(request: http.IncomingMessage, response: http.ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const reply = albedoAnswer(request.method ?? "", request.url ?? "", Buffer.concat(pieces));
    response.writeHead(reply.status, reply.headers.flat());
    response.end(reply.body);
  });
}

const typeUrl = (name: string): string => `type.googleapis.com/${name}`;
const loopback = (port: number): object => ({
  socket_address: { address: "127.0.0.1", port_value: port },
});

/** Envoy with the filter in front of an upstream. @param holds a head may be held (`allow_on_headers_stop_iteration`) */
export function bootstrap(
  wasm: string,
  config: string,
  upstreamPort: number,
  holds = true,
): object {
  const filter = {
    name: "waf",
    typed_config: {
      "@type": typeUrl("envoy.extensions.filters.http.wasm.v3.Wasm"),
      config: {
        name: "waf",
        allow_on_headers_stop_iteration: holds,
        configuration: { "@type": typeUrl("google.protobuf.StringValue"), value: config },
        vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { filename: wasm } } },
      },
    },
  };
  const router = {
    name: "router",
    typed_config: { "@type": typeUrl("envoy.extensions.filters.http.router.v3.Router") },
  };
  const routes = [
    { match: { connect_matcher: {} }, direct_response: { status: 200 } },
    { match: { prefix: "" }, route: { cluster: "upstream", timeout: "10s" } },
  ];
  const manager = {
    "@type": typeUrl(
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    ),
    stat_prefix: "suite",
    path_with_escaped_slashes_action: "KEEP_UNCHANGED",
    http_protocol_options: { accept_http_10: true, default_host_for_http_10: "localhost" },
    upgrade_configs: [{ upgrade_type: "CONNECT" }],

    route_config: { virtual_hosts: [{ name: "v", domains: ["*"], routes }] },
    http_filters: [filter, router],
  };
  return {
    admin: { address: loopback(0) },
    static_resources: {
      listeners: [
        {
          name: "suite",
          address: loopback(0),
          per_connection_buffer_limit_bytes: 1 << 24,
          filter_chains: [{ filters: [{ name: "hcm", typed_config: manager }] }],
        },
      ],
      clusters: [
        {
          name: "upstream",
          type: "STATIC",
          per_connection_buffer_limit_bytes: 1 << 24,
          load_assignment: {
            cluster_name: "upstream",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(upstreamPort) } }] }],
          },
        },
      ],
    },
  };
}
