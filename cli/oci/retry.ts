// When a request is sent again: connection failures, 429 and the 5xx that mean "not now". Waits double from a quarter of a second,
// are spread by chance so that many clients do not return together, and obey Retry-After.
// Source: RFC 9110 §10.2.3 (Retry-After), RFC 6585 §4 (429).
import type { Clock } from "./clock.ts";
import { RegistryError } from "./failure.ts";
import { discard, isConnectionError, type Reply } from "./transport.ts";

export interface RetryPolicy {
  /** Sends in all, the first included. */
  attemptsMax: number;
  firstWaitMs: number;
  /** A server that asks for a longer pause than this is given up. */
  waitMaxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attemptsMax: 6,
  firstWaitMs: 250,
  waitMaxMs: 60_000,
};

const passing = new Set([408, 429, 500, 502, 503, 504]);

/** The pause that a Retry-After value asks for, undefined when it says nothing usable. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

export interface RetryOptions {
  clock: Clock;
  policy: RetryPolicy;
  /** Registry or host, for the error. */
  host: string;
  /** Whether sending twice does no harm. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Sends until there is an answer that is not "not now".
 * @throws RegistryError "unreachable" or "tooMany" when there is none
 */
export async function sendWithRetries(
  send: () => Promise<Reply>,
  options: RetryOptions,
): Promise<Reply> {
  const { clock, policy, host, signal } = options;
  for (let attempt = 1; ; attempt++) {
    let waitMs = Math.min(policy.waitMaxMs, policy.firstWaitMs * 2 ** (attempt - 1));
    waitMs *= 0.5 + clock.random() / 2;
    const last = attempt >= policy.attemptsMax || !options.repeatable;
    try {
      const reply = await send();
      if (!passing.has(reply.status)) return reply;
      const asked = retryAfterMs(reply.headers["retry-after"], clock.nowMs());
      if (asked !== undefined && asked > policy.waitMaxMs) throw await busy(reply, host, asked);
      if (last) {
        if (reply.status === 429) throw await busy(reply, host, asked);
        return reply;
      }
      await discard(reply);
      waitMs = asked ?? waitMs;
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      if (last) throw unreachable(host, error);
    }
    await clock.sleep(waitMs, signal);
  }
}

async function busy(
  reply: Reply,
  host: string,
  askedMs: number | undefined,
): Promise<RegistryError> {
  await discard(reply);
  const pause =
    askedMs === undefined ? "" : ` and asks for a pause of ${Math.ceil(askedMs / 1000)} s`;
  return new RegistryError(
    "tooMany",
    `${host} answered ${reply.status}${pause}`,
    "try again later",
  );
}

/** The error for a host that cannot be talked to. */
export function unreachable(host: string, error: NodeJS.ErrnoException): RegistryError {
  const { code } = error;
  let mend = "check the address and the network";
  if (code === "ECONNREFUSED") mend = "nothing listens there: check host and port";
  if (code === "ENOTFOUND") mend = "check the host's name";
  return new RegistryError(
    "unreachable",
    `${host} cannot be reached (${code ?? error.message})`,
    mend,
  );
}
