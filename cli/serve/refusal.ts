// Answers to what never becomes a stream: requests that are against the rules, and bytes that are no request at all. They are
// short, say no more than the status, and end the connection, since nobody knows where on it the next request would begin.
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { Refusal } from "./request-head.ts";

/** Refuses a request that was understood. */
export function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  const body = STATUS_CODES[refusal.status] ?? "";
  response.writeHead(refusal.status, {
    "content-type": "text/plain",
    "content-length": body.length,
    connection: "close",
  });
  response.end(body);
}

/** Refuses a request of HTTP/2; the session goes on, its framing is sound. */
export function refuseStream(stream: ServerHttp2Stream, { status }: Refusal): void {
  stream.on("error", () => {});
  if (stream.destroyed || stream.closed) return;
  const body = STATUS_CODES[status] ?? "";
  stream.respond({
    ":status": status,
    "content-type": "text/plain",
    "content-length": body.length,
  });
  stream.end(body);
  stream.resume();
}

/** What an error of Node's parser, or of its time limits, means in HTTP. */
export function refusalOfClientError(error: NodeJS.ErrnoException): Refusal {
  if (error.code === "HPE_HEADER_OVERFLOW") return { status: 431, details: "headers_too_large" };
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return { status: 408, details: "request_header_timeout" };
  }
  return { status: 400, details: "http1.codec_error" };
}

/** Answers on a connection on which no request was understood. */
export function writeClientError(socket: Duplex, { status }: Refusal): void {
  const body = STATUS_CODES[status] ?? "";
  socket.end(
    `HTTP/1.1 ${status} ${body}\r\ncontent-length: ${body.length}\r\n` +
      `content-type: text/plain\r\nconnection: close\r\n\r\n${body}`,
  );
}
