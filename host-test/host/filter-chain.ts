// One stream through all filters: the two directions, the local reply that replaces the answer, and the end (log for
// all, then done and delete filter by filter). Mirrors Envoy's FilterManager plus the router's part that filters notice.
import { BodyBuffer } from "./body-buffer.ts";
import { bytesOfLatin1 } from "./bytes.ts";
import { finishResponse, prepareRequest, receiveHead } from "./connection-manager.ts";
import type { LocalReply } from "./context.ts";
import { Direction, type DirectionOwner } from "./direction.ts";
import { HeaderMap } from "./header-map.ts";
import { prepareReply } from "./local-reply.ts";
import {
  requestTooLarge,
  responseTooLarge,
  statusRemoved,
  upstreamBroke,
  upstreamFailed,
} from "./proxy-replies.ts";
import { refuseRequest } from "./router.ts";
import { StreamContext } from "./stream-context.ts";
import { StreamInfo } from "./stream-info.ts";
import type { ConnectionInfo, Header, StreamDriver, StreamSinks } from "./types.ts";
import type { Worker } from "./worker.ts";

export class FilterChain implements DirectionOwner, StreamDriver {
  readonly decode: Direction;
  readonly encode: Direction;
  readonly info: StreamInfo;
  finished = false;
  /** A local reply of a filter, or of a dead one, went to the client. */
  denied = false;
  /** Set by header changes; the route is looked up when the request leaves the chain, so nothing else hangs on it. */
  routeCacheCleared = false;
  readonly #contexts: StreamContext[] = [];
  readonly #worker: Worker;
  readonly #sinks: StreamSinks;
  #prepared: (() => void) | undefined;
  #upstreamOpen = false;
  #upstreamEnded = false;
  #responseEnded = false;
  #headersEncoded = false;
  #upstreamStartUs = 0;
  /** The router handed the end of the request on. */
  #requestSent = false;
  #closing = false; // HTTP/1.1 ends with this answer: the client asked for it, or it is a local 400

  constructor(worker: Worker, sinks: StreamSinks, connection: ConnectionInfo) {
    const { options, clock } = worker.host;
    this.#worker = worker;
    this.#sinks = sinks;
    this.info = new StreamInfo(connection, worker.host.nextConnectionId(), clock.nowUs());
    for (const plugin of worker.plugins) {
      const root = plugin.rootForStream();
      if (root !== undefined && !plugin.spec.disabledOnRoute) {
        this.#contexts.push(new StreamContext(root, this, this.#contexts.length));
      }
    }
    const decoders = this.#contexts.map((context) => context.decoder);
    const encoders = this.#contexts.map((context) => context.encoder).reverse();
    const { requestBufferLimitBytes = 1 << 20, responseBufferLimitBytes = 1 << 20 } = options;
    this.decode = new Direction(decoders, this, requestBufferLimitBytes);
    this.encode = new Direction(encoders, this, responseBufferLimitBytes);
  }

  get details(): string {
    return this.info.details ?? "";
  }

  requestHeaders(headers: Header[], end: boolean): void {
    if (this.finished) return;
    const map = receiveHead(headers, this.info.connection.protocol);
    if (/(^|,)\s*close\s*(,|$)/i.test(map.get("connection") ?? "")) this.#closing = true;
    const waits = /^100-continue$/i.test(map.get("expect") ?? "");
    const { hopOptions, options } = this.#worker.host;
    const refusal = options.untouchedHeads ? undefined : prepareRequest(map, this.info, hopOptions);
    this.info.requestHeaderBytes = map.byteSize();
    // Envoy answers at once, whatever the filters will say.
    if (waits && !end) this.#sinks.clientInformational?.([[":status", "100"]]);
    if (end) this.decode.observedEnd = true;
    if (refusal === undefined) {
      this.decode.startHeaders(map, end);
      return;
    }
    this.decode.headers = map;
    this.sendLocalReply(refusal, false);
  }

  requestData(bytes: Uint8Array, end: boolean): void {
    if (this.finished) return;
    this.info.requestBodyBytes += bytes.length;
    this.decode.startData(BodyBuffer.of(bytes), end);
  }

