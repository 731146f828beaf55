// A TCP connection of a test: a mocked client and a mocked upstream around the network filters of a host.
import { concat, toBytes } from "./bytes.ts";
import { VirtualClock } from "./clock.ts";
import type { Host } from "./host.ts";
import { TcpChain } from "./tcp-chain.ts";
import type { ConnectionInfo } from "./types.ts";

export interface ConnectInit extends ConnectionInfo {
  worker?: number;
  /** Names of the filters on this listener; default all of the host, in the order of its chain. */
  filters?: string[];
}

/** Both ends of a connection through the filters. */
export class TcpSession {
  /** Who ended it: the proxy, the client, "" while it is open. */
  closedBy: "" | "local" | "remote" = "";
  upstreamEnded = false;
  clientEnded = false;
  readonly #toUpstream: Uint8Array[] = [];
  readonly #toClient: Uint8Array[] = [];
  readonly #chain: TcpChain;
  readonly #host: Host;

  constructor(host: Host, init: ConnectInit) {
    this.#host = host;
    const sinks = {
      upstreamData: (bytes: Uint8Array, end: boolean): void => {
        this.#toUpstream.push(bytes);
        this.upstreamEnded ||= end;
      },
      clientData: (bytes: Uint8Array, end: boolean): void => {
        this.#toClient.push(bytes);
        this.clientEnded ||= end;
      },
      closed: (by: "local" | "remote"): void => {
        this.closedBy = by;
      },
    };
    this.#chain = new TcpChain(host.pickWorker(init.worker), sinks, init, init.filters);
    this.#turn();
  }

  #turn(): void {
    if (this.#host.clock instanceof VirtualClock) this.#host.clock.turn();
  }

  /** The filters let the connection pass: the upstream sees it. */
  get connected(): boolean {
    return this.#chain.connected;
  }
  /** What the upstream received. */
  get upstreamReceived(): Uint8Array {
    return joined(this.#toUpstream);
  }
  /** What the client received. */
  get received(): Uint8Array {
    return joined(this.#toClient);
  }

  /** Bytes of the client; `end` closes its side. */
  send(bytes: string | Uint8Array, end = false): void {
    this.#chain.downstreamData(toBytes(bytes), end);
    if (end && this.clientEnded) this.#chain.downstreamClosed();
    this.#turn();
  }

  /** Bytes of the upstream; `end` closes its side. */
  upstreamSend(bytes: string | Uint8Array, end = false): void {
    this.#chain.upstreamData(toBytes(bytes), end);
    this.#turn();
  }

  /** The client's connection breaks. */
  close(): void {
    this.#chain.downstreamClosed();
    this.#turn();
  }

  /** The upstream's connection breaks, or is refused. */
  loseUpstream(): void {
    this.#chain.upstreamLost();
    this.#turn();
  }
}

function joined(chunks: Uint8Array[]): Uint8Array {
  return concat(
    chunks,
    chunks.reduce((sum, bytes) => sum + bytes.length, 0),
  );
}

/** Opens a TCP connection through a host's filters, taken as network filters in the order of the chain. */
export function connect(host: Host, init: ConnectInit = {}): TcpSession {
  return new TcpSession(host, init);
}
