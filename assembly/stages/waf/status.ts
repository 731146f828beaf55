// Everything the waf stage can say. A rule chooses the HTTP status of its denial; each status that the loaded rules use
// gets a row of its own behind these when the configuration is read.

export const enum WafStatus {
  BodyTooLarge = 0,
  MemoryLimit,
  ResponseUnreadable,
  ResponseTooLarge,
  Denied,
}

/** One status a line: name, HTTP status, gRPC status, mode by default, text for the client. */
export const wafStatuses: string = `
body_too_large      | 413 |  8 | enforce | The body is larger than the rules may read.
memory_limit        | 503 |  8 | enforce | The request takes more memory to judge than it is given.
response_unreadable | 502 | 13 | enforce | The response could not be read.
response_too_large  | 502 |  8 | enforce | The response is larger than the rules may read.
denied              | 403 |  7 | enforce | A rule of the firewall denied the request.
`;
