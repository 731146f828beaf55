// All requests to one registry go through here: the base address, credentials, redirects, retries and the reading of errors.
// The rule that matters: an Authorization header is sent only to the registry's own origin, and once a redirect has left it,
// never again in that chain. Storage behind a redirect gets its own signed address and needs no password of ours.
// Source: OCI distribution-spec; RFC 9110 §15.4.
import { parseChallenges } from "./challenge.ts";
import { systemClock, type Clock } from "./clock.ts";
import { findCredentials, type Credentials } from "./credentials.ts";
import { RegistryError, type FailureKind } from "./failure.ts";
import { isLoopback } from "./reference.ts";
import { defaultRetryPolicy, sendWithRetries, type RetryPolicy } from "./retry.ts";
import { Tokens } from "./tokens.ts";
import { discard, readBody, Transport, type Exchange, type Reply } from "./transport.ts";

export interface SessionOptions {
  /** Given on the command line; else the credential files are asked. `null` for an anonymous visit. */
  credentials?: Credentials | null | undefined;
  /** PEM certificates trusted besides the system's. Turns TLS on for loopback too. */
  ca?: string[] | undefined;
  /** Plain HTTP for hosts that are not this machine. */
  plainHttp?: boolean | undefined;
  env?: Record<string, string | undefined>;
  clock?: Clock;
  retry?: Partial<RetryPolicy>;
  idleTimeoutMs?: number;
  signal?: AbortSignal | undefined;
}

export interface SessionRequest {
  method: string;
  /** Path from "/v2/…", or a full address that the registry gave. */
  path: string | URL;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Token scope, such as "repository:a/b:pull". */
  scope: string;
  /** Whether sending twice does no harm; true for GET and HEAD. */
  repeatable?: boolean;
}

const redirectsMax = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

export class Session {
  readonly registry: string;
  readonly base: URL;
  readonly clock: Clock;
  readonly #options: SessionOptions;
  readonly #transport: Transport;
  readonly #tokens: Tokens;
  #credentials: Promise<Credentials | undefined> | undefined;

  constructor(registry: string, repository: string, options: SessionOptions = {}) {
    this.registry = registry;
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
    const plain = options.plainHttp === true || (isLoopback(registry) && options.ca === undefined);
    this.base = new URL(`${plain ? "http" : "https"}://${host}`);
    this.#transport = new Transport({
      idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
      userAgent: "meshwarden",
      ...(options.ca ? { ca: options.ca } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    this.#tokens = new Tokens({
      registry,
      plainHttp: plain,
      clock: this.clock,
      send: (exchange) =>
        this.#retry(exchange.url.host, true, () => this.#transport.send(exchange)),
      credentials: () => {
        const { credentials, env } = options;
        if (credentials !== undefined) return Promise.resolve(credentials ?? undefined);
        return (this.#credentials ??= findCredentials(registry, repository, env ?? process.env));
      },
    });
  }

  /** Sends a request. Any status but 401 comes back; `failure` makes an error of an unwanted one. */
  async send(request: SessionRequest): Promise<Reply> {
    const url = new URL(request.path, this.base);
    const repeatable = request.repeatable ?? /^(?:GET|HEAD)$/.test(request.method);
    return this.#retry(this.registry, repeatable, async () => {
      let reply = await this.#follow(request, url, this.#tokens.known(request.scope));
      // A 401 from elsewhere gets no answer: its realm is not the registry's word.
      for (let tries = 0; reply.status === 401 && this.#own(reply.url) && tries < 2; tries++) {
        const challenges = parseChallenges(reply.headers["www-authenticate"] ?? "");
        this.#tokens.forget(request.scope);
        const header = await this.#tokens.answer(challenges, request.scope);
        if (header === undefined || (tries > 0 && header.startsWith("Basic "))) break;
        await discard(reply);
        reply = await this.#follow(request, url, header);
      }
      return reply;
    });
  }

  #own(url: URL): boolean {
    return url.origin === this.base.origin;
  }

  async #follow(request: SessionRequest, first: URL, authorization?: string): Promise<Reply> {
    let url = first;
    let { method, body } = request;
    let trusted = true;
    for (let hops = 0; ; hops++) {
      trusted &&= this.#own(url);
      this.#refusePlain(url);
      const headers: Record<string, string> = { ...request.headers };
      if (trusted && authorization !== undefined) headers["authorization"] = authorization;
      const exchange: Exchange = { method, url, headers, ...(body ? { body } : {}) };
      const reply = await this.#transport.send(exchange);
      const location = reply.headers["location"];
      if (!redirects.has(reply.status) || location === undefined) return reply;
      if (hops >= redirectsMax || !URL.canParse(location, url)) {
        await discard(reply);
        throw new RegistryError("redirect", `${this.registry} redirects without end`);
      }
      await discard(reply);
      url = new URL(location, url);
      if (reply.status === 303 && method !== "HEAD") [method, body] = ["GET", undefined];
    }
  }

  /** No step of a conversation may fall from TLS to plain HTTP. */
  #refusePlain(url: URL): void {
    if (url.protocol === "https:") return;
    const asked = this.#options.plainHttp === true || this.base.protocol === "http:";
    if (url.protocol === "http:" && asked && (this.#options.plainHttp || isLoopback(url.host)))
      return;
    throw new RegistryError(
      "plainHttp",
      `${this.registry} leads to ${url.protocol}//${url.host}, which is not encrypted`,
      "nothing was sent there; --plain-http allows it where that is meant",
    );
  }

  #retry(host: string, repeatable: boolean, send: () => Promise<Reply>): Promise<Reply> {
    const policy = { ...defaultRetryPolicy, ...this.#options.retry };
    const { signal } = this.#options;
    return sendWithRetries(send, { clock: this.clock, policy, host, repeatable, signal });
  }

  /** The error for a status that was not wanted; reads what the registry says about it. */
  async failure(reply: Reply, what: string): Promise<RegistryError> {
    const said = await this.#said(reply);
    const text = `${what}: ${this.registry} answered ${reply.status}${said}`;
    const [kind, mend] = this.#meaning(reply.status);
    return new RegistryError(kind, text, mend);
  }

  #meaning(status: number): [FailureKind, string] {
    const login = `docker login ${this.registry}`;
    if (status === 401)
      return ["unauthorized", `run ${login}, or use --username and --password-stdin`];
    if (status === 403)
      return ["denied", "the account may not do this: check its rights for the repository"];
    if (status === 404) return ["notFound", "check the name and the tag"];
    if (status === 413) return ["tooLarge", "the registry takes no blob of this size"];
    if (status >= 500) return ["unreachable", "the registry is in trouble; try again later"];
    return ["protocol", ""];
  }

  async #said(reply: Reply): Promise<string> {
    const bytes = await readBody(reply, 16 * 1024).catch(() => new Uint8Array());
    try {
      const { errors } = JSON.parse(Buffer.from(bytes).toString("utf8")) as {
        errors: { code?: string; message?: string }[];
      };
      const words = errors.map(({ code, message }) => [code, message].filter(Boolean).join(" "));
      const text = words
        .join("; ")
        .replace(/[^\x20-\x7e]/g, "?")
        .slice(0, 300);
      return text === "" ? "" : ` (${text})`;
    } catch {
      return "";
    }
  }

  close(): void {
    this.#transport.close();
  }
}
