// One request of a case through the Node host: client packets become frames, what reaches the upstream becomes bytes that
// a scripted origin answers, and the answer becomes bytes that the client reads.
import type { Host, StreamDriver, StreamSinks, VirtualClock } from "../host/index.ts";
import { FrameReader, FrameWriter, http2Frames, type Frame } from "./codec.ts";
import { followUp, originalUrlLast, redirectedHead } from "./followed.ts";
import type { Answer, Header, ListenerFlags, Step } from "./format.ts";
import { toBytes } from "./format.ts";
import { headerValue, MessageReader } from "./h1.ts";
import { gapMs, NodeUpstream, type ConnectionPool } from "./node-upstream.ts";
import { planRequest, requestPackets } from "./packets.ts";
import { bodyText, normaliseHeaders, type ClientView, type StepView } from "./view.ts";

export class NodeExchange implements StreamSinks {
  readonly step: Step;
  private readonly host: Host;
  private readonly clock: VirtualClock;
  private readonly flags: ListenerFlags;
  private readonly shown: StepView;
  private driver!: StreamDriver;
  private upstream: NodeUpstream;
  private readonly clientSide: MessageReader;
  private readonly toClient: FrameWriter;
  private readonly http2View: ClientView | undefined;
  private clientReset_ = false;
  private over = false;
  private readPaused = false;
  private readonly waiting: Frame[] = [];
  private refused: string | undefined;
  private readonly method: string;
  private readonly pool: ConnectionPool;
  /** The request's head as the client sent it, for redirects. */
  private head: Header[] = [];
  /** What went to the upstream, for retries. */
  private sent: Header[] = [];
  private hops = 0;

  constructor(
    host: Host,
    clock: VirtualClock,
    flags: ListenerFlags,
    step: Step,
    shown: StepView,
    pool: ConnectionPool,
  ) {
    this.host = host;
    this.clock = clock;
    this.flags = flags;
    this.step = step;
    this.shown = shown;
    const request = step.request ?? {};
    this.method = planRequest(request).method;
    const tunnel = request.tunnel !== undefined || this.method === "CONNECT";
    this.pool = pool;
    this.upstream = this.connect(step.upstream ?? {});
    this.clientSide = new MessageReader("response", { bodiless: this.method === "HEAD", tunnel });
    this.toClient = new FrameWriter("response", (bytes) => this.clientSide.push(bytes));
    if (flags.http2) {
      this.http2View = { status: 0, headers: [], body: "", trailers: [], end: "hang" };
    }
  }

  private connect(answer: Answer): NodeUpstream {
    return new NodeUpstream(this.clock, {
      answer,
      tunnel: isUpgrade(this.step),
      method: this.method,
      http2: this.flags.upstreamHttp2 ?? false,
      pool: this.pool,
      follows: (headers) => this.follow(headers),
    });
  }

  private open(): void {
    const protocol = this.flags.http2 ? "HTTP/2" : "HTTP/1.1";
    this.driver = this.host.worker(0).openStream(this, { protocol });
  }

  /** True when the proxy goes on by itself. With a redirect this stream is over for its filters, which see no answer of it. */
  private follow(answer: Header[]): boolean {
    const how = followUp(answer, this.flags, this.hops);
    if (how === undefined) return false;
    this.hops++;
    this.shown.upstream = this.upstream.view();
    if (how === "redirect") this.driver.clientReset();
    this.upstream.close();
    this.over = false;
    this.upstream = this.connect(this.step.then ?? this.step.upstream ?? {});
    if (how === "redirect") this.open();
    this.upstream.driver = this.driver;
    const headers = how === "redirect" ? redirectedHead(this.head, answer) : this.sent;
    this.at(0, () => {
      if (how === "redirect") this.frame({ kind: "headers", headers, end: true });
      else this.upstream.headers(headers, true);
    });
    return true;
  }

  /** Put the client's packets on the clock. */
  start(): void {
    const request = this.step.request ?? {};
    this.open();
    this.upstream.driver = this.driver;
    if (this.flags.http2) {
      http2Frames(request).forEach((frame, i) => this.at(i * gapMs, () => this.frame(frame)));
      this.clock.turn();
      return;
    }
    const reader = new FrameReader("request", { tunnel: isUpgrade(this.step) });
    const packets = requestPackets(request);
    packets.forEach((packet, i) => {
      this.at(i * gapMs, () => reader.push(packet).forEach((frame) => this.frame(frame)));
    });
    (request.tunnel ?? []).forEach((bytes, i) => {
      const at = (packets.length + 2 + i) * gapMs;
      this.at(at, () => reader.push(toBytes(bytes)).forEach((frame) => this.frame(frame)));
    });
    this.clock.turn();
  }

