// Public keys from DER: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) with rsaEncryption (RFC 3279
// §2.3.1), id-ecPublicKey on a named curve (RFC 5480 §2) or Ed25519 (RFC 8410 §4), bare
// RSAPublicKey (RFC 8017 §A.1.1), and the key of a certificate. No chain, no validity and no name
// of a certificate is looked at: it is only an envelope here.
import { Curve, coordinateBytes } from "../ec/curve";
import { DerReader, DerTag } from "./der-reader";
import { KeyStatus } from "./status";

/** Kind of a key. */
export const enum KeyFamily {
  None = 0,
  Hmac,
  Rsa,
  Ec,
  Ed25519,
}

// prettier-ignore
const OID_RSA: usize = memory.data<u8>([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]);
const OID_EC: usize = memory.data<u8>([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
const OID_P256: usize = memory.data<u8>([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
const OID_P384: usize = memory.data<u8>([0x2b, 0x81, 0x04, 0x00, 0x22]);
const OID_P521: usize = memory.data<u8>([0x2b, 0x81, 0x04, 0x00, 0x23]);
const OID_SECP256K1: usize = memory.data<u8>([0x2b, 0x81, 0x04, 0x00, 0x0a]);
const OID_ED25519: usize = memory.data<u8>([0x2b, 0x65, 0x70]);

/**
 * The parts of a public key as views into the bytes it was read from, or into memory of whoever
 * filled it.
 */
@final
export class PublicKey {
  family: KeyFamily = KeyFamily.None;
  /** RSA modulus and exponent, big-endian without leading zeros. */
  modulus: usize = 0;
  modulusBytes: usize = 0;
  exponent: usize = 0;
  exponentBytes: usize = 0;
  curve: Curve = Curve.P256;
  /**
   * Coordinates of coordinateBytes(curve) octets each; the 32 octets of an Ed25519 key stand in
   * `x`.
   */
  x: usize = 0;
  y: usize = 0;

  /** Reads a SubjectPublicKeyInfo that fills all `length` bytes. */
  readSpki(ptr: usize, length: usize): KeyStatus {
    const outer = new DerReader(ptr, length);
    if (!outer.read(DerTag.Sequence) || !outer.isDone) return KeyStatus.Der;
    const info = outer.inside();
    if (!info.read(DerTag.Sequence)) return KeyStatus.Der;
    const algorithm = info.inside();
    if (!info.readOctets() || !info.isDone) return KeyStatus.Der;
    if (!algorithm.read(DerTag.ObjectIdentifier)) return KeyStatus.Der;
    if (algorithm.isValue(OID_RSA, 9)) {
      if (!algorithm.read(DerTag.Null) || !algorithm.isValue(0, 0) || !algorithm.isDone) {
        return KeyStatus.Der;
      }
      return this.readPkcs1(info.valuePtr, info.valueLength);
    }
    if (algorithm.isValue(OID_EC, 7)) return this.readPoint(algorithm, info);
    if (!algorithm.isValue(OID_ED25519, 3)) return KeyStatus.Algorithm;
    if (!algorithm.isDone || info.valueLength != 32) return KeyStatus.Der;
    this.family = KeyFamily.Ed25519;
    this.curve = Curve.Edwards25519;
    this.x = info.valuePtr;
    return KeyStatus.Ok;
  }

  /** Reads an RSAPublicKey that fills all `length` bytes. */
  readPkcs1(ptr: usize, length: usize): KeyStatus {
    const outer = new DerReader(ptr, length);
    if (!outer.read(DerTag.Sequence) || !outer.isDone) return KeyStatus.Der;
    const numbers = outer.inside();
    if (!numbers.readPositive()) return KeyStatus.Der;
    this.modulus = numbers.valuePtr;
    this.modulusBytes = numbers.valueLength;
    if (!numbers.readPositive() || !numbers.isDone) return KeyStatus.Der;
    this.exponent = numbers.valuePtr;
    this.exponentBytes = numbers.valueLength;
    this.family = KeyFamily.Rsa;
    return KeyStatus.Ok;
  }

  /**
   * Reads the SubjectPublicKeyInfo of an X.509 certificate (RFC 5280 §4.1) that fills all `length`
   * bytes.
   */
  readCertificate(ptr: usize, length: usize): KeyStatus {
    const outer = new DerReader(ptr, length);
    if (!outer.read(DerTag.Sequence) || !outer.isDone) return KeyStatus.Der;
    const certificate = outer.inside();
    if (!certificate.read(DerTag.Sequence)) return KeyStatus.Der;
    const body = certificate.inside();
    if (!certificate.read(DerTag.Sequence) || !certificate.readOctets() || !certificate.isDone) {
      return KeyStatus.Der;
    }
    // version, serial number, signature algorithm, issuer, validity, subject
    if (body.next(DerTag.Context0)) body.readAny();
    if (!body.read(DerTag.Integer)) return KeyStatus.Der;
    for (let i = 0; i < 4; i++) {
      if (!body.read(DerTag.Sequence)) return KeyStatus.Der;
    }
    if (!body.read(DerTag.Sequence)) return KeyStatus.Der;
    const spki = body.elementPtr;
    return this.readSpki(spki, body.valuePtr + body.valueLength - spki);
  }

  /** Whether both are the same key. */
  equals(other: PublicKey): bool {
    if (this.family != other.family) return false;
    if (this.family == KeyFamily.Rsa) {
      return (
        same(this.modulus, this.modulusBytes, other.modulus, other.modulusBytes) &&
        same(this.exponent, this.exponentBytes, other.exponent, other.exponentBytes)
      );
    }
    if (this.curve != other.curve) return false;
    const size = coordinateBytes(this.curve);
    if (memory.compare(this.x, other.x, size) != 0) return false;
    return this.family == KeyFamily.Ed25519 || memory.compare(this.y, other.y, size) == 0;
  }

  private readPoint(algorithm: DerReader, info: DerReader): KeyStatus {
    if (!algorithm.read(DerTag.ObjectIdentifier) || !algorithm.isDone) return KeyStatus.Der;
    if (algorithm.isValue(OID_P256, 8)) this.curve = Curve.P256;
    else if (algorithm.isValue(OID_P384, 5)) this.curve = Curve.P384;
    else if (algorithm.isValue(OID_P521, 5)) this.curve = Curve.P521;
    else if (algorithm.isValue(OID_SECP256K1, 5)) this.curve = Curve.Secp256k1;
    else return KeyStatus.Curve;
    const size = coordinateBytes(this.curve);
    const isPlain = info.valueLength == 1 + 2 * size && load<u8>(info.valuePtr) == 4;
    if (!isPlain) return KeyStatus.PointEncoding;
    this.family = KeyFamily.Ec;
    this.x = info.valuePtr + 1;
    this.y = this.x + size;
    return KeyStatus.Ok;
  }
}

function same(a: usize, aBytes: usize, b: usize, bBytes: usize): bool {
  return aBytes == bBytes && memory.compare(a, b, aBytes) == 0;
}
