// The listening socket and what its connections speak: HTTP/1.1, HTTP/2 by prior knowledge on the same port (RFC 9113 §3.3),
// or TLS with either by ALPN. The first three bytes tell a plain connection's protocol: no method of HTTP/1.1 begins with
// PRI. Connections that say nothing end after their time.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { Server as NetServer, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Server as TlsServer, TLSSocket } from "node:tls";
import type { Counters } from "./counters.ts";
import { Http2Sessions, type StreamArrivals } from "./http2-sessions.ts";
import type { ServeLimits } from "./limits.ts";
import type { Timers } from "./timers.ts";
import type { TlsMaterial } from "./tls-files.ts";

/** Who takes what arrives. */
export interface Arrivals extends StreamArrivals {
  onRequest(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void;
  onUpgrade(request: IncomingMessage, socket: Duplex, first: Uint8Array): void;
  onClientError(error: NodeJS.ErrnoException, socket: Duplex): void;
}

/** A port of this process, or a socket that is listening already. */
export type ListenPlace = { port: number; host: string } | { fd: number };

const http2Marker = "PRI";

export class FrontDoor {
  readonly #limits: ServeLimits;
  readonly #timers: Timers;
  readonly #arrivals: Arrivals;
  readonly #counters: Counters;
  readonly #server: Server;
  readonly #serveHttp1: (socket: Duplex) => void;
  readonly #sockets = new Set<Socket>();
  /** Connections whose protocol is not known yet. */
  readonly #silent = new Set<Socket>();
  readonly #sessions: Http2Sessions;

