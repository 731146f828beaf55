// A scripted HTTP/1.1 server on loopback: it answers by plan, in the packets the plan gives, and keeps what it received.
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../cases/format.ts";
import { headerValue, MessageReader } from "../cases/h1.ts";
import { answerPackets, closesAtEnd } from "../cases/packets.ts";
import { bodyText, normaliseHeaders, type UpstreamView } from "../cases/view.ts";
import { startH2Origin } from "./origin-h2.ts";
import { taken } from "./timing.ts";

export interface Origin {
  port: number;
  /** What arrived, in order. */
  received(): UpstreamView[];
  close(): void;
}

/** Chooses the answer for the request that just began; `index` counts from 0. */
export type Chooser = (index: number) => Answer;

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Start on a free port of 127.0.0.1; `http2` speaks HTTP/2 with prior knowledge instead. */
export async function startOrigin(choose: Chooser, http2 = false): Promise<Origin> {
  if (http2) return startH2Origin(choose);
  const readers: MessageReader[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    serve(socket, readers, choose);
  });
  return {
    port: await listen(server),
    received: () => readers.filter((r) => r.headDone).map(upstreamView),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listen(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
  });
}

/** One connection: requests one after the other (Envoy does not pipeline). */
function serve(socket: net.Socket, readers: MessageReader[], choose: Chooser): void {
  let reader = new MessageReader("request", { tunnel: false });
  let answer: Answer | undefined;
  let answered = false;
  socket.on("data", (bytes) => {
    if (tunnelled(reader)) {
      reader.push(bytes);
      return;
    }
    if (reader.complete) {
      reader = new MessageReader("request");
      answer = undefined;
      answered = false;
    }
    reader.push(bytes);
    if (answer === undefined && reader.headDone) {
      if (isUpgrade(reader)) reader = reopened(reader);
      readers.push(reader);
      answer = choose(readers.length - 1);
    }
    if (
      answer !== undefined &&
      !answered &&
      (reader.complete || answer.early || tunnelled(reader))
    ) {
      answered = true;
      void send(socket, answer);
    }
  });
  socket.on("end", () => {
    reader.close();
    socket.end();
  });
}

const tunnels = new WeakSet<MessageReader>();

function tunnelled(reader: MessageReader): boolean {
  return tunnels.has(reader);
}

function isUpgrade(reader: MessageReader): boolean {
  return (
    headerValue(reader.headers, "upgrade") !== undefined || reader.startLine.startsWith("CONNECT ")
  );
}

/** An upgrade request reads on as a tunnel: what follows is its body, without end. */
function reopened(head: MessageReader): MessageReader {
  const reader = new MessageReader("request", { tunnel: true });
  const lines = head.headers.map(([n, v]) => `${n}: ${v}\r\n`).join("");
  reader.push(Buffer.from(`${head.startLine}\r\n${lines}\r\n`, "latin1"));
  tunnels.add(reader);
  return reader;
}

async function send(socket: net.Socket, answer: Answer): Promise<void> {
  if (answer.delayMs !== undefined) await sleep(answer.delayMs);
  if (answer.instead === "never" || answer.instead === "refuse") return;
  if (answer.instead === "reset") {
    socket.resetAndDestroy();
    return;
  }
  const packets = answerPackets(answer);
  for (const [i, packet] of packets.entries()) {
    if (i > 0) await taken(socket);
    if (socket.destroyed) return;
    socket.write(packet);
    if (i === 0 && answer.instead === "hangAfterHead") return;
    if (i === 0 && answer.instead === "resetAfterHead") {
      await taken(socket);
      socket.resetAndDestroy();
      return;
    }
  }
  if (closesAtEnd(answer)) {
    await taken(socket);
    socket.end();
  }
}

function upstreamView(reader: MessageReader): UpstreamView {
  const [method, target] = reader.startLine.split(" ");
  const headers = reader.headers.filter(([name]) => name.toLowerCase() !== "host");
  return {
    method,
    path: target ?? "",
    authority: headerValue(reader.headers, "host") ?? "",
    headers: normaliseHeaders(headers),
    body: bodyText(reader.body),
    trailers: reader.trailers,
    complete: reader.complete,
  };
}
