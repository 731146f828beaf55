// Images of a filter in the three shapes that the field reads. "compat" is the default: an ordinary container image with one
// layer, which Istio, Envoy Gateway, docker, podman and Kubernetes image volumes all take. Always one manifest, never an index:
// Istio compares a pinned digest with the child's, so the digest of an index does not match.
// Sources: solo-io wasm image spec (compat, artifact); CNCF TAG Runtime "Wasm OCI artifact"; OCI image-spec config.md.
import { digestOf, hexOf } from "../oci/digest.ts";
import {
  blobOf,
  descriptorOf,
  encodeManifest,
  jsonBytes,
  type Blob,
  type Image,
} from "../oci/manifest.ts";
import { mediaTypes } from "../oci/media-types.ts";
import type { WasmFacts } from "../wasm/facts.ts";
import { gzipCompressed, gzipStored } from "./gzip.ts";
import { writeTar, type TarFile } from "./tar.ts";

export const imageFormats = ["compat", "artifact", "cncf"] as const;
export type ImageFormat = (typeof imageFormats)[number];

export interface ImageInput {
  wasm: Uint8Array;
  facts: WasmFacts;
  format: ImageFormat;
  /** Further files of the layer: schemas, README, licence. Only the compat shape has room for them. */
  files: TarFile[];
  annotations: Record<string, string>;
  /** RFC 3339; noted in the config. */
  created: string;
  /** Compress the layer; then the digest depends on this machine's zlib. */
  compress?: boolean;
}

/** Builds an image; the same input gives the same bytes everywhere, unless it is compressed. */
export function buildImage(input: ImageInput): Image {
  if (input.format === "artifact") return artifactImage(input);
  if (input.format === "cncf") return cncfImage(input);
  return compatImage(input);
}

function compatImage({ wasm, files, annotations, created, compress }: ImageInput): Image {
  const tar = writeTar([{ name: "plugin.wasm", bytes: wasm }, ...files]);
  const layer = blobOf(compress === true ? gzipCompressed(tar) : gzipStored(tar));
  const config = blobOf(
    jsonBytes({
      created,
      // The platform that Istio's fetcher and docker ask for; Wasm itself runs on any.
      architecture: "amd64",
      os: "linux",
      config: { Labels: annotations },
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
      history: [{ created, created_by: "meshwarden" }],
    }),
  );
  return assemble(mediaTypes.imageConfig, config, [[mediaTypes.imageLayerGzip, layer]], {
    ...annotations,
    "module.wasm.image/variant": "compat",
  });
}

function artifactImage({ wasm, facts, annotations }: ImageInput): Image {
  const runtime = blobOf(jsonBytes({ type: "envoy_proxy", abiVersions: [`v${facts.abi}`] }));
  const module = blobOf(wasm);
  return assemble(
    mediaTypes.soloConfig,
    runtime,
    [
      [mediaTypes.soloConfig, runtime],
      [mediaTypes.soloContent, module],
    ],
    annotations,
  );
}

function cncfImage({ wasm, annotations, created }: ImageInput): Image {
  const module = blobOf(wasm);
  const config = blobOf(
    jsonBytes({ created, architecture: "wasm", os: "wasip1", layerDigests: [module.digest] }),
  );
  return assemble(mediaTypes.cncfConfig, config, [[mediaTypes.wasm, module]], annotations);
}

function assemble(
  configType: string,
  config: Blob,
  layers: [string, Blob][],
  annotations: Record<string, string>,
): Image {
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    config: descriptorOf(configType, config),
    layers: layers.map(([type, blob]) => descriptorOf(type, blob)),
    annotations: Object.fromEntries(
      Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  });
  return { manifest, blobs: [config, ...layers.map(([, blob]) => blob)] };
}

/** What one filter's image says of itself; keys by the OCI image-spec, ours under io.meshwarden. */
export function imageAnnotations(
  facts: WasmFacts,
  about: {
    title: string;
    version: string;
    created: string;
    source?: string;
    revision?: string;
    licenses?: string;
  },
): Record<string, string> {
  const { title, version, created, source, revision, licenses } = about;
  const oci = (name: string, value: string | undefined): [string, string][] =>
    value === undefined || value === "" ? [] : [[`org.opencontainers.image.${name}`, value]];
  return Object.fromEntries([
    ...oci("title", title),
    ...oci("version", version),
    ...oci("created", created),
    ...oci("source", source),
    ...oci("revision", revision),
    ...oci("licenses", licenses),
    ["io.meshwarden.wasm.sha256", facts.sha256],
    ["io.meshwarden.abi", facts.abi],
    ["io.meshwarden.envoy.min", minimumEnvoy],
    ["io.meshwarden.capabilities", facts.capabilities.join(",")],
  ]);
}

/** Oldest Envoy that the filters are tested with. */
export const minimumEnvoy = "1.36";

/** A name for messages: the digest's first digits. */
export function shortDigest(image: Image): string {
  return hexOf(image.manifest.digest).slice(0, 12);
}
