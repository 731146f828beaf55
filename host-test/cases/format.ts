// The case format: what schemas/cases.schema.json checks, as types. A case is a filter chain with its configuration, the
// clusters it may call, and steps: a request as the client writes it, the upstream's answer, and what client, upstream,
// log and metrics must show. Everything named here means the same in the Node host and in Envoy.

/** Header in wire order. Strings hold one byte per character (latin1). */
export type Header = [name: string, value: string];

/** Bytes in a case: text, a repeated text, or hexadecimal digits. */
export type Bytes = string | { repeat: string; times: number } | { hex: string };

/** Operations by section name, for example `{"requestHeaders": ["get requestHeaders x-a", "return 0"]}`. */
export type Script = Record<string, string[]>;

export type ConfigValue = string | { struct: unknown } | { json: unknown } | { bytes: string };

export interface FilterUse {
  /** Plugin name; `probe` when absent. */
  name?: string;
  /** `probe:trace`, another `probe:<file>`, or a path such as `build/guard.wasm`. */
  wasm?: string;
  rootId?: string;
  /** Filters of one case with equal `vmId` and equal module share a VM. */
  vmId?: string;
  vmConfig?: ConfigValue;
  config?: ConfigValue;
  /** For the probe: becomes its configuration. */
  script?: Script;
  /** For the probe: becomes its VM configuration, for host calls in `vmStart`. */
  vmScript?: Script;
  environment?: Record<string, string>;
  failurePolicy?: "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";
  allowOnHeadersStopIteration?: boolean;
  /** Allowed capabilities; absent means all. */
  capabilities?: string[];
}

/** Settings of the listener and the connection manager. */
export interface ListenerFlags {
  enableTrailers?: boolean;
  useRemoteAddress?: boolean;
  normalizePath?: boolean;
  mergeSlashes?: boolean;
  /** Bytes a stopped request or response may hold (per_connection_buffer_limit_bytes). */
  bufferLimitBytes?: number;
  upgrades?: ("websocket" | "CONNECT")[];
  /** The client speaks HTTP/2. */
  http2?: boolean;
  /** The upstream speaks HTTP/2. */
  upstreamHttp2?: boolean;
  workers?: number;
  /** Route by this prefix only; a path outside it has no route. Default `/`. */
  routePrefix?: string;
  /** The per-route setting `disabled: true` for the first filter. */
  disabledOnRoute?: boolean;
  /** So many redirects of the upstream (302, absolute location) are followed by the proxy itself, for requests without a body. */
  internalRedirects?: number;
  /** So many answers of 5xx are retried, for requests without a body. */
  retries?: number;
  /** A TCP listener: the filters are network filters, steps have a `connection` instead of a request. */
  tcp?: boolean;
}

/** A gRPC server's answer; a cluster with such an answer speaks HTTP/2. A stream is answered once the caller has said all. */
export interface GrpcPeerAnswer {
  messages?: Bytes[];
  /** grpc-status, default 0. */
  status?: number;
  statusMessage?: string;
  initial?: Header[];
  trailing?: Header[];
  /** Status in the head and nothing else. */
  trailersOnly?: boolean;
  /** The last message stops one byte short. */
  cut?: boolean;
  /** The answer ends without trailers. */
  noTrailers?: boolean;
  httpStatus?: number;
  /** A stream's messages go back as they come; its end is answered with the status. */
  echo?: boolean;
}

/** One thing that happens to a TCP connection. */
export interface ConnectionEvent {
  client?: Bytes;
  upstream?: Bytes;
  clientEnd?: boolean;
  upstreamEnd?: boolean;
  clientReset?: boolean;
  upstreamReset?: boolean;
  waitMs?: number;
}

export type Framing = "length" | "chunked" | "close";

/** An answer of a cluster or of the upstream. */
export interface Answer {
  status?: number;
  headers?: Header[];
  /** One entry is one write; a list is written with pauses, so that each entry arrives by itself. */
  body?: Bytes | Bytes[];
  framing?: Framing;
  trailers?: Header[];
  delayMs?: number;
  /** Answer on the request head, without waiting for the body. */
  early?: boolean;
  /** `never` keeps the request open, `refuse` has nobody listening, `reset` closes the connection. */
  instead?: "never" | "refuse" | "reset" | "resetAfterHead" | "hangAfterHead";
  /** For callout clusters: the peer is a gRPC server. */
  grpc?: GrpcPeerAnswer;
}

