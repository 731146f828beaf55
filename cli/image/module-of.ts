// The module inside an image, found the way Istio's and Envoy Gateway's fetchers find it, and what each consumer would make of
// the image. The order of the three tries is theirs.
// Source: istio pkg/wasm/imagefetcher.go and Envoy Gateway internal/wasm/imagefetcher.go, as behaviour.
import { UserError } from "../exit.ts";
import type { Digest } from "../oci/digest.ts";
import type { Image, Manifest } from "../oci/manifest.ts";
import { mediaTypes } from "../oci/media-types.ts";
import { limits } from "../oci/registry.ts";
import { gunzip } from "./gzip.ts";
import { readTar } from "./tar.ts";

export type Shape = "compat" | "compat (docker)" | "artifact" | "cncf" | "wasm-to-oci" | "unknown";

export interface Loadability {
  shape: Shape;
  istio: boolean;
  envoyGateway: boolean;
  /** docker pull, podman, Kubernetes image volumes. */
  containers: boolean;
  /** wkg, Spin, wasmCloud and others that look for application/wasm. */
  cncf: boolean;
}

/** What a manifest's shape lets load. */
export function loadability({ mediaType, body }: Manifest): Loadability {
  const layers = body.layers ?? [];
  const last = layers.at(-1)?.mediaType;
  const yes = { istio: true, envoyGateway: true, containers: false, cncf: false };
  const no = { istio: false, envoyGateway: false, containers: false, cncf: false };
  if (mediaType === mediaTypes.dockerManifest) {
    const fits = last === mediaTypes.dockerLayerGzip;
    return {
      shape: fits ? "compat (docker)" : "unknown",
      ...(fits ? { ...yes, containers: true } : no),
    };
  }
  if (last === mediaTypes.imageLayerGzip) {
    const containers = body.config?.mediaType === mediaTypes.imageConfig;
    return { shape: "compat", ...yes, containers };
  }
  if (layers.length === 2 && layers.some((layer) => layer.mediaType === mediaTypes.soloContent)) {
    return { shape: "artifact", ...yes };
  }
  if (layers.some((layer) => layer.mediaType === mediaTypes.wasm)) {
    return { shape: "cncf", ...no, cncf: body.config?.mediaType === mediaTypes.cncfConfig };
  }
  if (body.config?.mediaType === "application/vnd.wasm.config.v1+json")
    return { shape: "wasm-to-oci", ...no };
  return { shape: "unknown", ...no };
}

/** The digest of the one blob that holds the module. @throws UserError where no shape is known */
export function moduleLayer(manifest: Manifest): Digest {
  const layers = manifest.body.layers ?? [];
  const { shape } = loadability(manifest);
  const raw = layers.find(({ mediaType }) =>
    [
      mediaTypes.soloContent,
      mediaTypes.wasm,
      "application/vnd.wasm.content.layer.v1+wasm",
    ].includes(mediaType),
  );
  const layer = shape.startsWith("compat") ? layers.at(-1) : raw;
  if (layer === undefined) {
    throw new UserError(
      "the image holds no Wasm module in a shape that is known",
      "push it with meshwarden push",
    );
  }
  return layer.digest;
}

/** The module of an image that has been pulled. @throws UserError */
export function moduleOf(image: Image): Uint8Array {
  const digest = moduleLayer(image.manifest);
  const { bytes } = image.blobs.find((blob) => blob.digest === digest)!;
  const wasm = loadability(image.manifest).shape.startsWith("compat") ? pluginIn(bytes) : bytes;
  const magic = [0x00, 0x61, 0x73, 0x6d];
  if (wasm.length < 8 || magic.some((byte, index) => wasm[index] !== byte)) {
    throw new UserError("what the image holds as its module is no WebAssembly", "push it again");
  }
  return wasm;
}

function pluginIn(layer: Uint8Array): Uint8Array {
  let tar: Uint8Array;
  try {
    tar = gunzip(layer, limits.blobBytes);
  } catch {
    throw new UserError("the image's layer is no gzip stream, or too large", "push it again");
  }
  const plugin = readTar(tar).find(({ name }) => name.split("/").at(-1) === "plugin.wasm");
  if (plugin === undefined)
    throw new UserError("the image's layer holds no plugin.wasm", "push it again");
  return plugin.bytes;
}
