// A registry in this process: enough of the distribution specification to push and pull, and every fault that a real one has
// shown, on request. It records each request with the Authorization header it carried, so that a test can say who saw a password.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "./fake-faults.ts";
import { FakeGate } from "./fake-gate.ts";
import { answerJson, refuse } from "./fake-replies.ts";

export { account } from "./fake-gate.ts";

export interface Seen {
  method: string;
  path: string;
  authorization: string | undefined;
  bodyBytes: number;
}

export interface FakeOptions {
  auth?: "none" | "basic" | "bearer";
  /** Seconds a token lives; the registry counts on `nowMs`. */
  tokenLifeS?: number;
  nowMs?: () => number;
  referrersApi?: boolean;
  /** Where the token server is said to be; its own address when absent. */
  realm?: string;
  mount?: boolean;
  pageSize?: number;
}

export class FakeRegistry {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, { type: string; bytes: Buffer }>();
  /** repository to tag to digest */
  readonly tags = new Map<string, Map<string, string>>();
  /** repositories that hold a blob, "name@digest" */
  readonly links = new Set<string>();
  readonly uploads = new Map<string, Buffer>();
  readonly seen: Seen[] = [];
  /** Tried in order for each request; one that handles a request is used up. */
  readonly faults: Fault[] = [];
  readonly #gate: FakeGate;
  readonly #options: FakeOptions;
  #server: Server;
  #counter = 0;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.#gate = new FakeGate(options, () => this.host);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Requests whose method and path match. */
  requests(method: string, pattern: RegExp): Seen[] {
    return this.seen.filter((seen) => seen.method === method && pattern.test(seen.path));
  }

  /** Makes every token given so far worthless. */
  revokeTokens(): void {
    this.#gate.revokeTokens();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const { authorization } = request.headers;
    const path = request.url!;
    this.seen.push({ method: request.method!, path, authorization, bodyBytes: body.length });
    const fault = this.faults.findIndex((decide) => decide(request, response, body));
    if (fault >= 0) {
      this.faults.splice(fault, 1);
      return;
    }
    const url = new URL(path, `http://${this.host}`);
    if (url.pathname === "/token") return this.#gate.token(url, request, body, response);
    if (!this.#gate.allowed(request, response, url)) return;
    this.#route(request, response, url, body);
  }

  #route(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const { pathname } = url;
    const method = request.method!;
    const uploads = /^\/v2\/(.+)\/blobs\/uploads\/([\w-]*)$/.exec(pathname);
    if (uploads)
      return this.#upload(method, uploads[1]!, uploads[2]!, url, request, response, body);
    const blob = /^\/v2\/(.+)\/blobs\/(sha256:[0-9a-f]+)$/.exec(pathname);
    if (blob) return this.#blob(method, blob[1]!, blob[2]!, request, response);
    const manifest = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(pathname);
    if (manifest)
      return this.#manifest(method, manifest[1]!, manifest[2]!, request, response, body);
    const tags = /^\/v2\/(.+)\/tags\/list$/.exec(pathname);
    if (tags) return this.#tagList(tags[1]!, url, response);
    const referrers = /^\/v2\/(.+)\/referrers\/(sha256:[0-9a-f]+)$/.exec(pathname);
    if (referrers && this.#options.referrersApi === true)
      return this.#referrers(referrers[2]!, response);
    refuse(response, 404, "NOT_FOUND");
  }

  #upload(
    method: string,
    name: string,
    id: string,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): void {
    const place = (next: string): string =>
      `http://${this.host}/v2/${name}/blobs/uploads/${next}?state=${++this.#counter}`;
    if (method === "POST") {
      const mount = url.searchParams.get("mount");
      if (
        this.#options.mount !== false &&
        mount !== null &&
        this.links.has(`${url.searchParams.get("from")}@${mount}`)
      ) {
        this.links.add(`${name}@${mount}`);
        response
          .writeHead(201, {
            location: `/v2/${name}/blobs/${mount}`,
            "docker-content-digest": mount,
          })
          .end();
        return;
      }
      const next = `upload-${++this.#counter}`;
      this.uploads.set(next, Buffer.alloc(0));
      response.writeHead(202, { location: place(next), range: "0-0" }).end();
      return;
    }
    const held = this.uploads.get(id);
    if (held === undefined) return refuse(response, 404, "BLOB_UPLOAD_UNKNOWN");
    const range = (bytes: Buffer): string => `0-${Math.max(0, bytes.length - 1)}`;
    if (method === "GET") {
      response.writeHead(204, { location: place(id), range: range(held) }).end();
      return;
    }
    if (method === "PATCH") {
      const start = Number(
        /^(\d+)-/.exec(String(request.headers["content-range"]))?.[1] ?? held.length,
      );
      if (start !== held.length) {
        response.writeHead(416, { location: place(id), range: range(held) }).end();
        return;
      }
      const all = Buffer.concat([held, body]);
      this.uploads.set(id, all);
      response.writeHead(202, { location: place(id), range: range(all) }).end();
      return;
    }
    const all = Buffer.concat([held, body]);
    const digest = url.searchParams.get("digest");
    if (sha256(all) !== digest) return refuse(response, 400, "DIGEST_INVALID");
    this.uploads.delete(id);
    this.blobs.set(digest, all);
    this.links.add(`${name}@${digest}`);
    response
      .writeHead(201, { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest })
      .end();
  }

