// A TCP connection of a case through a real Envoy: client and upstream are plain sockets that do one event after the other.
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionEvent } from "../cases/format.ts";
import { toBytes } from "../cases/format.ts";
import { bodyText, type ConnectionView } from "../cases/view.ts";
import { taken } from "./timing.ts";

/** A TCP server that accepts what Envoy's tcp_proxy opens; the newest connection is the one that is meant. */
export class TcpOrigin {
  readonly #server = net.createServer({ allowHalfOpen: true });
  readonly #sockets: net.Socket[] = [];
  received: Buffer[] = [];
  ended = false;

  static async start(): Promise<TcpOrigin> {
    const origin = new TcpOrigin();
    origin.#server.on("connection", (socket) => origin.#take(socket));
    await new Promise<void>((resolve) => origin.#server.listen(0, "127.0.0.1", resolve));
    return origin;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  get socket(): net.Socket | undefined {
    return this.#sockets.at(-1);
  }

  #take(socket: net.Socket): void {
    this.#sockets.push(socket);
    this.received = [];
    this.ended = false;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.received.push(bytes));
    socket.on("end", () => (this.ended = true));
    socket.on("error", () => (this.ended = true));
    socket.on("close", () => (this.ended = true));
  }

  /** Connections accepted so far. */
  get count(): number {
    return this.#sockets.length;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** Plays the events; `quiet` waits until nothing more happens in the proxy. */
export async function runConnection(
  port: number,
  origin: TcpOrigin | undefined,
  events: ConnectionEvent[],
  quiet: () => Promise<void>,
): Promise<ConnectionView> {
  const before = origin?.count ?? 0;
  const client = net.connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
  const received: Buffer[] = [];
  let ended = false;
  client.on("data", (bytes) => received.push(bytes));
  client.on("end", () => (ended = true));
  client.on("error", () => (ended = true));
  client.on("close", () => (ended = true));
  await new Promise<void>((resolve) => {
    client.once("connect", () => resolve());
    client.once("close", () => resolve());
  });
  await quiet();
  for (const event of events) {
    const upstream = origin !== undefined && origin.count > before ? origin.socket : undefined;
    await act(event, client, upstream);
    await quiet();
  }
  // What the sockets are told may lag behind what the filters logged.
  await sleep(60);
  const reached = origin !== undefined && origin.count > before;
  const view: ConnectionView = {
    received: bodyText(Buffer.concat(received)),
    ended,
    upstream: reached ? bodyText(Buffer.concat(origin.received)) : null,
    upstreamEnded: reached ? origin.ended : false,
  };
  if (!client.destroyed) client.resetAndDestroy();
  await quiet();
  if (reached) origin.socket?.destroy();
  await quiet();
  return view;
}

async function act(
  event: ConnectionEvent,
  client: net.Socket,
  upstream: net.Socket | undefined,
): Promise<void> {
  if (event.waitMs !== undefined) await sleep(event.waitMs);
  if (event.client !== undefined && !client.destroyed) {
    client.write(toBytes(event.client));
    await taken(client);
  }
  if (event.upstream !== undefined && upstream !== undefined && !upstream.destroyed) {
    upstream.write(toBytes(event.upstream));
    await taken(upstream);
  }
  if (event.clientEnd) client.end();
  if (event.upstreamEnd) upstream?.end();
  if (event.clientReset) client.resetAndDestroy();
  if (event.upstreamReset) upstream?.resetAndDestroy();
}
