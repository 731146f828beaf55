// The service that `meshwarden start` protects: a tiny shop on loopback, so that there is something to call without anything
// to install. It knows nothing of filters, and believes what it is sent, as services do.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Its own bound, so that it also stands without a filter in front. */
const bodyLimitBytes = 8 * 1024 * 1024;

const items = [
  { id: 1, name: "lamp", price: 35 },
  { id: 2, name: "chair", price: 120 },
  { id: 3, name: "desk", price: 340 },
];

export class SampleService {
  readonly #server: Server;
  /** Requests that reached it. */
  requests = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      this.requests++;
      // A request that breaks off has nobody left to answer.
      answer(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on a free port of the loopback address. @returns its URL */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("?")[0]!;
  const body = await readBody(request);
  if (body === undefined) return json(response, 413, { error: "too large" });
  const route = `${request.method} ${path}`;
  if (route === "GET /") return text(response, "a shop: /items, /items/1, POST /orders\n");
  if (route === "GET /items") return json(response, 200, items);
  if (route === "POST /orders") return order(response, body);
  const id = /^GET \/items\/(\d+)$/.exec(route)?.[1];
  const item = items.find((candidate) => String(candidate.id) === id);
  if (item !== undefined) return json(response, 200, item);
  json(response, 404, { error: "not found" });
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyLimitBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function order(response: ServerResponse, body: Buffer): void {
  json(response, 201, { order: 1, receivedBytes: body.length });
}

function text(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "text/plain", "content-length": body.length });
  response.end(body);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": length });
  response.end(body);
}