  #blob(
    method: string,
    name: string,
    digest: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const bytes = this.links.has(`${name}@${digest}`) ? this.blobs.get(digest) : undefined;
    if (bytes === undefined) return refuse(response, 404, "BLOB_UNKNOWN");
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const headers = { "docker-content-digest": digest, "content-length": bytes.length - start };
    response.writeHead(start > 0 ? 206 : 200, headers);
    response.end(method === "HEAD" ? undefined : bytes.subarray(start));
  }

  #manifest(
    method: string,
    name: string,
    target: string,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): void {
    const tags = this.tags.get(name) ?? new Map<string, string>();
    if (method === "PUT") {
      const parsed = JSON.parse(body.toString()) as {
        config?: { digest: string };
        layers?: { digest: string }[];
        subject?: { digest: string };
      };
      for (const { digest } of [
        ...(parsed.config ? [parsed.config] : []),
        ...(parsed.layers ?? []),
      ]) {
        if (!this.links.has(`${name}@${digest}`))
          return refuse(response, 400, "MANIFEST_BLOB_UNKNOWN");
      }
      const digest = sha256(body);
      this.manifests.set(`${name}@${digest}`, {
        type: String(request.headers["content-type"]),
        bytes: body,
      });
      if (!target.startsWith("sha256:")) tags.set(target, digest);
      this.tags.set(name, tags);
      const subject = this.#options.referrersApi === true ? parsed.subject?.digest : undefined;
      const headers = {
        "docker-content-digest": digest,
        ...(subject ? { "oci-subject": subject } : {}),
      };
      response.writeHead(201, headers).end();
      return;
    }
    const digest = target.startsWith("sha256:") ? target : tags.get(target);
    const found = this.manifests.get(`${name}@${digest}`);
    if (found === undefined) return refuse(response, 404, "MANIFEST_UNKNOWN");
    if (method === "DELETE") {
      this.manifests.delete(`${name}@${digest}`);
      response.writeHead(202).end();
      return;
    }
    const headers = {
      "content-type": found.type,
      "docker-content-digest": digest!,
      "content-length": found.bytes.length,
    };
    response.writeHead(200, headers).end(method === "HEAD" ? undefined : found.bytes);
  }

  #tagList(name: string, url: URL, response: ServerResponse): void {
    const all = [...(this.tags.get(name)?.keys() ?? [])].sort();
    const size = this.#options.pageSize ?? 1000;
    const start = Number(url.searchParams.get("last") ?? 0);
    const more = start + size < all.length;
    const link: Record<string, string> = more
      ? { link: `</v2/${name}/tags/list?last=${start + size}>; rel="next"` }
      : {};
    answerJson(response, 200, { name, tags: all.slice(start, start + size) }, link);
  }

  #referrers(subject: string, response: ServerResponse): void {
    const manifests = [...this.manifests].flatMap(([key, { type, bytes }]) => {
      const body = JSON.parse(bytes.toString()) as {
        subject?: { digest: string };
        artifactType?: string;
      };
      if (body.subject?.digest !== subject) return [];
      return [
        {
          mediaType: type,
          digest: key.split("@")[1],
          size: bytes.length,
          artifactType: body.artifactType,
        },
      ];
    });
    const mediaType = "application/vnd.oci.image.index.v1+json";
    answerJson(
      response,
      200,
      { schemaVersion: 2, mediaType, manifests },
      { "content-type": mediaType },
    );
  }
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
