// What the data path puts between client and upstream. `host-engine.ts` runs filters in the Node host; the one here runs
// none: it is the baseline that throughput is compared with, and what the tests of sockets and streams use.
import type {
  ConnectionInfo,
  Header,
  StreamDriver,
  StreamSinks,
} from "../../host-test/host/types.ts";
import { addForwarded } from "./forwarded.ts";

/** A chain of filters, or none, that streams can be opened on. */
export interface ServeEngine {
  openStream(sinks: StreamSinks, connection: ConnectionInfo): StreamDriver;
  /** The id that the chain gave a request whose head it has seen; undefined where it leaves the one it came with. */
  requestId(stream: StreamDriver): string | undefined;
  /** Metrics of the filters in Prometheus' text format. */
  prometheusText(): string;
  /** What runs, for the admin port: names and digests, never a configuration's contents. */
  describe(): Record<string, unknown>;
  /** No further stream will be opened; called when the last one has ended. */
  close(): void;
}

class PassThroughStream implements StreamDriver {
  details = "";
  readonly #sinks: StreamSinks;
  readonly #source: string;

  constructor(sinks: StreamSinks, source: string) {
    this.#sinks = sinks;
    this.#source = source;
  }

  requestHeaders(headers: Header[], end: boolean): void {
    addForwarded(headers, this.#source);
    this.#sinks.upstreamHeaders(headers, end);
  }

  requestData(bytes: Uint8Array, end: boolean): void {
    this.#sinks.upstreamData(bytes, end);
  }

  requestTrailers(trailers: Header[]): void {
    this.#sinks.upstreamTrailers(trailers);
  }

  responseHeaders(headers: Header[], end: boolean): void {
    this.details ||= "via_upstream";
    this.#sinks.clientHeaders(headers, end);
  }

  responseData(bytes: Uint8Array, end: boolean): void {
    this.#sinks.clientData(bytes, end);
  }

  responseTrailers(trailers: Header[]): void {
    this.#sinks.clientTrailers(trailers);
  }

  clientReset(): void {
    this.details ||= "downstream_remote_disconnect";
    this.#sinks.upstreamReset();
  }

  upstreamReset(reason: string): void {
    this.details = `upstream_reset_after_response_started{${reason}}`;
    this.#sinks.clientReset(this.details);
  }
}

/** A chain without filters. */
export const noFilters: ServeEngine = {
  openStream: (sinks, { source }) => new PassThroughStream(sinks, source ?? ""),
  requestId: () => undefined,
  prometheusText: () => "",
  describe: () => ({ filters: [] }),
  close: () => {},
};
