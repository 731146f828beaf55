// One request on its way: frames from the client go into the filter chain, what the chain lets out goes to the upstream, and
// back. The chain decides; this class moves frames, keeps back-pressure (each side is paused while any reason stands) and
// answers for the upstream when that fails. Nothing is collected here: memory per stream is a few socket buffers plus
// whatever a filter holds under its own limit.
import type {
  ConnectionInfo,
  Header,
  StreamDriver,
  StreamSinks,
} from "../../host-test/host/types.ts";
import type { Downstream, DownstreamEvents } from "./downstream.ts";
import { byFilter, byPeer, ReadGate } from "./read-gate.ts";
import { overdue } from "./stream-bounds.ts";
import type { StreamHome } from "./stream-home.ts";
import type { UpstreamCall, UpstreamEvents } from "./upstream.ts";
import {
  answerHead,
  badResponseHead,
  upstreamFailure,
  type ProxyAnswer,
} from "./upstream-failure.ts";

const textEncoder = new TextEncoder();
const nothing = new Uint8Array(0);

export class Exchange implements StreamSinks, DownstreamEvents, UpstreamEvents {
  readonly home: StreamHome;
  readonly downstream: Downstream;
  readonly head: Header[];
  requestId: string;
  readonly startedMs: number;
  /** Envoy's response code details, where the data path itself and not a filter decided. */
  ownDetails = "";
  upstreamReached = false;
  upstreamFailed = false;
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  #driver: StreamDriver | undefined;
  #upstream: UpstreamCall | undefined;
  #upstreamCounted = false;
  #requestComplete: boolean;
  /** The upstream's head went into the chain. */
  #answered = false;
  #over = false;
  #lastMoveMs: number;
  readonly #clientGate = new ReadGate((closed) => this.downstream.readDisable(closed));
  readonly #upstreamGate = new ReadGate((closed) => this.#upstream?.readDisable(closed));

  constructor(
    home: StreamHome,
    downstream: Downstream,
    head: Header[],
    end: boolean,
    requestId: string,
  ) {
    this.home = home;
    this.downstream = downstream;
    this.head = head;
    this.requestId = requestId;
    this.startedMs = this.#lastMoveMs = home.timers.nowMs();
    this.#requestComplete = end;
    // The chain may rewrite the list it is given; the access log names what the client asked for.
    this.authority = head[0]![1];
    this.path = head[1]![1];
    this.method = head[2]![1];
  }

