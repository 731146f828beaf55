// The public vocabulary of the simulator: what a test or the `serve` data path hands in and gets back.
// A header name or value is a *byte string* (one char = one byte, latin1), a body a Uint8Array; no Node type is here.
import type { ForeignAdapter } from "./foreign-adapter.ts";
import type { Clock } from "./clock.ts";
import type { Observer } from "./observer.ts";
import type { Stores } from "./stores.ts";
import type { Trap } from "./trap.ts";
import type { VendorPack } from "./vendor-guest.ts";

export type { ForeignAdapter } from "./foreign-adapter.ts";

export type { StreamDriver, StreamSinks } from "./frames.ts";

/** One header line; both parts are byte strings, the name lower case once Envoy has seen it. */
export type Header = [name: string, value: string];

/** Envoy minors whose differences are known; one profile serves all (see `foreign.ts`: sign and PEM keys). */
export type EnvoyVersion = "1.36" | "1.37" | "1.39" | "1.40";

/**
 * A configuration as it would be written into the `Any` of Envoy's bootstrap: text is a StringValue, bytes are a
 * BytesValue, `struct` is a google.protobuf.Struct, which Envoy 1.40 hands to the filter as protobuf bytes.
 */
export type Config = string | Uint8Array | { struct: unknown };

export type FailurePolicy = "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";

/** One `envoy.filters.http.wasm` entry of the chain. */
export interface FilterSpec {
  /** Plugin name; also the prefix of its log lines. */
  name: string;
  wasm: Uint8Array | WebAssembly.Module;
  /** Source map (version 3, JSON text) that names AssemblyScript lines in traps. */
  sourceMap?: string;
  rootId?: string;
  vmId?: string;
  vmConfig?: Config;
  config?: Config;
  environment?: Record<string, string>;
  /** What happens to later streams once the VM died; default FAIL_CLOSED. */
  failurePolicy?: FailurePolicy;
  /** Envoy's `allow_on_headers_stop_iteration`; default false, as in Envoy. */
  allowOnHeadersStopIteration?: boolean;
  /** Non-empty: only these host functions and callbacks exist (Envoy's capability_restriction_config). */
  allowedCapabilities?: string[];
  /** The route switches this filter off (per-route FilterConfig.disabled). */
  disabledOnRoute?: boolean;
  /** Base of the reload back-off in milliseconds (Envoy: 1000); used with FAIL_RELOAD. */
  reloadBackoffMs?: number;
  /** Memory of the VM in pages of 64 KiB; default 16,384, Envoy's own. */
  memoryLimitPages?: number;
  /** Host functions of other vendors (meshwarden/vendors); without them such an import fails the load, as in Envoy. */
  vendors?: VendorPack[];
}

export type PropertyValue =
  | string
  | Uint8Array
  | boolean
  | { int: number | bigint }
  | { double: number }
  | { map: Header[] }
  | { list: string[] };

/** A request that a filter sent with proxy_http_call or a gRPC call. */
export interface CalloutRequest {
  cluster: string;
  headers: Header[];
  body: Uint8Array;
  trailers: Header[];
  timeoutMs: number;
  method: string;
  path: string;
}

export interface CalloutAnswer {
  status?: number;
  headers?: Header[];
  body?: string | Uint8Array;
  trailers?: Header[];
  /** Time on the host's clock until the answer arrives; default 0 = the next turn of the event loop. */
  delayMs?: number;
  /** Connection refused: Envoy answers 503 by itself. */
  refuse?: boolean;
  /** No answer ever: only the timeout ends it. */
  never?: boolean;
  /** Connection closed before the head: Envoy answers 503 by itself. */
  reset?: boolean;
  /** Connection closed in the middle of the answer: the filter sees 0 headers and status 11. */
  resetAfterHead?: boolean;
  /** The head comes, the rest never: at the timeout the filter sees 0 headers and status 11. */
  hangAfterHead?: boolean;
}

export type ClusterHandler = (call: CalloutRequest) => CalloutAnswer | Promise<CalloutAnswer>;

/** What the upstream service answers in a mocked flow. */
export interface UpstreamAnswer {
  status?: number;
  headers?: Header[];
  /** A list is a chunk plan: one data frame an entry. */
  body?: string | Uint8Array | (string | Uint8Array)[];
  trailers?: Header[];
  /** The end of the response arrives as its own empty frame; default true when there is a body. */
  separateEndOfStream?: boolean;
  /** The upstream resets instead of answering. */
  reset?: boolean;
  /** The answer waits until the whole request arrived; default true. */
  afterRequest?: boolean;
  delayMs?: number;
  /** Time between two frames of the body; default 0 = all in one turn. */
  chunkDelayMs?: number;
}

export interface UpstreamView {
  reached: boolean;
  headers: Header[];
  body: Uint8Array;
  trailers: Header[];
  /** The upstream saw the end of the request. */
  complete: boolean;
}

export type UpstreamHandler = (request: UpstreamView) => UpstreamAnswer;

export interface TlsInfo {
  mtls?: boolean;
  sni?: string;
  version?: string;
  subject?: string;
  uriSan?: string[];
  dnsSan?: string[];
  peerCertificatePem?: string;
  sha256PeerCertificateDigest?: string;
}

export interface ConnectionInfo {
  /** "address:port" of the peer; default "127.0.0.1:50000". */
  source?: string;
  /** "address:port" of the listener. */
  destination?: string;
  tls?: TlsInfo;
  protocol?: "HTTP/1.0" | "HTTP/1.1" | "HTTP/2";
}

