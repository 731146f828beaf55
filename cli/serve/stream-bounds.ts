// The bounds in time on a stream, and what it is answered past one of them.
import type { ServeLimits } from "./limits.ts";
import {
  requestTimeout,
  streamTimeout,
  upstreamTimeout,
  type ProxyAnswer,
} from "./upstream-failure.ts";

/** How a stream stands. */
export interface Standing {
  /** Since a byte moved in either direction. */
  stillMs: number;
  /** Since the head of a request that is not complete; 0 for one that is. */
  receivingMs: number;
  requestComplete: boolean;
  /** The request is at the upstream, whose answer has not begun. */
  awaited: boolean;
}

/** The answer of the bound that has passed, undefined while none has. */
export function overdue(limits: ServeLimits, stream: Standing): ProxyAnswer | undefined {
  const { stillMs, receivingMs, requestComplete, awaited } = stream;
  if (requestComplete && awaited && stillMs > limits.upstreamTimeoutMs) return upstreamTimeout;
  if (limits.requestTimeoutMs > 0 && receivingMs > limits.requestTimeoutMs) return requestTimeout;
  return stillMs > limits.streamIdleTimeoutMs ? streamTimeout(requestComplete) : undefined;
}
