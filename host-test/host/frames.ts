// The border between the simulator and whatever moves bytes: frames go in through a StreamDriver and come out through
// StreamSinks, in the same turn. `serve` puts sockets behind it, tests put mocks behind it.
import type { Header } from "./types.ts";

/** Answers of the proxy towards upstream and client; one call per frame, in order. */
export interface StreamSinks {
  upstreamHeaders(headers: Header[], end: boolean): void;
  upstreamData(bytes: Uint8Array, end: boolean): void;
  upstreamTrailers(trailers: Header[]): void;
  upstreamReset(): void;
  clientHeaders(headers: Header[], end: boolean): void;
  clientData(bytes: Uint8Array, end: boolean): void;
  clientTrailers(trailers: Header[]): void;
  clientReset(details: string): void;
  /** A 1xx head on its way to the client. */
  clientInformational?(headers: Header[]): void;
  /** Back-pressure: stop (true) or resume (false) reading from the client. */
  readDisable?(paused: boolean): void;
  /** Back-pressure of the response: stop or resume reading from the upstream. */
  upstreamReadDisable?(paused: boolean): void;
  /** The stream is over and its log, done and delete callbacks ran. */
  finished?(details: string): void;
}

/** Frames coming in. Headers are Envoy's form: lower-case names and the four pseudo headers. */
export interface StreamDriver {
  requestHeaders(headers: Header[], end: boolean): void;
  requestData(bytes: Uint8Array, end: boolean): void;
  requestTrailers(trailers: Header[]): void;
  responseHeaders(headers: Header[], end: boolean): void;
  responseData(bytes: Uint8Array, end: boolean): void;
  responseTrailers(trailers: Header[]): void;
  /** The client went away. */
  clientReset(): void;
  /** The upstream went away; `reason` is Envoy's words, for example "remote connection failure". */
  upstreamReset(reason: string): void;
  readonly details: string;
}
