// What the pipeline itself can say: that a request could not be read. It denies then, unless `failOpen` is set.

/** Places of the rows below. */
export const enum RequestStatus {
  HeadersUnreadable = 0,
  BodyUnreadable,
  WaitExpired,
  ResponseUnreadable,
}

/** One status a line: name, HTTP status, gRPC status, mode by default, text for the client. */
export const requestStatuses: string = `
headers_unreadable | 400 | 13 | enforce | The headers could not be read.
body_unreadable    | 500 | 13 | enforce | The body could not be read.
wait_expired       | 503 | 14 | enforce | A service that has to be asked did not answer in time.
response_unreadable | 502 | 13 | enforce | The response could not be read.
`;
