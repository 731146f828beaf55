// Everything the csrf stage can say, in one table; see validate/limits/status.ts for how it is used.

/** Places of the rows below. */
export const enum CsrfStatus {
  CrossSite = 0,
  CrossOrigin,
  OriginMalformed,
  OriginMissing,
}

/** One row a status, in the order of `CsrfStatus`; Node reads this text too. */
export const csrfStatuses: string = `
  cross_site       | 403 | 7 | enforce | A browser says that another site made this request.
  cross_origin     | 403 | 7 | enforce | The request comes from another origin.
  origin_malformed | 403 | 7 | enforce | The origin of the request is no origin, or an opaque one.
  origin_missing   | 403 | 7 | off     | The request does not say which origin it comes from.
`;
