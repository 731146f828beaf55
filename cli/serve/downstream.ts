// The client's side of a stream as the data path sees it, whatever HTTP it speaks: one request and its response, or the raw
// tunnel after a 101. `downstream-http1.ts` and `downstream-http2.ts` are the two ways to be one. A response whose bytes do
// not match its content-length is cut, never padded: what follows on the connection would be read as part of it.
import type { Header } from "../../host-test/host/types.ts";

/** What the client does; `onClientClosed` comes at least once, at the latest when the connection is gone. */
export interface DownstreamEvents {
  onClientData(bytes: Uint8Array): void;
  onClientEnd(trailers: Header[]): void;
  /** The client takes more of the response. */
  onClientDrained(): void;
  onClientClosed(): void;
  /** The response left completely. */
  onClientFinished(): void;
}

export interface Downstream {
  /** The client asks for a WebSocket; what follows its request are no longer HTTP's bytes. */
  readonly upgrading: boolean;
  readonly headSent: boolean;
  readonly ended: boolean;
  /** Bytes of the response that wait for the client to take them. */
  readonly bufferedBytes: number;
  /** Status of the head that was sent, 0 before. */
  readonly status: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Starts reading. With `bodyFollows` false the request ended with its head. */
  listen(events: DownstreamEvents, bodyFollows: boolean): void;
  /** Stops or resumes reading from the client. */
  readDisable(paused: boolean): void;
  /**
   * Sends the head of the response. False when it cannot be sent as it is: a status outside 200 to 999, or a header that
   * would break the connection's framing. With `last` the connection ends after this response.
   */
  writeHead(headers: Header[], last: boolean): boolean;
  /** False: the client reads slower than we write; `onClientDrained` follows. */
  write(bytes: Uint8Array): boolean;
  end(trailers: Header[]): void;
  /** The rest of the request is read and dropped, so that the client gets to reading its answer. */
  discardRequest(): void;
  /** Ends the stream if the client is still not done with its side of it. */
  cutIfPending(): void;
  /** Ends the stream in the middle of whatever it is doing. */
  cut(): void;
}

/** Set by the connection itself, whatever a filter or the service says. */
export const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

export const serverName = "meshwarden";
