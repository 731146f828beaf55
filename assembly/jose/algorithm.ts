// The signature algorithms of JOSE in one table: RFC 7518 §3.1, RFC 8037 (EdDSA), RFC 9864
// (Ed25519), RFC 8812 (ES256K). Names are compared byte by byte: "none", other cases of a name and
// all names that are not in the table are no algorithms.
import { Curve } from "../crypto/ec/curve";
import { Hash } from "../crypto/hash/hash";
import { KeyFamily } from "../crypto/key/public-key";

/** A row of the table; its bit in a set of algorithms is 1 << number. */
export const enum Algorithm {
  None = 0,
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  EdDSA,
  Ed25519,
  ES256K,
}

/** Rows of the table, Algorithm.None included. */
export const ALGORITHM_COUNT: u32 = 16;

// prettier-ignore
const NAMES: StaticArray<string> = [
  "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
  "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "ES256K",
];

/** Every algorithm but the optional ES256K. */
export const STANDARD_ALGORITHMS: u32 = 0x7ffe;
/** HS256, HS384, HS512. */
export const SECRET_ALGORITHMS: u32 = 0x000e;

/** The name, "" for None. */
export function algorithmName(algorithm: Algorithm): string {
  return NAMES[algorithm];
}

/** The algorithm with this name, or None. */
export function algorithmOf(name: usize, length: u32): Algorithm {
  for (let i: u32 = 1; i < ALGORITHM_COUNT; i++) {
    const text = NAMES[i];
    if (<u32>text.length == length && isText(name, text)) return <Algorithm>i;
  }
  return Algorithm.None;
}

function isText(at: usize, text: string): bool {
  for (let i = 0; i < text.length; i++) {
    if (load<u8>(at + i) != <u8>text.charCodeAt(i)) return false;
  }
  return true;
}

/** The hash of an algorithm; EdDSA has its own, this gives SHA-512. */
export function algorithmHash(algorithm: Algorithm): Hash {
  if (algorithm >= Algorithm.EdDSA) {
    return algorithm == Algorithm.ES256K ? Hash.Sha256 : Hash.Sha512;
  }
  return <Hash>((<u32>algorithm - 1) % 3);
}

/** The kind of key an algorithm takes. */
export function algorithmFamily(algorithm: Algorithm): KeyFamily {
  if (algorithm == Algorithm.None) return KeyFamily.None;
  if (algorithm <= Algorithm.HS512) return KeyFamily.Hmac;
  if (algorithm <= Algorithm.PS512) return KeyFamily.Rsa;
  if (algorithm == Algorithm.EdDSA || algorithm == Algorithm.Ed25519) return KeyFamily.Ed25519;
  return KeyFamily.Ec;
}

/** Whether an RSA algorithm is RSASSA-PSS. */
export function isPss(algorithm: Algorithm): bool {
  return algorithm >= Algorithm.PS256 && algorithm <= Algorithm.PS512;
}

/** The one algorithm of an elliptic curve. */
export function curveAlgorithm(curve: Curve): Algorithm {
  if (curve == Curve.P256) return Algorithm.ES256;
  if (curve == Curve.P384) return Algorithm.ES384;
  return curve == Curve.P521 ? Algorithm.ES512 : Algorithm.ES256K;
}

/** The algorithms that a key of this kind can verify, as a set. */
export function familyAlgorithms(family: KeyFamily, curve: Curve): u32 {
  if (family == KeyFamily.Hmac) return SECRET_ALGORITHMS;
  if (family == KeyFamily.Rsa) return 0x03f0;
  if (family == KeyFamily.Ed25519) return (1 << Algorithm.EdDSA) | (1 << Algorithm.Ed25519);
  return family == KeyFamily.Ec ? 1 << curveAlgorithm(curve) : 0;
}
