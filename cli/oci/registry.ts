// What one can do with a repository: read and write manifests and blobs, list tags. Everything read is compared with its digest
// before it is handed out; uploads are in upload.ts, referrers in referrers.ts.
// Source: OCI distribution-spec 1.1, "Pull", "Push", "Content discovery".
import { assertDigest, isDigest, type Digest } from "./digest.ts";
import { digestMismatch } from "./digest.ts";
import { RegistryError } from "./failure.ts";
import { decodeManifest, type Blob, type Descriptor, type Manifest } from "./manifest.ts";
import { manifestAccept } from "./media-types.ts";
import type { Reference } from "./reference.ts";
import { unreachable } from "./retry.ts";
import { Session, type SessionOptions, type SessionRequest } from "./session.ts";
import { discard, isConnectionError, readBody, type Reply } from "./transport.ts";

/** Sizes past which an answer is refused. */
export const limits = {
  /** What registries take; the specification asks for at least 4 MiB. */
  manifestBytes: 4 * 1024 * 1024,
  /** What Istio and Envoy Gateway load at most. */
  blobBytes: 256 * 1024 * 1024,
  /** Pages of a list. */
  pages: 1000,
};

/** How far one transfer is. */
export interface Progress {
  what: "push" | "pull";
  digest: Digest;
  doneBytes: number;
  totalBytes: number;
  /** "exists" and "mounted" moved nothing. */
  state: "moving" | "done" | "exists" | "mounted";
}

export interface RegistryOptions extends SessionOptions {
  onProgress?: (progress: Progress) => void;
}

/** One repository of one registry. Call `close` when done. */
export class Repository {
  readonly name: string;
  readonly session: Session;
  readonly onProgress: (progress: Progress) => void;
  #scope: string;

  constructor({ registry, repository }: Reference, options: RegistryOptions = {}) {
    this.name = repository;
    this.session = new Session(registry, repository, options);
    this.onProgress = options.onProgress ?? (() => {});
    this.#scope = `repository:${repository}:pull`;
  }

  get registry(): string {
    return this.session.registry;
  }

  /** From now on ask for tokens that may write too. */
  willPush(): void {
    this.#scope = `repository:${this.name}:pull,push`;
  }

  /** `more` is a further scope, for a mount. */
  send(request: Omit<SessionRequest, "scope">, more = ""): Promise<Reply> {
    const scope = more === "" ? this.#scope : `${this.#scope} ${more}`;
    const path =
      typeof request.path === "string" ? `/v2/${this.name}${request.path}` : request.path;
    return this.session.send({ ...request, path, scope });
  }

  /**
   * The manifest of a tag or digest.
   * @throws RegistryError: "notFound", "digest" when the bytes are not what was asked for or what the registry claims, "protocol"
   */
  async manifest(target: string): Promise<Manifest> {
    const what = `manifest ${this.registry}/${this.name}${isDigest(target) ? "@" : ":"}${target}`;
    const reply = await this.send({
      method: "GET",
      path: `/manifests/${target}`,
      headers: { accept: manifestAccept },
    });
    if (reply.status !== 200) throw await this.session.failure(reply, what);
    const bytes = await this.#body(reply, limits.manifestBytes, what);
    const claimed = reply.headers["docker-content-digest"];
    if (isDigest(target)) assertDigest(bytes, target, what);
    else if (claimed !== undefined && isDigest(claimed)) assertDigest(bytes, claimed, what);
    return decodeManifest(bytes, reply.headers["content-type"] ?? "", what);
  }

  /** The digest of a tag, or undefined where there is none; the manifest is read and counted, not believed. */
  async resolve(target: string): Promise<Digest | undefined> {
    try {
      return (await this.manifest(target)).digest;
    } catch (error) {
      if (error instanceof RegistryError && error.kind === "notFound") return undefined;
      throw error;
    }
  }

  /**
   * Writes a manifest under its digest or a tag.
   * @returns whether the registry said that it keeps referrers itself (`OCI-Subject`)
   */
  async putManifest(manifest: Manifest, tag?: string): Promise<{ keepsReferrers: boolean }> {
    this.willPush();
    const what = `pushing manifest ${this.registry}/${this.name}:${tag ?? manifest.digest}`;
    const reply = await this.send({
      method: "PUT",
      path: `/manifests/${tag ?? manifest.digest}`,
      headers: { "content-type": manifest.mediaType },
      body: manifest.bytes,
      repeatable: true,
    });
    if (reply.status !== 201) throw await this.session.failure(reply, what);
    await discard(reply);
    const stored = reply.headers["docker-content-digest"];
    if (stored !== undefined && stored !== manifest.digest) {
      throw digestMismatch(what, manifest.digest, stored);
    }
    return { keepsReferrers: reply.headers["oci-subject"] === manifest.body.subject?.digest };
  }

