// One thread of the data path: a front door whose requests become Exchanges on the current engine, answers to what is no
// acceptable request the way Envoy gives them, and an orderly end. Requests hold on to the engine they began with: after a
// reload the old engine is closed when its last request has ended.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ConnectionInfo } from "../../host-test/host/types.ts";
import { connectionInfo } from "./client-connection.ts";
import { Counters, type Gauges } from "./counters.ts";
import { Http1Downstream } from "./downstream-http1.ts";
import { Http2Downstream } from "./downstream-http2.ts";
import type { Downstream } from "./downstream.ts";
import type { ServeEngine } from "./engine.ts";
import { Exchange } from "./exchange.ts";
import { replaceClaims } from "./forwarded.ts";
import { FrontDoor, type ListenPlace } from "./front-door.ts";
import { sweepIntervalMs, type ServeLimits } from "./limits.ts";
import { Pipelines } from "./pipelines.ts";
import { readHttp2Head, readRequestHead, type Refusal, type RequestHead } from "./request-head.ts";
import { refuseRequest, refuseStream, refusalOfClientError, writeClientError } from "./refusal.ts";
import { RequestLog } from "./request-log.ts";
import type { StreamHome } from "./stream-home.ts";
import type { Timers } from "./timers.ts";
import type { TlsMaterial } from "./tls-files.ts";
import { http1Target } from "./upstream-http1.ts";
import { http2Target } from "./upstream-http2.ts";
import type { UpstreamTarget } from "./upstream.ts";

export interface ListenerOptions {
  engine: ServeEngine;
  upstream: URL;
  /** Speak HTTP/2 to the upstream. */
  upstreamHttp2?: boolean;
  tls?: TlsMaterial;
  limits: ServeLimits;
  timers: Timers;
  /** Takes finished access log lines; absent: no access log. */
  accessLog?: (text: string) => void;
}

/** An engine together with the streams that still run on it. */
interface Generation extends StreamHome {
  running: Map<Exchange, Arrival>;
  retired: boolean;
}

/** Where a request came from. */
interface Arrival {
  downstream: Downstream;
  address: string;
  /** Connection on which HTTP/1.1 answers in order. */
  socket: Duplex | undefined;
}

