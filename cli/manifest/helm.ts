// A Helm chart around the resources of another target: what differs from cluster to cluster (image, configuration, what happens
// while a filter is broken) becomes a value, the rest stays as printed. With the values as they are, `helm template` gives what
// `manifest` prints for that target.
// Source: Helm "Charts", "Built-in objects".
import { Document, stringify } from "yaml";
import { UserError } from "../exit.ts";
import { formatReference } from "../oci/reference.ts";
import type { Deployment, FilterEntry } from "./deployment.ts";
import { plainConfig } from "./envoy-parts.ts";
import { envoyFilters, wasmPlugins, withClusters } from "./istio.ts";

export interface ChartFile {
  name: string;
  text: string;
}

/** Stands where a value will: letters that neither YAML nor JSON quotes. */
const mark = (what: string, filter: string): string => `MESHWARDEN-${what}-${filter}-END`;

/** @throws UserError for what a WasmPlugin or, with holding, an EnvoyFilter cannot do */
export function helmChart(deployment: Deployment, appVersion: string): ChartFile[] {
  const { name, filters, failOpen } = deployment;
  if (filters.some(({ image }) => image === undefined)) {
    throw new UserError(
      "a chart loads images",
      "add image: registry/name:tag@sha256:… to each filter",
    );
  }
  const values = {
    failStrategy: failOpen ? "FAIL_OPEN" : "FAIL_RELOAD",
    filters: Object.fromEntries(
      filters.map((filter) => [
        filter.name,
        {
          url: `oci://${formatReference(filter.image!, true)}`,
          config: plainConfig(deployment, filter),
        },
      ]),
    ),
  };
  const chart = {
    apiVersion: "v2",
    name,
    description: "Security filters for Envoy and Istio",
    type: "application",
    version: "0.1.0",
    appVersion,
  };
  const kind = deployment.holding ? "envoyfilter" : "wasmplugin";
  return [
    { name: "Chart.yaml", text: stringify(chart) },
    { name: "values.yaml", text: `${valuesHead}${stringify(values)}` },
    { name: `templates/${kind}.yaml`, text: template(deployment) },
  ];
}

const valuesHead = `# failStrategy: FAIL_RELOAD denies while a filter is broken or missing; FAIL_OPEN lets requests pass.
# filters: the image by its digest, as meshwarden push prints it, and the configuration document.
`;

function template(deployment: Deployment): string {
  const marked: Deployment = {
    ...deployment,
    namespace: undefined,
    filters: deployment.filters.map(marking),
  };
  const resources = deployment.holding ? envoyFilters(marked) : withClusters(marked, wasmPlugins);
  let text = resources
    .map((value) =>
      new Document(value, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 }),
    )
    .join("---\n");
  for (const { name, image } of deployment.filters) {
    const value = `(index .Values.filters "${name}")`;
    const config = mark("config", name);
    text = text
      .replaceAll(`oci://${formatReference(image!, true)}`, `{{ ${value}.url }}`)
      .replace(
        new RegExp(`^( *)pluginConfig:\\n +${config}: true\\n`, "m"),
        (_all, indent: string) => {
          const depth = indent.length + 2;
          return `${indent}pluginConfig:\n{{ toYaml ${value}.config | indent ${depth} }}\n`;
        },
      )
      .replace(
        new RegExp(`value: .*${config}.*`),
        () => `value: {{ ${value}.config | toJson | quote }}`,
      );
  }
  return text
    .replaceAll(/(failStrategy: )\w+/g, "$1{{ .Values.failStrategy }}")
    .replaceAll(/(failure_policy: )\w+/g, "$1{{ .Values.failStrategy }}");
}

function marking(filter: FilterEntry): FilterEntry {
  return { ...filter, config: { [mark("config", filter.name)]: true } };
}
