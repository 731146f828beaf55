// The admin port: metrics, liveness, readiness, and what is loaded. Read-only, its own listener, loopback unless the user says
// otherwise; it shows names and digests, never a configuration's contents.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the admin port shows; read anew for each request. */
export interface AdminView {
  prometheusText(): string;
  /** Undefined when new requests are welcome, else why not. */
  notReady(): string | undefined;
  status(): Record<string, unknown>;
}

const pages = ["/healthz", "/ready", "/stats/prometheus", "/config_dump"];

export class AdminPort {
  readonly #server: Server;

  constructor(view: AdminView) {
    this.#server = createServer({ maxHeaderSize: 8 * 1024, requestTimeout: 5_000 });
    this.#server.maxConnections = 64;
    this.#server.on("request", (request, response) => {
      request.resume();
      if (request.method !== "GET" && request.method !== "HEAD") {
        response.setHeader("allow", "GET, HEAD");
        return reply(response, 405, "text/plain", "only GET\n");
      }
      answer(view, (request.url ?? "").split("?")[0]!, response);
    });
  }

  /** @throws the system's error, for example with code EADDRINUSE */
  async listen({ port, host }: { port: number; host: string }): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    return this.#server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer(view: AdminView, path: string, response: ServerResponse): void {
  if (path === "/healthz") return reply(response, 200, "text/plain", "ok\n");
  if (path === "/ready") {
    const why = view.notReady();
    return why === undefined
      ? reply(response, 200, "text/plain", "ready\n")
      : reply(response, 503, "text/plain", `${why}\n`);
  }
  if (path === "/stats/prometheus") {
    return reply(response, 200, "text/plain; version=0.0.4", view.prometheusText());
  }
  if (path === "/config_dump") {
    const text = `${JSON.stringify(view.status(), null, 2)}\n`;
    return reply(response, 200, "application/json", text);
  }
  reply(response, 404, "text/plain", `there are: ${pages.join(" ")}\n`);
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
