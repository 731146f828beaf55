// What `manifest envoygateway` prints with target.listeners, before Envoy Gateway's translator with a Wasm cache (a Go program of
// ours within its module, which egctl has not), and the filter that it makes of that in real Envoys: it loads the module by HTTP,
// and holds a head until the body has been judged.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { clusterConfig, typeUrls } from "../../cli/manifest/envoy-parts.ts";
import { same, type Checks } from "./checks.ts";
import { messages, surroundings, type Conditioned } from "./envoy-gateway.ts";
import { envoys } from "./envoy-matrix.ts";
import { freePort, startEnvoy, startUpstream } from "./printed-envoy.ts";
import type { Make } from "./printed.ts";
import { waitForPort } from "./real-registry.ts";
import { findTool, mustRun } from "./tools.ts";

interface HttpFilter {
  name: string;
  disabled?: boolean;
  typed_config: { config?: Record<string, unknown> };
}

interface Translated {
  extensionPolicies: Conditioned[];
  patchPolicies: Conditioned[];
  listeners: {
    name: string;
    default_filter_chain?: { filters: { typed_config: { http_filters: HttpFilter[] } }[] };
  }[];
  clusters: { name: string }[];
}

const listened = (...listeners: string[]): object => ({
  target: { kind: "gateway", name: "edge", listeners },
  holding: true,
});

/** @param module the file whose image the policies name */
export async function checkGatewayTranslation(
  checks: Checks,
  root: string,
  module: string,
  make: Make,
): Promise<void> {
  const program = findTool("gateway-translate");
  if (program === undefined)
    return checks.skip("Envoy Gateway's translator with a Wasm cache", "it could not be built");
  const bytes = readFileSync(module);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const server = createServer((_request, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const translate = (text: string): Translated => {
    const file = path.join(root, "translate.yaml");
    writeFileSync(file, surroundings + text);
    const served = `http://127.0.0.1:${port}/guard.wasm`;
    return JSON.parse(mustRun(program, [file, served, sha256])) as Translated;
  };
  const config = { version: 1, validate: { limits: { json: { maxDepth: 3 } } } };
  const printed = (changes: object): string =>
    readFileSync(make("envoygateway", "translated", { ...changes, config }), "utf8");
  try {
    let filter: HttpFilter | undefined;
    await checks.check("Envoy Gateway accepts the policy and applies every patch", () => {
      const translated = translate(printed(listened("http")));
      same(messages(translated.extensionPolicies), ["Accepted True Policy has been accepted."]);
      same(messages(translated.patchPolicies), [
        "Accepted True Policy has been accepted.",
        "Programmed True Patches have been successfully applied.",
      ]);
      const listener = translated.listeners.find(({ name }) => name === "shop/edge/http");
      filter = listener!.default_filter_chain!.filters[0]!.typed_config.http_filters[0]!;
      const { failure_policy, allow_on_headers_stop_iteration } = filter.typed_config.config!;
      same([failure_policy, allow_on_headers_stop_iteration], ["FAIL_RELOAD", true]);
    });
    await checks.check("Envoy Gateway says which listener a patch does not find", () => {
      const [, programmed] = messages(translate(printed(listened("nowhere"))).patchPolicies);
      same(/^Programmed False .*shop\/edge\/nowhere/.test(programmed!), true);
    });
    await checks.check("Envoy Gateway refuses a patch of a field that is none", () => {
      const wrong = printed(listened("http")).replaceAll("allow_on_headers_stop", "allow_stop");
      same(/ False .*allow_stop/.test(messages(translate(wrong).patchPolicies).join("\n")), true);
    });
    for (const { binary, version } of filter === undefined ? [] : envoys(checks)) {
      await checks.check(`Envoy ${version} runs the translated filter, and holds`, () =>
        serve(binary, filter!, port, root),
      );
    }
  } finally {
    server.close();
  }
}

/** The filter in a listener of ours, with the clusters that it and the route name. */
async function serve(
  binary: string,
  filter: HttpFilter,
  modulePort: number,
  root: string,
): Promise<void> {
  const upstream = await startUpstream();
  const port = await freePort();
  const local = { host: "127.0.0.1", tls: false, http2: false };
  const upstreamPort = Number(new URL(upstream.address).port);
  const manager = {
    "@type": typeUrls.connectionManager,
    stat_prefix: "edge",
    http_filters: [
      // Envoy Gateway adds it switched off, and switches it on route by route.
      { ...filter, disabled: false },
      { name: "envoy.filters.http.router", typed_config: { "@type": typeUrls.router } },
    ],
    route_config: {
      virtual_hosts: [
        {
          name: "all",
          domains: ["*"],
          routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }],
        },
      ],
    },
  };
  const chain = [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }];
  const bootstrap = {
    static_resources: {
      listeners: [
        {
          name: "edge",
          address: { socket_address: { address: local.host, port_value: port } },
          filter_chains: [{ filters: chain }],
        },
      ],
      clusters: [
        clusterConfig({ ...local, name: "upstream", port: upstreamPort }),
        clusterConfig({ ...local, name: "wasm_cluster", port: modulePort }),
      ],
    },
  };
  const file = path.join(root, "translated-envoy.json");
  writeFileSync(file, JSON.stringify(bootstrap));
  const child = startEnvoy(binary, file);
  try {
    await waitForPort(port, child);
    const post = (body: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    const good = await post('{"a":1}');
    same([good.status, await good.text()], [200, "hello"]);
    same(upstream.seen, ["POST /"]);
    same((await post("[[[[1]]]]")).status, 400);
    same(upstream.seen.length, 1);
  } finally {
    child.kill();
    upstream.close();
  }
}
