// Traps in what Envoy itself reads: bootstraps, and the values inside EnvoyFilter patches, which no CRD looks into.
// Sources: Envoy "Configuring Envoy as an edge proxy"; Istio's agent as watched (what it fetches, what it answers on failure).
import { didYouMean } from "../config/did-you-mean.ts";
import { imageTraps } from "./image-traps.ts";
import { error, list, object, warning, type Json, type Remark } from "./report.ts";

const wasmType = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
const rbacType = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC";
const managerType =
  "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

const pluginFields = [
  ...[
    "name",
    "root_id",
    "vm_config",
    "configuration",
    "fail_open",
    "failure_policy",
    "reload_config",
  ],
  ...["capability_restriction_config", "allow_on_headers_stop_iteration"],
];
const vmFields = [
  ...["vm_id", "runtime", "code", "configuration", "allow_precompiled", "nack_on_code_cache_miss"],
  ...["environment_variables", "capability_restriction_config"],
];
const policies = ["UNSPECIFIED", "FAIL_RELOAD", "FAIL_CLOSED", "FAIL_OPEN"];

/** Everything that stands in a value of Envoy's, wherever it is nested. @param fetchesImages whether an agent handles oci:// */
export function envoyTraps(value: unknown, at: string, fetchesImages: boolean): Remark[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => envoyTraps(item, `${at}/${index}`, fetchesImages));
  }
  if (value === null || typeof value !== "object") return [];
  const type = (value as Json)["@type"];
  if (type === wasmType) return wasmTraps(object(value, "config"), `${at}/config`, fetchesImages);
  const own = type === managerType ? managerTraps(value as Json, at) : [];
  const below = Object.entries(value).flatMap(([name, member]) =>
    envoyTraps(member, `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, fetchesImages),
  );
  return [...own, ...below];
}

function wasmTraps(config: Json, at: string, fetchesImages: boolean): Remark[] {
  const vm = object(config, "vm_config");
  const found: Remark[] = [
    ...unknownFields(config, pluginFields, at),
    ...unknownFields(vm, vmFields, `${at}/vm_config`),
  ];
  const policy = config["failure_policy"];
  if (policy !== undefined && !policies.includes(String(policy))) {
    const near = didYouMean(String(policy), policies) ?? policies.slice(1).join(", ");
    found.push(
      error(
        `${at}/failure_policy`,
        `${JSON.stringify(policy)} is none of Envoy's`,
        `did you mean "${near}"?`,
      ),
    );
  }
  if (policy === "FAIL_OPEN" || config["fail_open"] === true) {
    const where = policy === "FAIL_OPEN" ? "failure_policy" : "fail_open";
    found.push(
      warning(`${at}/${where}`, "requests pass unfiltered after a failure", "use FAIL_RELOAD"),
    );
  }
  if (!("capability_restriction_config" in config) && !("capability_restriction_config" in vm)) {
    found.push(
      warning(
        at,
        "the module may call every host function",
        "add the list that meshwarden inspect shows",
      ),
    );
  }
  if (vm["vm_id"] === undefined) {
    found.push(
      warning(
        `${at}/vm_config`,
        "without vm_id plugins of one module share a VM and its data",
        "add vm_id",
      ),
    );
  }
  return [
    ...found,
    ...configurationTraps(config, at),
    ...codeTraps(object(vm, "code"), `${at}/vm_config/code`, fetchesImages),
  ];
}

function unknownFields(value: Json, known: string[], at: string): Remark[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name) && !known.includes(snake(name)))
    .map((name) => {
      const near = didYouMean(snake(name), known);
      const mend =
        near === undefined ? `known are: ${known.join(", ")}` : `did you mean "${near}"?`;
      return error(`${at}/${name}`, "is not a known field", mend);
    });
}

/** JSON of protobuf takes camelCase too. */
const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function configurationTraps(config: Json, at: string): Remark[] {
  const text = object(config, "configuration")["value"];
  if (typeof text !== "string") return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (object(parsed)["holdHeaders"] !== true || config["allow_on_headers_stop_iteration"] === true)
    return [];
  const mend = "add allow_on_headers_stop_iteration: true, or leave holdHeaders out";
  return [
    error(
      `${at}/configuration/value`,
      "holdHeaders without Envoy's flag: held requests end in 504",
      mend,
    ),
  ];
}

