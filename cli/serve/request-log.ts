// What the access log says of a request: one that went through the chain, or one that was refused before it.
import { AccessLog, pathForLog } from "./access-log.ts";
import type { Downstream } from "./downstream.ts";
import type { Exchange } from "./exchange.ts";
import { plainAddress } from "./forwarded.ts";
import type { Refusal } from "./request-head.ts";

/** The part of a request that was read before it was refused; HTTP/2 shows none. */
export interface RefusedRequest {
  method?: string | undefined;
  url?: string | undefined;
}

export class RequestLog {
  readonly #log: AccessLog | undefined;

  /** @param write takes finished lines; without it nothing is logged */
  constructor(write: ((text: string) => void) | undefined) {
    if (write !== undefined) this.#log = new AccessLog(write);
  }

  finished(exchange: Exchange, downstream: Downstream, client: string, nowMs: number): void {
    this.#log?.add({
      time: new Date().toISOString(),
      client,
      requestId: exchange.requestId,
      method: exchange.method,
      authority: exchange.authority,
      path: pathForLog(exchange.path),
      status: downstream.status,
      details: exchange.details,
      bytesReceived: downstream.bytesReceived,
      bytesSent: downstream.bytesSent,
      durationMs: Math.round((nowMs - exchange.startedMs) * 1000) / 1000,
      upstream: exchange.upstreamReached,
    });
  }

  refused(address: string | undefined, request: RefusedRequest, refusal: Refusal): void {
    this.#log?.add({
      time: new Date().toISOString(),
      client: plainAddress(address),
      requestId: "",
      method: request.method ?? "",
      authority: "",
      path: pathForLog(request.url ?? ""),
      status: refusal.status,
      details: refusal.details,
      bytesReceived: 0,
      bytesSent: 0,
      durationMs: 0,
      upstream: false,
    });
  }

  flush(): void {
    this.#log?.flush();
  }
}
