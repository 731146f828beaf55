// The server's end of a simulated gRPC call: keeps what arrived, turns an answer or a test's own doing into frames, and
// sends them on a later turn of the event loop, never inside a host call of the filter.
import { toBytes } from "./bytes.ts";
import { frame } from "./grpc-frames.ts";
import type { GrpcAnswer, GrpcRequest, GrpcServerStream } from "./grpc-types.ts";
import { HeaderMap } from "./header-map.ts";
import type { Header } from "./types.ts";
import type { Worker } from "./worker.ts";

/** What the filter's side of the wire takes. */
export interface GrpcSink {
  head(map: HeaderMap, end: boolean): void;
  data(bytes: Uint8Array, end: boolean): void;
  trailers(map: HeaderMap): void;
  /** The connection or stream broke; `reason` in Envoy's words. */
  broken(reason: string): void;
}

export class GrpcServer implements GrpcServerStream {
  readonly request: GrpcRequest;
  readonly received: Uint8Array[] = [];
  halfClosed = false;
  cancelled = false;
  readonly #worker: Worker;
  readonly #sink: GrpcSink;
  #headSent = false;
  #over = false;
  #message: ((message: Uint8Array) => void) | undefined;
  #halfClose: (() => void) | undefined;
  #cancel: (() => void) | undefined;

  constructor(worker: Worker, request: GrpcRequest, sink: GrpcSink) {
    this.#worker = worker;
    this.request = request;
    this.#sink = sink;
  }

  // --- from the filter ---

  receive(message: Uint8Array): void {
    this.received.push(message);
    this.#soon(() => this.#message?.(message));
  }

  receiveEnd(): void {
    this.halfClosed = true;
    this.#soon(() => this.#halfClose?.());
  }

  receiveReset(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#over = true;
    this.#cancel?.();
  }

  onMessage(listener: (message: Uint8Array) => void): void {
    this.#message = listener;
  }
  onHalfClose(listener: () => void): void {
    this.#halfClose = listener;
  }
  onCancel(listener: () => void): void {
    this.#cancel = listener;
  }

  // --- to the filter ---

  head(initialMetadata: Header[] = [], httpStatus = 200): void {
    this.#headSent = true;
    const map = responseHead(httpStatus, initialMetadata, this.#requestOver);
    this.#soon(() => this.#sink.head(map, false));
  }

  /** The router measures from the end of the request: a head that comes before it tells no time. */
  get #requestOver(): boolean {
    return this.halfClosed || !this.request.streaming;
  }

  send(message: string | Uint8Array): void {
    this.#data(frame(toBytes(message)));
  }

  #data(bytes: Uint8Array, end = false): void {
    if (!this.#headSent) this.head();
    this.#soon(() => this.#sink.data(bytes, end));
  }

  end(status: number | string = 0, statusMessage = "", trailingMetadata: Header[] = []): void {
    const trailers: Header[] = [["grpc-status", String(status)]];
    if (statusMessage !== "") trailers.push(["grpc-message", statusMessage]);
    trailers.push(...trailingMetadata);
    if (this.#headSent) {
      this.#soon(() => this.#sink.trailers(HeaderMap.from("trailers", trailers)));
    } else {
      const map = responseHead(200, trailers, this.#requestOver);
      this.#soon(() => this.#sink.head(map, true));
    }
  }

  reset(): void {
    const reason = this.#headSent ? "remote reset" : "connection termination";
    this.#soon(() => this.#sink.broken(reason));
  }

  /** Plays a scripted answer, after its delay. */
  answer(answer: GrpcAnswer): void {
    if (answer.instead === "never") return;
    this.#soon(() => this.#play(answer), answer.delayMs);
  }

  #play(answer: GrpcAnswer): void {
    const { instead } = answer;
    if (instead === "refuse") return this.#sink.broken("remote connection failure");
    if (instead === "http1") return this.#sink.broken("protocol error");
    if (instead === "reset") return this.reset();
    if (answer.trailersOnly === true) {
      const metadata = [...(answer.initialMetadata ?? []), ...(answer.trailingMetadata ?? [])];
      return this.end(answer.status, answer.statusMessage, metadata);
    }
    this.head(answer.initialMetadata, answer.httpStatus);
    const messages = answer.messages ?? (answer.message === undefined ? [] : [answer.message]);
    messages.forEach((message, index) => {
      const bytes = frame(toBytes(message));
      const cut = instead === "cutMessage" && index === messages.length - 1;
      const last = instead === "noTrailers" && index === messages.length - 1;
      this.#data(cut ? bytes.slice(0, -1) : bytes, last);
    });
    if (instead === "badFrame") this.#data(Uint8Array.of(0xff, 0, 0, 0, 1, 0));
    else if (instead === "resetAfterHead") this.reset();
    else if (instead === "noTrailers" && messages.length === 0) this.#data(new Uint8Array(0), true);
    else if (instead === undefined || instead === "cutMessage") {
      this.end(answer.status, answer.statusMessage, answer.trailingMetadata);
    }
  }

  /** In order, on a later turn; while one waits the host knows that something is still to come. */
  #soon(act: () => void, delayMs = 0): void {
    const waiting = {};
    this.#worker.host.openCallouts.add(waiting);
    this.#worker.clock.schedule(delayMs, () => {
      this.#worker.host.openCallouts.delete(waiting);
      if (!this.#over) act();
    });
  }

  /** The call has ended on the filter's side: nothing more is delivered. */
  close(): void {
    this.#over = true;
  }
}

function responseHead(httpStatus: number, more: Header[], timed: boolean): HeaderMap {
  const map = new HeaderMap("response");
  map.add(":status", String(httpStatus));
  map.add("content-type", "application/grpc");
  for (const [name, value] of more) map.add(name, value);
  if (timed) map.set("x-envoy-upstream-service-time", "0");
  return map;
}
