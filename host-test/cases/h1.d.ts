import type { Header } from "./format.ts";
/** A message as far as it has arrived. */
export declare class MessageReader {
  /** `GET / HTTP/1.1` or `HTTP/1.1 200 OK`; empty until the head is there. */
  startLine: string;
  headers: Header[];
  trailers: Header[];
  complete: boolean;
  /** Statuses of interim answers (1xx except 101) before this one. */
  interim: number[];
  private readonly kind;
  private readonly chunks;
  private pending;
  private state;
  private left;
  private readonly bodiless;
  private readonly tunnel;
  /** `bodiless`: the answer to a HEAD; `tunnel`: a 2xx or 101 answer ends HTTP on this connection. */
  constructor(
    kind: "request" | "response",
    options?: {
      bodiless?: boolean;
      tunnel?: boolean;
    },
  );
  get body(): Buffer;
  get headDone(): boolean;
  get status(): number;
  /** Bytes after the end of the message (a second, smuggled answer for example). */
  get rest(): Buffer;
  push(bytes: Buffer): void;
  /** The connection was closed by the peer: ends a message that has no other end. */
  close(): void;
  private advance;
  private readHead;
  private chooseFraming;
  private readBytes;
  private readChunkSize;
  private readTrailers;
  private finish;
  private take;
}
/** First value of a header, names compared without case. */
export declare function headerValue(headers: Header[], name: string): string | undefined;
/** Head of a message as bytes. */
export declare function writeHead(startLine: string, headers: Header[]): Buffer;
export declare function writeChunk(bytes: Buffer): Buffer;
/** The end of a chunked message. */
export declare function writeLastChunk(trailers: Header[]): Buffer;
