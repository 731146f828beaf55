// What a key can be refused for, one status and one stable name each: they appear in configuration
// errors and in the counters of a key set, never together with key material.

/** Outcome of reading a key; the numbers are stable, new ones go to the end. */
export const enum KeyStatus {
  Ok = 0,
  /** Not the DER it should be: tag, length, minimal form or trailing bytes. */
  Der,
  /** No PEM block, an unknown label, or an end that does not match its beginning. */
  Pem,
  /** The text between the lines is no base64. */
  PemBase64,
  /** An algorithm identifier that this module cannot use. */
  Algorithm,
  Curve,
  /** A point that is compressed, has another length, or a coordinate not below p. */
  PointEncoding,
  PointNotOnCurve,
  RsaTooSmall,
  RsaTooLarge,
  /** Even, or divisible by a small prime. */
  RsaModulus,
  /** Even, 1, or wider than 32 bits plus one. */
  RsaExponent,
  /** A modulus with the fingerprint of CVE-2017-15361. */
  RsaRoca,
  /** Not canonical, no point, or of small order. */
  Ed25519Point,
  /** Shorter than the digest (RFC 7518 §3.2). */
  SecretTooShort,
  /** The JWK is no JSON object, or a member has the wrong type. */
  JwkShape,
  JwkJson,
  JwkMissingMember,
  /** A member that must be base64url is not, or has leading zeros it must not have. */
  JwkBase64,
  JwkKeyType,
  /** `alg` names no signature algorithm of ours, or one of another key type or curve. */
  JwkAlgorithm,
  /** `use` is not `sig`. */
  JwkUse,
  /** `key_ops` lacks `verify`, or names an operation twice. */
  JwkKeyOps,
  /** Private members in a set of public keys. */
  JwkPrivate,
  /** `x5c` and the members of the key disagree, or `x5c` is malformed. */
  JwkCertificate,
  KidTooLong,
  /** The set mixes secrets with public keys. */
  SetMixed,
  SetTooManyKeys,
  /** Not one key of the set is usable. */
  SetEmpty,
}

// prettier-ignore
const NAMES: StaticArray<string> = [
  "ok", "der", "pem", "pem_base64", "algorithm", "curve", "point_encoding", "point_not_on_curve",
  "rsa_too_small", "rsa_too_large", "rsa_modulus", "rsa_exponent", "rsa_roca", "ed25519_point",
  "secret_too_short", "jwk_shape", "jwk_json", "jwk_missing_member", "jwk_base64", "jwk_key_type",
  "jwk_algorithm", "jwk_use", "jwk_key_ops", "jwk_private", "jwk_certificate", "kid_too_long",
  "set_mixed", "set_too_many_keys", "set_empty",
];

/** Stable name of a status. */
export function keyStatusName(status: KeyStatus): string {
  return NAMES[status];
}
