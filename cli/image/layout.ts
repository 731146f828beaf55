// An image as files: the OCI image layout, as a folder or one tar file, for skopeo, crane, air-gapped clusters and tests.
// Source: OCI image-spec image-layout.md.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../exit.ts";
import { assertDigest, hexOf, isDigest, type Digest } from "../oci/digest.ts";
import {
  decodeManifest,
  descriptorOf,
  jsonBytes,
  type Blob,
  type Image,
  type ManifestBody,
} from "../oci/manifest.ts";
import { isIndex, mediaTypes } from "../oci/media-types.ts";
import { contentOf } from "../oci/transfer.ts";
import { readTar, writeTar, type TarFile } from "./tar.ts";

const blobName = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;

/** Files of the layout of one image. @param tag its name in the layout's index, as skopeo and crane read it */
export function layoutFiles(image: Image, tag?: string): TarFile[] {
  const { manifest, blobs } = image;
  const entry = {
    ...descriptorOf(manifest.mediaType, manifest),
    ...(manifest.body.artifactType ? { artifactType: manifest.body.artifactType } : {}),
    ...(tag ? { annotations: { "org.opencontainers.image.ref.name": tag } } : {}),
  };
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [entry] };
  const contents = new Map<string, Uint8Array>();
  for (const { digest, bytes } of [...blobs, manifest]) contents.set(blobName(digest), bytes);
  contents.set("index.json", jsonBytes(index));
  contents.set("oci-layout", jsonBytes({ imageLayoutVersion: "1.0.0" }));
  return [...contents].map(([name, bytes]) => ({ name, bytes }));
}

/** Writes the layout to `output`: one tar file when the name ends in .tar, else a folder. */
export function writeLayout(image: Image, output: string, tag?: string): void {
  const files = layoutFiles(image, tag);
  if (output.endsWith(".tar")) {
    mkdirSync(path.dirname(path.resolve(output)), { recursive: true });
    writeFileSync(output, writeTar(files));
    return;
  }
  for (const { name, bytes } of files) {
    const full = path.join(output, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, bytes);
  }
}

/** Reads the one image of a layout, folder or tar, and checks every digest. @throws UserError, RegistryError "digest" */
export function readLayout(source: string): Image {
  const read = opener(source);
  const wrong = (why: string): UserError =>
    new UserError(`${source} is no image layout: ${why}`, "make one with meshwarden bundle");
  const indexBytes = read("index.json");
  if (indexBytes === undefined) throw wrong("it has no index.json");
  const index = JSON.parse(Buffer.from(indexBytes).toString("utf8")) as ManifestBody;
  const entries = index.manifests ?? [];
  if (entries.length !== 1) throw wrong(`it holds ${entries.length} images, expected one`);
  const [entry] = entries;
  const blob = (digest: Digest): Blob => {
    const bytes = isDigest(digest) ? read(blobName(digest)) : undefined;
    if (bytes === undefined) throw wrong(`blob ${digest} is missing`);
    assertDigest(bytes, digest, `${source}: ${blobName(digest)}`);
    return { bytes, digest };
  };
  const manifest = decodeManifest(
    blob(entry!.digest).bytes,
    entry!.mediaType,
    `manifest of ${source}`,
  );
  if (isIndex(manifest.mediaType)) throw wrong("it holds an index of several images");
  return { manifest, blobs: contentOf(manifest).map(({ digest }) => blob(digest)) };
}

function opener(source: string): (name: string) => Uint8Array | undefined {
  if (!existsSync(source)) throw new UserError(`${source} does not exist`, "check the path");
  if (statSync(source).isDirectory()) {
    return (name) => {
      const full = path.join(source, name);
      return existsSync(full) ? readFileSync(full) : undefined;
    };
  }
  const files = new Map(
    readTar(readFileSync(source)).map(({ name, bytes }) => [name.replace(/^\.\//, ""), bytes]),
  );
  return (name) => files.get(name);
}