  /** Whether the repository holds a blob. */
  async hasBlob(digest: Digest): Promise<boolean> {
    const reply = await this.send({ method: "HEAD", path: `/blobs/${digest}` });
    await discard(reply);
    if (reply.status === 200) return true;
    if (reply.status === 404) return false;
    throw await this.session.failure(reply, `looking for blob ${digest}`);
  }

  /**
   * A blob's bytes, checked against digest and size. A download that breaks goes on where it broke, where the server can.
   * @throws RegistryError: "digest", "tooLarge", "notFound", "unreachable"
   */
  async blob(descriptor: Descriptor): Promise<Blob> {
    const { digest, size } = descriptor;
    const what = `blob ${digest} of ${this.registry}/${this.name}`;
    if (size > limits.blobBytes) {
      throw new RegistryError(
        "tooLarge",
        `${what} says it has ${size} bytes, more than ${limits.blobBytes}`,
      );
    }
    const bytes = await this.#download(digest, size, what);
    assertDigest(bytes, digest, what);
    this.onProgress({ what: "pull", digest, doneBytes: size, totalBytes: size, state: "done" });
    return { bytes, digest };
  }

  async #download(digest: Digest, size: number, what: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let have = 0;
    for (let tries = 1; ; tries++) {
      const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
      const reply = await this.send({ method: "GET", path: `/blobs/${digest}`, headers });
      if (reply.status === 200) chunks.length = have = 0;
      else if (reply.status !== 206 || have === 0) throw await this.session.failure(reply, what);
      try {
        await readBody(reply, size - have, (chunk) => {
          chunks.push(chunk);
          have += chunk.length;
          this.onProgress({
            what: "pull",
            digest,
            doneBytes: have,
            totalBytes: size,
            state: "moving",
          });
        });
        return Buffer.concat(chunks, have);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        if (tries >= 5) throw unreachable(this.registry, error);
      }
    }
  }

  /** All tags, in the registry's order. */
  async tags(): Promise<string[]> {
    const tags: string[] = [];
    let path: string | URL = "/tags/list?n=1000";
    for (let page = 0; page < limits.pages; page++) {
      const reply = await this.send({ method: "GET", path });
      if (reply.status !== 200) throw await this.session.failure(reply, `tags of ${this.name}`);
      const body = await this.json<{ tags?: unknown } | null>(reply, "list of tags");
      const listed: unknown[] = Array.isArray(body?.tags) ? body.tags : [];
      tags.push(...listed.filter((tag) => typeof tag === "string"));
      const next = nextPage(reply);
      if (next === undefined) break;
      path = next;
    }
    return tags;
  }

  /** Removes a manifest. @returns false where there was none */
  async deleteManifest(digest: Digest): Promise<boolean> {
    this.willPush();
    const reply = await this.send({
      method: "DELETE",
      path: `/manifests/${digest}`,
      repeatable: true,
    });
    if (reply.status === 404) return discard(reply).then(() => false);
    if (reply.status !== 202) throw await this.session.failure(reply, `deleting ${digest}`);
    await discard(reply);
    return true;
  }

  /** A reply as JSON. @throws RegistryError of kind "protocol" */
  async json<T>(reply: Reply, what: string): Promise<T> {
    const bytes = await this.#body(reply, limits.manifestBytes, what);
    try {
      return JSON.parse(Buffer.from(bytes).toString("utf8")) as T;
    } catch {
      throw new RegistryError("protocol", `${what} of ${this.registry} is not JSON`);
    }
  }

  async #body(reply: Reply, limitBytes: number, what: string): Promise<Uint8Array> {
    try {
      return await readBody(reply, limitBytes);
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      throw new RegistryError("unreachable", `${what}: the connection broke`, "try again");
    }
  }

  close(): void {
    this.session.close();
  }
}

/** Next page of a list, only where it stays with the same server. Source: RFC 8288. */
export function nextPage({ headers, url }: Reply): URL | undefined {
  const target = /<([^>]+)>\s*;[^,]*rel="?next"?/.exec(headers["link"] ?? "")?.[1];
  if (target === undefined || !URL.canParse(target, url)) return undefined;
  const next = new URL(target, url);
  return next.origin === url.origin ? next : undefined;
}
