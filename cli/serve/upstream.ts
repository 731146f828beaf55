// The service behind the proxy as a stream sees it, whatever HTTP it speaks: head, data, end and failure events, in Envoy's
// words for failures, with back-pressure both ways. `upstream-http1.ts` and `upstream-http2.ts` are the two ways to call it.
import type { Header } from "../../host-test/host/types.ts";
import type { ServeLimits } from "./limits.ts";
import type { Timers } from "./timers.ts";

/** What a call tells its stream; after a failure or the end nothing more comes. */
export interface UpstreamEvents {
  onUpstreamHead(status: number, headers: Header[], end: boolean): void;
  onUpstreamData(bytes: Uint8Array): void;
  onUpstreamEnd(trailers: Header[]): void;
  /** `reason` is Envoy's name of a reset reason, for example "remote connection failure". */
  onUpstreamFailed(reason: string): void;
  /** The service takes more of the request. */
  onUpstreamDrained(): void;
}

/** One request on its way. */
export interface UpstreamCall {
  /** Bytes of the request that wait for the service to take them. */
  readonly bufferedBytes: number;
  /** Sends the head. */
  start(): void;
  /** False: the service reads slower than we write; `onUpstreamDrained` follows. */
  write(bytes: Uint8Array): boolean;
  end(trailers: Header[]): void;
  /** No further event comes, and a connection is not used again unless the answer was complete. */
  abort(): void;
  /** Stops or resumes reading the answer. */
  readDisable(paused: boolean): void;
}

/** Where requests go, with the connections kept open to it. */
export interface UpstreamTarget {
  /** A call with its head in Envoy's form, pseudo headers included; with `end` nothing follows the head. */
  call(headers: Header[], end: boolean, events: UpstreamEvents): UpstreamCall;
  /** Closes what is kept open. */
  close(): void;
}

export interface TargetOptions {
  url: URL;
  /** Speak HTTP/2 to the service: by prior knowledge on http, by ALPN on https. */
  http2: boolean;
  limits: ServeLimits;
  timers: Timers;
}

/** Methods whose requests have no body unless they say so (Envoy's HeaderUtility::requestShouldHaveNoBody); others get content-length: 0. */
export const bodyless: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "TRACE", "CONNECT"]);

/** A call that cannot even be written, because a filter wrote a bad header, in Envoy's words; undefined for a defect. */
export function unwritable(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !code.startsWith("ERR_")) return undefined;
  return `invalid header value (${message.split("\n")[0]})`;
}
