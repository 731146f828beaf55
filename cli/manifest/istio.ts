// Istio: WasmPlugin, TrafficExtension (1.30 and later), and EnvoyFilter through ECDS, which alone keeps the holding flag and the
// capability list. What the agent answers when the image cannot be had is deny-all, unless failOpen.
// Source: istio/api extensions/v1alpha1; how the agent treats each form was watched on a running Istio.
import { UserError } from "../exit.ts";
import { formatReference } from "../oci/reference.ts";
import { hexOf } from "../oci/digest.ts";
import type { Deployment, FilterEntry, Target } from "./deployment.ts";
import { clusterConfig, typeUrls, wasmConfig } from "./envoy-parts.ts";

/** Whether the Istio that will read a resource is older than one that brought something. */
const olderThan = ({ istioMinor }: Deployment, minor: number): boolean =>
  istioMinor !== undefined && istioMinor < minor;

const serviceTarget = (name: string): object => ({ group: "", kind: "Service", name });

/** Where a resource applies: labels, or a Service behind a waypoint. */
function selection({ kind, name, labels }: Target, labelsKey: string): object {
  if (kind === "waypoint") {
    if (name === undefined)
      throw new UserError("a waypoint target needs the Service's name", "add target.name");
    return { targetRefs: [serviceTarget(name)] };
  }
  if (kind === "route") {
    throw new UserError(
      "Istio attaches Wasm to gateways, sidecars and waypoints, not to routes",
      "use kind: gateway",
    );
  }
  const chosen =
    labels ?? (kind === "gateway" ? { istio: name ?? "ingressgateway" } : name && { app: name });
  if (!chosen)
    throw new UserError(
      "a sidecar target needs labels",
      "add target.labels, or target.name for app: NAME",
    );
  return labelsKey === "selector"
    ? { selector: { matchLabels: chosen } }
    : { workloadSelector: { labels: chosen } };
}

function metadata({ name, namespace, filters }: Deployment, filter: FilterEntry): object {
  const full = filters.length === 1 ? name : `${name}-${filter.name}`;
  return { name: full, ...(namespace === undefined ? {} : { namespace }) };
}

function image(filter: FilterEntry): { url: string; pinned: boolean } {
  if (filter.image === undefined) {
    throw new UserError(
      `filter ${filter.name}: which image?`,
      "add image: registry/name:tag@sha256:…",
    );
  }
  const { digest } = filter.image;
  return { url: `oci://${formatReference(filter.image, true)}`, pinned: digest !== undefined };
}

function refuseHolding(deployment: Deployment, kind: string): void {
  if (
    deployment.holding ||
    deployment.filters.some(({ config }) => config["holdHeaders"] === true)
  ) {
    throw new UserError(
      `${kind} cannot set Envoy's holding flag`,
      "use meshwarden manifest envoyfilter, or leave holding and holdHeaders out",
    );
  }
}

function wasmFields(deployment: Deployment, filter: FilterEntry): object {
  // Both deny while the module is missing; FAIL_RELOAD starts a new VM after a trap, where FAIL_CLOSE denies until a restart.
  const failClosed = olderThan(deployment, 27) ? "FAIL_CLOSE" : "FAIL_RELOAD";
  return {
    url: image(filter).url,
    ...(deployment.pullSecret === undefined ? {} : { imagePullSecret: deployment.pullSecret }),
    imagePullPolicy: "IfNotPresent",
    pluginName: filter.rootId,
    failStrategy: deployment.failOpen ? "FAIL_OPEN" : failClosed,
    pluginConfig: filter.config,
  };
}

function trafficMatch({ target }: Deployment): object {
  const { ports, kind } = target;
  if (ports === undefined) return {};
  const mode = kind === "gateway" ? "CLIENT" : "SERVER";
  return { match: [{ mode, ports: ports.map((number) => ({ number })) }] };
}

/** extensions.istio.io/v1alpha1 WasmPlugin, one for each filter. */
export function wasmPlugins(deployment: Deployment): object[] {
  refuseHolding(deployment, "WasmPlugin");
  return deployment.filters.map((filter) => ({
    apiVersion: "extensions.istio.io/v1alpha1",
    kind: "WasmPlugin",
    metadata: metadata(deployment, filter),
    spec: {
      ...selection(deployment.target, "selector"),
      phase: filter.phase,
      priority: filter.priority,
      ...wasmFields(deployment, filter),
      ...trafficMatch(deployment),
    },
  }));
}

/** extensions.istio.io/v1alpha1 TrafficExtension, Istio 1.30 and later. */
export function trafficExtensions(deployment: Deployment): object[] {
  refuseHolding(deployment, "TrafficExtension");
  if (olderThan(deployment, 30))
    throw new UserError("TrafficExtension came with Istio 1.30", "use manifest wasmplugin");
  return deployment.filters.map((filter) => ({
    apiVersion: "extensions.istio.io/v1alpha1",
    kind: "TrafficExtension",
    metadata: metadata(deployment, filter),
    spec: {
      ...selection(deployment.target, "selector"),
      phase: filter.phase,
      priority: filter.priority,
      ...trafficMatch(deployment),
      wasm: wasmFields(deployment, filter),
    },
  }));
}

