// Plain Envoy with everything that changes in files of their own, which it watches: listener, clusters, and each filter's
// configuration by extension discovery (ECDS). A new filter configuration then reaches a running Envoy without draining the
// listener; one that the filter refuses leaves the old one in place.
// Source: Envoy "xDS configuration API: filesystem subscriptions", "Extension configuration".
import type { Deployment } from "./deployment.ts";
import { typeUrls } from "./envoy-parts.ts";
import { clusters, filterConfig, listener } from "./envoy.ts";

export interface XdsFile {
  name: string;
  content: object;
}

/** The bootstrap and the files it watches. @throws UserError as for a plain bootstrap */
export function xdsFiles(deployment: Deployment): XdsFile[] {
  const { name, filters, xdsFolder } = deployment;
  const source = (file: string): object => ({
    // Kubernetes changes a mounted ConfigMap by moving a link: the folder is watched, not the file.
    path_config_source: {
      path: `${xdsFolder}/${file}`,
      watched_directory: { path: xdsFolder },
    },
    resource_api_version: "V3",
  });
  const httpFilters = filters.map((filter) => ({
    name: filter.name,
    config_discovery: { config_source: source(fileOf(filter.name)), type_urls: [typeUrls.wasm] },
  }));
  const resource = (type: string, value: object): object => ({ "@type": type, ...value });
  return [
    {
      name: "bootstrap.yaml",
      content: {
        node: { id: name, cluster: name },
        dynamic_resources: { lds_config: source("lds.yaml"), cds_config: source("cds.yaml") },
      },
    },
    {
      name: "lds.yaml",
      content: { resources: [resource(typeUrls.listener, listener(deployment, httpFilters))] },
    },
    {
      name: "cds.yaml",
      content: {
        resources: clusters(deployment).map((cluster) => resource(typeUrls.cluster, cluster)),
      },
    },
    ...filters.map((filter) => ({
      name: fileOf(filter.name),
      content: {
        resources: [
          resource(typeUrls.extension, {
            name: filter.name,
            typed_config: filterConfig(deployment, filter),
          }),
        ],
      },
    })),
  ];
}

const fileOf = (filter: string): string => `filter-${filter}.yaml`;
