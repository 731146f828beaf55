// Everything that can be wrong with a token, each with one stable name. The order is that of the
// checks: a token is refused for the first thing that is wrong, and nothing is said about what it
// contained.

/** Outcome of a verification; the numbers are stable, new ones go to the end. */
export const enum JwtStatus {
  Ok = 0,
  TokenTooLong,
  /** Not three parts, or an empty header or signature. */
  Malformed,
  HeaderBase64,
  PayloadBase64,
  SignatureBase64,
  /** The header breaks the grammar or a limit of JSON. */
  HeaderJson,
  HeaderDuplicate,
  HeaderUtf8,
  HeaderSurrogate,
  /** The header is no object, or `alg`, `kid`, `typ` or `cty` is no string. */
  HeaderShape,
  Crit,
  B64,
  AlgMissing,
  AlgNone,
  AlgUnknown,
  AlgNotAllowed,
  KidTooLong,
  /** No key has the token's `kid`. */
  KidUnknown,
  /** The key of that `kid` is for another algorithm. */
  KeyMismatch,
  /** More than one key fits, or none is named and more than one would do. */
  KeyAmbiguous,
  NoKey,
  SignatureLength,
  Signature,
  /** The claims break the grammar or a limit of JSON. */
  PayloadJson,
  PayloadDuplicate,
  PayloadUtf8,
  PayloadSurrogate,
  /** The claims are no object, or `iss`, `sub`, `aud` or `jti` has the wrong type. */
  ClaimShape,
  /** `exp`, `nbf` or `iat` is no number of seconds from 0 to 2^53 - 1. */
  Date,
  ExpMissing,
  Expired,
  NotYetValid,
  IssuedInFuture,
  LifetimeTooLong,
  Issuer,
  Audience,
  Subject,
  Type,
  ClaimMissing,
}

// prettier-ignore
const NAMES: StaticArray<string> = [
  "jwt.ok", "jwt.token_too_long", "jwt.malformed", "jwt.header_base64", "jwt.payload_base64",
  "jwt.signature_base64", "jwt.header_json", "jwt.header_duplicate", "jwt.header_utf8",
  "jwt.header_surrogate", "jwt.header_shape", "jwt.crit", "jwt.b64", "jwt.alg_missing",
  "jwt.alg_none", "jwt.alg_unknown", "jwt.alg_not_allowed", "jwt.kid_too_long", "jwt.kid_unknown",
  "jwt.key_mismatch", "jwt.key_ambiguous", "jwt.no_key", "jwt.signature_length", "jwt.signature",
  "jwt.payload_json", "jwt.payload_duplicate", "jwt.payload_utf8", "jwt.payload_surrogate",
  "jwt.claim_shape", "jwt.date", "jwt.exp_missing", "jwt.expired", "jwt.not_yet_valid",
  "jwt.issued_in_future", "jwt.lifetime_too_long", "jwt.issuer", "jwt.audience", "jwt.subject",
  "jwt.type", "jwt.claim_missing",
];

/** Stable name of a status. */
export function jwtStatusName(status: JwtStatus): string {
  return NAMES[status];
}
