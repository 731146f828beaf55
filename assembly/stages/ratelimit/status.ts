// Everything a policy of the rate limiter can say, in one table: docs/filters/ratelimit.md, counters and audit reasons are made
// from it. Each policy has its own copy of the rows, in its own mode. Names are stable; new ones go to the end.

/** Places of the rows below, within one policy's rows. */
export const enum RateLimitStatus {
  Limited = 0,
  Blocked,
  TableFull,
  Contended,
  StoreUnavailable,
  IdentityMissing,
  IdentityRepeated,
  IdentityOversized,
  /** The rate-limit service said so. */
  LimitedGlobally,
  ServiceUnavailable,
  CostAboveBurst,
  /** How many there are. */
  Count,
}

/** A denial because something is used up: it tells of the limit, and a retry makes sense. */
export function isLimit(status: RateLimitStatus): bool {
  return status <= RateLimitStatus.TableFull || status == RateLimitStatus.LimitedGlobally;
}

/** A denial because the limit could not be known. */
export function isFailure(status: RateLimitStatus): bool {
  return (
    status == RateLimitStatus.Contended ||
    status == RateLimitStatus.StoreUnavailable ||
    status == RateLimitStatus.ServiceUnavailable
  );
}

/** One status a line: name, HTTP status, gRPC status, mode by default, text for the client. */
export const rateLimitStatuses: string = `
limited            | 429 | 8  | enforce | Too many requests.
blocked            | 429 | 8  | enforce | Blocked for a while after too many requests.
table_full         | 429 | 8  | enforce | Too many clients at once.
contended          | 503 | 14 | enforce | The request could not be counted.
store_unavailable  | 503 | 14 | enforce | The limit could not be read.
identity_missing   | 400 | 3  | enforce | The request does not say whose it is.
identity_repeated  | 400 | 3  | enforce | The request says more than once whose it is.
identity_oversized | 400 | 3  | enforce | What says whose request it is, is too long.
limited_globally   | 429 | 8  | enforce | Too many requests.
service_unavailable | 503 | 14 | enforce | The limit could not be asked for.
cost_above_burst   | 429 | 8  | enforce | The request costs more than the limit ever allows.
`;
