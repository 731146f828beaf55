// What the proxy knows about one request besides its headers: times, sizes, addresses, route, filter state. Properties
// and the access log read it.
import type { ConnectionInfo } from "./types.ts";

export class StreamInfo {
  readonly connection: ConnectionInfo;
  readonly connectionId: number;
  readonly startUs: number;
  endUs: number | undefined;
  /** Where the client seems to come from: the peer, or x-forwarded-for under Envoy's defaults. */
  source: string;
  requestHeaderBytes = 0;
  requestBodyBytes = 0;
  responseHeaderBytes = 0;
  responseBodyBytes = 0;
  responseCode: number | undefined;
  /** %RESPONSE_CODE_DETAILS%; undefined until somebody set it (an empty text counts). */
  details: string | undefined;
  /** Set once the router picked a host. */
  upstreamAddress: string | undefined;
  /** Values of set_property, by their path joined with NUL. */
  readonly filterState = new Map<string, Uint8Array>();

  constructor(connection: ConnectionInfo, connectionId: number, startUs: number) {
    this.connection = connection;
    this.connectionId = connectionId;
    this.startUs = startUs;
    this.source = connection.source ?? "127.0.0.1:50000";
  }
}