export class Listener {
  readonly counters = new Counters();
  readonly #door: FrontDoor;
  readonly #options: ListenerOptions;
  readonly #log: RequestLog;
  readonly #generations = new Set<Generation>();
  readonly #pipelines = new Pipelines();
  readonly #target: UpstreamTarget;
  #current: Generation;
  #draining = false;
  #stopSweep = (): void => {};

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { limits, timers, accessLog, upstream: url, upstreamHttp2: http2 = false } = options;
    this.#log = new RequestLog(accessLog);
    this.#target = (http2 ? http2Target : http1Target)({ url, http2, limits, timers });
    this.#current = this.#generation(options.engine);
    this.#door = new FrontDoor(limits, timers, this.counters, options.tls, {
      onRequest: (request, response, expects) => {
        this.#inTurn(request, () => this.#serve(request, response, expects));
      },
      onUpgrade: (request, socket, first) => {
        socket.on("error", () => socket.destroy());
        this.#inTurn(request, () => this.#upgrade(request, socket, first));
      },
      onHttp2Stream: (...stream) => this.#serveStream(...stream),
      onClientError: (error, socket) => this.#clientError(error, socket),
    });
  }

  /** Starts listening. Port 0 takes a free one. @throws the system's error, for example with code EADDRINUSE. */
  async listen(place: ListenPlace): Promise<AddressInfo> {
    const address = await this.#door.listen(place);
    this.#stopSweep = this.#options.timers.every(sweepIntervalMs, () => this.sweep());
    return address;
  }

  /** New connections are greeted with these certificates. */
  replaceTls(tls: TlsMaterial): void {
    this.#door.replaceTls(tls);
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Streams and connections that are open now. */
  gauges(): Gauges {
    let streams = 0;
    let upstream = 0;
    let buffered = 0;
    for (const generation of this.#generations) {
      streams += generation.running.size;
      upstream += generation.upstreamActive;
      for (const exchange of generation.running.keys()) buffered += exchange.bufferedBytes;
    }
    return {
      connections_active: this.#door.connections,
      requests_active: streams,
      upstream_requests_active: upstream,
      buffered_bytes: buffered,
    };
  }

  get engine(): ServeEngine {
    return this.#current.engine;
  }

  /** New requests run on `engine`; the one before is closed when its last request has ended. */
  replaceEngine(engine: ServeEngine): void {
    const old = this.#current;
    this.#current = this.#generation(engine);
    this.#retire(old);
  }

  /** Applies the bounds in time and writes out the access log; runs by itself every `sweepIntervalMs`. */
  sweep(): void {
    const nowMs = this.#options.timers.nowMs();
    for (const generation of this.#generations) {
      for (const exchange of generation.running.keys()) exchange.sweep(nowMs);
    }
    this.#door.sweep(nowMs);
    this.#log.flush();
  }

  /** Accepts nothing new, lets running requests end within `drainTimeoutMs`, then cuts the rest. Resolves when all is closed. */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const closed = this.#door.close();
    const cancel = this.#options.timers.after(this.#options.limits.drainTimeoutMs, () => {
      for (const generation of this.#generations) {
        for (const exchange of [...generation.running.keys()]) exchange.cut();
      }
      this.#door.destroyConnections();
    });
    for (const generation of this.#generations) generation.draining = true;
    await closed;
    cancel();
    this.#stopSweep();
    this.#log.flush();
    this.#retire(this.#current);
    this.#target.close();
  }

  #generation(engine: ServeEngine): Generation {
    const { limits, timers } = this.#options;
    const generation: Generation = {
      engine,
      target: this.#target,
      limits,
      timers,
      upstreamActive: 0,
      draining: this.#draining,
      running: new Map(),
      retired: false,
      done: (exchange) => this.#done(generation, exchange),
    };
    this.#generations.add(generation);
    return generation;
  }

  #retire(generation: Generation): void {
    generation.retired = true;
    if (generation.running.size > 0) return;
    if (this.#generations.delete(generation)) generation.engine.close();
  }

  #inTurn(request: IncomingMessage, begin: () => void): void {
    if (!this.#pipelines.enter(request.socket, begin)) this.counters.requestsRefused++;
  }

  #serve(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const head = readRequestHead(request, this.#options.limits.headersMaxCount);
    if ("status" in head) return this.#refuse(request, response, head);
    if (expectsContinue) {
      // Envoy answers at once and takes the header away, whatever a filter will say.
      response.writeContinue();
      head.headers = head.headers.filter(([name]) => name !== "expect");
    }
    this.#startHttp1(new Http1Downstream(request, response), head.headers, head.end);
    if (!response.shouldKeepAlive) this.#pipelines.end(request.socket);
  }

  /** A request that asks for another protocol: only WebSocket is passed through; h2c is served as HTTP/1.1, as Envoy does. */
  #upgrade(request: IncomingMessage, socket: Duplex, first: Uint8Array): void {
    const head = readRequestHead(request, this.#options.limits.headersMaxCount);
    const refusal = "status" in head ? head : upgradeRefusal(head);
    const downstream = new Http1Downstream(request, undefined, socket, first);
    if (!("status" in head) && refusal === undefined) {
      return this.#startHttp1(downstream, head.headers, head.upgrade !== "websocket");
    }
    this.counters.requestsRefused++;
    this.#log.refused(request.socket.remoteAddress, request, refusal!);
    const status = String(refusal!.status);
    const answer: Exchange["head"] = [
      [":status", status],
      ["content-length", "0"],
    ];
    downstream.writeHead(answer, true);
    downstream.end([]);
  }

  #serveStream(stream: ServerHttp2Stream, raw: string[], end: boolean, socket: Socket): void {
    const scheme = "encrypted" in socket ? "https" : "http";
    const head = readHttp2Head(raw, scheme, end, this.#options.limits.headersMaxCount);
    if ("status" in head) {
      this.counters.requestsRefused++;
      this.#log.refused(socket.remoteAddress, {}, head);
      return refuseStream(stream, head);
    }
    const method = head.headers[2]![1];
    const downstream = new Http2Downstream(stream, method);
    if (head.headers.some(([name, value]) => name === "expect" && value === "100-continue")) {
      stream.additionalHeaders({ ":status": 100 });
      head.headers = head.headers.filter(([name]) => name !== "expect");
    }
    const connection = connectionInfo(socket, "HTTP/2");
    this.#start(downstream, head.headers, end, connection, undefined);
  }

  #startHttp1(downstream: Http1Downstream, headers: Exchange["head"], end: boolean): void {
    const { socket } = downstream.request;
    this.#pipelines.start(socket);
    this.#start(downstream, headers, end, connectionInfo(socket, "HTTP/1.1"), socket);
  }

  #start(
    downstream: Downstream,
    headers: Exchange["head"],
    end: boolean,
    connection: ConnectionInfo,
    socket: Duplex | undefined,
  ): void {
    const source = connection.source!;
    const address = source.slice(0, source.lastIndexOf(":"));
    const requestId = replaceClaims(headers, address);
    const generation = this.#current;
    const exchange = new Exchange(generation, downstream, headers, end, requestId);
    generation.running.set(exchange, { downstream, address, socket });
    exchange.start(connection);
  }

  #done(generation: Generation, exchange: Exchange): void {
    const { downstream, address, socket } = generation.running.get(exchange)!;
    generation.running.delete(exchange);
    this.counters.countRequest(downstream.status);
    this.counters.bytesReceived += downstream.bytesReceived;
    this.counters.bytesSent += downstream.bytesSent;
    if (exchange.upstreamFailed) this.counters.upstreamFailures++;
    this.#log.finished(exchange, downstream, address, this.#options.timers.nowMs());
    if (generation.retired) this.#retire(generation);
    if (socket !== undefined) this.#pipelines.leave(socket);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    this.counters.requestsRefused++;
    this.#log.refused(request.socket.remoteAddress, request, refusal);
    this.#pipelines.end(request.socket);
    refuseRequest(response, refusal);
  }

  /** Bytes that are no HTTP, or not in time: a short answer where no other is under way, then the end of the connection. */
  #clientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    const answering = this.#pipelines.busy(socket);
    // Bytes behind a request that said it is the last one: they go unread, its answer does not.
    if (answering && error.code === "HPE_CLOSED_CONNECTION") return;
    if (error.code === "ECONNRESET" || !socket.writable || answering) {
      socket.destroy();
      return;
    }
    this.counters.requestsRefused++;
    writeClientError(socket, refusalOfClientError(error));
    this.#options.timers.after(this.#options.limits.lingerMs, () => socket.destroy());
  }
}

/** node:http has let go of the connection, so an h2c request with a body, which nobody would read, is refused too. */
function upgradeRefusal({ upgrade, end }: RequestHead): Refusal | undefined {
  const served = upgrade === "websocket" || (upgrade === "h2c" && end);
  return served ? undefined : { status: 403, details: "upgrade_failed" };
}
