// Whole images between memory and registries. Blobs go before the manifest that names them, so that an interrupted push leaves
// nothing that can be pulled half.
import type { Digest } from "./digest.ts";
import { RegistryError } from "./failure.ts";
import type { Descriptor, Image, Manifest } from "./manifest.ts";
import { isIndex } from "./media-types.ts";
import type { Repository } from "./registry.ts";
import { attach, listReferrers } from "./referrers.ts";
import { pushBlob, type UploadOptions } from "./upload.ts";

/** Everything a manifest needs to be complete. */
export function contentOf({ body }: Manifest): Descriptor[] {
  return [...(body.config ? [body.config] : []), ...(body.layers ?? [])];
}

/** Pushes an image under each tag, or under its digest alone. */
export async function pushImage(
  repository: Repository,
  image: Image,
  tags: string[],
  options: UploadOptions = {},
): Promise<void> {
  const distinct = new Map(image.blobs.map((blob) => [blob.digest, blob]));
  await sideBySide([...distinct.values()], (blob) => pushBlob(repository, blob, options));
  if (tags.length === 0) await repository.putManifest(image.manifest);
  for (const tag of tags) await repository.putManifest(image.manifest, tag);
}

/** Pulls one image with all its blobs. @throws RegistryError when it is an index */
export async function pullImage(repository: Repository, target: string): Promise<Image> {
  const manifest = await repository.manifest(target);
  if (isIndex(manifest.mediaType)) {
    throw new RegistryError(
      "protocol",
      `${repository.name}:${target} is an index of several images`,
      "name the digest of one of them; Istio would take the one for linux/amd64",
    );
  }
  const blobs = await sideBySide(contentOf(manifest), (content) => repository.blob(content));
  return { manifest, blobs };
}

/** Transfers of one image that run at the same time; an image of ours has two blobs, but an image may name hundreds. */
const transfersMax = 4;

/** Does `work` for each item, a few at a time. @returns the results in the items' order; the first failure ends it */
async function sideBySide<Item, Result>(
  items: Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        results[at] = await work(items[at]);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: transfersMax }, lane));
  return results;
}

export interface CopyOptions extends UploadOptions {
  /** Copy signatures, SBOMs and the like too. */
  referrers?: boolean;
}

/** Copies what `target` names, with everything below it, byte for byte. @returns the manifest's digest */
export async function copyImage(
  from: Repository,
  target: string,
  to: Repository,
  tags: string[],
  options: CopyOptions = {},
): Promise<Digest> {
  const manifest = await from.manifest(target);
  await copyContent(from, manifest, to, options, 0);
  if (tags.length === 0) await to.putManifest(manifest);
  for (const tag of tags) await to.putManifest(manifest, tag);
  if (options.referrers === true) {
    for (const { digest } of await listReferrers(from, manifest.digest)) {
      await attach(to, await pullImage(from, digest));
    }
  }
  return manifest.digest;
}

const depthMax = 4;

async function copyContent(
  from: Repository,
  manifest: Manifest,
  to: Repository,
  options: UploadOptions,
  depth: number,
): Promise<void> {
  if (depth > depthMax)
    throw new RegistryError("protocol", `${from.name}: an index within an index without end`);
  const sameRegistry = from.session.base.origin === to.session.base.origin;
  const upload = sameRegistry ? { ...options, mountFrom: from.name } : options;
  to.willPush();
  await sideBySide(contentOf(manifest), async (content) => {
    if (!(await to.hasBlob(content.digest))) await pushBlob(to, await from.blob(content), upload);
  });
  for (const { digest } of manifest.body.manifests ?? []) {
    const child = await from.manifest(digest);
    await copyContent(from, child, to, options, depth + 1);
    await to.putManifest(child);
  }
}
