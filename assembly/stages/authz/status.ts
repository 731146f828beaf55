// Everything the authz stage can say, in one table: docs/filters/authz.md, counters, audit reasons, challenges and the configuration's
// `modes` are made from it. `denied`, `audited` and `insufficient_scope` get a row for each rule behind these, which names policy and
// rule in audit lines.

/** Places of the rows. */
export const enum AuthzStatus {
  Denied = 0,
  NotAllowed,
  NotAllowedShadow,
  InsufficientScope,
  Audited,
  Revoked,
  BindingMissing,
  BindingMismatch,
  PeerMalformed,
  PathAmbiguous,
  Unreadable,
  RevocationUnavailable,
  /** How many there are before those of rules. */
  Count,
}

/** One status a line: name, HTTP status, gRPC status, mode by default, text for the client. */
export const authzStatuses: string = `
denied                 | 403 |  7 | enforce | A policy denies this request.
not_allowed            | 403 |  7 | enforce | No policy allows this request.
not_allowed_shadow     | 403 |  7 | shadow  | No policy in shadow mode allows this request.
insufficient_scope     | 403 |  7 | enforce | The token does not permit this request.
audited                | 200 |  0 | shadow  | An AUDIT policy matches this request.
revoked                | 401 | 16 | enforce | The token has been revoked.
binding_missing        | 401 | 16 | enforce | The token is bound to no certificate.
binding_mismatch       | 401 | 16 | enforce | The token is bound to another certificate.
peer_malformed         | 400 |  3 | enforce | The header that names the client cannot be read.
path_ambiguous         | 400 |  3 | enforce | The path can be read in more than one way.
unreadable             | 400 |  3 | enforce | Claims or headers that a policy asks for are too long.
revocation_unavailable | 503 | 14 | enforce | Whether the token has been revoked cannot be told now.
`;
