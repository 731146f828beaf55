// HTTP/1.1 messages as bytes: a reader that keeps order, case and damage visible (RFC 9112), and a writer for plans.
// Node's own parser is no help here: it refuses or repairs just what the cases want to see.
import type { Header } from "./format.ts";

/** A message as far as it has arrived. */
export class MessageReader {
  /** `GET / HTTP/1.1` or `HTTP/1.1 200 OK`; empty until the head is there. */
  startLine = "";
  headers: Header[] = [];
  trailers: Header[] = [];
  complete = false;
  /** Statuses of interim answers (1xx except 101) before this one. */
  interim: number[] = [];
  private readonly kind: "request" | "response";
  private readonly chunks: Buffer[] = [];
  private pending = Buffer.alloc(0);
  private state: "head" | "length" | "chunkSize" | "chunk" | "trailers" | "untilClose" | "done" =
    "head";
  private left = 0;
  private readonly bodiless: boolean;
  private readonly tunnel: boolean;

  /** `bodiless`: the answer to a HEAD; `tunnel`: a 2xx or 101 answer ends HTTP on this connection. */
  constructor(
    kind: "request" | "response",
    options: { bodiless?: boolean; tunnel?: boolean } = {},
  ) {
    this.kind = kind;
    this.bodiless = options.bodiless ?? false;
    this.tunnel = options.tunnel ?? false;
  }

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get headDone(): boolean {
    return this.state !== "head";
  }

  get status(): number {
    return Number(this.startLine.split(" ")[1] ?? 0);
  }

  /** Bytes after the end of the message (a second, smuggled answer for example). */
  get rest(): Buffer {
    return this.state === "done" ? this.pending : Buffer.alloc(0);
  }

  push(bytes: Buffer): void {
    this.pending = Buffer.concat([this.pending, bytes]);
    while (this.state !== "done" && this.advance()) {
      // each turn takes one element off the front
    }
  }

  /** The connection was closed by the peer: ends a message that has no other end. */
  close(): void {
    if (this.state === "untilClose") this.finish();
  }

  private advance(): boolean {
    switch (this.state) {
      case "head":
        return this.readHead();
      case "length":
        return this.readBytes(() => this.finish());
      case "chunkSize":
        return this.readChunkSize();
      case "chunk":
        return this.readBytes(() => {
          this.state = "chunkSize";
        });
      case "trailers":
        return this.readTrailers();
      case "untilClose":
        if (this.pending.length > 0) this.chunks.push(this.take(this.pending.length));
        return false;
      default:
        return false;
    }
  }

  private readHead(): boolean {
    const end = this.pending.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const [startLine, ...lines] = this.take(end + 4)
      .toString("latin1")
      .slice(0, -4)
      .split("\r\n");
    this.startLine = startLine;
    this.headers = lines.map(parseLine);
    const status = this.status;
    if (this.kind === "response" && status >= 100 && status < 200 && status !== 101) {
      this.interim.push(status);
      this.startLine = "";
      return true;
    }
    this.chooseFraming(status);
    return true;
  }

  private chooseFraming(status: number): void {
    const length = headerValue(this.headers, "content-length");
    const chunked = /chunked/i.test(headerValue(this.headers, "transfer-encoding") ?? "");
    const switching =
      this.kind === "response" && (status === 101 || (this.tunnel && status === 200));
    const empty = this.kind === "response" && (status === 204 || status === 304 || this.bodiless);
    if (switching) this.state = "untilClose";
    else if (empty) this.finish();
    else if (chunked) this.state = "chunkSize";
    else if (length !== undefined) {
      this.left = Number(length);
      this.state = "length";
      if (this.left === 0) this.finish();
    } else if (this.kind === "request" && !this.tunnel) this.finish();
    else this.state = "untilClose";
  }

  private readBytes(then: () => void): boolean {
    if (this.pending.length === 0) return false;
    const taken = this.take(Math.min(this.left, this.pending.length));
    this.chunks.push(taken);
    this.left -= taken.length;
    if (this.left > 0) return false;
    then();
    return true;
  }

  private readChunkSize(): boolean {
    let end = this.pending.indexOf("\r\n");
    if (end === 0) {
      // the line end after the previous chunk
      this.take(2);
      end = this.pending.indexOf("\r\n");
    }
    if (end < 0) return false;
    this.left = parseInt(this.take(end + 2).toString("latin1"), 16);
    this.state = this.left === 0 ? "trailers" : "chunk";
    return true;
  }

  private readTrailers(): boolean {
    const end = this.pending.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.take(end + 2)
      .toString("latin1")
      .slice(0, -2);
    if (line === "") this.finish();
    else this.trailers.push(parseLine(line));
    return true;
  }

  private finish(): void {
    this.complete = true;
    this.state = "done";
  }

  private take(size: number): Buffer {
    const taken = this.pending.subarray(0, size);
    this.pending = this.pending.subarray(size);
    return taken;
  }
}

function parseLine(line: string): Header {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

/** First value of a header, names compared without case. */
export function headerValue(headers: Header[], name: string): string | undefined {
  return headers.find(([n]) => n.toLowerCase() === name)?.[1];
}

/** Head of a message as bytes. */
export function writeHead(startLine: string, headers: Header[]): Buffer {
  const lines = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

export function writeChunk(bytes: Buffer): Buffer {
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`, "latin1");
  return Buffer.concat([size, bytes, Buffer.from("\r\n")]);
}

/** The end of a chunked message. */
export function writeLastChunk(trailers: Header[]): Buffer {
  const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`0\r\n${lines.join("")}\r\n`, "latin1");
}
