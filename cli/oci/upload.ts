// Blobs to a registry: skipped where they are, mounted from a neighbour where they can be, else sent in one piece or in chunks.
// A broken chunk upload asks the registry how far it got and goes on from there; a session that is gone is begun again.
// The address for each next step is the one that the last reply named. Source: OCI distribution-spec "Push".
import type { Blob } from "./manifest.ts";
import { digestMismatch, type Digest } from "./digest.ts";
import { RegistryError } from "./failure.ts";
import type { Repository } from "./registry.ts";
import { discard, type Reply } from "./transport.ts";

export interface UploadOptions {
  /** Blobs above this size go in chunks of it. */
  chunkBytes?: number;
  /** Repository of the same registry that may hold the blob already. */
  mountFrom?: string | undefined;
}

export type UploadOutcome = "exists" | "mounted" | "uploaded";

const defaultChunkBytes = 16 * 1024 * 1024;
const restartsMax = 3;

/** Puts a blob into a repository. @throws RegistryError */
export async function pushBlob(
  repository: Repository,
  blob: Blob,
  options: UploadOptions = {},
): Promise<UploadOutcome> {
  repository.willPush();
  const totalBytes = blob.bytes.length;
  const tell = (state: "exists" | "mounted" | "done"): void =>
    repository.onProgress({
      what: "push",
      digest: blob.digest,
      doneBytes: totalBytes,
      totalBytes,
      state,
    });
  if (await repository.hasBlob(blob.digest)) {
    tell("exists");
    return "exists";
  }
  let mountFrom = options.mountFrom === repository.name ? undefined : options.mountFrom;
  for (let restart = 0; ; restart++) {
    const begun = await begin(repository, blob.digest, mountFrom);
    if (begun === "mounted") {
      tell("mounted");
      return "mounted";
    }
    mountFrom = undefined;
    const upload = new Upload(repository, blob, begun);
    if (await upload.run(options.chunkBytes ?? defaultChunkBytes)) {
      tell("done");
      return "uploaded";
    }
    if (restart >= restartsMax) {
      throw new RegistryError(
        "unreachable",
        `${repository.registry} keeps losing the upload of ${blob.digest}`,
        "push again: what is there already is not sent again",
      );
    }
  }
}

async function begin(
  repository: Repository,
  digest: Digest,
  mountFrom: string | undefined,
): Promise<Begun | "mounted"> {
  let path = "/blobs/uploads/";
  let more = "";
  if (mountFrom !== undefined) {
    path += `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(mountFrom)}`;
    more = `repository:${mountFrom}:pull`;
  }
  const reply = await repository.send({ method: "POST", path, repeatable: true }, more);
  if (reply.status === 201 && mountFrom !== undefined) {
    await discard(reply);
    const stored = reply.headers["docker-content-digest"];
    if (stored === undefined || stored === digest) return "mounted";
    throw digestMismatch(`mounted blob of ${repository.name}`, digest, stored);
  }
  if (reply.status !== 202) {
    throw await repository.session.failure(reply, `pushing to ${repository.name}`);
  }
  await discard(reply);
  const minimum = Number(reply.headers["oci-chunk-min-length"] ?? 0);
  return {
    location: locationOf(reply),
    chunkMinBytes: Number.isSafeInteger(minimum) ? minimum : 0,
  };
}

interface Begun {
  location: URL;
  chunkMinBytes: number;
}

function locationOf(reply: Reply): URL {
  const text = reply.headers["location"];
  if (text === undefined || !URL.canParse(text, reply.url)) {
    throw new RegistryError("protocol", `${reply.url.host} names no place to upload to`);
  }
  return new URL(text, reply.url);
}

/** One upload session. */
class Upload {
  readonly #repository: Repository;
  readonly #blob: Blob;
  #location: URL;
  readonly #chunkMinBytes: number;

  constructor(repository: Repository, blob: Blob, begun: Begun) {
    this.#repository = repository;
    this.#blob = blob;
    this.#location = begun.location;
    this.#chunkMinBytes = begun.chunkMinBytes;
  }

