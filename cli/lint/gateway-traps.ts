// What no schema says about an EnvoyExtensionPolicy: fields that belong together, failing open, images that are not pinned, and
// holding, which only a patch of the listener can switch on.
// Source: Envoy Gateway api/v1alpha1 wasm_types.go and its translator's filter names, as behaviour.
import { imageTraps } from "./image-traps.ts";
import { error, list, object, type Json, type Remark } from "./report.ts";

/** Traps of one EnvoyExtensionPolicy. @param beside the other resources of the file */
export function gatewayTraps(value: Json, beside: unknown[]): Remark[] {
  const { name, namespace = "default" } = object(value, "metadata");
  return list(object(value, "spec"), "wasm").flatMap((entry, index) => {
    const at = `/spec/wasm/${index}`;
    const code = object(entry, "code");
    const found: Remark[] = [];
    const filter = `envoyextensionpolicy/${String(namespace)}/${String(name)}/wasm/${index}`;
    if (object(entry, "config")["holdHeaders"] === true && !beside.some(holdsFor(filter))) {
      found.push(
        error(
          `${at}/config/holdHeaders`,
          "this resource cannot set Envoy's holding flag, and no EnvoyPatchPolicy beside it does",
          "leave it out, or name target.listeners in the deployment file",
        ),
      );
    }
    if (object(entry)["failOpen"] === true) {
      const message = "requests pass unfiltered, also when the configuration is wrong";
      found.push({
        pointer: `${at}/failOpen`,
        message,
        mend: "use failOpen: false",
        severity: "warning",
      });
    }
    const wanted = { Image: "image", HTTP: "http" }[String(code["type"])];
    if (wanted !== undefined && !(wanted in code)) {
      found.push(
        error(
          `${at}/code`,
          `type ${String(code["type"])} needs the field "${wanted}"`,
          `add ${wanted}`,
        ),
      );
    }
    if (!("image" in code)) return found;
    const { url, sha256 } = object(code, "image");
    const always = code["pullPolicy"] === "Always" ? `${at}/code/pullPolicy` : undefined;
    const image = `${at}/code/image`;
    return [
      ...found,
      ...imageTraps(
        String(url ?? ""),
        String(sha256 ?? ""),
        `${image}/url`,
        `${image}/sha256`,
        always,
      ),
    ];
  });
}

/** Whether a resource is a patch that sets Envoy's holding flag for a filter. */
function holdsFor(filter: string): (resource: unknown) => boolean {
  return (resource) =>
    list(object(object(resource), "spec"), "jsonPatches").some((patch) => {
      const { path, jsonPath } = object(patch, "operation");
      return (
        String(path).endsWith("allow_on_headers_stop_iteration") &&
        String(jsonPath).includes(`${filter}'`)
      );
    });
}
