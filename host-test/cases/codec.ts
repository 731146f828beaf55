// A model of Envoy's HTTP/1.1 and HTTP/2 codecs for the Node runner: packets in, frames out; frames in, bytes out.
// Bytes of one packet arrive as one data frame; the end of a message with a body is a frame of its own, of size 0.
import type { Header, RequestPlan } from "./format.ts";
import { MessageReader, headerValue, writeChunk, writeHead, writeLastChunk } from "./h1.ts";
import { planRequest } from "./packets.ts";

export type Frame =
  | { kind: "headers"; headers: Header[]; end: boolean }
  | { kind: "data"; bytes: Buffer; end: boolean }
  | { kind: "trailers"; trailers: Header[] }
  /** The codec refuses the message: answer and response code details. */
  | { kind: "refused"; status: number; body: string; details: string };

/** Reads one HTTP/1.1 message packet by packet, as Envoy's codec would hand it to the filters. */
export class FrameReader {
  readonly message: MessageReader;
  private readonly kind: "request" | "response";
  private readonly tunnel: boolean;
  private headSent = false;
  private bodySent = 0;
  private ended = false;

  constructor(
    kind: "request" | "response",
    options: { bodiless?: boolean; tunnel?: boolean } = {},
  ) {
    this.kind = kind;
    this.tunnel = options.tunnel ?? false;
    this.message = new MessageReader(kind, options);
  }

  push(packet: Buffer): Frame[] {
    this.message.push(packet);
    return this.frames();
  }

  /** The connection ended. */
  close(): Frame[] {
    this.message.close();
    return this.frames();
  }

  private frames(): Frame[] {
    const { message } = this;
    if (!message.headDone || this.ended) return [];
    const frames: Frame[] = [];
    const bare = message.complete && !isChunked(message.headers) && message.body.length === 0;
    if (!this.headSent) {
      const refusal = this.kind === "request" ? refusal400(message) : undefined;
      if (refusal !== undefined) {
        this.ended = true;
        return [refusal];
      }
      this.headSent = true;
      frames.push({ kind: "headers", headers: decodedHead(this.kind, message), end: bare });
      if (bare) this.ended = true;
      // An upgrade's body is open at once: an empty frame tells so.
      if (isTunnel(this.kind, message, this.tunnel))
        frames.push({ kind: "data", bytes: Buffer.alloc(0), end: false });
    }
    const fresh = message.body.subarray(this.bodySent);
    if (fresh.length > 0) frames.push({ kind: "data", bytes: fresh, end: false });
    this.bodySent += fresh.length;
    if (message.complete && !this.ended) {
      this.ended = true;
      if (message.trailers.length > 0)
        frames.push({ kind: "trailers", trailers: lower(message.trailers) });
      else frames.push({ kind: "data", bytes: Buffer.alloc(0), end: true });
    }
    return frames;
  }
}

function isChunked(headers: Header[]): boolean {
  return headerValue(headers, "transfer-encoding") !== undefined;
}

function isTunnel(kind: string, message: MessageReader, connect: boolean): boolean {
  if (kind === "response") return message.status === 101 || (connect && message.status === 200);
  const upgrade = headerValue(message.headers, "upgrade") !== undefined;
  return upgrade || message.startLine.startsWith("CONNECT ");
}

function lower(headers: Header[]): Header[] {
  return headers.map(([name, value]) => [name.toLowerCase(), value]);
}

function decodedHead(kind: "request" | "response", message: MessageReader): Header[] {
  const headers = lower(message.headers);
  if (kind === "response") return [[":status", String(message.status)], ...headers];
  const [method, target] = message.startLine.split(" ");
  const hosts = headers.filter(([name]) => name === "host").map(([, value]) => value);
  const rest = headers.filter(([name]) => name !== "host");
  if (method === "CONNECT") {
    return [[":authority", target], [":method", method], ...rest];
  }
  return [
    [":authority", hosts.join(",")],
    [":path", target],
    [":method", method],
    [":scheme", "http"],
    ...rest,
  ];
}

