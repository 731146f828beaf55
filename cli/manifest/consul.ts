// Consul: a service-defaults entry with the builtin/wasm extension, as its CLI reads it (JSON keys in Consul's own spelling).
// Required: true makes the proxy refuse its configuration rather than run without the filter.
// Source: Consul reference, "WebAssembly extension configuration".
import { UserError } from "../exit.ts";
import type { Deployment, FilterEntry } from "./deployment.ts";

/** @throws UserError for what Consul cannot do */
export function consulServiceDefaults(deployment: Deployment): object {
  const { target, holding, filters } = deployment;
  if (target.kind !== "sidecar" || target.name === undefined) {
    throw new UserError(
      "Consul runs the filter in a service's sidecar",
      "use target: {kind: sidecar, name: SERVICE}",
    );
  }
  if (holding || filters.some(({ config }) => config["holdHeaders"] === true)) {
    throw new UserError(
      "Consul cannot set Envoy's holding flag",
      "leave holding and holdHeaders out",
    );
  }
  return {
    Kind: "service-defaults",
    Name: target.name,
    Protocol: "http",
    EnvoyExtensions: filters.map((filter) => extension(deployment, filter)),
  };
}

function extension({ name, failOpen }: Deployment, filter: FilterEntry): object {
  return {
    Name: "builtin/wasm",
    Required: !failOpen,
    Arguments: {
      Protocol: "http",
      ListenerType: "inbound",
      PluginConfig: {
        Name: filter.name,
        RootID: filter.rootId,
        VmConfig: { VmID: `${name}.${filter.name}`, Runtime: "v8", Code: code(filter) },
        Configuration: JSON.stringify(filter.config),
        CapabilityRestrictionConfiguration: {
          AllowedCapabilities: Object.fromEntries(filter.capabilities.map((known) => [known, {}])),
        },
      },
    },
  };
}

function code({ name, module, url, sha256 }: FilterEntry): object {
  if (module !== undefined) return { Local: { Filename: module } };
  if (url === undefined || sha256 === undefined) {
    throw new UserError(
      `filter ${name}: Consul fetches no image`,
      "add module: PATH on the proxy's machine, or url: of the .wasm and wasm: for its hash",
    );
  }
  const { hostname } = new URL(url);
  return {
    Remote: { HttpURI: { Service: { Name: hostname.split(".")[0] }, URI: url }, SHA256: sha256 },
  };
}
