// HTTP/2 towards the client: one stream of a session. Framing, flow control and the rules of RFC 9113 on headers and
// content-length are nghttp2's; what is here is the translation, and that an early answer stops the rest of a request with
// NO_ERROR (§8.1), so that a client keeps the answer.
import { constants, type ServerHttp2Stream } from "node:http2";
import type { Header } from "../../host-test/host/types.ts";
import {
  connectionHeaders,
  serverName,
  type Downstream,
  type DownstreamEvents,
} from "./downstream.ts";
import { headerObject, pairsOf } from "./raw-headers.ts";

export class Http2Downstream implements Downstream {
  readonly upgrading = false;
  readonly #stream: ServerHttp2Stream;
  readonly #isHead: boolean;
  #events: DownstreamEvents | undefined;
  #trailers: Header[] = [];
  /** Trailers of the response; undefined until its end is known. */
  #ownTrailers: Header[] | undefined;
  #wantsTrailers = false;
  #ended = false;
  #headSent = false;
  #bodyAllowed = true;
  #remainingBytes = -1;
  status = 0;
  bytesReceived = 0;
  bytesSent = 0;

  constructor(stream: ServerHttp2Stream, method: string) {
    this.#stream = stream;
    this.#isHead = method === "HEAD";
    // Without a reader an error of the stream would end the process.
    stream.on("error", () => this.#events?.onClientClosed());
  }

  get headSent(): boolean {
    return this.#headSent;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  listen(events: DownstreamEvents, bodyFollows: boolean): void {
    this.#events = events;
    const stream = this.#stream;
    stream.on("drain", () => events.onClientDrained());
    stream.on("finish", () => events.onClientFinished());
    stream.on("aborted", () => events.onClientClosed());
    stream.on("close", () => events.onClientClosed());
    stream.on("wantTrailers", () => {
      this.#wantsTrailers = true;
      this.#sendTrailers();
    });
    if (!bodyFollows) return;
    stream.on("trailers", (_headers: unknown, _flags: number, raw?: string[]) => {
      this.#trailers = pairsOf(raw ?? []);
    });
    stream.on("data", (bytes: Uint8Array) => {
      this.bytesReceived += bytes.length;
      events.onClientData(bytes);
    });
    stream.on("end", () => {
      if (!stream.aborted) events.onClientEnd(this.#trailers);
    });
  }

  readDisable(paused: boolean): void {
    if (paused) this.#stream.pause();
    else this.#stream.resume();
  }

  writeHead(headers: Header[], _last: boolean): boolean {
    const sent = headers.filter(([name]) => !connectionHeaders.has(name) && name !== "server");
    const status = Number(sent.find(([name]) => name === ":status")?.[1]);
    if (!Number.isInteger(status) || status < 200 || status > 999) return false;
    const length = sent.find(([name]) => name === "content-length")?.[1];
    this.#bodyAllowed = !this.#isHead && status !== 204 && status !== 304;
    this.#remainingBytes = length !== undefined && this.#bodyAllowed ? Number(length) : -1;
    const fields = sent.filter(([name]) => !name.startsWith(":"));
    // Also where none will come: node:http2 ends a stream before it resets it, unless that end has to wait. An answer that
    // was cut would arrive as a complete one.
    const waitForTrailers = this.#bodyAllowed;
    this.#headSent = true;
    this.status = status;
    if (this.#stream.destroyed || this.#stream.closed) return true;
    try {
      this.#stream.respond(
        { ":status": status, ...headerObject(fields), server: serverName },
        { waitForTrailers },
      );
    } catch {
      this.#remainingBytes = -1;
      this.#headSent = false;
      return false;
    }
    return true;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || bytes.length === 0 || !this.#bodyAllowed) return true;
    if (this.#remainingBytes >= 0) {
      this.#remainingBytes -= bytes.length;
      if (this.#remainingBytes < 0) {
        this.cut();
        return true;
      }
    }
    if (this.#stream.destroyed) return true;
    this.bytesSent += bytes.length;
    return this.#stream.write(bytes);
  }

  end(trailers: Header[]): void {
    if (this.#ended) return;
    if (this.#remainingBytes > 0) return this.cut();
    this.#ended = true;
    this.#ownTrailers = trailers;
    if (!this.#stream.destroyed) this.#stream.end();
    this.#sendTrailers();
  }

  discardRequest(): void {
    this.#stream.removeAllListeners("data");
    this.#stream.resume();
  }

  cutIfPending(): void {
    if (!this.#stream.destroyed) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  cut(): void {
    this.#ended = true;
    if (this.#stream.destroyed) return;
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    this.#stream.destroy();
  }

  #sendTrailers(): void {
    if (!this.#wantsTrailers || this.#ownTrailers === undefined) return;
    this.#wantsTrailers = false;
    if (this.#stream.destroyed || this.#stream.closed) return;
    try {
      this.#stream.sendTrailers(headerObject(this.#ownTrailers));
    } catch {
      this.cut();
    }
  }
}
