// Image references: registry/name:tag@digest, as docker and Istio write them, with an optional oci:// or docker:// before it.
// Source: distribution/reference grammar; OCI distribution-spec "Pulling manifests" for the character sets.
import { UserError } from "../exit.ts";
import { isDigest, type Digest } from "./digest.ts";

export interface Reference {
  /** Host and port, as the user wrote them; "docker.io" when none was written. */
  registry: string;
  repository: string;
  tag?: string;
  digest?: Digest;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const hostPattern =
  /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/;

/** Reads a reference. @throws UserError that says which part is wrong */
export function parseReference(text: string): Reference {
  const bare = text.replace(/^(?:oci|docker):\/\//, "");
  const wrong = (what: string): UserError =>
    new UserError(
      `${JSON.stringify(text)} is no image reference: ${what}`,
      "write it like registry.example.com/shield/guard:1.0.0",
    );
  if (/^https?:\/\//.test(bare)) throw wrong("a reference has no http:// or https://");
  const [beforeDigest, digest, ...more] = bare.split("@");
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) {
    throw wrong("after @ belongs sha256: and 64 lower-case hex digits");
  }
  const { registry, rest } = splitRegistry(beforeDigest!);
  if (!hostPattern.test(registry)) throw wrong(`${JSON.stringify(registry)} is no host`);
  const colon = rest.lastIndexOf(":");
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const repository = registry === "docker.io" && !name.includes("/") ? `library/${name}` : name;
  if (repository.length > 255 || !repository.split("/").every((part) => component.test(part))) {
    throw wrong(
      `${JSON.stringify(name)} is no repository name (lower-case letters, digits, . _ - /)`,
    );
  }
  if (tag !== undefined && !tagPattern.test(tag)) throw wrong(`${JSON.stringify(tag)} is no tag`);
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as Digest }),
  };
}

function splitRegistry(text: string): { registry: string; rest: string } {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const isHost = first === "localhost" || /[.:[]/.test(first);
  if (!isHost) return { registry: "docker.io", rest: text };
  const registry = first === "index.docker.io" ? "docker.io" : first;
  return { registry, rest: text.slice(slash + 1) };
}

/** The text that other tools understand; the digest wins over the tag when `pinned`. */
export function formatReference(reference: Reference, pinned = false): string {
  const { registry, repository, tag, digest } = reference;
  const at = digest === undefined ? "" : `@${digest}`;
  const name = `${registry}/${repository}`;
  if (pinned && digest !== undefined) return `${name}${at}`;
  return `${name}${tag === undefined ? "" : `:${tag}`}${at}`;
}

/** What stands for a manifest in the API: the digest when there is one, else the tag, else "latest". */
export function target(reference: Reference): string {
  return reference.digest ?? reference.tag ?? "latest";
}

/** Whether a registry's host is this machine, where plain HTTP reads nothing out to a network. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
