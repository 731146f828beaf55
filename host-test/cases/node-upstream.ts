// The upstream of a case on the Node host: a connection that opens one turn later than the router asks for it, the bytes
// that went over it, and a scripted origin that answers as host-test/envoy/origin.ts does.
import type { StreamDriver, VirtualClock } from "../host/index.ts";
import { FrameReader, FrameWriter, type Frame } from "./codec.ts";
import type { Answer, Header } from "./format.ts";
import { writes } from "./format.ts";
import { headerValue, MessageReader } from "./h1.ts";
import { answerPackets, closesAtEnd } from "./packets.ts";
import { bodyText, normaliseHeaders, type UpstreamView } from "./view.ts";

/** Pause between packets, as on the Envoy side. */
export const gapMs = 15;

/** Idle connections: a request that finds one sends its head at once, any other waits for a connection. */
export interface ConnectionPool {
  idle: number;
}

export interface UpstreamOptions {
  pool: ConnectionPool;
  answer: Answer;
  /** The request is an upgrade or a CONNECT: bytes flow both ways without an end. */
  tunnel: boolean;
  method: string;
  http2: boolean;
  /** Asked before the filters see the answer's head; true: the proxy follows the redirect itself and this answer is over. */
  follows?: (headers: Header[]) => boolean;
}

export class NodeUpstream {
  driver!: StreamDriver;
  private readonly clock: VirtualClock;
  private readonly options: UpstreamOptions;
  private readonly reader: MessageReader;
  private readonly writer: FrameWriter;
  /** What the router sent before the connection was open. */
  private early: (() => void)[] = [];
  private open: "no" | "opening" | "yes" | "closed" = "no";
  private answered = false;
  /** The answer went out to its end. */
  private whole = false;

  constructor(clock: VirtualClock, options: UpstreamOptions) {
    this.clock = clock;
    this.options = options;
    this.reader = new MessageReader("request", { tunnel: options.tunnel });
    this.writer = new FrameWriter("request", (bytes) => this.reader.push(bytes));
  }

  /** What the origin received, null when no request head came. */
  view(): UpstreamView | null {
    const { reader } = this;
    if (!reader.headDone) return null;
    const [method, path] = reader.startLine.split(" ");
    return {
      method,
      path: path ?? "",
      authority: headerValue(reader.headers, "host") ?? "",
      headers: normaliseHeaders(reader.headers.filter(([name]) => name !== "host")),
      body: bodyText(reader.body),
      trailers: reader.trailers,
      complete: reader.complete,
    };
  }

  headers(headers: Header[], end: boolean): void {
    this.write(() => this.writer.headers(headers, end));
  }

  data(bytes: Uint8Array, end: boolean): void {
    this.write(() => this.writer.data(bytes, end));
  }

  trailers(trailers: Header[]): void {
    this.write(() => this.writer.trailers(trailers));
  }

  /** The stream is over: what was not sent by now never is, and the connection of a tunnel closes. */
  close(): void {
    const idle = this.open === "yes" && this.reader.complete && this.whole;
    // A connection that was being opened is kept for the next request.
    const kept = this.open === "opening" && this.options.answer.instead !== "refuse";
    if (idle || kept) this.options.pool.idle++;
    this.open = "closed";
    this.early = [];
    if (this.options.tunnel) this.reader.close();
  }

  private write(work: () => void): void {
    if (this.open === "closed") return;
    if (this.open === "yes") {
      work();
      this.progress();
      return;
    }
    this.early.push(work);
    if (this.open === "opening") return;
    if (this.options.pool.idle > 0) {
      this.options.pool.idle--;
      this.opened();
      return;
    }
    this.open = "opening";
    this.at(0, () => this.opened());
  }

  private opened(): void {
    if (this.open === "closed") return;
    if (this.options.answer.instead === "refuse") {
      this.driver.upstreamReset("remote connection failure");
      return;
    }
    this.open = "yes";
    for (const work of this.early.splice(0)) work();
    this.progress();
  }

  private at(ms: number, work: () => void): void {
    this.clock.schedule(ms, work);
  }

  /** The origin answers when it has read the whole request, or its head. */
  private progress(): void {
    const { answer } = this.options;
    const ready = this.reader.complete || (answer.early === true && this.reader.headDone);
    if (!ready || this.answered) return;
    this.answered = true;
    if (answer.instead !== "never") this.at(answer.delayMs ?? 0, () => this.send(answer));
  }

  private send(answer: Answer): void {
    if (answer.instead === "reset") {
      this.driver.upstreamReset("connection termination");
      return;
    }
    if (this.options.http2) {
      http2Answer(answer).forEach((frame, i) => this.at(i * gapMs, () => this.frame(frame)));
      return;
    }
    const packets = answerPackets(answer);
    const { method } = this.options;
    const reader = new FrameReader("response", {
      bodiless: method === "HEAD",
      tunnel: method === "CONNECT",
    });
    packets.forEach((packet, i) => {
      if (i === 0 || answer.instead === undefined) {
        this.at(i * gapMs, () => reader.push(packet).forEach((frame) => this.frame(frame)));
      }
    });
    // A connection that breaks off inside a chunked body is an error of the protocol.
    if (answer.instead === "resetAfterHead") {
      this.at(gapMs, () => this.driver.upstreamReset("protocol error"));
    }
    if (closesAtEnd(answer)) {
      const at = packets.length * gapMs;
      this.at(at, () => reader.close().forEach((frame) => this.frame(frame)));
    }
  }

  private frame(frame: Frame): void {
    if (this.open === "closed" || frame.kind === "refused") return;
    if (frame.kind === "trailers" || frame.end) this.whole = !closesAtEnd(this.options.answer);
    if (frame.kind === "headers" && this.options.follows?.(frame.headers)) return;
    if (frame.kind === "headers") this.driver.responseHeaders(frame.headers, frame.end);
    else if (frame.kind === "data") this.driver.responseData(frame.bytes, frame.end);
    else if (frame.kind === "trailers") this.driver.responseTrailers(frame.trailers);
  }
}

function http2Answer(answer: Answer): Frame[] {
  const headers: Header[] = [
    [":status", String(answer.status ?? 200)],
    ...(answer.headers ?? []),
    // Node's HTTP/2 server writes a date by itself.
    ["date", ""],
  ];
  const body = writes(answer.body);
  const trailers = answer.trailers ?? [];
  const bare = body.length === 0 && trailers.length === 0;
  const frames: Frame[] = [{ kind: "headers", headers, end: bare }];
  for (const bytes of body) frames.push({ kind: "data", bytes, end: false });
  if (trailers.length > 0) frames.push({ kind: "trailers", trailers });
  else if (!bare) frames.push({ kind: "data", bytes: Buffer.alloc(0), end: true });
  return frames;
}
