// One HTTP exchange over node:http or node:https: built-in fetch cannot be given a certificate authority, and hides where a
// redirect led. Nothing here knows registries; what is kept safe here is size and time.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { RegistryError } from "./failure.ts";

export interface Exchange {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: Uint8Array;
}

export interface Reply {
  status: number;
  /** Lower-case names; repeated fields joined by commas. */
  headers: Record<string, string>;
  /** Where the reply came from. */
  url: URL;
  stream: IncomingMessage;
}

export interface TransportOptions {
  /** PEM certificates trusted besides the system's. */
  ca?: string[];
  /** Silence on the connection for this long ends it. */
  idleTimeoutMs: number;
  userAgent: string;
  signal?: AbortSignal;
}

/** Keeps connections open between exchanges until `close`. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#http = new HttpAgent({ keepAlive: true });
    this.#https = new HttpsAgent({ keepAlive: true, ...(options.ca ? { ca: options.ca } : {}) });
  }

  /** @throws the connection's own error (`isConnectionError`) or RegistryError of kind "aborted" */
  send({ method, url, headers, body }: Exchange): Promise<Reply> {
    const { signal, idleTimeoutMs, userAgent } = this.#options;
    const secure = url.protocol === "https:";
    const all: Record<string, string> = { "user-agent": userAgent, ...headers };
    if (body !== undefined) all["content-length"] = String(body.length);
    else if (method !== "GET" && method !== "HEAD") all["content-length"] = "0";
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method,
        headers: all,
        agent: secure ? this.#https : this.#http,
        timeout: idleTimeoutMs,
        ...(signal ? { signal } : {}),
      });
      request.on("timeout", () => request.destroy(connectionError("ETIMEDOUT", "no answer")));
      request.on("error", (error) => reject(signal?.aborted === true ? aborted() : error));
      request.on("response", (stream) => {
        resolve({ status: stream.statusCode ?? 0, headers: flat(stream), url, stream });
      });
      // A server may answer, and close, before it has read a large body; the answer counts, not the broken pipe after it.
      request.end(body);
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

function flat(stream: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(stream.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

function connectionError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

const aborted = (): RegistryError => new RegistryError("aborted", "stopped");

/** Whether an error says that the connection failed, so that the same request may be sent again. */
export function isConnectionError(error: unknown): error is NodeJS.ErrnoException {
  if (error instanceof RegistryError || !(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  const codes = [
    "ECONNRESET",
    "ECONNREFUSED",
    "ECONNABORTED",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
  ];
  return code !== undefined && [...codes, "ENETUNREACH", "EAI_AGAIN", "ENOTFOUND"].includes(code);
}

/**
 * A reply's body as a whole.
 * @param onChunk is told of each piece; used for progress and for resuming.
 * @throws RegistryError of kind "tooLarge", or the connection's error when it broke before the end
 */
export async function readBody(
  { stream, url }: Reply,
  limitBytes: number,
  onChunk: (chunk: Uint8Array) => void = () => {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > limitBytes) {
        const what = `${url.host}${url.pathname}`;
        throw new RegistryError("tooLarge", `${what} is larger than ${limitBytes} bytes`);
      }
      chunks.push(chunk);
      onChunk(chunk);
    }
  } finally {
    stream.destroy();
  }
  if (!stream.complete) throw connectionError("ECONNRESET", "the connection broke within a body");
  return Buffer.concat(chunks, size);
}

/** Throws a body away, so that its connection can be used again; long ones are cut. */
export async function discard(reply: Reply): Promise<void> {
  await readBody(reply, 64 * 1024).catch(() => undefined);
}
