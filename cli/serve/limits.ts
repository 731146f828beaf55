// Every bound of the data path, with its default, in one table: a proxy without bounds belongs to whoever connects to it.
// Defaults are Envoy's where Envoy has one (HttpConnectionManager, route, cluster); where Envoy's default is "none",
// a finite one stands here and the comment says so.

export interface ServeLimits {
  /** Request line and headers together; past it 431. Envoy: max_request_headers_kb 60. */
  headersLimitBytes: number;
  /** Header lines in a request; past it 431. Envoy: max_headers_count 100. */
  headersMaxCount: number;
  /** Client connections at a time; further ones are closed on accept. Envoy: none. */
  connectionsMax: number;
  /** Requests on one connection before it is closed; 0 = any number, as in Envoy. */
  requestsPerConnectionMax: number;
  /** HTTP/2 streams of one connection at a time; further ones are refused. Envoy: max_concurrent_streams. */
  streamsPerConnectionMax: number;
  /** From the connection (or the first byte of a next request) to the end of the headers. Envoy: none. */
  headersTimeoutMs: number;
  /** From the first to the last byte of a request; 0 = none, as in Envoy, where `streamIdleTimeoutMs` has to do. */
  requestTimeoutMs: number;
  /** Idle time of a kept-alive client connection. Envoy: 1 hour. */
  keepAliveTimeoutMs: number;
  /** No byte in either direction on a stream. Envoy: stream_idle_timeout 5 minutes. */
  streamIdleTimeoutMs: number;
  /** TCP connect to the upstream. Envoy: connect_timeout 5 seconds. */
  connectTimeoutMs: number;
  /** From the end of the request to the head of the answer; past it 504. Envoy's route timeout (15 s) covers the body too. */
  upstreamTimeoutMs: number;
  /** Requests at the upstream at a time; past it 503. Envoy: circuit breaker, 1024 connections + 1024 waiting. */
  upstreamRequestsMax: number;
  /** How long a shutdown waits for running streams. Envoy: drain-time-s 600. */
  drainTimeoutMs: number;
  /** After an early answer, how long the rest of the request is read and dropped. Envoy: delayed_close_timeout 1 s. */
  lingerMs: number;
  /** What a filter may hold of one body. Envoy: per_connection_buffer_limit_bytes 1 MiB. */
  bufferLimitBytes: number;
}

export const defaultLimits: Readonly<ServeLimits> = {
  headersLimitBytes: 60 * 1024,
  headersMaxCount: 100,
  connectionsMax: 10_000,
  requestsPerConnectionMax: 0,
  streamsPerConnectionMax: 256,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 0,
  keepAliveTimeoutMs: 60_000,
  streamIdleTimeoutMs: 300_000,
  connectTimeoutMs: 5_000,
  upstreamTimeoutMs: 15_000,
  upstreamRequestsMax: 2_048,
  drainTimeoutMs: 10_000,
  lingerMs: 1_000,
  bufferLimitBytes: 1024 * 1024,
};

/** How often the bounds on streams are looked at; they are exact to this. */
export const sweepIntervalMs = 250;
