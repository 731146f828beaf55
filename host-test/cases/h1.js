/** A message as far as it has arrived. */
export class MessageReader {
  /** `GET / HTTP/1.1` or `HTTP/1.1 200 OK`; empty until the head is there. */
  startLine = "";
  headers = [];
  trailers = [];
  complete = false;
  /** Statuses of interim answers (1xx except 101) before this one. */
  interim = [];
  kind;
  chunks = [];
  pending = Buffer.alloc(0);
  state = "head";
  left = 0;
  bodiless;
  tunnel;
  /** `bodiless`: the answer to a HEAD; `tunnel`: a 2xx or 101 answer ends HTTP on this connection. */
  constructor(kind, options = {}) {
    this.kind = kind;
    this.bodiless = options.bodiless ?? false;
    this.tunnel = options.tunnel ?? false;
  }
  get body() {
    return Buffer.concat(this.chunks);
  }
  get headDone() {
    return this.state !== "head";
  }
  get status() {
    return Number(this.startLine.split(" ")[1] ?? 0);
  }
  /** Bytes after the end of the message (a second, smuggled answer for example). */
  get rest() {
    return this.state === "done" ? this.pending : Buffer.alloc(0);
  }
  push(bytes) {
    this.pending = Buffer.concat([this.pending, bytes]);
    while (this.state !== "done" && this.advance()) {
      // each turn takes one element off the front
    }
  }
  /** The connection was closed by the peer: ends a message that has no other end. */
  close() {
    if (this.state === "untilClose") this.finish();
  }
  advance() {
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
  readHead() {
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
  chooseFraming(status) {
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
  readBytes(then) {
    if (this.pending.length === 0) return false;
    const taken = this.take(Math.min(this.left, this.pending.length));
    this.chunks.push(taken);
    this.left -= taken.length;
    if (this.left > 0) return false;
    then();
    return true;
  }
  readChunkSize() {
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
  readTrailers() {
    const end = this.pending.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.take(end + 2)
      .toString("latin1")
      .slice(0, -2);
    if (line === "") this.finish();
    else this.trailers.push(parseLine(line));
    return true;
  }
  finish() {
    this.complete = true;
    this.state = "done";
  }
  take(size) {
    const taken = this.pending.subarray(0, size);
    this.pending = this.pending.subarray(size);
    return taken;
  }
}
function parseLine(line) {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}
/** First value of a header, names compared without case. */
export function headerValue(headers, name) {
  return headers.find(([n]) => n.toLowerCase() === name)?.[1];
}
/** Head of a message as bytes. */
export function writeHead(startLine, headers) {
  const lines = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
export function writeChunk(bytes) {
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`, "latin1");
  return Buffer.concat([size, bytes, Buffer.from("\r\n")]);
}
/** The end of a chunked message. */
export function writeLastChunk(trailers) {
  const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`0\r\n${lines.join("")}\r\n`, "latin1");
}
//# sourceMappingURL=h1.js.map
