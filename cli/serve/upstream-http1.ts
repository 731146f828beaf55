// HTTP/1.1 to the service behind the proxy: node:http's client with a keep-alive pool. It knows trailers and a change of
// protocol (101).
// A request without body that meets a kept-alive connection just closed by the service is sent once more: nothing of it was
// processed, and the client should not see the race.
import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as SecureAgent, request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Header } from "../../host-test/host/types.ts";
import type { ServeLimits } from "./limits.ts";
import { pairsOf } from "./raw-headers.ts";
import type { Timers } from "./timers.ts";
import {
  bodyless,
  unwritable,
  type TargetOptions,
  type UpstreamCall,
  type UpstreamEvents,
  type UpstreamTarget,
} from "./upstream.ts";

/** HTTP/1.1 to the service: a pool of at most `upstreamRequestsMax` kept-alive connections. */
export function http1Target({ url, limits, timers }: TargetOptions): UpstreamTarget {
  const options = { keepAlive: true, maxSockets: limits.upstreamRequestsMax };
  const pool = { ...options, scheduling: "lifo" as const };
  const agent = url.protocol === "https:" ? new SecureAgent(pool) : new Agent(pool);
  const target = { url, agent, limits, timers };
  return {
    call: (headers, end, events) => new Http1Call(target, headers, end, events),
    close: () => agent.destroy(),
  };
}

interface Http1Target {
  url: URL;
  agent: Agent;
  limits: ServeLimits;
  timers: Timers;
}

export class Http1Call implements UpstreamCall {
  readonly #target: Http1Target;
  readonly #events: UpstreamEvents;
  readonly #options: RequestOptions;
  readonly #endsAtHead: boolean;
  #request: ClientRequest | undefined;
  #response: IncomingMessage | undefined;
  #tunnel: Duplex | undefined;
  #paused = false;
  #over = false;
  #retried = false;
  /** Bytes that the announced content-length still allows; -1 where none was announced. */
  #remainingBytes = -1;

  constructor(target: Http1Target, headers: Header[], end: boolean, events: UpstreamEvents) {
    this.#target = target;
    this.#events = events;
    this.#endsAtHead = end;
    this.#options = this.#requestOptions(headers, end);
  }

