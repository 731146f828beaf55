// Manifests as the client handles them: the bytes that were digested, and what they say. Reading is strict about the few fields
// that decide what is downloaded next; everything else is passed on untouched, because re-encoding would change the digest.
// Source: OCI image-spec manifest.md, image-index.md.
import { digestOf, isDigest, type Digest } from "./digest.ts";
import { RegistryError } from "./failure.ts";
import { isIndex, mediaTypes } from "./media-types.ts";

export interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  annotations?: Record<string, string>;
  artifactType?: string;
  data?: string;
  platform?: Record<string, string>;
}

export interface ManifestBody {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
  subject?: Descriptor;
  annotations?: Record<string, string>;
}

export interface Manifest {
  bytes: Uint8Array;
  digest: Digest;
  mediaType: string;
  body: ManifestBody;
}

/** Bytes with their address, ready to be pushed. */
export interface Blob {
  bytes: Uint8Array;
  digest: Digest;
}

/** One manifest and all that it points to. */
export interface Image {
  manifest: Manifest;
  blobs: Blob[];
}

export function blobOf(bytes: Uint8Array): Blob {
  return { bytes, digest: digestOf(bytes) };
}

/** JSON text of a value as bytes; the order of its members is the order of the text. */
export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function descriptorOf(mediaType: string, blob: Blob): Descriptor {
  return { mediaType, digest: blob.digest, size: blob.bytes.length };
}

/** Encodes a manifest that we write. */
export function encodeManifest(body: ManifestBody): Manifest {
  const bytes = jsonBytes(body);
  return {
    bytes,
    digest: digestOf(bytes),
    mediaType: body.mediaType ?? mediaTypes.imageManifest,
    body,
  };
}

/**
 * Reads a manifest's bytes.
 * @param contentType what the server called it; the body's own `mediaType` must agree where it has one (a server that says
 *   otherwise tries to have an index read as a manifest, CVE-2021-41190).
 * @throws RegistryError of kind "protocol"
 */
export function decodeManifest(bytes: Uint8Array, contentType: string, what: string): Manifest {
  let body: ManifestBody;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as ManifestBody;
  } catch {
    throw new RegistryError("protocol", `${what} is not JSON`, "is this address a registry?");
  }
  if (body === null || typeof body !== "object" || body.schemaVersion !== 2) {
    throw new RegistryError(
      "protocol",
      `${what} is no manifest of schema version 2`,
      "push it again with a current tool",
    );
  }
  const named = contentType.split(";")[0]!.trim().toLowerCase();
  const known =
    named === "" || named === "application/json" || named === "text/plain" ? undefined : named;
  if (body.mediaType !== undefined && known !== undefined && body.mediaType !== known) {
    throw new RegistryError(
      "protocol",
      `${what} is served as ${known} and calls itself ${body.mediaType}`,
    );
  }
  const mediaType = body.mediaType ?? known ?? mediaTypes.imageManifest;
  checkDescriptors(body, isIndex(mediaType), what);
  return { bytes, digest: digestOf(bytes), mediaType, body };
}

function checkDescriptors(body: ManifestBody, index: boolean, what: string): void {
  if (index && (!Array.isArray(body.manifests) || body.layers !== undefined)) {
    throw new RegistryError("protocol", `${what} is no valid image index`);
  }
  if (
    !index &&
    (!Array.isArray(body.layers) || body.config === undefined || body.manifests !== undefined)
  ) {
    throw new RegistryError("protocol", `${what} is no valid image manifest`);
  }
  const all = [...(body.manifests ?? []), ...(body.layers ?? [])];
  if (body.config !== undefined) all.push(body.config);
  if (body.subject !== undefined) all.push(body.subject);
  for (const descriptor of all) {
    const good =
      descriptor !== null &&
      typeof descriptor === "object" &&
      typeof descriptor.mediaType === "string" &&
      typeof descriptor.digest === "string" &&
      isDigest(descriptor.digest) &&
      Number.isSafeInteger(descriptor.size) &&
      descriptor.size >= 0;
    if (!good)
      throw new RegistryError("protocol", `${what} holds a descriptor that cannot be used`);
  }
}
