// HTTP/2 connections: their greeting, what one of them may cost, and when it is time to go. Floods of frames that nghttp2
// knows (pings, settings, CONTINUATION) end in its own GOAWAY; what is bounded here is time, and streams broken off by the
// client, which cost work and wait for no answer (CVE-2023-44487).
import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Counters } from "./counters.ts";
import type { ServeLimits } from "./limits.ts";
import type { Timers } from "./timers.ts";

export interface StreamArrivals {
  onHttp2Stream(
    stream: ServerHttp2Stream,
    rawHeaders: string[],
    end: boolean,
    socket: Socket | TLSSocket,
  ): void;
}

const pseudoHeaders = 4;
/** Streams that a client may break off before half of all of them is too many; Envoy allows 500. */
const resetsMax = 50;

const sessionMemoryMb = 4;
const endStreamFlag = 1;

export class Http2Sessions {
  readonly #limits: ServeLimits;
  readonly #timers: Timers;
  readonly #counters: Counters;
  readonly #arrivals: StreamArrivals;
  /** Open sessions with the time since which they have had no stream. */
  readonly #sessions = new Map<ServerHttp2Session, number>();
  #closing = false;

  constructor(limits: ServeLimits, timers: Timers, counters: Counters, arrivals: StreamArrivals) {
    this.#limits = limits;
    this.#timers = timers;
    this.#counters = counters;
    this.#arrivals = arrivals;
  }

  /** Ends sessions that have had no stream for as long as a kept-alive connection may idle. */
  sweep(nowMs: number): void {
    const { keepAliveTimeoutMs, lingerMs } = this.#limits;
    for (const [session, idleSinceMs] of this.#sessions) {
      const idleMs = nowMs - idleSinceMs;
      if (idleMs > keepAliveTimeoutMs) session.close();
      // What is still there a moment later does not listen to a GOAWAY.
      if (idleMs > keepAliveTimeoutMs + lingerMs) session.destroy();
    }
  }

  /** Streams that run may end; no further ones begin. */
  close(): void {
    this.#closing = true;
    for (const session of this.#sessions.keys()) session.close();
  }

  destroy(): void {
    for (const session of this.#sessions.keys()) session.destroy();
  }

  /** Takes a connection whose first bytes are, or will be, HTTP/2's greeting. */
  serve(socket: Socket | TLSSocket): void {
    const limits = this.#limits;
    const session = performServerHandshake(socket, {
      settings: {
        maxConcurrentStreams: limits.streamsPerConnectionMax,
        maxHeaderListSize: limits.headersLimitBytes,
        enablePush: false,
      },
      maxHeaderListPairs: limits.headersMaxCount + pseudoHeaders,
      maxSessionMemory: sessionMemoryMb,
    } as Parameters<typeof performServerHandshake>[1]) as ServerHttp2Session;
    socket.on("error", () => {});
    if (this.#closing) return void session.close();
    this.#sessions.set(session, this.#timers.nowMs());
    const streams = { open: 0, all: 0, reset: 0 };
    session.on("stream", (stream, _headers, flags, raw?: string[]) => {
      streams.open++;
      streams.all++;
      this.#sessions.set(session, Infinity);
      stream.on("close", () => {
        streams.open--;
        if (stream.aborted) streams.reset++;
        // Open and reset, open and reset (CVE-2023-44487): work without an answer to wait for.
        if (streams.reset > resetsMax && streams.reset * 2 > streams.all) return calm(session);
        if (streams.open > 0 || !this.#sessions.has(session)) return;
        this.#sessions.set(session, this.#timers.nowMs());
      });
      this.#arrivals.onHttp2Stream(stream, raw ?? [], (flags & endStreamFlag) !== 0, socket);
    });
    // Protocol errors, floods and broken connections: node:http2 has sent its GOAWAY and closes.
    session.on("error", () => {});
    session.on("close", () => this.#sessions.delete(session));
    this.#boundPreface(session, socket);
  }

  /** A session that has not finished its greeting in time is no client. */
  #boundPreface(session: ServerHttp2Session, socket: Socket | TLSSocket): void {
    const cancel = this.#timers.after(this.#limits.headersTimeoutMs, () => {
      this.#counters.requestsRefused++;
      socket.destroy();
    });
    session.once("remoteSettings", cancel);
    session.once("close", cancel);
  }
}

/** Tells the client why, and ends. */
function calm(session: ServerHttp2Session): void {
  if (session.destroyed) return;
  session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  setImmediate(() => session.destroy());
}
