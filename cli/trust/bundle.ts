// Signed statements about an image, in the form that cosign 3 reads and writes: an in-toto statement in a DSSE envelope, in a
// Sigstore bundle, as an OCI artifact that names the image as its subject. What is signed is the type and the bytes of the
// statement, never a re-encoding of it.
// Sources: DSSE v1 protocol; in-toto Statement v1; sigstore bundle v0.3; cosign BUNDLE_SPEC.md.
import type { KeyObject } from "node:crypto";
import type { Digest } from "../oci/digest.ts";
import { hexOf } from "../oci/digest.ts";
import {
  blobOf,
  descriptorOf,
  encodeManifest,
  jsonBytes,
  type Image,
  type Manifest,
} from "../oci/manifest.ts";
import { mediaTypes } from "../oci/media-types.ts";
import { keyHint, signBytes, verifyBytes } from "./keys.ts";

export const predicateTypes = {
  sign: "https://sigstore.dev/cosign/sign/v1",
  cyclonedx: "https://cyclonedx.org/bom",
  provenance: "https://slsa.dev/provenance/v1",
} as const;

export interface Statement {
  _type: string;
  subject: { name?: string; digest: Record<string, string> }[];
  predicateType: string;
  predicate: unknown;
}

const statementType = "https://in-toto.io/Statement/v1";
const statementLimitBytes = 16 * 1024 * 1024;

/** DSSE's pre-authentication encoding: lengths before contents, so that nothing can be moved between them. */
export function preAuthenticationEncoding(type: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Says and signs something about an image. @returns the artifact to attach to it */
export function signedStatement(
  subject: Manifest,
  predicateType: string,
  predicate: unknown,
  key: KeyObject,
): Image {
  const statement: Statement = {
    _type: statementType,
    subject: [{ digest: { sha256: hexOf(subject.digest) } }],
    predicateType,
    predicate,
  };
  const payload = jsonBytes(statement);
  const signature = signBytes(key, preAuthenticationEncoding(mediaTypes.inToto, payload));
  const bundle = {
    mediaType: mediaTypes.sigstoreBundle,
    verificationMaterial: { publicKey: { hint: keyHint(key) } },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString("base64"),
      payloadType: mediaTypes.inToto,
      signatures: [{ sig: Buffer.from(signature).toString("base64") }],
    },
  };
  const layer = blobOf(jsonBytes(bundle));
  const config = blobOf(new TextEncoder().encode("{}"));
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: mediaTypes.sigstoreBundle,
    config: descriptorOf(mediaTypes.empty, config),
    layers: [descriptorOf(mediaTypes.sigstoreBundle, layer)],
    subject: descriptorOf(subject.mediaType, subject),
    annotations: {
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": predicateType,
    },
  });
  return { manifest, blobs: [config, layer] };
}

interface BundleShape {
  dsseEnvelope?: null | {
    payload?: unknown;
    payloadType?: unknown;
    signatures?: ({ sig?: unknown } | null)[];
  };
}

function readStatement(payload: Buffer): Statement | undefined {
  try {
    return (JSON.parse(payload.toString("utf8")) as Statement | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a bundle and believes it only as far as the key goes.
 * @returns the statement, or why it counts for nothing
 */
export function openBundle(
  bytes: Uint8Array,
  subject: Digest,
  key: KeyObject,
): Statement | { refused: string } {
  if (bytes.length > statementLimitBytes) return { refused: "it is too large" };
  let envelope: BundleShape["dsseEnvelope"];
  try {
    envelope = (JSON.parse(Buffer.from(bytes).toString("utf8")) as BundleShape | null)
      ?.dsseEnvelope;
  } catch {
    return { refused: "it is not JSON" };
  }
  if (
    envelope === undefined ||
    envelope === null ||
    typeof envelope.payload !== "string" ||
    envelope.payloadType !== mediaTypes.inToto
  ) {
    return { refused: "it holds no in-toto statement" };
  }
  const payload = Buffer.from(envelope.payload, "base64");
  const encoded = preAuthenticationEncoding(mediaTypes.inToto, payload);
  const signatures = Array.isArray(envelope.signatures) ? envelope.signatures : [];
  const good = signatures.some(
    (entry) =>
      typeof entry?.sig === "string" && verifyBytes(key, encoded, Buffer.from(entry.sig, "base64")),
  );
  if (!good) return { refused: "it is signed with another key, or changed" };
  const statement = readStatement(payload);
  if (statement === undefined) return { refused: "it holds no in-toto statement" };
  const about =
    statement._type === statementType && Array.isArray(statement.subject) ? statement.subject : [];
  if (!about.some((entry) => entry?.digest?.["sha256"] === hexOf(subject))) {
    return { refused: "it speaks of another image" };
  }
  return statement;
}