/** What Envoy's codec and connection manager refuse before any filter sees it. */
function refusal400(message: MessageReader): Frame | undefined {
  const target = message.startLine.split(" ")[1] ?? "";
  const refused = (body: string, details: string): Frame => ({
    kind: "refused",
    status: 400,
    body,
    details,
  });
  if (/[^\x21-\x7e]/.test(target)) return refused("Bad Request", "http1.codec_error");
  const length = headerValue(message.headers, "content-length");
  if (length !== undefined && isChunked(message.headers)) {
    return refused("Bad Request", "http1.content_length_and_chunked_not_allowed");
  }
  if (target.includes("#")) return refused("", "path_normalization_failed");
  return undefined;
}

/** Frames of an HTTP/2 request: pseudo headers in the client's order, cookie crumbs joined at the end. */
export function http2Frames(plan: RequestPlan): Frame[] {
  const planned = planRequest(plan);
  const cookies = planned.headers.filter(([name]) => name === "cookie").map(([, value]) => value);
  const headers: Header[] = [
    [":method", planned.method],
    [":path", planned.path],
    [":authority", planned.authority],
    [":scheme", "http"],
    ...planned.headers.filter(([name]) => name !== "cookie"),
  ];
  if (cookies.length > 0) headers.push(["cookie", cookies.join("; ")]);
  if (planned.framing === "none") return [{ kind: "headers", headers, end: true }];
  const frames: Frame[] = [{ kind: "headers", headers, end: false }];
  for (const bytes of planned.body) frames.push({ kind: "data", bytes, end: false });
  if (planned.trailers.length > 0) frames.push({ kind: "trailers", trailers: planned.trailers });
  else frames.push({ kind: "data", bytes: Buffer.alloc(0), end: true });
  return frames;
}

/** Writes frames as HTTP/1.1 bytes the way Envoy's codec does: no check of values, framing as the headers say. */
export class FrameWriter {
  private chunked = false;
  private readonly kind: "request" | "response";
  private readonly out: (bytes: Buffer) => void;

  constructor(kind: "request" | "response", out: (bytes: Buffer) => void) {
    this.kind = kind;
    this.out = out;
  }

  headers(headers: Header[], end: boolean, bodiless = false): void {
    const pseudo = (name: string): string => headerValue(headers, name) ?? "";
    const status = Number(pseudo(":status"));
    const target = pseudo(pseudo(":method") === "CONNECT" ? ":authority" : ":path");
    const rest = headers.filter(([name]) => !name.startsWith(":"));
    const start =
      this.kind === "response"
        ? `HTTP/1.1 ${status} ${status === 200 ? "OK" : "Status"}`
        : `${pseudo(":method")} ${target} HTTP/1.1`;
    const lines: Header[] =
      this.kind === "request" ? [["host", pseudo(":authority")], ...rest] : [...rest];
    const framed = headerValue(rest, "content-length") !== undefined;
    const upgrade = headerValue(rest, "upgrade") !== undefined || pseudo(":method") === "CONNECT";
    const noBody = status === 101 || status === 204 || status === 304 || upgrade;
    if (!framed && !noBody) {
      if (end) {
        // The methods are those of HeaderUtility::requestShouldHaveNoBody.
        const wants =
          this.kind === "response"
            ? !bodiless
            : !/^(GET|HEAD|DELETE|TRACE)$/.test(pseudo(":method"));
        if (wants) lines.push(["content-length", "0"]);
      } else {
        this.chunked = true;
        lines.push(["transfer-encoding", "chunked"]);
      }
    }
    this.out(writeHead(start, lines));
  }

  data(bytes: Uint8Array, end: boolean): void {
    const piece = Buffer.from(bytes);
    if (piece.length > 0) this.out(this.chunked ? writeChunk(piece) : piece);
    if (end && this.chunked) this.out(writeLastChunk([]));
  }

  trailers(trailers: Header[]): void {
    if (this.chunked) this.out(writeLastChunk(trailers));
  }
}
