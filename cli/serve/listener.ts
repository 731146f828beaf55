// The listening side: an HTTP/1.1 server with bounds, which makes one Exchange of each request, answers what is no acceptable
// request the way Envoy does, and can be drained. Requests hold on to the engine they began with: after a reload the old
// engine is closed when its last request has ended.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AccessLog, pathForLog } from "./access-log.ts";
import { Counters } from "./counters.ts";
import { Downstream } from "./downstream.ts";
import type { ServeEngine } from "./engine.ts";
import { Exchange } from "./exchange.ts";
import { replaceClaims, plainAddress } from "./forwarded.ts";
import { sweepIntervalMs, type ServeLimits } from "./limits.ts";
import { readRequestHead, type Refusal, type RequestHead } from "./request-head.ts";
import { refuseRequest, refusalOfClientError, writeClientError } from "./refusal.ts";
import type { StreamHome } from "./stream-home.ts";
import type { Timers } from "./timers.ts";
import { upstreamTarget, type UpstreamTarget } from "./upstream-call.ts";

export interface ListenerOptions {
  engine: ServeEngine;
  upstream: URL;
  limits: ServeLimits;
  timers: Timers;
  /** Takes finished access log lines; absent: no access log. */
  accessLog?: (text: string) => void;
}

/** An engine together with the streams that still run on it. */
interface Generation extends StreamHome {
  running: Set<Exchange>;
  retired: boolean;
}

