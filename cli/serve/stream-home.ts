// What all streams of a listener share while they run on one engine.
import type { ServeEngine } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { ServeLimits } from "./limits.ts";
import type { Timers } from "./timers.ts";
import type { UpstreamTarget } from "./upstream.ts";

export interface StreamHome {
  engine: ServeEngine;
  target: UpstreamTarget;
  limits: ServeLimits;
  timers: Timers;
  /** Requests at the upstream now. */
  upstreamActive: number;
  /** The proxy is shutting down: connections end with their current response. */
  draining: boolean;
  /** The stream is over; called once. */
  done(exchange: Exchange): void;
}
