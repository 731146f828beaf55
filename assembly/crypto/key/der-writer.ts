// DER that a host's verifier wants: a SubjectPublicKeyInfo once per key, and an ECDSA signature as
// SEQUENCE of two INTEGERs (RFC 3279 §2.2.3) per token. Both go to memory of the caller; the
// largest sizes are given. Nothing is allocated.
import { Curve, coordinateBytes } from "../ec/curve";
import { KeyFamily, PublicKey } from "./public-key";

/** Room for any signature of ecdsaSignatureToDer. */
export const DER_SIGNATURE_BYTES: usize = 2 * (66 + 4) + 4;
/** Room for any key of spkiToDer: RSA of 8192 bits with a wide exponent. */
export const DER_SPKI_BYTES: usize = 1024 + 64;

// AlgorithmIdentifier elements, whole.
// prettier-ignore
const RSA: usize = memory.data<u8>([
  0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
]);
// prettier-ignore
const P256: usize = memory.data<u8>([
  0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
]);
// The last octet of the curve is written per key: 0x22 (P-384), 0x23 (P-521) or 0x0a (secp256k1).
// prettier-ignore
const SECG: usize = memory.data<u8>([
  0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x00,
]);
const ED25519: usize = memory.data<u8>([0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70]);

/**
 * Writes r || s (`half` octets each, at most 66) as DER to `out` (DER_SIGNATURE_BYTES). Returns the
 * length. The caller has checked the length of the signature; its values may be anything.
 */
export function ecdsaSignatureToDer(out: usize, signature: usize, half: usize): usize {
  const content = integerBytes(signature, half) + integerBytes(signature + half, half);
  let at = writeHeader(out, 0x30, content);
  at = writeInteger(at, signature, half);
  at = writeInteger(at, signature + half, half);
  return at - out;
}

/**
 * Writes a key as SubjectPublicKeyInfo to `out` (DER_SPKI_BYTES). Returns the length, 0 for a key
 * that has none.
 */
export function spkiToDer(out: usize, key: PublicKey): usize {
  if (key.family == KeyFamily.Rsa) return writeRsa(out, key);
  if (key.family == KeyFamily.Ed25519) {
    const at = writeFrame(out, ED25519, 7, 0, 32);
    memory.copy(at, key.x, 32);
    return at + 32 - out;
  }
  if (key.family != KeyFamily.Ec) return 0;
  const half = coordinateBytes(key.curve);
  const size = half * 2;
  const isP256 = key.curve == Curve.P256;
  const at = isP256 ? writeFrame(out, P256, 21, 4, size) : writeFrame(out, SECG, 18, 4, size);
  memory.copy(at, key.x, half);
  memory.copy(at + half, key.y, half);
  const length = at + size - out;
  if (isP256) return length;
  const last: u8 = key.curve == Curve.P384 ? 0x22 : key.curve == Curve.P521 ? 0x23 : 0x0a;
  // The octet before the bit string, whose header, zero octet and mark stand before the
  // coordinates.
  store<u8>(out + length - size - 2 - headerBytes(size + 2) - 1, last);
  return length;
}

/** SEQUENCE { algorithm, BIT STRING { mark?, `size` octets } } without those octets; where they go. */
function writeFrame(
  out: usize,
  algorithm: usize,
  algorithmBytes: usize,
  mark: u8,
  size: usize,
): usize {
  const content = size + (mark == 0 ? 1 : 2);
  let at = writeHeader(out, 0x30, algorithmBytes + headerBytes(content) + content);
  memory.copy(at, algorithm, algorithmBytes);
  at = writeHeader(at + algorithmBytes, 0x03, content);
  store<u8>(at++, 0);
  if (mark != 0) store<u8>(at++, mark);
  return at;
}

function writeRsa(out: usize, key: PublicKey): usize {
  const numbers =
    integerBytes(key.modulus, key.modulusBytes) + integerBytes(key.exponent, key.exponentBytes);
  const bits = headerBytes(numbers) + numbers + 1;
  let at = writeHeader(out, 0x30, 15 + headerBytes(bits) + bits);
  memory.copy(at, RSA, 15);
  at = writeHeader(at + 15, 0x03, bits);
  store<u8>(at++, 0);
  at = writeHeader(at, 0x30, numbers);
  at = writeInteger(at, key.modulus, key.modulusBytes);
  at = writeInteger(at, key.exponent, key.exponentBytes);
  return at - out;
}

function headerBytes(length: usize): usize {
  return length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
}

function writeHeader(at: usize, tag: u8, length: usize): usize {
  store<u8>(at, tag);
  if (length < 0x80) {
    store<u8>(at, <u8>length, 1);
    return at + 2;
  }
  if (length < 0x100) {
    store<u8>(at, 0x81, 1);
    store<u8>(at, <u8>length, 2);
    return at + 3;
  }
  store<u8>(at, 0x82, 1);
  store<u8>(at, <u8>(length >> 8), 2);
  store<u8>(at, <u8>length, 3);
  return at + 4;
}

/** Octets of a number as INTEGER, with its header. */
function integerBytes(bytes: usize, size: usize): usize {
  const length = significant(bytes, size);
  return headerBytes(length) + length;
}

/**
 * Octets of a number's content: without leading zeros, with one where the top bit would make it
 * negative.
 */
function significant(bytes: usize, size: usize): usize {
  while (size > 1 && load<u8>(bytes) == 0) {
    bytes += 1;
    size -= 1;
  }
  return load<u8>(bytes) >= 0x80 ? size + 1 : size;
}

function writeInteger(at: usize, bytes: usize, size: usize): usize {
  while (size > 1 && load<u8>(bytes) == 0) {
    bytes += 1;
    size -= 1;
  }
  const pad: usize = load<u8>(bytes) >= 0x80 ? 1 : 0;
  at = writeHeader(at, 0x02, size + pad);
  if (pad != 0) store<u8>(at++, 0);
  memory.copy(at, bytes, size);
  return at + size;
}