  constructor(
    limits: ServeLimits,
    timers: Timers,
    counters: Counters,
    tls: TlsMaterial | undefined,
    arrivals: Arrivals,
  ) {
    this.#limits = limits;
    this.#timers = timers;
    this.#arrivals = arrivals;
    this.#counters = counters;
    this.#sessions = new Http2Sessions(limits, timers, counters, arrivals);
    const options = http1Options(limits);
    this.#server =
      tls === undefined
        ? createServer(options)
        : createSecureServer({ ...options, ...tlsOptions(tls, limits) });
    const event = tls === undefined ? "connection" : "secureConnection";
    const [serveHttp1] = this.#server.listeners(event) as [(socket: Duplex) => void];
    this.#serveHttp1 = (socket) => serveHttp1.call(this.#server, socket);
    this.#server.removeAllListeners(event);
    this.#wire(tls !== undefined);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** @throws the system's error, for example with code EADDRINUSE */
  async listen(place: ListenPlace): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(place, () => {
        this.#server.removeListener("error", reject);
        resolve();
      });
    });
    return this.#server.address() as AddressInfo;
  }

  /** New connections are greeted with these certificates. */
  replaceTls(tls: TlsMaterial): void {
    const { cert, key, ca } = tls;
    (this.#server as unknown as TlsServer).setSecureContext({ cert, key, ca });
  }

  /** Applies the bounds in time on what is no request yet. */
  sweep(nowMs: number): void {
    this.#sessions.sweep(nowMs);
  }

  /**
   * Accepts nothing new; resolves when the last connection has ended. Connections that are open may still bring a request,
   * one that was on its way, for `lingerMs`: it is answered as the last one.
   */
  async close(): Promise<void> {
    await this.#acceptWaiting();
    const server = this.#server;
    // node:http's own close would also end idle connections at once, a request on its way included.
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(server, () => resolve());
    });
    this.#sessions.close();
    const cancel = this.#timers.after(this.#limits.lingerMs, () => {
      for (const socket of this.#silent) socket.destroy();
      server.closeIdleConnections();
    });
    await closed;
    cancel();
    // Stops node:http's own timer; there is nothing left to close.
    server.close();
  }

  /** The system accepts connections by itself: those in its queue are taken before the socket goes, or they were reset. */
  async #acceptWaiting(): Promise<void> {
    const untilMs = this.#timers.nowMs() + acceptMs;
    let seen = -1;
    while (seen !== this.#counters.connectionsTotal && this.#timers.nowMs() < untilMs) {
      seen = this.#counters.connectionsTotal;
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
  }

  destroyConnections(): void {
    this.#sessions.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #wire(secure: boolean): void {
    const server = this.#server;
    const { limits, arrivals } = { limits: this.#limits, arrivals: this.#arrivals };
    server.maxConnections = limits.connectionsMax;
    server.maxHeadersCount = 0; // Node would drop lines past its limit in silence; ours are counted and refused.
    server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
    server.on("connection", (socket: Socket) => {
      this.#counters.connectionsTotal++;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      if (!secure) this.#listenFirst(socket);
    });
    server.on("drop", () => this.#counters.connectionsRefused++);
    server.on("request", (request, response) => arrivals.onRequest(request, response, false));
    server.on("checkContinue", (request, response) => arrivals.onRequest(request, response, true));
    server.on("checkExpectation", (request, response) =>
      arrivals.onRequest(request, response, false),
    );
    server.on("upgrade", (request, socket, first) => arrivals.onUpgrade(request, socket, first));
    server.on("connect", (request, socket, first) => arrivals.onUpgrade(request, socket, first));
    server.on("clientError", (error, socket) => arrivals.onClientError(error, socket));
    if (secure) this.#wireTls();
  }

  #wireTls(): void {
    const server = this.#server as unknown as TlsServer;
    // node:https would answer a broken handshake with HTTP in the clear.
    server.removeAllListeners("tlsClientError");
    server.on("tlsClientError", (_error, socket) => {
      this.#counters.handshakesFailed++;
      socket.destroy();
    });
    server.on("secureConnection", (socket) => this.#afterHandshake(socket));
  }

  #afterHandshake(socket: TLSSocket): void {
    const presented = socket.getPeerX509Certificate() !== undefined;
    if (presented && !socket.authorized) {
      this.#counters.handshakesFailed++;
      socket.destroy();
    } else if (socket.alpnProtocol === "h2") this.#sessions.serve(socket);
    else this.#serveHttp1(socket);
  }

  /** Waits for enough bytes to tell the protocol, for as long as a head may take. */
  #listenFirst(socket: Socket): void {
    this.#silent.add(socket);
    const broken = (): void => void socket.destroy();
    let early: Buffer | undefined;
    const decide = (): void => {
      const read = socket.read() as Buffer | null;
      if (read === null) return;
      const bytes = early === undefined ? read : Buffer.concat([early, read]);
      const start = bytes.toString("latin1", 0, http2Marker.length);
      if (start.length < http2Marker.length && http2Marker.startsWith(start)) {
        early = bytes;
        return;
      }
      done();
      socket.unshift(bytes);
      if (start === http2Marker) this.#sessions.serve(socket);
      else this.#serveHttp1(socket);
    };
    const cancel = this.#timers.after(this.#limits.headersTimeoutMs, () => {
      done();
      const code = "ERR_HTTP_REQUEST_TIMEOUT";
      this.#arrivals.onClientError(Object.assign(new Error(code), { code }), socket);
    });
    const done = (): void => {
      cancel();
      this.#silent.delete(socket);
      socket.removeListener("readable", decide);
      socket.removeListener("end", broken);
      socket.removeListener("error", broken);
      socket.removeListener("close", done);
    };
    socket.on("readable", decide);
    socket.on("end", broken);
    socket.on("error", broken);
    socket.on("close", done);
  }
}

/** Longest time for which connections are still taken once the end has been asked for. */
const acceptMs = 100;

function http1Options(limits: ServeLimits) {
  return {
    maxHeaderSize: limits.headersLimitBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, Math.max(20, limits.headersTimeoutMs / 4)),
    requireHostHeader: true,
    insecureHTTPParser: false,
    noDelay: true,
  };
}

function tlsOptions(tls: TlsMaterial, limits: ServeLimits) {
  const { cert, key, ca, requireClientCertificate } = tls;
  return {
    ...{ cert, key, ca, requestCert: ca !== undefined },
    rejectUnauthorized: requireClientCertificate,
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: limits.headersTimeoutMs,
    minVersion: "TLSv1.2" as const,
  };
}
