// HTTP/1.1 towards the client: one request and its response on a connection of node:http, or the raw tunnel after a 101.
import { STATUS_CODES, ServerResponse, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Header } from "../../host-test/host/types.ts";
import {
  connectionHeaders,
  serverName,
  type Downstream,
  type DownstreamEvents,
} from "./downstream.ts";
import { pairsOf } from "./raw-headers.ts";

export class Http1Downstream implements Downstream {
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #socket: Duplex | undefined;
  readonly #firstBytes: Uint8Array | undefined;
  #events: DownstreamEvents | undefined;
  #tunnel = false;
  #headSent = false;
  #ended = false;
  #bodyAllowed = true;
  #remainingBytes = -1;
  status = 0;
  bytesReceived = 0;
  bytesSent = 0;

  /** @param socket and `firstBytes` are given when the client asked for an upgrade: node:http has then let go of both. */
  constructor(
    request: IncomingMessage,
    response: ServerResponse | undefined,
    socket?: Duplex,
    firstBytes?: Uint8Array,
  ) {
    this.request = request;
    this.#socket = socket;
    this.#firstBytes = firstBytes;
    this.#response = response ?? ownResponse(request, socket!);
  }

  get upgrading(): boolean {
    return this.#socket !== undefined && this.request.headers.upgrade?.toLowerCase() !== "h2c";
  }

  get headSent(): boolean {
    return this.#headSent;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get bufferedBytes(): number {
    return this.#tunnel ? this.#socket!.writableLength : this.#response.writableLength;
  }

  listen(events: DownstreamEvents, bodyFollows: boolean): void {
    this.#events = events;
    this.#response.on("drain", () => events.onClientDrained());
    this.#response.on("finish", () => events.onClientFinished());
    this.#response.on("close", () => events.onClientClosed());
    this.#response.on("error", () => events.onClientClosed());
    if (!bodyFollows || this.#socket !== undefined) return;
    this.request.on("data", (bytes: Uint8Array) => {
      this.bytesReceived += bytes.length;
      events.onClientData(bytes);
    });
    this.request.on("end", () => events.onClientEnd(pairsOf(this.request.rawTrailers)));
    this.request.on("error", () => events.onClientClosed());
  }

  readDisable(paused: boolean): void {
    const source = this.#socket ?? this.request;
    if (paused) source.pause();
    else source.resume();
  }

  writeHead(headers: Header[], last: boolean): boolean {
    let status = 0;
    const flat: string[] = [];
    for (const [name, value] of headers) {
      if (name === ":status") status = Number(value);
      else if (name === "content-length") this.#remainingBytes = Number(value);
      if (name.startsWith(":") || connectionHeaders.has(name) || name === "server") continue;
      flat.push(name, value);
    }
    if (status === 101 && this.#socket !== undefined) return this.#openTunnel(headers);
    if (!Number.isInteger(status) || status < 200 || status > 999) return false;
    flat.push("server", serverName);
    if (last || this.#socket !== undefined) flat.push("connection", "close");
    try {
      this.#response.writeHead(status, STATUS_CODES[status] ?? "Unknown", flat as never);
    } catch {
      this.#remainingBytes = -1;
      return false;
    }
    this.#bodyAllowed = this.request.method !== "HEAD" && status !== 204 && status !== 304;
    if (!this.#bodyAllowed) this.#remainingBytes = -1;
    this.#headSent = true;
    this.status = status;
    return true;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || bytes.length === 0) return true;
    if (!this.#bodyAllowed) return true;
    if (this.#remainingBytes >= 0) {
      this.#remainingBytes -= bytes.length;
      if (this.#remainingBytes < 0) {
        this.cut();
        return true;
      }
    }
    this.bytesSent += bytes.length;
    return this.#tunnel ? this.#socket!.write(bytes) : this.#response.write(bytes);
  }

  end(trailers: Header[]): void {
    if (this.#ended) return;
    if (this.#remainingBytes > 0) return this.cut();
    this.#ended = true;
    if (this.#tunnel) {
      this.#socket!.end();
      return;
    }
    if (trailers.length > 0) {
      this.#response.addTrailers(trailers as unknown as [string, string][]);
    }
    this.#response.end();
  }

  discardRequest(): void {
    this.request.removeAllListeners("data");
    this.request.resume();
  }

  cutIfPending(): void {
    if (this.#tunnel || !this.request.complete) this.cut();
  }

  cut(): void {
    this.#ended = true;
    (this.#socket ?? this.request.socket).destroy();
  }

  #openTunnel(headers: Header[]): boolean {
    const socket = this.#socket!;
    const events = this.#events!;
    const lines = ["HTTP/1.1 101 Switching Protocols"];
    for (const [name, value] of headers) {
      if (name.startsWith(":")) continue;
      if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
        return false;
      }
      lines.push(`${name}: ${value}`);
    }
    this.#response.detachSocket(socket as never);
    this.#tunnel = true;
    this.#headSent = true;
    this.status = 101;
    this.#remainingBytes = -1;
    socket.on("drain", () => events.onClientDrained());
    socket.on("close", () => events.onClientClosed());
    socket.on("error", () => events.onClientClosed());
    socket.on("finish", () => events.onClientFinished());
    socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    const take = (bytes: Uint8Array): void => {
      this.bytesReceived += bytes.length;
      events.onClientData(bytes);
    };
    if (this.#firstBytes !== undefined && this.#firstBytes.length > 0) take(this.#firstBytes);
    socket.on("data", take);
    socket.on("end", () => events.onClientEnd([]));
    socket.resume();
    return true;
  }
}

/** An ordinary response on a connection that node:http handed over because of an upgrade; it is the last one on it. */
function ownResponse(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as never);
  response.on("finish", () => (socket as { destroySoon?: () => void }).destroySoon?.());
  return response;
}
