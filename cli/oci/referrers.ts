// What points at an image: signatures, SBOMs, provenance. Registries of distribution-spec 1.1 keep the list themselves; for older
// ones the list is an index under the tag sha256-<hex>, which whoever attaches something must write.
// Source: OCI distribution-spec "Listing Referrers" and "Referrers Tag Schema".
import { hexOf, isDigest, type Digest } from "./digest.ts";
import { RegistryError } from "./failure.ts";
import { encodeManifest, type Descriptor, type Image, type ManifestBody } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";
import { limits, nextPage, type Repository } from "./registry.ts";
import { discard } from "./transport.ts";
import { pushBlob } from "./upload.ts";

/** The fallback tag for a digest. */
export function referrersTag(digest: Digest): string {
  return `sha256-${hexOf(digest)}`;
}

/** Descriptors of everything that names `subject`; only of one artifact type where one is given. */
export async function listReferrers(
  repository: Repository,
  subject: Digest,
  artifactType?: string,
): Promise<Descriptor[]> {
  const all = (await fromApi(repository, subject)) ?? (await fallbackIndex(repository, subject));
  return all.filter(
    (descriptor) => artifactType === undefined || descriptor.artifactType === artifactType,
  );
}

/** The entries of a list that can be followed; the API's reply is no manifest, so nothing has looked at it yet. */
function usable(index: ManifestBody | null): Descriptor[] {
  const listed: unknown = index?.manifests;
  if (!Array.isArray(listed)) return [];
  return (listed as (Descriptor | null)[]).filter(
    (entry): entry is Descriptor => typeof entry?.digest === "string" && isDigest(entry.digest),
  );
}

/** Undefined where the registry has no referrers API. */
async function fromApi(repository: Repository, subject: Digest): Promise<Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  let path: string | URL = `/referrers/${subject}`;
  for (let page = 0; page < limits.pages; page++) {
    const reply = await repository.send({
      method: "GET",
      path,
      headers: { accept: mediaTypes.imageIndex },
    });
    const type = reply.headers["content-type"] ?? "";
    if (reply.status !== 200 || !type.startsWith(mediaTypes.imageIndex)) {
      if (reply.status === 401 || reply.status === 403 || reply.status >= 500) {
        throw await repository.session.failure(reply, `referrers of ${subject}`);
      }
      await discard(reply);
      return page === 0 ? undefined : found;
    }
    const index = await repository.json<ManifestBody>(reply, "list of referrers");
    found.push(...usable(index));
    const next = nextPage(reply);
    if (next === undefined) return found;
    path = next;
  }
  return found;
}

async function fallbackIndex(repository: Repository, subject: Digest): Promise<Descriptor[]> {
  try {
    return (await repository.manifest(referrersTag(subject))).body.manifests ?? [];
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "notFound") return [];
    throw error;
  }
}

/** Pushes an artifact that names a subject, and lists it where the registry does not do so itself. */
export async function attach(repository: Repository, artifact: Image): Promise<void> {
  const { manifest, blobs } = artifact;
  const { subject } = manifest.body;
  if (subject === undefined) throw new Error("an attached artifact names its subject");
  for (const blob of blobs) await pushBlob(repository, blob);
  const { keepsReferrers } = await repository.putManifest(manifest);
  if (keepsReferrers) return;
  const listed = await fallbackIndex(repository, subject.digest);
  if (listed.some(({ digest }) => digest === manifest.digest)) return;
  const entry: Descriptor = {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    artifactType: manifest.body.artifactType ?? manifest.body.config!.mediaType,
    ...(manifest.body.annotations ? { annotations: manifest.body.annotations } : {}),
  };
  const index = encodeManifest({
    schemaVersion: 2,
    mediaType: mediaTypes.imageIndex,
    manifests: [...listed, entry],
  });
  await repository.putManifest(index, referrersTag(subject.digest));
}
