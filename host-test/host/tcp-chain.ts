// One TCP connection through the network filters: bytes of the client pass them first to last, bytes of the upstream last
// to first, and at the end each is told who closed. The upstream is connected once every filter let the connection pass.
import { ConnectionContext } from "./connection-context.ts";
import { StreamInfo } from "./stream-info.ts";
import type { ConnectionInfo } from "./types.ts";
import type { Worker } from "./worker.ts";

/** Who ended the connection, as callbacks number it. */
const peerOf = { unknown: 0, local: 1, remote: 2 } as const;

/** Where a connection's bytes and its end go. */
export interface ConnectionSinks {
  upstreamData(bytes: Uint8Array, end: boolean): void;
  clientData(bytes: Uint8Array, end: boolean): void;
  closed(by: "local" | "remote"): void;
}

export class TcpChain {
  readonly info: StreamInfo;
  finished = false;
  /** All filters let the connection pass: the proxy connects to the upstream. */
  connected = false;
  readonly #contexts: ConnectionContext[] = [];
  readonly #sinks: ConnectionSinks;
  #clientEnded = false;
  #upstreamEnded = false;

  constructor(
    worker: Worker,
    sinks: ConnectionSinks,
    connection: ConnectionInfo,
    filters?: readonly string[],
  ) {
    const { host } = worker;
    this.#sinks = sinks;
    this.info = new StreamInfo(connection, host.nextConnectionId(), host.clock.nowUs());
    for (const plugin of worker.plugins) {
      if (filters?.includes(plugin.spec.name) === false) continue;
      const root = plugin.rootForStream();
      if (root === undefined) continue;
      this.#contexts.push(new ConnectionContext(root, this, this.#contexts.length));
    }
    if (this.#contexts.some((context) => context.vm.dead)) this.close("local");
    else this.#greet(0);
  }

  /** The new connection passes the filters from `index` on. */
  #greet(index: number): boolean {
    for (; index < this.#contexts.length && !this.finished; index++) {
      if (!this.#contexts[index].newConnection()) return false;
    }
    if (this.finished) return false;
    this.connected = true;
    this.info.upstreamAddress = "127.0.0.1:8080";
    return true;
  }

  /** Bytes from the client; `end` is its half-close. */
  downstreamData(bytes: Uint8Array, end: boolean): void {
    if (this.finished) return;
    this.#clientEnded ||= end;
    this.#down(0, bytes, end);
  }

  #down(index: number, bytes: Uint8Array, end: boolean): void {
    let passing: Uint8Array | undefined = bytes;
    for (; index < this.#contexts.length; index++) {
      passing = this.#contexts[index].downstreamData(passing, end);
      if (passing === undefined || this.finished) return;
    }
    if (this.finished) return;
    this.#sinks.upstreamData(passing, end);
  }

  /** Bytes from the upstream; `end` is its half-close. Both sides closed end the connection. */
  upstreamData(bytes: Uint8Array, end: boolean): void {
    if (this.finished || !this.connected) return;
    let passing: Uint8Array | undefined = bytes;
    for (let index = this.#contexts.length - 1; index >= 0; index--) {
      const context: ConnectionContext = this.#contexts[index];
      passing = context.upstreamData(passing, end);
      // The end of its bytes is all that a filter hears of the upstream's going.
      if (end && !this.finished) context.closed("upstream", peerOf.unknown);
      if (passing === undefined || this.finished) return;
    }
    this.#upstreamEnded ||= end;
    this.#sinks.clientData(passing, end);
    if (end && this.#clientEnded) this.close("local");
  }

  /** continue_stream(downstream) of the filter at `index`. */
  resume(index: number): void {
    const context = this.#contexts[index];
    if (this.finished || !context.stopped) return;
    const held = context.release();
    if (!this.connected && !this.#greet(index + 1)) return;
    if (held === undefined) {
      if (context.waiting) this.#down(index, new Uint8Array(0), false);
    } else if (held.bytes.length > 0 || held.end) this.#down(index + 1, held.bytes, held.end);
  }

  /** The client's connection is gone, by a reset or by its half-close after the upstream's. */
  downstreamClosed(): void {
    this.close("remote");
  }

  /** The upstream reset or refused the connection: filters hear that the client's side is closed. */
  upstreamLost(): void {
    this.close("local");
  }

  close(by: "local" | "remote"): void {
    if (this.finished) return;
    this.finished = true;
    this.#sinks.closed(by);
    for (const context of this.#contexts) {
      context.closed("downstream", peerOf[by]);
      context.destroy();
    }
  }
}