  /** @returns false when the registry has lost the session, so that a new one may be begun */
  async run(chunkBytes: number): Promise<boolean> {
    const { bytes } = this.#blob;
    const size = Math.max(chunkBytes, this.#chunkMinBytes, 1);
    if (bytes.length <= size) return this.#finish(bytes);
    let failures = 0;
    for (let at = 0; at < bytes.length;) {
      const sent = await this.#patch(at, bytes.subarray(at, at + size));
      if (sent === "sent") {
        at = Math.min(bytes.length, at + size);
        this.#tell(at);
        continue;
      }
      if (++failures > 5 || sent === "lost") return false;
      const reached = await this.#reached();
      if (reached === undefined || reached > bytes.length) return false;
      at = reached;
    }
    return this.#finish();
  }

  #tell(doneBytes: number): void {
    const { digest, bytes } = this.#blob;
    const totalBytes = bytes.length;
    this.#repository.onProgress({ what: "push", digest, doneBytes, totalBytes, state: "moving" });
  }

  async #patch(at: number, chunk: Uint8Array): Promise<"sent" | "broken" | "lost"> {
    let reply: Reply;
    try {
      reply = await this.#repository.send({
        method: "PATCH",
        path: this.#location,
        headers: {
          "content-type": "application/octet-stream",
          "content-range": `${at}-${at + chunk.length - 1}`,
        },
        body: chunk,
      });
    } catch (error) {
      if (error instanceof RegistryError && ["unreachable", "tooMany"].includes(error.kind))
        return "broken";
      throw error;
    }
    if (reply.status === 404) return discard(reply).then(() => "lost");
    if (reply.status === 416 || reply.status >= 500) return discard(reply).then(() => "broken");
    if (reply.status !== 202)
      throw await this.#repository.session.failure(reply, "uploading a chunk");
    await discard(reply);
    this.#location = locationOf(reply);
    const range = rangeEnd(reply);
    // A registry may take less than it was given; then the next chunk begins where it says.
    return range === undefined || range === at + chunk.length ? "sent" : "broken";
  }

  /** How many bytes the registry has, undefined when it does not know the session. */
  async #reached(): Promise<number | undefined> {
    const reply = await this.#repository.send({ method: "GET", path: this.#location });
    await discard(reply);
    if (reply.status !== 204 && reply.status !== 202) return undefined;
    if (reply.headers["location"] !== undefined) this.#location = locationOf(reply);
    return rangeEnd(reply) ?? 0;
  }

  /** The last step, with all bytes when nothing was sent before. */
  async #finish(body?: Uint8Array): Promise<boolean> {
    const { digest } = this.#blob;
    const path = new URL(this.#location);
    path.searchParams.set("digest", digest);
    const headers = { "content-type": "application/octet-stream" };
    let reply: Reply;
    try {
      reply = await this.#repository.send({
        method: "PUT",
        path,
        headers,
        ...(body ? { body } : {}),
      });
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== "unreachable") throw error;
      // The answer may have been lost after the blob was kept.
      return this.#repository.hasBlob(digest);
    }
    if (reply.status === 404 || reply.status === 416 || reply.status >= 500) {
      await discard(reply);
      return this.#repository.hasBlob(digest);
    }
    if (reply.status !== 201)
      throw await this.#repository.session.failure(reply, "uploading a blob");
    await discard(reply);
    const stored = reply.headers["docker-content-digest"];
    if (stored !== undefined && stored !== digest)
      throw digestMismatch("uploaded blob", digest, stored);
    return true;
  }
}

/** Bytes that a `Range: 0-N` reply counts, undefined when it has none. "0-0" stands for one byte, or for none at the start. */
function rangeEnd({ headers, status }: Reply): number | undefined {
  const match = /^(?:bytes=)?0-(\d+)$/.exec(headers["range"] ?? "");
  if (match === null) return undefined;
  const last = Number(match[1]);
  return last === 0 && status === 204 ? 0 : last + 1;
}