  get details(): string {
    return this.ownDetails !== "" ? this.ownDetails : (this.#driver?.details ?? "");
  }

  /** Bytes that wait here to be taken by client or upstream; a filter's own buffer is not among them. */
  get bufferedBytes(): number {
    return this.downstream.bufferedBytes + (this.#upstream?.bufferedBytes ?? 0);
  }

  /** Runs the head through the chain and begins reading. */
  start(connection: ConnectionInfo): void {
    const end = this.#requestComplete;
    this.downstream.listen(this, !end);
    const driver = (this.#driver = this.home.engine.openStream(this, connection));
    driver.requestHeaders(this.head, end);
    // Envoy's codec opens a tunnel with an empty frame, each way; filters wait for it.
    if (this.downstream.upgrading) driver.requestData(nothing, false);
    this.requestId = this.home.engine.requestId(driver) ?? this.requestId;
  }

  // From the client.

  onClientData(bytes: Uint8Array): void {
    this.#move();
    if (!this.#over) this.#driver?.requestData(bytes, false);
  }

  onClientEnd(trailers: Header[]): void {
    this.#move();
    this.#requestComplete = true;
    if (this.#over) return;
    if (trailers.length > 0) this.#driver?.requestTrailers(trailers);
    else this.#driver?.requestData(nothing, true);
  }

  onClientDrained(): void {
    this.#move();
    this.#upstreamGate.set(byPeer, false);
  }

  onClientClosed(): void {
    if (this.#over) return;
    if (!this.downstream.ended) {
      this.ownDetails ||= "downstream_remote_disconnect";
      this.#driver?.clientReset();
    }
    this.#finish();
  }

  onClientFinished(): void {
    this.#move();
    this.#finish();
  }

  // From the upstream.

  onUpstreamHead(status: number, headers: Header[], end: boolean): void {
    this.#move();
    this.#answered = true;
    if (end) this.#releaseUpstream();
    this.#driver?.responseHeaders([[":status", String(status)], ...headers], end);
    if (status === 101) this.#driver?.responseData(nothing, false);
  }

  onUpstreamData(bytes: Uint8Array): void {
    this.#move();
    this.#driver?.responseData(bytes, false);
  }

  onUpstreamEnd(trailers: Header[]): void {
    this.#move();
    this.#releaseUpstream();
    if (trailers.length > 0) this.#driver?.responseTrailers(trailers);
    else this.#driver?.responseData(nothing, true);
  }

  onUpstreamDrained(): void {
    this.#move();
    this.#clientGate.set(byPeer, false);
  }

  onUpstreamFailed(reason: string): void {
    this.#releaseUpstream();
    if (this.#over) return;
    this.upstreamFailed = true;
    if (!this.#answered) return this.#answer(upstreamFailure(reason));
    this.ownDetails = `upstream_reset_after_response_started{${reason.replaceAll(" ", "_")}}`;
    this.#driver?.upstreamReset(reason);
  }

  // Out of the chain, towards the upstream.

  upstreamHeaders(headers: Header[], end: boolean): void {
    const { home } = this;
    if (home.upstreamActive >= home.limits.upstreamRequestsMax) {
      return queueMicrotask(() => this.onUpstreamFailed("overflow"));
    }
    this.upstreamReached = true;
    this.#upstreamCounted = true;
    home.upstreamActive++;
    this.#upstream = home.target.call(headers, end, this);
    if (this.#upstreamGate.closed) this.#upstream.readDisable(true);
    this.#upstream.start();
  }

  upstreamData(bytes: Uint8Array, end: boolean): void {
    if (bytes.length > 0 && this.#upstream?.write(bytes) === false)
      this.#clientGate.set(byPeer, true);
    if (end) this.#upstream?.end([]);
  }

  upstreamTrailers(trailers: Header[]): void {
    this.#upstream?.end(trailers);
  }

  upstreamReset(): void {
    this.#upstream?.abort();
    this.#releaseUpstream();
  }

  // Out of the chain, towards the client.

  clientHeaders(headers: Header[], end: boolean): void {
    if (this.#over || this.downstream.headSent) return;
    const sent = this.downstream.writeHead(headers, this.home.draining);
    if (!sent) return this.#answerPastChain(badResponseHead);
    if (end) this.#endResponse([]);
  }

  clientData(bytes: Uint8Array, end: boolean): void {
    if (!this.downstream.write(bytes)) this.#upstreamGate.set(byPeer, true);
    if (end) this.#endResponse([]);
  }

  clientTrailers(trailers: Header[]): void {
    this.#endResponse(trailers);
  }

  clientReset(details: string): void {
    this.ownDetails ||= details;
    this.downstream.cut();
    this.#finish();
  }

  readDisable(paused: boolean): void {
    this.#clientGate.set(byFilter, paused);
  }

  upstreamReadDisable(paused: boolean): void {
    this.#upstreamGate.set(byFilter, paused);
  }

  // Bounds in time.

  /** Ends the stream if it stood still for too long, or the upstream takes too long to begin its answer. */
  sweep(nowMs: number): void {
    if (this.#over) return;
    const answer = overdue(this.home.limits, {
      stillMs: nowMs - this.#lastMoveMs,
      receivingMs: this.#requestComplete ? 0 : nowMs - this.startedMs,
      requestComplete: this.#requestComplete,
      awaited: this.#upstreamCounted && !this.#answered,
    });
    if (answer === undefined) return;
    if (this.downstream.ended) this.cut();
    else this.#giveUp(answer);
  }

  /** Ends the stream at once, without an answer if none was given yet. */
  cut(): void {
    if (this.#over) return;
    this.ownDetails ||= "connection_cut";
    if (!this.downstream.ended) this.#driver?.clientReset();
    this.downstream.cut();
    this.#finish();
  }

  #giveUp(answer: ProxyAnswer): void {
    this.#upstream?.abort();
    this.#releaseUpstream();
    if (!this.downstream.headSent && !this.#answered) return this.#answer(answer);
    this.ownDetails = answer.details;
    this.cut();
  }

  /** The proxy's own answer takes the upstream's place and runs through the chain like one. */
  #answer(answer: ProxyAnswer): void {
    this.#answered = true;
    if (!this.upstreamReached) return this.#answerPastChain(answer);
    this.ownDetails = answer.details;
    const body = textEncoder.encode(answer.body);
    this.#driver?.responseHeaders(answerHead(answer), body.length === 0);
    if (body.length > 0) this.#driver?.responseData(body, true);
  }

  /** An answer that the chain has no place for: it holds the request itself, or its own head cannot be sent. */
  #answerPastChain(answer: ProxyAnswer): void {
    this.ownDetails = answer.details;
    this.#driver?.clientReset();
    this.downstream.writeHead(answerHead(answer), true);
    this.downstream.write(textEncoder.encode(answer.body));
    this.#endResponse([]);
  }

  #endResponse(trailers: Header[]): void {
    this.downstream.end(trailers);
    this.#upstream?.abort();
    this.#releaseUpstream();
    if (this.#requestComplete) return;
    this.downstream.discardRequest();
    this.home.timers.after(this.home.limits.lingerMs, () => this.downstream.cutIfPending());
  }

  #move(): void {
    this.#lastMoveMs = this.home.timers.nowMs();
  }

  #releaseUpstream(): void {
    if (this.#upstreamCounted) this.home.upstreamActive--;
    this.#upstreamCounted = false;
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    // A stream reset before anybody listened only tells that it is finished: its chain must hear of it, or stays for ever.
    this.#driver?.clientReset();
    this.#upstream?.abort();
    this.#releaseUpstream();
    this.home.done(this);
  }
}
