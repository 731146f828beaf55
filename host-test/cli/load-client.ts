// A light client for load: kept-alive HTTP/1.1 connections that send one request after the other and read answers by their
// content-length. A request counts as lost when its bytes were handed to the system and no whole answer came back.
import { connect, type Socket } from "node:net";

export interface LoadPlan {
  port: number;
  requests: number;
  concurrency: number;
  /** Bytes of request number `index`. */
  request(index: number): string;
  /** A fresh connection for each request. */
  reconnect?: boolean;
  /** A client that was told that its connection ends sends no more, as a balancer does that sees a proxy go. */
  stopAtClose?: boolean;
}

export interface LoadFigures {
  /** Whole answers by status. */
  statuses: Record<number, number>;
  lost: number;
  /** Connections that nobody accepted; such a request never left. */
  refused: number;
  tookMs: number;
  /** Whole answers a second. */
  perSecond: number;
  /** Milliseconds that half, and 99 of 100, of the answers took at most. */
  p50Ms: number;
  p99Ms: number;
}

const answerPattern = /^HTTP\/1\.1 (\d{3})[^]*?\r\n\r\n/;

/** One connection. An answer is its status, 0 for lost, -1 for refused. */
class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #answer: ((status: number) => void) | undefined;
  #text = "";
  #connected = false;
  /** The last answer said that the connection ends. */
  closedByPeer = false;

  constructor(port: number) {
    this.#port = port;
  }

  send(request: string): Promise<number> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      if (this.#socket === undefined) this.#open(request);
      else this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(first: string): void {
    this.#connected = false;
    const socket = (this.#socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true }));
    socket.setEncoding("latin1");
    socket.on("connect", () => {
      this.#connected = true;
      socket.write(first, "latin1");
    });
    socket.on("data", (text: string) => {
      if (this.#socket === socket) this.#read(text);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#finish(this.#connected ? 0 : -1);
    });
  }

  #read(text: string): void {
    this.#text += text;
    const head = answerPattern.exec(this.#text);
    if (head === null) return;
    const length = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head[0])?.[1] ?? 0);
    if (this.#text.length < head[0].length + length) return;
    this.#text = this.#text.slice(head[0].length + length);
    if (/\r\nconnection: close\r\n/i.test(head[0])) {
      this.closedByPeer = true;
      this.close();
    }
    this.#finish(Number(head[1]));
  }

  #finish(status: number): void {
    const answer = this.#answer;
    this.#answer = undefined;
    this.#text = "";
    answer?.(status);
  }
}

/** Sends `requests` requests over `concurrency` connections. */
export async function load(plan: LoadPlan): Promise<LoadFigures> {
  const statuses: Record<number, number> = {};
  const times: number[] = [];
  let next = 0;
  let lost = 0;
  let refused = 0;
  const startedMs = performance.now();
  const client = async (): Promise<void> => {
    const connection = new Connection(plan.port);
    while (next < plan.requests && !(plan.stopAtClose === true && connection.closedByPeer)) {
      const sentMs = performance.now();
      const status = await connection.send(plan.request(next++));
      if (status === 0) lost++;
      else if (status < 0) refused++;
      else {
        statuses[status] = (statuses[status] ?? 0) + 1;
        times.push(performance.now() - sentMs);
      }
      if (plan.reconnect === true) connection.close();
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: plan.concurrency }, client));
  const tookMs = performance.now() - startedMs;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return {
    statuses,
    lost,
    refused,
    tookMs,
    perSecond: (times.length / tookMs) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** A GET of a path, as bytes. */
export function get(path: string, headers = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: shop.example\r\n${headers}\r\n`;
}
