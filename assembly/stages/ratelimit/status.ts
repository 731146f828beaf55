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
  /** How many there are. */
  Count,
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
`;