/** networking.istio.io/v1alpha3 EnvoyFilter: the module by ECDS, its place in the chain, and the clusters it calls. */
export function envoyFilters(deployment: Deployment): object[] {
  const { target, name, namespace, clusters, pullSecret } = deployment;
  const contexts = {
    gateway: "GATEWAY",
    sidecar: "SIDECAR_INBOUND",
    waypoint: "WAYPOINT",
    route: "",
  };
  const selected = selection(target, "workloadSelector");
  if (pullSecret !== undefined) {
    throw new UserError(
      "an EnvoyFilter names no pull secret",
      "give the agent credentials (its docker config), or use manifest wasmplugin",
    );
  }
  if (target.kind === "waypoint" && olderThan(deployment, 29)) {
    throw new UserError(
      "an EnvoyFilter reaches waypoints from Istio 1.29 on",
      "use manifest wasmplugin without clusters, or a newer Istio",
    );
  }
  const context = contexts[target.kind];
  const byPriority = [...deployment.filters].sort((a, b) => b.priority - a.priority);
  const early = byPriority.filter(({ phase }) => phase === "AUTHN");
  const late = byPriority.filter(({ phase }) => phase !== "AUTHN");
  // Each INSERT_FIRST goes before those inserted so far, so the first of the chain comes last.
  const inserts = [
    ...early
      .reverse()
      .map((filter) => httpFilterPatch(deployment, filter, context, "INSERT_FIRST")),
    ...late.map((filter) => httpFilterPatch(deployment, filter, context, "INSERT_BEFORE")),
  ];
  return [
    {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      spec: {
        ...selected,
        configPatches: [
          ...clusters.map((cluster) => ({
            applyTo: "CLUSTER",
            match: matchOf(context),
            patch: { operation: "ADD", value: clusterConfig(cluster) },
          })),
          ...deployment.filters.map((filter) => extensionPatch(deployment, filter, context)),
          ...inserts,
        ],
      },
    },
  ];
}

const resourceName = ({ name }: Deployment, filter: FilterEntry): string =>
  `${name}.${filter.name}`;

/** A waypoint patch says so twice: the API's own rule asks for it. */
function matchOf(context: string, filter?: object, ports: number[] = []): object {
  const port = ports.length === 1 ? { portNumber: ports[0] } : {};
  if (context === "WAYPOINT")
    return { context, waypoint: { ...port, ...(filter ? { filter } : {}) } };
  if (filter === undefined) return { context };
  return { context, listener: { ...port, filterChain: { filter } } };
}

function extensionPatch(deployment: Deployment, filter: FilterEntry, context: string): object {
  const digest = filter.image?.digest;
  const { url } = image(filter);
  const remote = {
    // The agent replaces the cluster; the hash here is the image's digest, not the module's.
    http_uri: { uri: url, timeout: "30s", cluster: "_" },
    ...(digest === undefined ? {} : { sha256: hexOf(digest) }),
  };
  return {
    applyTo: "EXTENSION_CONFIG",
    match: matchOf(context),
    patch: {
      operation: "ADD",
      value: {
        name: resourceName(deployment, filter),
        typed_config: wasmConfig(deployment, filter, { remote }),
      },
    },
  };
}

function httpFilterPatch(
  deployment: Deployment,
  filter: FilterEntry,
  context: string,
  operation: "INSERT_FIRST" | "INSERT_BEFORE",
): object {
  const manager = {
    name: "envoy.filters.network.http_connection_manager",
    ...(operation === "INSERT_BEFORE" ? { subFilter: { name: "envoy.filters.http.router" } } : {}),
  };
  return {
    applyTo: "HTTP_FILTER",
    match: matchOf(context, manager, deployment.target.ports),
    patch: {
      operation,
      value: {
        name: resourceName(deployment, filter),
        config_discovery: {
          config_source: { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" },
          // The agent answers a failed download with an RBAC filter that denies everything.
          type_urls: [typeUrls.wasm, typeUrls.rbac],
        },
      },
    },
  };
}

/** WasmPlugin and TrafficExtension know no clusters: those come as an EnvoyFilter of their own. */
export function withClusters(
  deployment: Deployment,
  make: (deployment: Deployment) => object[],
): object[] {
  if (deployment.clusters.length === 0) return make(deployment);
  const alone = {
    ...deployment,
    name: `${deployment.name}-clusters`,
    filters: [],
    pullSecret: undefined,
  };
  return [...make(deployment), ...envoyFilters(alone)];
}
