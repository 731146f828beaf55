// Envoy Gateway: EnvoyExtensionPolicy, and an EnvoyPatchPolicy for the clusters that a filter calls. The order of the list is the
// order of execution. What the policy cannot express (holding, capability list, reload after a trap) is an error or a note.
// Source: Envoy Gateway api/v1alpha1 wasm_types.go as behaviour; section 3.3 of its translator's filter order.
import { UserError } from "../exit.ts";
import { hexOf } from "../oci/digest.ts";
import { formatReference } from "../oci/reference.ts";
import type { Deployment, FilterEntry } from "./deployment.ts";
import { clusterConfig, typeUrls } from "./envoy-parts.ts";

/** @throws UserError for what Envoy Gateway cannot do */
export function envoyGatewayPolicies(deployment: Deployment): object[] {
  const { name, namespace, target, filters, clusters } = deployment;
  if (deployment.holding || filters.some(({ config }) => config["holdHeaders"] === true)) {
    throw new UserError(
      "EnvoyExtensionPolicy cannot set Envoy's holding flag",
      "leave holding and holdHeaders out, or use Istio's EnvoyFilter or plain Envoy",
    );
  }
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
  if (clusters.length === 0) return [policy];
  if (target.kind !== "gateway") {
    throw new UserError(
      "clusters are patched into a Gateway",
      "use kind: gateway, or leave clusters out",
    );
  }
  const patches = clusters.map((cluster) => ({
    type: typeUrls.cluster,
    name: cluster.name,
    operation: { op: "add", path: "", value: clusterConfig(cluster) },
  }));
  return [
    policy,
    {
      apiVersion: "gateway.envoyproxy.io/v1alpha1",
      kind: "EnvoyPatchPolicy",
      metadata: meta("-clusters"),
      spec: { targetRef, type: "JSONPatch", jsonPatches: patches },
    },
  ];
}

const order = ({ phase }: FilterEntry): number => ["AUTHN", "AUTHZ", "STATS"].indexOf(phase);

function wasmEntry({ pullSecret, failOpen }: Deployment, filter: FilterEntry): object {
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
    config: filter.config,
  };
}
