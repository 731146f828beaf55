// Which statements about an image a key stands behind: Sigstore bundles among its referrers, and the older cosign signatures under
// the tag sha256-<hex>.sig. Whatever does not verify counts for nothing and is told.
// Sources: cosign BUNDLE_SPEC.md and SIGNATURE_SPEC.md.
import type { KeyObject } from "node:crypto";
import { hexOf, type Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/failure.ts";
import { mediaTypes } from "../oci/media-types.ts";
import { listReferrers } from "../oci/referrers.ts";
import type { Repository } from "../oci/registry.ts";
import { openBundle, predicateTypes, type Statement } from "./bundle.ts";
import { verifyBytes } from "./keys.ts";

export interface Verdict {
  /** Statements that the key has signed about this image. */
  statements: Statement[];
  /** Digests of artifacts that looked like signatures and why they count for nothing. */
  refused: { digest: string; why: string }[];
}

/** How many signatures of one image are read at most. */
const bundlesMax = 100;

export async function verifyImage(
  repository: Repository,
  image: Digest,
  key: KeyObject,
): Promise<Verdict> {
  const verdict: Verdict = { statements: [], refused: [] };
  const referrers = await listReferrers(repository, image);
  const bundles = referrers.filter(
    ({ artifactType }) => artifactType === mediaTypes.sigstoreBundle,
  );
  for (const { digest } of bundles.slice(0, bundlesMax)) {
    const { body } = await repository.manifest(digest);
    // Referrers are claims of the registry: the artifact itself must name the image.
    const layer = body.subject?.digest === image ? body.layers?.[0] : undefined;
    const opened =
      layer === undefined
        ? { refused: "it names another image" }
        : openBundle((await repository.blob(layer)).bytes, image, key);
    if ("refused" in opened) verdict.refused.push({ digest, why: opened.refused });
    else verdict.statements.push(opened);
  }
  await addLegacy(repository, image, key, verdict);
  return verdict;
}

async function addLegacy(
  repository: Repository,
  image: Digest,
  key: KeyObject,
  verdict: Verdict,
): Promise<void> {
  let manifest;
  try {
    manifest = await repository.manifest(`sha256-${hexOf(image)}.sig`);
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "notFound") return;
    throw error;
  }
  for (const layer of (manifest.body.layers ?? []).slice(0, bundlesMax)) {
    if (layer.mediaType !== mediaTypes.simpleSigning) continue;
    const signature = layer.annotations?.["dev.cosignproject.cosign/signature"] ?? "";
    const { bytes } = await repository.blob(layer);
    if (!verifyBytes(key, bytes, Buffer.from(signature, "base64"))) {
      verdict.refused.push({
        digest: layer.digest,
        why: "it is signed with another key, or changed",
      });
      continue;
    }
    if (signedDigest(bytes) !== image) {
      verdict.refused.push({ digest: layer.digest, why: "it speaks of another image" });
      continue;
    }
    verdict.statements.push({
      _type: "simple signing",
      subject: [{ digest: { sha256: hexOf(image) } }],
      predicateType: predicateTypes.sign,
      predicate: {},
    });
  }
}

/** The image that a simple-signing payload names. */
function signedDigest(payload: Uint8Array): string | undefined {
  try {
    const read = JSON.parse(Buffer.from(payload).toString("utf8")) as {
      critical?: { image?: Record<string, string> };
    } | null;
    return read?.critical?.image?.["docker-manifest-digest"];
  } catch {
    return undefined;
  }
}