  private at(ms: number, work: () => void): void {
    this.clock.schedule(ms, work);
  }

  /** Envoy stops reading the connection: what the client sends waits in the socket. */
  readDisable(paused: boolean): void {
    this.readPaused = paused;
    if (!paused) this.at(0, () => this.waiting.splice(0).forEach((frame) => this.frame(frame)));
  }

  private frame(frame: Frame): void {
    if (this.over) return;
    if (this.readPaused) {
      this.waiting.push(frame);
      return;
    }
    if (frame.kind === "headers") this.head = frame.headers;
    if (frame.kind === "headers") this.driver.requestHeaders(frame.headers, frame.end);
    else if (frame.kind === "data") this.driver.requestData(frame.bytes, frame.end);
    else if (frame.kind === "trailers") this.driver.requestTrailers(frame.trailers);
    else this.refuse(frame);
  }

  /** The codec's own answer: no filter callback but creation, log, done and delete. */
  private refuse(frame: Frame & { kind: "refused" }): void {
    const headers: Header[] = [[":status", String(frame.status)]];
    if (frame.body !== "") {
      headers.push(["content-length", String(frame.body.length)], ["content-type", "text/plain"]);
    }
    headers.push(["date", ""], ["server", "envoy"], ["connection", "close"]);
    this.toClient.headers(headers, frame.body === "");
    if (frame.body !== "") this.toClient.data(Buffer.from(frame.body), true);
    this.refused = frame.details;
    this.driver.clientReset();
  }

  // --- what the host sends to the upstream ---

  upstreamHeaders(headers: Header[], end: boolean): void {
    this.sent = originalUrlLast(headers);
    this.upstream.headers(this.sent, end);
  }

  upstreamData(bytes: Uint8Array, end: boolean): void {
    this.upstream.data(bytes, end);
  }

  upstreamTrailers(trailers: Header[]): void {
    this.upstream.trailers(trailers);
  }

  upstreamReset(): void {
    this.upstream.close();
  }

  // --- what the host sends to the client ---

  clientHeaders(headers: Header[], end: boolean): void {
    if (this.http2View === undefined) {
      this.toClient.headers(headers, end, this.method === "HEAD");
      return;
    }
    this.http2View.status = Number(headerValue(headers, ":status"));
    // Clients of HTTP/2 drop or refuse values with control bytes; the one of the Envoy runs drops them.
    this.http2View.headers = headers.filter(([n, v]) => !n.startsWith(":") && !/[\0\r\n]/.test(v));
    if (end) this.http2View.end = "complete";
  }

  clientData(bytes: Uint8Array, end: boolean): void {
    if (this.http2View === undefined) {
      this.toClient.data(bytes, end);
      return;
    }
    this.http2View.body += Buffer.from(bytes).toString("latin1");
    if (end) this.http2View.end = "complete";
  }

  clientTrailers(trailers: Header[]): void {
    if (this.http2View === undefined) {
      this.toClient.trailers(trailers);
      return;
    }
    this.http2View.trailers = trailers;
    this.http2View.end = "complete";
  }

  clientReset(): void {
    this.clientReset_ = true;
  }

  finished(): void {
    this.over = true;
  }

  // --- the end ---

  get clientDone(): boolean {
    return this.clientReset_ || this.clientView().end === "complete";
  }

  /** The client closes; `quiet` lets the rest of the stream play out before. */
  close(quiet: () => void): void {
    const client = this.clientView();
    if (client.end === "hang") quiet();
    this.shown.client = this.clientView();
    if (!this.over) this.driver.clientReset();
    this.over = true;
    this.shown.details = this.refused ?? this.driver.details;
    this.upstream.close();
    this.shown.upstream = this.upstream.view() ?? this.shown.upstream ?? null;
  }

  private clientView(): ClientView {
    const http2 = this.http2View;
    if (http2 !== undefined) {
      const end = this.clientReset_ && http2.end !== "complete" ? "reset" : http2.end;
      return { ...http2, headers: normaliseHeaders(http2.headers), end };
    }
    const reader = this.clientSide;
    return {
      status: reader.headDone ? reader.status : 0,
      headers: normaliseHeaders(reader.headers),
      body: bodyText(Buffer.concat([reader.body, reader.rest])),
      trailers: reader.trailers,
      end: reader.complete ? "complete" : this.clientReset_ ? "reset" : "hang",
    };
  }
}

function isUpgrade(step: Step): boolean {
  const { headers, raw } = step.request ?? {};
  if (headerValue(headers ?? [], "upgrade") !== undefined) return true;
  return raw !== undefined && /^CONNECT /.test(toBytes(raw[0]).toString("latin1"));
}
