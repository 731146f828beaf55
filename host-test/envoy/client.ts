// The client of a case over HTTP/1.1: writes the packets of the plan and reads the answer byte by byte.
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestPlan } from "../cases/format.ts";
import { toBytes } from "../cases/format.ts";
import { MessageReader } from "../cases/h1.ts";
import { planRequest, requestPackets } from "../cases/packets.ts";
import { bodyText, normaliseHeaders, type ClientView } from "../cases/view.ts";
import { taken } from "./timing.ts";

export interface ClientRun {
  /** Port of the client's socket: the key of the access log. */
  port: number;
  view: Promise<ClientView>;
  /** Close the connection, whatever state the exchange is in. */
  close(): void;
}

/** Starts an exchange. It ends with the answer, with the connection, or after `limitMs` (then `hang`). */
export async function startRequest(
  port: number,
  plan: RequestPlan,
  limitMs: number,
): Promise<ClientRun> {
  const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const local = socket.localPort ?? 0;
  const view = exchange(socket, plan, limitMs);
  return { port: local, view, close: () => socket.destroy() };
}

async function exchange(
  socket: net.Socket,
  plan: RequestPlan,
  limitMs: number,
): Promise<ClientView> {
  const method = planRequest(plan).method;
  const tunnel = plan.tunnel !== undefined || method === "CONNECT";
  const reader = new MessageReader("response", { bodiless: method === "HEAD", tunnel });
  let closed = false;
  const ended = new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      reader.push(bytes);
      if (reader.complete) resolve();
    });
    socket.on("close", () => {
      closed = true;
      reader.close();
      resolve();
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => undefined);
  });
  void write(socket, requestPackets(plan), 0).then(() => sendTunnel(socket, reader, plan));
  const limit = plan.abortMs ?? limitMs;
  const timer = new AbortController();
  await Promise.race([
    ended,
    sleep(limit, undefined, { signal: timer.signal }).catch(() => undefined),
  ]);
  timer.abort();
  // A second message right behind the first would be a split response: give it time to arrive.
  if (reader.complete) await sleep(2);
  return clientView(reader, closed);
}

async function write(socket: net.Socket, packets: Buffer[], from: number): Promise<void> {
  for (const [i, packet] of packets.entries()) {
    if (i > from) await taken(socket);
    if (socket.destroyed) return;
    socket.write(packet);
  }
}

async function sendTunnel(
  socket: net.Socket,
  reader: MessageReader,
  plan: RequestPlan,
): Promise<void> {
  if (plan.tunnel === undefined) return;
  for (let waited = 0; !reader.headDone && waited < 1000; waited += 5) await sleep(5);
  for (const packet of plan.tunnel) {
    await taken(socket);
    if (!socket.destroyed) socket.write(toBytes(packet));
  }
}

function clientView(reader: MessageReader, closed: boolean): ClientView {
  return {
    status: reader.headDone ? reader.status : 0,
    headers: normaliseHeaders(reader.headers),
    body: bodyText(Buffer.concat([reader.body, reader.rest])),
    trailers: reader.trailers,
    end: reader.complete ? "complete" : closed ? "reset" : "hang",
  };
}