export interface RequestPlan {
  method?: string;
  path?: string;
  authority?: string;
  headers?: Header[];
  body?: Bytes | Bytes[];
  framing?: "length" | "chunked";
  trailers?: Header[];
  /** The first body entry travels in the packet of the head. Default: true for a single entry, false for a list. */
  together?: boolean;
  /** Bytes as they are, instead of all of the above; one entry is one packet. HTTP/1.1 only. */
  raw?: Bytes[];
  /** Bytes sent after a 101 or 200 answer to an upgrade, one packet each. */
  tunnel?: Bytes[];
  /** The client closes the connection after so many milliseconds without an end of the answer. */
  abortMs?: number;
}

/** `/.../` is a regular expression, anything else must be equal. */
export type Pattern = string;

export interface HeaderExpectation {
  has?: Record<string, Pattern>;
  absent?: string[];
  /** How many entries of this name there are. */
  count?: Record<string, number>;
}

export interface MessageExpectation {
  headers?: HeaderExpectation;
  body?: Bytes;
  bodyMatches?: string;
  trailers?: HeaderExpectation;
}

export interface Expectation {
  client?: MessageExpectation & { status?: number; end?: "complete" | "reset" | "hang" };
  upstream?: MessageExpectation & {
    reached?: boolean;
    method?: Pattern;
    path?: Pattern;
    authority?: Pattern;
    complete?: boolean;
  };
  /** What both ends of a TCP connection had at its end, before what was still open broke. */
  connection?: { received?: Bytes; upstream?: Bytes; ended?: boolean };
  /** Response code details of the access log. */
  details?: Pattern;
  /** Log lines of the guest that must be there during this step. */
  logs?: { level?: string; match: string }[];
  /** Values after the step, relative to the start of the case. */
  metrics?: Record<string, number>;
  /** Trace lines that must appear in this order (others may be between). */
  trace?: string[];
  /** Trace lines that must not appear. */
  traceLacks?: string[];
  /** Node host only: the call would end the Envoy process, and the host says so. */
  crash?: string;
}

export interface Step {
  name?: string;
  request?: RequestPlan;
  /** A TCP connection, on a listener with `tcp`. */
  connection?: ConnectionEvent[];
  upstream?: Answer;
  /** The upstream's answer to the retry, or to the request that a redirect led to; `expect.upstream` looks at the last request. */
  then?: Answer;
  expect?: Expectation;
  /** Let time pass: real in Envoy, virtual in the Node host. */
  waitMs?: number;
  /** Give a filter another configuration while the others run on. */
  update?: { filter?: string; config?: ConfigValue; script?: Script; accepted?: boolean };
  /** The request of this step goes on while the next steps run; its outcome is checked at the end of the case. */
  background?: boolean;
}

export interface Case {
  name: string;
  /** Rows of docs/envoy-quirks.md that this case proves. */
  proves?: string[];
  filters: FilterUse[];
  listener: ListenerFlags;
  clusters: Record<string, Answer[]>;
  steps: Step[];
  /** Envoy must refuse to start; a regular expression over its log. */
  bootFails?: string;
  /** Trace of vmStart/configure on every instance (canary, main thread, workers). */
  expectBoot?: string[];
  /** Run by the Node host alone, with the reason. */
  hostOnly?: string;
  /** Node host only: where its clock begins (ISO date), for what is valid at a time. */
  clock?: string;
  /** Needs an Envoy of its own (never shared with other cases), with the reason. */
  alone?: string;
}

export interface CaseFile {
  /** Path relative to the package root, the key of recordings. */
  file: string;
  about: string;
  cases: Case[];
}

/** Decode `Bytes`. */
export function toBytes(value: Bytes): Buffer {
  if (typeof value === "string") return Buffer.from(value, "latin1");
  if ("hex" in value) return Buffer.from(value.hex.replace(/\s+/g, ""), "hex");
  return Buffer.from(value.repeat.repeat(value.times), "latin1");
}

/** The separate writes of a body; none for an absent one. */
export function writes(body: Bytes | Bytes[] | undefined): Buffer[] {
  if (body === undefined) return [];
  return (Array.isArray(body) ? body : [body]).map(toBytes);
}