  requestTrailers(trailers: Header[]): void {
    if (this.finished) return;
    // HTTP/1.1 without enable_trailers: Envoy drops them and ends the body instead.
    const { options } = this.#worker.host;
    if (options.enableTrailers !== true && this.info.connection.protocol !== "HTTP/2") {
      this.decode.startData(new BodyBuffer(), true);
    } else this.decode.startTrailers(HeaderMap.from("trailers", trailers));
  }

  clientReset(): void {
    if (this.finished) return;
    this.info.details = "downstream_remote_disconnect";
    this.#finish();
  }

  responseHeaders(headers: Header[], end: boolean): void {
    if (!this.#upstreamOpen || this.encode.headers !== undefined) return;
    const map = HeaderMap.from("response", headers);
    if (end) this.#upstreamEnded = true;
    // Counted from the end of the request: an early answer has none.
    const elapsedMs = Math.floor((this.#worker.host.clock.nowUs() - this.#upstreamStartUs) / 1000);
    if (this.#requestSent) map.set("x-envoy-upstream-service-time", String(elapsedMs));
    this.info.responseCode = Number(map.get(":status")) || 0;
    this.info.details ??= "via_upstream";
    this.info.responseHeaderBytes = map.byteSize();
    this.encode.startHeaders(map, end);
  }

  responseData(bytes: Uint8Array, end: boolean): void {
    if (!this.#upstreamOpen || this.finished) return;
    if (end) this.#upstreamEnded = true;
    this.info.responseBodyBytes += bytes.length;
    this.encode.startData(BodyBuffer.of(bytes), end);
  }

  responseTrailers(trailers: Header[]): void {
    if (!this.#upstreamOpen || this.finished) return;
    this.#upstreamEnded = true;
    const { options } = this.#worker.host;
    if (options.enableTrailers !== true && this.info.connection.protocol !== "HTTP/2") {
      this.encode.startData(new BodyBuffer(), true);
    } else this.encode.startTrailers(HeaderMap.from("trailers", trailers));
  }

  upstreamReset(reason: string): void {
    if (!this.#upstreamOpen || this.finished) return;
    this.#upstreamOpen = false;
    const { envoy } = this.#worker.host.options;
    if (!this.encode.headers) return this.sendLocalReply(upstreamFailed(reason, envoy), false);
    this.info.details = upstreamBroke(reason);
    this.reset(this.info.details);
  }

  headersOut(direction: Direction, map: HeaderMap, end: boolean): void {
    if (direction === this.decode) this.#requestHeadersOut(map, end);
    else this.#responseHeadersOut(map, end);
  }

  #requestHeadersOut(map: HeaderMap, end: boolean): void {
    const refusal = refuseRequest(map, this.#worker.host.options.routePrefix ?? "/");
    if (refusal !== undefined) {
      this.decode.chainAborted = true;
      this.sendLocalReply(refusal, false);
      return;
    }
    if (this.finished) return;
    this.#upstreamOpen = true;
    this.#upstreamStartUs = this.#worker.host.clock.nowUs();
    this.info.upstreamAddress = "127.0.0.1:8080";
    map.set("x-envoy-expected-rq-timeout-ms", "15000");
    this.#requestSent = end;
    this.#sinks.upstreamHeaders(map.copy(), end);
  }

  #responseHeadersOut(map: HeaderMap, end: boolean): void {
    const status = map.get(":status");
    if (status === undefined || !/^\d+$/.test(status)) {
      this.sendLocalReply(statusRemoved, false);
      return;
    }
    this.#encodeHead(map, end);
  }

  #encodeHead(map: HeaderMap, end: boolean): void {
    this.#headersEncoded = true;
    this.info.responseCode = Number(map.get(":status"));
    const http2 = this.info.connection.protocol === "HTTP/2";
    const connect = this.decode.headers?.get(":method") === "CONNECT";
    const tunnel = connect || map.get(":status") === "101";
    const close = (this.#closing || !this.decode.observedEnd) && !http2 && !tunnel;
    finishResponse(map, this.#worker.host.clock.nowUs(), close);
    const lines = map.copy().filter(([name]) => name === ":status" || !name.startsWith(":"));
    this.#sinks.clientHeaders(lines, end);
    if (end) this.#endResponse();
  }

  dataOut(direction: Direction, buffer: BodyBuffer, end: boolean): void {
    const bytes = buffer.length === 0 ? new Uint8Array(0) : buffer.bytes();
    buffer.clear();
    if (direction === this.decode) {
      this.#requestSent = end;
      if (this.#upstreamOpen) this.#sinks.upstreamData(bytes, end);
      return;
    }
    if (this.#responseEnded) return;
    this.#sinks.clientData(bytes, end);
    if (end) this.#endResponse();
  }

  trailersOut(direction: Direction, map: HeaderMap): void {
    if (direction === this.decode) {
      this.#requestSent = true;
      if (this.#upstreamOpen) this.#sinks.upstreamTrailers(map.copy());
      return;
    }
    if (this.#responseEnded) return;
    this.#sinks.clientTrailers(map.copy());
    this.#endResponse();
  }

  tooLarge(direction: Direction): void {
    this.sendLocalReply(direction === this.decode ? requestTooLarge : responseTooLarge, false);
  }

  watermark(direction: Direction, high: boolean): void {
    if (direction === this.decode) this.#sinks.readDisable?.(high);
    else this.#sinks.upstreamReadDisable?.(high);
  }

  aborted(): void {
    const run = this.#prepared;
    this.#prepared = undefined;
    run?.();
  }

  addTrailers(direction: Direction): HeaderMap {
    direction.trailers ??= new HeaderMap("trailers");
    return direction.trailers;
  }

  /**
   * Answers in place of the upstream: through the filters when no response began, straight to the client when its head
   * was still held, and by cutting the connection when the head is out.
   */
  sendLocalReply(reply: LocalReply, byFilter: boolean): void {
    if (this.finished) return;
    if (this.decode.inCallback) this.decode.chainAborted = true;
    else if (this.encode.inCallback) this.encode.chainAborted = true;
    this.info.details = reply.details;
    if (reply.status === 400) this.#closing = true;
    if (byFilter) this.denied = true;
    if (this.encode.headers === undefined) {
      // From inside a request callback the reply waits until that callback has returned.
      if (this.decode.inCallback) this.#prepared ??= () => this.#replyThroughFilters(reply);
      else this.#replyThroughFilters(reply);
    } else if (!this.#headersEncoded) this.#replyDirectly(reply);
    else this.reset(reply.details);
  }

  #replyThroughFilters(reply: LocalReply): void {
    const { headers, body } = prepareReply(reply, this.decode.headers);
    this.info.responseCode = Number(headers.get(":status"));
    this.decode.chainAborted = true;
    this.encode.startHeaders(headers, body === "");
    if (body !== "") this.encode.startData(BodyBuffer.of(bytesOfLatin1(body)), true);
  }

  #replyDirectly(reply: LocalReply): void {
    const { headers, body } = prepareReply(reply, this.decode.headers);
    this.info.responseCode = Number(headers.get(":status"));
    this.encode.chainAborted = true;
    this.encode.headers = headers;
    this.#encodeHead(headers, body === "");
    if (body === "") return;
    this.#sinks.clientData(bytesOfLatin1(body), true);
    this.#endResponse();
  }

  /** Cuts the client's stream. */
  reset(details: string): void {
    if (this.finished) return;
    this.info.details ??= details;
    this.#responseEnded = true;
    this.#sinks.clientReset(details);
    this.#finish();
  }

  #endResponse(): void {
    if (this.#responseEnded) return;
    this.#responseEnded = true;
    this.#finish();
  }

  #finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.decode.chainAborted = true;
    this.encode.chainAborted = true;
    if (this.#upstreamOpen && !(this.#upstreamEnded && this.decode.observedEnd)) {
      this.#sinks.upstreamReset();
    }
    this.#upstreamOpen = false;
    this.info.endUs = this.#worker.host.clock.nowUs();
    for (const context of this.#contexts) context.log();
    for (const context of this.#contexts) context.destroy();
    this.#worker.streams.delete(this);
    this.#sinks.finished?.(this.details);
  }
}
