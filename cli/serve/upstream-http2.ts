// HTTP/2 to the service behind the proxy: by prior knowledge on http URLs, by ALPN on https ones. Sessions are shared and
// replaced when the service says GOAWAY. A stream that the service did not process (REFUSED_STREAM, or above the last id of a
// GOAWAY; RFC 9113 §8.7) is sent once more while nothing of a body went out. Upgrades take an HTTP/1.1 connection.
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import type { Header } from "../../host-test/host/types.ts";
import { headerObject, pairsOf } from "./raw-headers.ts";
import { http1Target } from "./upstream-http1.ts";
import {
  bodyless,
  unwritable,
  type TargetOptions,
  type UpstreamCall,
  type UpstreamEvents,
  type UpstreamTarget,
} from "./upstream.ts";

/** Streams of one session before another connection is opened; what the service allows may be less. */
const streamsPerSession = 100;

/** HTTP/2 to the service. */
export function http2Target(options: TargetOptions): UpstreamTarget {
  const upgrades = http1Target(options);
  const pool = new SessionPool(options);
  return {
    call: (headers, end, events) =>
      headers.some(([name]) => name === "upgrade")
        ? upgrades.call(headers, end, events)
        : new Http2Call(pool, headers, end, events),
    close: () => {
      upgrades.close();
      pool.close();
    },
  };
}

class SessionPool {
  readonly options: TargetOptions;
  readonly #sessions = new Map<ClientHttp2Session, number>();

  constructor(options: TargetOptions) {
    this.options = options;
  }

  /** A session with room for a stream, opened when there is none. */
  take(): ClientHttp2Session {
    for (const [session, streams] of this.#sessions) {
      const allowed = session.remoteSettings?.maxConcurrentStreams ?? streamsPerSession;
      if (streams >= Math.min(streamsPerSession, allowed)) continue;
      this.#sessions.set(session, streams + 1);
      return session;
    }
    return this.#open();
  }

  give(session: ClientHttp2Session): void {
    const streams = this.#sessions.get(session);
    if (streams !== undefined) this.#sessions.set(session, streams - 1);
  }

  close(): void {
    for (const session of [...this.#sessions.keys()]) session.destroy();
  }

  #open(): ClientHttp2Session {
    const { url, limits, timers } = this.options;
    const session = connect(url, {
      settings: { enablePush: false, initialWindowSize: 256 * 1024 },
      maxHeaderListPairs: limits.headersMaxCount,
    });
    this.#sessions.set(session, 1);
    const cancel = timers.after(limits.connectTimeoutMs, () => {
      session.destroy(Object.assign(new Error("connection timeout"), { code: "ETIMEDOUT" }));
    });
    session.once("connect", cancel);
    const forget = (): void => {
      cancel();
      this.#sessions.delete(session);
    };
    session.on("goaway", forget);
    session.on("close", forget);
    // The streams of the session tell their own failure.
    session.on("error", forget);
    return session;
  }
}

class Http2Call implements UpstreamCall {
  readonly #pool: SessionPool;
  readonly #headers: Header[];
  readonly #end: boolean;
  readonly #events: UpstreamEvents;
  #stream: ClientHttp2Stream | undefined;
  #release = (): void => {};
  #answered = false;
  #trailers: Header[] = [];
  #ownTrailers: Header[] = [];
  #paused = false;
  #over = false;
  #bodySent = false;
  #retried = false;
  #remainingBytes = -1;

  constructor(pool: SessionPool, headers: Header[], end: boolean, events: UpstreamEvents) {
    this.#pool = pool;
    this.#headers = headers;
    this.#end = end;
    this.#events = events;
  }

  get bufferedBytes(): number {
    return this.#stream?.writableLength ?? 0;
  }

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
    this.#bodySent = true;
    if (this.#remainingBytes >= 0) {
      this.#remainingBytes -= bytes.length;
      if (this.#remainingBytes < 0) {
        this.#fail("request body longer than content-length");
        return true;
      }
    }
    return this.#stream?.write(bytes) ?? true;
  }