export class Listener {
  readonly counters = new Counters();
  readonly #server: Server;
  readonly #options: ListenerOptions;
  readonly #accessLog: AccessLog | undefined;
  readonly #generations = new Set<Generation>();
  readonly #connections = new Set<Socket>();
  /** Responses under way per connection, so that an error answer is never written into the middle of one. */
  readonly #busy = new WeakMap<Duplex, number>();
  readonly #target: UpstreamTarget;
  #current: Generation;
  #draining = false;
  #stopSweep = (): void => {};

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { limits, accessLog } = options;
    if (accessLog !== undefined) this.#accessLog = new AccessLog(accessLog);
    this.#target = upstreamTarget(options.upstream, limits.upstreamRequestsMax);
    this.#current = this.#generation(options.engine);
    this.#server = createServer({
      maxHeaderSize: limits.headersLimitBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, Math.max(20, limits.headersTimeoutMs / 4)),
      requireHostHeader: true,
      insecureHTTPParser: false,
      noDelay: true,
    });
    this.#wire(this.#server);
  }

  /** Starts listening. Port 0 takes a free one. @throws the system's error, for example with code EADDRINUSE. */
  async listen(port: number, host: string): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.removeListener("error", reject);
        resolve();
      });
    });
    const { timers } = this.#options;
    this.#stopSweep = timers.every(sweepIntervalMs, () => this.sweep());
    return this.#server.address() as AddressInfo;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Streams and connections that are open now. */
  gauges(): Record<string, number> {
    let streams = 0;
    let upstream = 0;
    let buffered = 0;
    for (const generation of this.#generations) {
      streams += generation.running.size;
      upstream += generation.upstreamActive;
      for (const exchange of generation.running) buffered += exchange.bufferedBytes;
    }
    return {
      connections_active: this.#connections.size,
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
      for (const exchange of generation.running) exchange.sweep(nowMs);
    }
    this.#accessLog?.flush();
  }

  /** Accepts nothing new, lets running requests end within `drainTimeoutMs`, then cuts the rest. Resolves when all is closed. */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cancel = this.#options.timers.after(this.#options.limits.drainTimeoutMs, () => {
      for (const generation of this.#generations) {
        for (const exchange of [...generation.running]) exchange.cut();
      }
      for (const socket of this.#connections) socket.destroy();
    });
    for (const generation of this.#generations) generation.draining = true;
    await closed;
    cancel();
    this.#stopSweep();
    this.#accessLog?.flush();
    this.#retire(this.#current);
    this.#target.agent.destroy();
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
      running: new Set(),
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

  #wire(server: Server): void {
    const { limits } = this.#options;
    server.maxConnections = limits.connectionsMax;
    server.maxHeadersCount = 0; // Node would drop lines past its limit in silence; ours are counted and refused.
    server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
    server.on("connection", (socket) => {
      this.counters.connectionsTotal++;
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
    server.on("drop", () => this.counters.connectionsRefused++);
    server.on("request", (request, response) => this.#serve(request, response));
    server.on("checkContinue", (request, response) => this.#serve(request, response, true));
    server.on("checkExpectation", (request, response) => this.#serve(request, response));
    server.on("upgrade", (request, socket, first) => this.#upgrade(request, socket, first));
    server.on("connect", (request, socket, first) => this.#upgrade(request, socket, first));
    server.on("clientError", (error, socket) => this.#clientError(error, socket));
  }

  #serve(request: IncomingMessage, response: ServerResponse, expectsContinue = false): void {
    const head = readRequestHead(request, this.#options.limits.headersMaxCount);
    if ("status" in head) return this.#refuse(request, response, head);
    if (expectsContinue) {
      // Envoy answers at once and takes the header away, whatever a filter will say.
      response.writeContinue();
      head.headers = head.headers.filter(([name]) => name !== "expect");
    }
    this.#start(new Downstream(request, response), head.headers, head.end);
  }

  /** A request that asks for another protocol: only WebSocket is passed through; h2c is served as HTTP/1.1, as Envoy does. */
  #upgrade(request: IncomingMessage, socket: Duplex, first: Uint8Array): void {
    socket.on("error", () => socket.destroy());
    const head = readRequestHead(request, this.#options.limits.headersMaxCount);
    const refusal = "status" in head ? head : upgradeRefusal(head);
    const downstream = new Downstream(request, undefined, socket, first);
    if (!("status" in head) && refusal === undefined) {
      return this.#start(downstream, head.headers, head.upgrade !== "websocket");
    }
    this.counters.requestsRefused++;
    this.#log(request, refusal!);
    const status = String(refusal!.status);
    const answer: Exchange["head"] = [
      [":status", status],
      ["content-length", "0"],
    ];
    downstream.writeHead(answer, true);
    downstream.end([]);
  }

  #start(downstream: Downstream, headers: Exchange["head"], end: boolean): void {
    const { socket } = downstream.request;
    const peer = plainAddress(socket.remoteAddress);
    const requestId = replaceClaims(headers, peer);
    const generation = this.#current;
    const exchange = new Exchange(generation, downstream, headers, end, requestId);
    generation.running.add(exchange);
    this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1);
    const destination = `${plainAddress(socket.localAddress)}:${socket.localPort ?? 0}`;
    exchange.start(`${peer}:${socket.remotePort ?? 0}`, destination);
  }

  #done(generation: Generation, exchange: Exchange): void {
    const { downstream } = exchange;
    const { socket } = downstream.request;
    this.#busy.set(socket, (this.#busy.get(socket) ?? 1) - 1);
    generation.running.delete(exchange);
    this.counters.countRequest(exchange.downstream.status);
    this.counters.bytesReceived += downstream.bytesReceived;
    this.counters.bytesSent += downstream.bytesSent;
    if (exchange.upstreamFailed) this.counters.upstreamFailures++;
    this.#accessLog?.add({
      time: new Date().toISOString(),
      client: plainAddress(socket.remoteAddress),
      requestId: exchange.requestId,
      method: exchange.method,
      authority: exchange.authority,
      path: pathForLog(exchange.path),
      status: exchange.downstream.status,
      details: exchange.details,
      bytesReceived: downstream.bytesReceived,
      bytesSent: downstream.bytesSent,
      durationMs: Math.round((this.#options.timers.nowMs() - exchange.startedMs) * 1000) / 1000,
      upstream: exchange.upstreamReached,
    });
    if (generation.retired) this.#retire(generation);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    this.counters.requestsRefused++;
    this.#log(request, refusal);
    refuseRequest(response, refusal);
  }

  /** Bytes that are no HTTP, or not in time: a short answer where no other is under way, then the end of the connection. */
  #clientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === "ECONNRESET" || !socket.writable || (this.#busy.get(socket) ?? 0) > 0) {
      socket.destroy();
      return;
    }
    this.counters.requestsRefused++;
    writeClientError(socket, refusalOfClientError(error));
    this.#options.timers.after(this.#options.limits.lingerMs, () => socket.destroy());
  }

  #log(request: IncomingMessage, refusal: Refusal): void {
    this.#accessLog?.add({
      time: new Date().toISOString(),
      client: plainAddress(request.socket.remoteAddress),
      requestId: "",
      method: request.method ?? "",
      authority: request.headers.host ?? "",
      path: pathForLog(request.url ?? ""),
      status: refusal.status,
      details: refusal.details,
      bytesReceived: 0,
      bytesSent: 0,
      durationMs: 0,
      upstream: false,
    });
  }
}

/** node:http has let go of the connection, so an h2c request with a body, which nobody would read, is refused too. */
function upgradeRefusal({ upgrade, end }: RequestHead): Refusal | undefined {
  const served = upgrade === "websocket" || (upgrade === "h2c" && end);
  return served ? undefined : { status: 403, details: "upgrade_failed" };
}