function codeTraps(code: Json, at: string, fetchesImages: boolean): Remark[] {
  if (!("remote" in code)) return [];
  const remote = object(code, "remote");
  const uri = String(object(remote, "http_uri")["uri"] ?? "");
  const sha256 = String(remote["sha256"] ?? "");
  const uriAt = `${at}/remote/http_uri/uri`;
  if (uri.startsWith("oci://")) {
    if (fetchesImages) return imageTraps(uri, sha256, uriAt, `${at}/remote/sha256`);
    return [
      error(
        uriAt,
        "Envoy itself fetches no image here",
        "use a file, https:// with sha256, or an EXTENSION_CONFIG patch",
      ),
    ];
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    return [
      error(
        `${at}/remote`,
        "a fetched module needs sha256, the hash of the .wasm",
        "meshwarden inspect shows it",
      ),
    ];
  }
  return [];
}

function managerTraps(manager: Json, at: string): Remark[] {
  const found: Remark[] = [];
  const filters = list(manager, "http_filters");
  const guarded = filters.some((filter) => object(filter, "typed_config")["@type"] === wasmType);
  if (!guarded) return found;
  if (manager["use_remote_address"] !== true) {
    found.push(
      warning(
        at,
        "without use_remote_address the client's address is what the client says",
        "add use_remote_address: true",
      ),
    );
  }
  if (manager["normalize_path"] !== true) {
    found.push(
      warning(
        at,
        "without normalize_path filter and service may read two different paths",
        "add normalize_path: true",
      ),
    );
  }
  const last = object(filters.at(-1), "typed_config")["@type"];
  if (last === wasmType)
    found.push(error(`${at}/http_filters`, "the last filter must be the router", "add the router"));
  return found;
}

/** The patches of an EnvoyFilter. */
export function envoyFilterTraps(value: Json): Remark[] {
  const spec = object(value, "spec");
  const patches = list(spec, "configPatches");
  const found: Remark[] = [];
  if ("workloadSelector" in spec && "targetRefs" in spec) {
    found.push(
      error(
        "/spec",
        "only one of workloadSelector and targetRefs can be set",
        "a waypoint reads targetRefs alone",
      ),
    );
  }
  const offered = new Set<string>();
  patches.forEach((patch, index) => {
    const { applyTo } = object(patch);
    const at = `/spec/configPatches/${index}/patch/value`;
    const content = object(object(patch, "patch"), "value");
    if (applyTo === "EXTENSION_CONFIG") offered.add(String(content["name"]));
    found.push(
      ...envoyTraps(content, at, applyTo === "EXTENSION_CONFIG"),
      ...contextTraps(object(patch), index),
    );
  });
  patches.forEach((patch, index) => {
    const content = object(object(patch, "patch"), "value");
    const discovery = object(content, "config_discovery");
    if (Object.keys(discovery).length === 0) return;
    const at = `/spec/configPatches/${index}/patch/value`;
    if (!list(discovery, "type_urls").includes(rbacType)) {
      found.push(
        error(
          `${at}/config_discovery`,
          "type_urls lacks RBAC, which the agent sends when a download fails",
          `add ${rbacType}`,
        ),
      );
    }
    const name = String(content["name"]);
    if (!offered.has(name)) {
      const mend = didYouMean(name, [...offered]);
      found.push(
        warning(
          `${at}/name`,
          `no EXTENSION_CONFIG patch here is named ${JSON.stringify(name)}`,
          mend === undefined ? "" : `did you mean "${mend}"?`,
        ),
      );
    }
  });
  return found;
}

function contextTraps(patch: Json, index: number): Remark[] {
  const match = object(patch, "match");
  const isWaypoint = match["context"] === "WAYPOINT";
  if (isWaypoint === "waypoint" in match) return [];
  const mend = isWaypoint ? "add waypoint: {}" : "set context: WAYPOINT, or remove waypoint";
  return [
    error(
      `/spec/configPatches/${index}/match`,
      "waypoint belongs to context WAYPOINT, and it to waypoint",
      mend,
    ),
  ];
}