  end(trailers: Header[]): void {
    if (this.#over) return;
    if (this.#remainingBytes > 0) return this.#fail("request body shorter than content-length");
    this.#ownTrailers = trailers;
    this.#stream?.end();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#drop(constants.NGHTTP2_CANCEL);
  }

  readDisable(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#stream?.pause();
    else this.#stream?.resume();
  }

  #send(): void {
    const session = this.#pool.take();
    let held = true;
    this.#release = () => {
      if (held) this.#pool.give(session);
      held = false;
    };
    try {
      const stream = session.request(this.#fields(), {
        endStream: this.#end,
        waitForTrailers: !this.#end,
      });
      this.#stream = stream;
      this.#wire(stream);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  #fields(): Record<string, string | string[]> {
    const { url } = this.#pool.options;
    const fields = headerObject(
      this.#headers.filter(([name]) => name !== "host" && name !== "transfer-encoding"),
    );
    const method = String(fields[":method"] ?? "GET");
    fields[":authority"] ??= url.host;
    fields[":scheme"] = url.protocol.slice(0, -1);
    const length = fields["content-length"];
    if (length !== undefined) this.#remainingBytes = Number(length);
    else if (this.#end && !bodyless.has(method)) fields["content-length"] = "0";
    return fields;
  }

  #wire(stream: ClientHttp2Stream): void {
    stream.on("response", (_headers, _flags, raw?: string[]) => this.#onHead(stream, raw ?? []));
    stream.on("trailers", (_headers: unknown, _flags: number, raw?: string[]) => {
      this.#trailers = pairsOf(raw ?? []);
    });
    stream.on("wantTrailers", () => {
      if (!stream.destroyed) stream.sendTrailers(headerObject(this.#ownTrailers));
    });
    stream.on("data", (bytes: Uint8Array) => {
      if (!this.#over) this.#events.onUpstreamData(bytes);
    });
    stream.on("end", () => {
      if (this.#over || !this.#answered || stream.aborted) return;
      this.#over = true;
      this.#drop(constants.NGHTTP2_NO_ERROR);
      this.#events.onUpstreamEnd(this.#trailers);
    });
    stream.on("drain", () => this.#events.onUpstreamDrained());
    stream.on("error", (error: NodeJS.ErrnoException) => this.#onError(stream, error));
    stream.on("close", () => {
      this.#release();
      if (stream === this.#stream) this.#onGone(stream.rstCode ?? 0);
    });
    if (this.#paused) stream.pause();
  }

  #onHead(stream: ClientHttp2Stream, raw: string[]): void {
    if (this.#over) return;
    this.#answered = true;
    const pairs = pairsOf(raw);
    const status = Number(pairs.find(([name]) => name === ":status")?.[1]);
    const headers = pairs.filter(([name]) => !name.startsWith(":"));
    const end = stream.endAfterHeaders;
    if (end) {
      this.#over = true;
      this.#drop(constants.NGHTTP2_NO_ERROR);
    }
    this.#events.onUpstreamHead(status, headers, end);
  }

  #onError(stream: ClientHttp2Stream, told: NodeJS.ErrnoException): void {
    if (this.#over || stream !== this.#stream) return;
    // A stream that waited for its connection is told in node:http2's words, with the reason inside.
    const error = (told.cause as NodeJS.ErrnoException | undefined) ?? told;
    const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    const unsent = error.code === "ERR_HTTP2_GOAWAY_SESSION" || stream.id === undefined;
    const connecting = error.syscall === "connect" || error.code === "ETIMEDOUT";
    if ((refused || unsent) && !connecting && this.#retry()) return;
    if (error.code === "ETIMEDOUT") return this.#fail("connection timeout");
    if (connecting) return this.#fail("remote connection failure");
    this.#onGone(stream.rstCode ?? 0);
  }

  #onGone(code: number): void {
    if (this.#over) return;
    if (code === constants.NGHTTP2_REFUSED_STREAM && this.#retry()) return;
    if (code === constants.NGHTTP2_PROTOCOL_ERROR) return this.#fail("protocol error");
    this.#fail(code === 0 && !this.#answered ? "connection termination" : "remote reset");
  }

  #retry(): boolean {
    if (this.#retried || this.#bodySent || this.#answered || !this.#end) return false;
    this.#retried = true;
    this.#release();
    this.start();
    return true;
  }

  /** The stream is of no more use; what the service still sends is not read. */
  #drop(code: number): void {
    const stream = this.#stream;
    this.#release();
    if (stream === undefined || stream.destroyed) return;
    stream.resume();
    if (code !== 0 || !stream.writableEnded) stream.close(code);
  }

  #fail(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#drop(constants.NGHTTP2_CANCEL);
    this.#events.onUpstreamFailed(reason);
  }
}
