// Content addresses: "sha256:<64 lower-case hex digits>". Everything that arrives from a registry is compared with one before it
// is used. Only SHA-256 is spoken: it is what every registry and both Istio and Envoy Gateway compare.
// Source: OCI image-spec, descriptor.md "Digests".
import { createHash } from "node:crypto";
import { exitCodes } from "../exit.ts";
import { RegistryError } from "./failure.ts";

export type Digest = `sha256:${string}`;

/** Whether a text is a digest that this client can check. */
export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** The address of some bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The 64 hex digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

/**
 * Refuses bytes that are not what their address says.
 * @param what names the thing in the error, for example "layer of registry.example.com/a:1".
 * @throws RegistryError of kind "digest", exit code `trust`
 */
export function assertDigest(bytes: Uint8Array, expected: Digest, what: string): void {
  const found = digestOf(bytes);
  if (found !== expected) throw digestMismatch(what, expected, found);
}

/** The error for content that is not what was asked for. */
export function digestMismatch(what: string, expected: string, found: string): RegistryError {
  return new RegistryError(
    "digest",
    `${what} has digest ${found}, expected ${expected}`,
    "nothing was kept; the content was changed on the way or in the registry",
    exitCodes.trust,
  );
}