  get bufferedBytes(): number {
    return (this.#tunnel ?? this.#request)?.writableLength ?? 0;
  }

  /** Sends the head. A call that cannot even be written (a filter wrote a bad header) fails as Envoy says it. */
  start(): void {
    try {
      this.#send();
    } catch (error) {
      const reason = unwritable(error);
      if (reason === undefined) throw error;
      queueMicrotask(() => this.#fail(reason));
    }
  }

  write(bytes: Uint8Array): boolean {
    if (this.#over) return true;
    if (this.#tunnel !== undefined) return this.#tunnel.write(bytes);
    if (this.#remainingBytes >= 0) {
      this.#remainingBytes -= bytes.length;
      // More than announced would be read as the next request on that connection: request smuggling by our own hand.
      if (this.#remainingBytes < 0) {
        this.#fail("request body longer than content-length");
        return true;
      }
    }
    return this.#request?.write(bytes) ?? true;
  }

  end(trailers: Header[]): void {
    if (this.#over) return;
    if (this.#tunnel !== undefined) return void this.#tunnel.end();
    if (this.#remainingBytes > 0) return this.#fail("request body shorter than content-length");
    if (trailers.length > 0) this.#request?.addTrailers(trailers as unknown as [string, string][]);
    this.#request?.end();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#tunnel?.destroy();
    this.#request?.destroy();
  }

  readDisable(paused: boolean): void {
    this.#paused = paused;
    const source = this.#tunnel ?? this.#response;
    if (paused) source?.pause();
    else source?.resume();
  }

  #requestOptions(headers: Header[], end: boolean): RequestOptions {
    const pseudo: Record<string, string> = {};
    const flat: string[] = [];
    let announced = false;
    let upgrade = false;
    for (const [name, value] of headers) {
      if (name.startsWith(":")) pseudo[name] = value;
      else if (name !== "host" && name !== "transfer-encoding") {
        flat.push(name, value);
        if (name === "upgrade") upgrade = true;
        if (name !== "content-length") continue;
        announced = true;
        this.#remainingBytes = Number(value);
      }
    }
    const method = pseudo[":method"] ?? "GET";
    flat.unshift("host", pseudo[":authority"] ?? this.#target.url.host);
    if (end && !announced && !bodyless.has(method)) flat.push("content-length", "0");
    if (!end && !announced && !upgrade) flat.push("transfer-encoding", "chunked");
    const { hostname, port, protocol } = this.#target.url;
    const options: RequestOptions & { servername?: string } = {
      agent: this.#target.agent,
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
      method,
      path: pseudo[":path"] ?? "/",
      headers: flat as unknown as RequestOptions["headers"],
      setHost: false,
      maxHeaderSize: this.#target.limits.headersLimitBytes,
    };
    return options;
  }

  #send(): void {
    const send = this.#target.url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(this.#options);
    this.#request = request;
    this.#boundConnect(request);
    request.on("response", (response) => this.#onResponse(response));
    request.on("upgrade", (response, socket, head) => this.#onUpgrade(response, socket, head));
    request.on("drain", () => this.#events.onUpstreamDrained());
    request.on("error", (error: NodeJS.ErrnoException) => this.#onError(request, error));
    if (this.#endsAtHead) request.end();
    else request.flushHeaders();
  }

  /** Node bounds silence on a socket but not the connect itself. */
  #boundConnect(request: ClientRequest): void {
    request.once("socket", (socket) => {
      if (!socket.connecting) return;
      const cancel = this.#target.timers.after(this.#target.limits.connectTimeoutMs, () => {
        this.#fail("connection timeout");
      });
      socket.once("connect", cancel);
      socket.once("close", cancel);
    });
  }

  #onResponse(response: IncomingMessage): void {
    if (this.#over) return;
    this.#response = response;
    const end = endsAtHead(response, this.#options.method ?? "GET");
    response.on("data", (bytes: Uint8Array) => {
      if (!this.#over && !end) this.#events.onUpstreamData(bytes);
    });
    response.on("end", () => {
      if (this.#over) return;
      this.#over = true;
      // An answer that came before the end of the request: what is left of the request has no reader any more.
      if (this.#request?.writableEnded === false) this.#request.destroy();
      if (!end) this.#events.onUpstreamEnd(pairsOf(response.rawTrailers));
    });
    response.on("aborted", () => this.#fail("remote reset"));
    response.on("error", () => this.#fail("remote reset"));
    if (this.#paused) response.pause();
    this.#events.onUpstreamHead(response.statusCode ?? 0, pairsOf(response.rawHeaders), end);
  }

  #onUpgrade(response: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    if (this.#over) return void socket.destroy();
    this.#tunnel = socket;
    socket.on("drain", () => this.#events.onUpstreamDrained());
    socket.on("error", () => this.#fail("remote reset"));
    socket.on("close", () => this.#fail("remote reset"));
    this.#events.onUpstreamHead(101, pairsOf(response.rawHeaders), false);
    if (head.length > 0) this.#events.onUpstreamData(head);
    socket.on("data", (bytes: Uint8Array) => {
      if (!this.#over) this.#events.onUpstreamData(bytes);
    });
    socket.on("end", () => {
      if (this.#over) return;
      this.#over = true;
      this.#events.onUpstreamEnd([]);
      socket.end();
    });
    if (this.#paused) socket.pause();
  }

  #onError(request: ClientRequest, error: NodeJS.ErrnoException): void {
    if (this.#over || request !== this.#request) return;
    const stale = request.reusedSocket && this.#response === undefined && !this.#retried;
    if (stale && this.#endsAtHead && (error.code === "ECONNRESET" || error.code === "EPIPE")) {
      this.#retried = true;
      return this.#send();
    }
    this.#fail(this.#response === undefined ? resetReason(error) : "remote reset");
  }

  #fail(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#tunnel?.destroy();
    this.#request?.destroy();
    this.#events.onUpstreamFailed(reason);
  }
}

/** Envoy's words for what went wrong before the head of an answer. */
function resetReason(error: NodeJS.ErrnoException): string {
  if (error.code?.startsWith("HPE_") === true) return "protocol error";
  if (error.code === "ECONNRESET" || error.code === "EPIPE") return "connection termination";
  return "remote connection failure";
}

function endsAtHead(response: IncomingMessage, method: string): boolean {
  const status = response.statusCode ?? 0;
  if (method === "HEAD" || status === 204 || status === 304) return true;
  return response.headers["content-length"] === "0";
}
