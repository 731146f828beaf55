// Which targets there are, what is printed for each, and the notes that stand above it: what the user still has to do, and the
// traps that no schema shows.
import { Document, stringify } from "yaml";
import { UserError } from "../exit.ts";
import { consulServiceDefaults } from "./consul.ts";
import type { Deployment } from "./deployment.ts";
import { envoyGatewayPolicies } from "./envoy-gateway.ts";
import { packageVersion } from "../package-version.ts";
import { envoyBootstrap } from "./envoy.ts";
import { helmChart } from "./helm.ts";
import { envoyFilters, trafficExtensions, wasmPlugins, withClusters } from "./istio.ts";
import { xdsFiles } from "./xds.ts";

export const targets = [
  "envoy",
  "wasmplugin",
  "trafficextension",
  "envoyfilter",
  "envoygateway",
  "consul",
  "xds",
  "kustomize",
  "helm",
] as const;
export type TargetName = (typeof targets)[number];

/** Targets that are a folder, not one file. */
export const folderTargets: TargetName[] = ["xds", "kustomize", "helm"];

export interface RenderedFile {
  name: string;
  text: string;
}

/** The files for a target, names relative to its folder; one, unless it is of `folderTargets`. @throws UserError for what the target cannot do */
export function render(target: TargetName, deployment: Deployment): RenderedFile[] {
  const notes = notesFor(target, deployment);
  switch (target) {
    case "envoy":
      return [{ name: "envoy.yaml", text: yamlText([envoyBootstrap(deployment)], notes) }];
    case "wasmplugin":
      return [
        { name: "wasmplugin.yaml", text: yamlText(withClusters(deployment, wasmPlugins), notes) },
      ];
    case "trafficextension":
      return [
        {
          name: "trafficextension.yaml",
          text: yamlText(withClusters(deployment, trafficExtensions), notes),
        },
      ];
    case "envoyfilter":
      return [{ name: "envoyfilter.yaml", text: yamlText(envoyFilters(deployment), notes) }];
    case "envoygateway":
      return [
        { name: "envoygateway.yaml", text: yamlText(envoyGatewayPolicies(deployment), notes) },
      ];
    case "consul":
      return [
        {
          name: "consul.json",
          text: `${JSON.stringify(consulServiceDefaults(deployment), null, 2)}\n`,
        },
      ];
    case "xds":
      return xdsFiles(deployment).map(({ name, content }) => ({
        name,
        text: yamlText([content], name === "bootstrap.yaml" ? notes : []),
      }));
    case "kustomize":
      return kustomizeBase(deployment);
    case "helm":
      return helmChart(deployment, packageVersion());
  }
}

function kustomizeBase(deployment: Deployment): RenderedFile[] {
  const kind = deployment.holding ? "envoyfilter" : "wasmplugin";
  const resources = render(kind, deployment);
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    ...(deployment.namespace === undefined ? {} : { namespace: deployment.namespace }),
    resources: resources.map(({ name }) => name),
    labels: [{ pairs: { "app.kubernetes.io/managed-by": "meshwarden" } }],
  };
  return [{ name: "kustomization.yaml", text: stringify(kustomization) }, ...resources];
}

function notesFor(target: TargetName, deployment: Deployment): string[] {
  const { filters, failOpen, holding, normalizePath } = deployment;
  const notes: string[] = [];
  const loose = filters.filter(({ image }) => image !== undefined && image.digest === undefined);
  const isEnvoy = target === "envoy" || target === "xds";
  const cluster = isEnvoy || target === "consul";
  for (const { name, image } of cluster ? [] : loose) {
    notes.push(`${name}: ${image!.tag ?? "latest"} is not pinned; push prints the digest to pin.`);
  }
  if (failOpen)
    notes.push("failOpen: requests pass unfiltered while a filter is broken or missing.");
  if (isEnvoy && !holding) {
    notes.push(
      "Without holding the upstream sees a request's head before its body has been judged.",
    );
  }
  if (isEnvoy && normalizePath) {
    notes.push(
      "Envoy resolves dot segments and redirects encoded slashes before a filter sees the path;",
      "with normalizePath: false the filter's own path rules refuse them instead.",
    );
  }
  if (isEnvoy) {
    notes.push(
      "use_remote_address makes the peer's address the client's. Behind another proxy, set",
      "xff_num_trusted_hops to the number of proxies that you run.",
    );
  }
  if (["wasmplugin", "trafficextension", "envoygateway"].includes(target))
    notes.push("A changed tag is not fetched again: change the digest.");
  if (target === "wasmplugin" || target === "trafficextension")
    notes.push("This resource can set neither Envoy's capability list nor the holding flag.");
  if (target === "envoygateway" && deployment.target.listeners === undefined) {
    notes.push(
      "Without target.listeners there is no capability list and no holding flag,",
      ...(failOpen ? [] : ["and a trap stops the filter until Envoy restarts."]),
    );
  } else if (target === "envoygateway") {
    notes.push("The patches need extensionApis.enableEnvoyPatchPolicy in the EnvoyGateway.");
  }
  return notes;
}

function yamlText(documents: object[], notes: string[]): string {
  const head = ["Made by meshwarden manifest.", ...notes].map((line) => `# ${line}\n`).join("");
  const texts = documents.map((value) => {
    // Aliases would be legal YAML and surprise whoever edits the file.
    return new Document(value, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
  });
  return head + texts.join("---\n");
}

/** A target by its name on the command line. @throws UserError */
export function targetNamed(text: string): TargetName {
  const found = targets.find((name) => name === text.toLowerCase());
  if (found === undefined) {
    throw new UserError(
      `there is no target ${JSON.stringify(text)}`,
      `use one of ${targets.join(", ")}`,
    );
  }
  return found;
}
