// What no schema says about WasmPlugin and TrafficExtension: the CEL rules of their CRDs by hand, and the ways in which an image
// is not what its author believes. Sources: istio/api extensions/v1alpha1 (x-kubernetes-validations), Istio's image cache.
import { imageTraps } from "./image-traps.ts";
import { error, list, object, warning, type Json, type Remark } from "./report.ts";

/** @param value the whole resource */
export function istioTraps(value: Json): Remark[] {
  const spec = object(value, "spec");
  const isPlugin = value["kind"] === "WasmPlugin";
  const wasm = isPlugin ? spec : object(spec, "wasm");
  const at = isPlugin ? "/spec" : "/spec/wasm";
  const found: Remark[] = [...targetTraps(spec)];
  if (!isPlugin) {
    const both = "wasm" in spec && "lua" in spec;
    const none = !("wasm" in spec) && !("lua" in spec);
    if (both || none)
      found.push(
        error("/spec", "needs exactly one of wasm and lua", both ? "remove one" : "add wasm"),
      );
    if (none || !("wasm" in spec)) return found;
  }
  const url = String(wasm["url"] ?? "");
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1];
  if (scheme !== undefined && !["oci", "http", "https", "file"].includes(scheme)) {
    found.push(
      error(`${at}/url`, `Istio knows no ${scheme}:// address`, "use oci://, https:// or file://"),
    );
  }
  if (scheme === undefined || scheme === "oci") {
    const always = wasm["imagePullPolicy"] === "Always" ? `${at}/imagePullPolicy` : undefined;
    found.push(
      ...imageTraps(url, String(wasm["sha256"] ?? ""), `${at}/url`, `${at}/sha256`, always),
    );
  }
  if (scheme === "http")
    found.push(warning(`${at}/url`, "the module comes unencrypted", "use https:// or oci://"));
  if (wasm["failStrategy"] === "FAIL_OPEN") {
    found.push(
      warning(
        `${at}/failStrategy`,
        "requests pass unfiltered while the module is missing or broken",
        "use FAIL_RELOAD",
      ),
    );
  }
  if (object(wasm, "pluginConfig")["holdHeaders"] === true) {
    const mend = "use meshwarden manifest envoyfilter, or leave holdHeaders out";
    found.push(
      error(
        `${at}/pluginConfig/holdHeaders`,
        "this resource cannot set Envoy's holding flag",
        mend,
      ),
    );
  }
  list(object(wasm, "vmConfig"), "env").forEach((env, index) => {
    const { valueFrom, value: given } = object(env);
    if (valueFrom === "HOST" && given !== undefined) {
      found.push(
        error(
          `${at}/vmConfig/env/${index}`,
          "value is not allowed with valueFrom: HOST",
          "remove one",
        ),
      );
    }
  });
  if (wasm["pluginName"] === undefined) {
    found.push(
      warning(
        at,
        "no pluginName: two plugins of one module cannot be told apart",
        "add pluginName",
      ),
    );
  }
  return found;
}

function targetTraps(spec: Json): Remark[] {
  const chosen = ["selector", "targetRef", "targetRefs"].filter((name) => name in spec);
  const found: Remark[] = [];
  if (chosen.length > 1) {
    found.push(
      error(
        "/spec",
        `only one of ${chosen.join(" and ")} can be set`,
        "a waypoint reads targetRefs alone",
      ),
    );
  }
  if (chosen.length === 0) {
    found.push(
      warning("/spec", "applies to every workload of the namespace", "add selector or targetRefs"),
    );
  }
  list(spec, "targetRefs").forEach((ref, index) => {
    if (object(ref)["namespace"] !== undefined) {
      found.push(
        error(
          `/spec/targetRefs/${index}/namespace`,
          "a target is of the same namespace",
          "remove it",
        ),
      );
    }
  });
  return found;
}
