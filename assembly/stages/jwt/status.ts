// Everything the jwt stage can say, in one table: docs/filters/jwt.md, counters, audit reasons, challenges and the
// configuration's `modes` are made from it. First what the stage itself finds, then, in the order of jose/status.ts, what is wrong
// with a token. The names are stable; a row's place is not, and is told nowhere.

/** Places of the stage's own rows. */
export const enum JwtStageStatus {
  Missing = 0,
  MultipleCredentials,
  PathAmbiguous,
  InsufficientScope,
  ClaimNotAHeader,
  CredentialNotRemovable,
  ClaimsTooLong,
  KeysUnavailable,
  /** Place of the first row of a token, JwtStatus.TokenTooLong. */
  FirstOfToken,
}

/** One status a line: name, HTTP status, gRPC status, mode by default, text for the client. */
export const jwtStatuses: string = `
missing                  | 401 | 16 | enforce | The request carries no token.
multiple_credentials     | 400 |  3 | enforce | The request carries more than one token.
path_ambiguous           | 400 |  3 | enforce | The path can be read in more than one way.
insufficient_scope       | 403 |  7 | enforce | The token lacks a scope.
claim_not_a_header       | 401 | 16 | enforce | A claim of the token cannot be a header value.
credential_not_removable | 400 |  3 | enforce | The token cannot be taken out of the request.
claims_too_long          | 401 | 16 | enforce | The tokens hold too many claims.
keys_unavailable         | 503 | 14 | enforce | The keys to check the token with are not available.
token_too_long           | 401 | 16 | enforce | The token is too long.
malformed                | 401 | 16 | enforce | The token has not three parts.
header_base64            | 401 | 16 | enforce | The token's header is not base64url.
payload_base64           | 401 | 16 | enforce | The token's claims are not base64url.
signature_base64         | 401 | 16 | enforce | The token's signature is not base64url.
header_json              | 401 | 16 | enforce | The token's header is not JSON, or too large.
header_duplicate         | 401 | 16 | enforce | The token's header has the same member twice.
header_utf8              | 401 | 16 | enforce | The token's header is not UTF-8.
header_surrogate         | 401 | 16 | enforce | The token's header holds half of a surrogate pair.
header_shape             | 401 | 16 | enforce | The token's header has a member of the wrong type.
crit                     | 401 | 16 | enforce | The token needs an extension that is not known here.
b64                      | 401 | 16 | enforce | The token's payload is not encoded.
alg_missing              | 401 | 16 | enforce | The token names no algorithm.
alg_none                 | 401 | 16 | enforce | The token is not signed.
alg_unknown              | 401 | 16 | enforce | The token's algorithm is not known.
alg_not_allowed          | 401 | 16 | enforce | The token's algorithm is not allowed.
kid_too_long             | 401 | 16 | enforce | The token's key id is too long.
kid_unknown              | 401 | 16 | enforce | The token's key is not known.
key_mismatch             | 401 | 16 | enforce | The token's key is for another algorithm.
key_ambiguous            | 401 | 16 | enforce | More than one key fits the token.
no_key                   | 401 | 16 | enforce | No key fits the token.
signature_length         | 401 | 16 | enforce | The token's signature has the wrong length.
signature                | 401 | 16 | enforce | The token's signature is wrong.
payload_json             | 401 | 16 | enforce | The token's claims are not JSON, or too large.
payload_duplicate        | 401 | 16 | enforce | The token has the same claim twice.
payload_utf8             | 401 | 16 | enforce | The token's claims are not UTF-8.
payload_surrogate        | 401 | 16 | enforce | The token's claims hold half of a surrogate pair.
claim_shape              | 401 | 16 | enforce | A claim of the token has the wrong type.
date                     | 401 | 16 | enforce | A date of the token is no date.
exp_missing              | 401 | 16 | enforce | The token has no expiry.
expired                  | 401 | 16 | enforce | The token has expired.
not_yet_valid            | 401 | 16 | enforce | The token is not valid yet.
issued_in_future         | 401 | 16 | enforce | The token was issued in the future.
lifetime_too_long        | 401 | 16 | enforce | The token lives too long.
issuer                   | 401 | 16 | enforce | The token's issuer is not accepted.
audience                 | 401 | 16 | enforce | The token is for another audience.
subject                  | 401 | 16 | enforce | The token's subject is not accepted.
type                     | 401 | 16 | enforce | The token is of another type.
claim_missing            | 401 | 16 | enforce | The token lacks a required claim.
`;