export interface RequestInit extends ConnectionInfo {
  method?: string;
  path?: string;
  authority?: string;
  scheme?: string;
  headers?: Header[];
  /** A list is a chunk plan: one data frame an entry ([] = an empty body of its own). Text becomes UTF-8. */
  body?: string | Uint8Array | (string | Uint8Array)[];
  trailers?: Header[];
  upstream?: UpstreamAnswer | UpstreamHandler;
  /** The end of the request arrives as its own empty frame; default true when there is a body. */
  separateEndOfStream?: boolean;
  /** All frames come in one read of the socket: nothing else happens between them. */
  onePacket?: boolean;
  /** Worker that serves this request; default round robin. */
  worker?: number;
  /** Do not let the virtual clock run towards callout answers; the exchange may come back paused. */
  hold?: boolean;
}

/** A request and its answer as client and upstream saw them. It stays live while the stream is paused. */
export interface Exchange {
  status: number;
  headers: Header[];
  body: Uint8Array;
  trailers: Header[];
  /** The client saw the end of the response. */
  complete: boolean;
  /** The client's stream was reset (HTTP/1.1: the connection was closed early). */
  reset: boolean;
  /** Envoy's %RESPONSE_CODE_DETAILS%. */
  details: string;
  upstream: UpstreamView;
  /** Log lines written while this exchange ran. */
  logs: LogRecord[];
  /** The answer is a local reply of a filter (or of a failed one). */
  denied: boolean;
  /** Which direction waits for a filter to continue, "" when none. */
  paused: "" | "request" | "response" | "request+response";
  trap?: Trap;
  cost: Cost;
  /** The client gives up: what is paused or under way ends. */
  abort(): void;
  text(): string;
  header(name: string): string | undefined;
}

/** Deterministic cost of guest work: what budgets are asserted on. */
export interface Cost {
  hostCalls: number;
  callbacks: number;
  bytesIn: number;
  bytesOut: number;
  hostCallsByName: Record<string, number>;
}

export interface LogRecord {
  level: "trace" | "debug" | "info" | "warn" | "error" | "critical";
  /** Plugin name, "" for lines of the proxy itself. */
  filter: string;
  message: string;
  /** 0 = main thread, 1.. = workers, -1 = canary. */
  worker: number;
  contextId: number;
}

/** One step of the optional trace: a callback with its result, or a host call with its status. */
export interface TraceEntry {
  kind: "callback" | "hostcall";
  worker: number;
  filter: string;
  name: string;
  args: number[];
  result: number | undefined;
}

export interface HostOptions {
  /** Chain order, first filter first. */
  filters: FilterSpec[];
  envoy?: EnvoyVersion;
  /** Worker threads simulated; default 1. Main thread and canary come on top, as in Envoy. */
  workers?: number;
  clock?: Clock;
  /** Default 1 MiB, Envoy's per_connection_buffer_limit_bytes. */
  requestBufferLimitBytes?: number;
  responseBufferLimitBytes?: number;
  /** False (Envoy's default): x-forwarded-for decides source.address. */
  useRemoteAddress?: boolean;
  /** What Envoy puts into x-forwarded-for for a client on loopback: its own address. */
  localAddress?: string;
  /** Prefix of the only route, default "/": a path outside it finds none. */
  routePrefix?: string;
  /** Upgrades the listener allows ("websocket", "CONNECT"); others are answered 403. Default none, as in Envoy. */
  upgrades?: string[];
  /** `--service-node` and `--service-cluster`, for xds.node; default "meshwarden" for both. */
  node?: { id: string; cluster: string };
  normalizePath?: boolean;
  mergeSlashes?: boolean;
  /**
   * The connection manager leaves heads as clients send them (hop-by-hop headers, a malformed Referer, fragments), which
   * Envoy never does: for suites that judge a filter on heads that no Envoy would let through. Default false.
   */
  untouchedHeads?: boolean;
  /** HTTP/1.1 trailers; default false, as in Envoy. HTTP/2 always has them. */
  enableTrailers?: boolean;
  /** Further or overriding properties by dotted path, for example `{"xds.cluster_name": "c"}`. */
  properties?: Record<string, PropertyValue>;
  clusters?: Record<string, ClusterHandler | CalloutAnswer>;
  /** Answer of the mocked upstream where a request does not bring its own; default 200 "ok". */
  upstream?: UpstreamAnswer | UpstreamHandler;
  /** Name of the route's cluster and of the route, for properties; default "upstream" and "". */
  clusterName?: string;
  routeName?: string;
  /** Unexpected warnings, traps, leaked callouts and forgotten streams make `close()` throw; default false. */
  strict?: boolean;
  /** Seed of request ids, random numbers and scheduling; default 1. */
  seed?: number;
  /** Level answered to proxy_get_log_level and below which lines are dropped; default "info". */
  logLevel?: LogRecord["level"] | "off";
  /** Record callbacks and host calls in `host.trace`. */
  trace?: boolean;
  /** Told of every callback and host call. */
  observer?: Observer;
  /** Only the workers' instances: no canary, no main thread (for load runs; Envoy has them). */
  lean?: boolean;
  /** Crypto and compression for foreign functions; absent ones answer as an Envoy built without them. */
  foreign?: ForeignAdapter;
  /** What a process keeps once, where several hosts share it (one a thread); default: the host's own. */
  stores?: Stores;
  /** Called for each log line as it is written. */
  onLog?: (record: LogRecord) => void;
  /** A call that would crash Envoy: "throw" (default) fails the caller; "trap" kills the VM and goes on. */
  onCrash?: "throw" | "trap";
}

/** Outcome of loading a configuration or of an update while serving. */
export interface ConfigResult {
  ok: boolean;
  /** Envoy's message when refused. */
  error: string;
  logs: LogRecord[];
}
