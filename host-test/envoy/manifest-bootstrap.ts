// The bootstrap that `meshwarden manifest envoy` prints for a case's filter, with as little changed as the runner needs: ports
// of its own, an access log, and a name for each upstream, so that many cases share a process.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { loadDeployment } from "../../cli/manifest/deployment.ts";
import { envoyBootstrap } from "../../cli/manifest/envoy.ts";
import type { Case } from "../cases/format.ts";
import { filterModule } from "../cases/modules.ts";
import { accessLog, upstreamName, wasmFile, type PlacedCase } from "./bootstrap.ts";

interface Bootstrap {
  static_resources: { listeners: Listener[]; clusters: { name: string }[] };
}

interface Listener {
  address: { socket_address: { port_value: number } };
  filter_chains: { filters: { typed_config: Manager }[] }[];
}

interface Manager {
  access_log?: unknown[];
  route_config: { virtual_hosts: { routes: { route: { cluster: string } }[] }[] };
}

/** Why a case cannot be run behind a printed bootstrap; undefined: it can. */
export function whyNotPrinted({ filters, listener, steps }: Case): string | undefined {
  if (filters.length !== 1) return "a chain of several filters";
  const [{ wasm, config, capabilities }] = filters;
  if (!/^build\/[\w-]+\.wasm$/.test(wasm ?? "")) return "a probe";
  if (typeof config !== "object" || !("json" in config)) return "a configuration that is no JSON";
  if (capabilities !== undefined) return "its own capability list";
  if (steps.some(({ update }) => update !== undefined)) return "an update of the configuration";
  const forwards = steps.some(({ request }) =>
    request?.headers?.some(([name]) => name.toLowerCase() === "x-forwarded-for"),
  );
  if (listener.useRemoteAddress !== true && forwards)
    return "shows the address trap that the printed bootstrap closes";
  const others = Object.keys(listener).filter(
    (name) => name !== "useRemoteAddress" && name !== "workers",
  );
  return others.length === 0 ? undefined : `listener settings ${others.join(", ")}`;
}

/** Paths that Envoy's normalisation rewrites, redirects or refuses before a filter sees them. */
const oddPath = /\.\.|\/\.(?:\/|$)|%2[ef]|%5c|\\|\/\/|%00|[<>|"^`{}]|[^!-~]/i;

/** Does the case need Envoy to leave the path as it came? */
export function needsRawPath({ steps }: Case): boolean {
  return steps.some(({ request }) => oddPath.test((request?.path ?? "/").split("?")[0]!));
}

/** @param envoyVersion like 1.40 */
export function manifestBootstrap(
  envoyVersion: string,
): (placed: PlacedCase[], folder: string) => Promise<unknown> {
  return async (placed, folder) => {
    const listeners: unknown[] = [];
    const clusters: unknown[] = [];
    for (const one of placed) {
      const { static_resources } = await printed(one, folder, envoyVersion);
      listeners.push(...static_resources.listeners);
      clusters.push(...static_resources.clusters);
    }
    const admin = { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } };
    return { admin, static_resources: { listeners, clusters } };
  };
}

async function printed(one: PlacedCase, folder: string, envoyVersion: string): Promise<Bootstrap> {
  const [use] = one.case.filters;
  const { wasm } = await filterModule(use.wasm);
  const module = wasmFile(wasm, folder);
  const { json } = use.config as { json: unknown };
  const deployment = {
    version: 1,
    name: one.id,
    upstream: `http://127.0.0.1:${one.upstreamPort}`,
    envoyVersion,
    normalizePath: !needsRawPath(one.case),
    holding: use.allowOnHeadersStopIteration === true,
    clusters: Object.fromEntries(
      Object.entries(one.clusterPorts).map(([name, port]) => [
        name,
        { url: `http://127.0.0.1:${port}` },
      ]),
    ),
    filters: [{ name: path.basename(use.wasm!, ".wasm"), wasm: module, module, config: json }],
  };
  const file = path.join(folder, `${one.id}.yaml`);
  writeFileSync(file, stringify(deployment));
  const bootstrap = envoyBootstrap(loadDeployment(file)) as Bootstrap;
  const [listener] = bootstrap.static_resources.listeners;
  listener.address.socket_address.port_value = 0;
  const manager = listener.filter_chains[0].filters[0].typed_config;
  manager.access_log = [accessLog(one)];
  manager.route_config.virtual_hosts[0].routes[0].route.cluster = upstreamName(one);
  bootstrap.static_resources.clusters[0].name = upstreamName(one);
  return bootstrap;
}
