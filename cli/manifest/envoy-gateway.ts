// Envoy Gateway: EnvoyExtensionPolicy, and an EnvoyPatchPolicy for what that cannot express: the clusters that a filter calls, and,
// where the Gateway's listeners are named, the holding flag, the capability list and the reload after a trap. The order of the
// list is the order of execution.
// Source: Envoy Gateway api/v1alpha1 wasm_types.go and envoypatchpolicy_types.go as behaviour; its translator's filter order and
// names (`npm run test:oci` runs that translator).
import { UserError } from "../exit.ts";
import { hexOf } from "../oci/digest.ts";
import { formatReference } from "../oci/reference.ts";
import type { Deployment, FilterEntry } from "./deployment.ts";
import { capabilityRestriction, clusterConfig, plainConfig, typeUrls } from "./envoy-parts.ts";

/** @throws UserError for what Envoy Gateway cannot do */
export function envoyGatewayPolicies(deployment: Deployment): object[] {
  const { name, namespace, target, filters, clusters } = deployment;
  const kinds = { gateway: "Gateway", route: "HTTPRoute", sidecar: undefined, waypoint: undefined };
  const kind = kinds[target.kind];
  if (kind === undefined)
    throw new UserError(`Envoy Gateway has no ${target.kind}s`, "use kind: gateway or route");
  if (target.name === undefined) throw new UserError(`which ${kind}?`, "add target.name");
  const targetRef = { group: "gateway.networking.k8s.io", kind, name: target.name };
  const meta = (suffix: string): object => ({
    name: `${name}${suffix}`,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const ordered = [...filters].sort((a, b) => order(a) - order(b) || b.priority - a.priority);
  const policy = {
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "EnvoyExtensionPolicy",
    metadata: meta(""),
    spec: { targetRefs: [targetRef], wasm: ordered.map((filter) => wasmEntry(deployment, filter)) },
  };
  const clusterPatches = clusters.map((cluster) => ({
    type: typeUrls.cluster,
    name: cluster.name,
    operation: { op: "add", path: "", value: clusterConfig(cluster) },
  }));
  const jsonPatches = [...clusterPatches, ...pluginPatches(deployment, ordered)];
  if (jsonPatches.length === 0) return [policy];
  if (target.kind !== "gateway") {
    throw new UserError(
      "clusters and holding are patched into a Gateway",
      "use kind: gateway, or leave clusters, holding and target.listeners out",
    );
  }
  return [
    policy,
    {
      apiVersion: "gateway.envoyproxy.io/v1alpha1",
      kind: "EnvoyPatchPolicy",
      metadata: meta("-patches"),
      spec: { targetRef, type: "JSONPatch", jsonPatches },
    },
  ];
}

/**
 * What EnvoyExtensionPolicy has no field for, patched into the filters that the translator made of it. It names a listener
 * namespace/gateway/listener and a filter by its policy and place; the filter is in every connection manager of the listener.
 */
function pluginPatches(deployment: Deployment, ordered: FilterEntry[]): object[] {
  const { name, namespace = "default", target, holding, failOpen } = deployment;
  if (holding && target.listeners === undefined) {
    throw new UserError(
      "EnvoyExtensionPolicy cannot set Envoy's holding flag",
      "name the Gateway's listeners in target.listeners, so that the flag can be patched in",
    );
  }
  const values = (filter: FilterEntry): Record<string, unknown> => ({
    ...(holding ? { allow_on_headers_stop_iteration: true } : {}),
    // Beside fail_open, which the policy's own field sets, Envoy refuses a second word on failures.
    ...(failOpen ? {} : { failure_policy: "FAIL_RELOAD" }),
    ...capabilityRestriction(filter),
  });
  return (target.listeners ?? []).flatMap((listener) =>
    ordered.flatMap((filter, index) => {
      const made = `envoy.filters.http.wasm/envoyextensionpolicy/${namespace}/${name}/wasm/${index}`;
      const jsonPath = `$..http_filters[?(@.name == '${made}')].typed_config.config`;
      return Object.entries(values(filter)).map(([field, value]) => ({
        type: typeUrls.listener,
        name: `${namespace}/${target.name}/${listener}`,
        operation: { op: "add", jsonPath, path: field, value },
      }));
    }),
  );
}

const order = ({ phase }: FilterEntry): number => ["AUTHN", "AUTHZ", "STATS"].indexOf(phase);

function wasmEntry(deployment: Deployment, filter: FilterEntry): object {
  const { pullSecret, failOpen } = deployment;
  const { image } = filter;
  if (image === undefined) {
    throw new UserError(
      `filter ${filter.name}: which image?`,
      "add image: registry/name:tag@sha256:…",
    );
  }
  const { digest, ...named } = image;
  return {
    name: filter.name,
    rootID: filter.rootId,
    failOpen,
    code: {
      type: "Image",
      pullPolicy: "IfNotPresent",
      image: {
        url: formatReference(named),
        ...(digest === undefined ? {} : { sha256: hexOf(digest) }),
        ...(pullSecret === undefined ? {} : { pullSecretRef: { name: pullSecret } }),
      },
    },
    config: plainConfig(deployment, filter),
  };
}
