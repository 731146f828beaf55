// A real origin, the proxy in front of it, and a raw client: everything on loopback with ports the system picks.
import { createServer, type RequestListener, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { noFilters, type ServeEngine } from "../../cli/serve/engine.ts";
import { defaultLimits, type ServeLimits } from "../../cli/serve/limits.ts";
import { Listener } from "../../cli/serve/listener.ts";
import { processTimers, type Timers } from "../../cli/serve/timers.ts";
import type { TlsMaterial } from "../../cli/serve/tls-files.ts";

export interface Proxy {
  listener: Listener;
  origin: Server;
  port: number;
  url: string;
  /** Access log records so far. */
  log(): Record<string, unknown>[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  engine?: ServeEngine;
  limits?: Partial<ServeLimits>;
  timers?: Timers;
  /** Overrides the address of the upstream, for one that is not there. */
  upstream?: URL;
  /** The proxy speaks HTTP/2 to the upstream. */
  upstreamHttp2?: boolean;
  tls?: TlsMaterial;
}

/** Starts both; `answer` is the origin's request handler. */
export async function startProxy(
  answer: RequestListener,
  options: ProxyOptions = {},
): Promise<Proxy> {
  const origin = createServer(answer);
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const originPort = (origin.address() as AddressInfo).port;
  let logText = "";
  const listener = new Listener({
    engine: options.engine ?? noFilters,
    upstream: options.upstream ?? new URL(`http://127.0.0.1:${originPort}`),
    limits: { ...defaultLimits, drainTimeoutMs: 1_000, lingerMs: 50, ...options.limits },
    timers: options.timers ?? processTimers,
    upstreamHttp2: options.upstreamHttp2 ?? false,
    ...(options.tls !== undefined ? { tls: options.tls } : {}),
    accessLog: (text) => (logText += text),
  });
  const { port } = await listener.listen({ port: 0, host: "127.0.0.1" });
  return {
    listener,
    origin,
    port,
    url: `http://127.0.0.1:${port}`,
    log() {
      listener.sweep();
      const lines = logText.split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    async close() {
      origin.closeAllConnections();
      await listener.drain();
      await new Promise<void>((resolve) => origin.close(() => resolve()));
    },
  };
}

/** Sends bytes as they are and collects what comes back until the proxy closes the connection or `until` appears. */
export async function raw(port: number, text: string, until?: string): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1");
  let received = "";
  return await new Promise<string>((resolve, reject) => {
    socket.setTimeout(10_000, () => reject(new Error(`no answer within 10 s: ${received}`)));
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      if (until !== undefined && received.includes(until)) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
    socket.write(text, "latin1");
  });
}
