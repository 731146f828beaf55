// One JWK (RFC 7517) to a JoseKey. Members are collected as views first and judged together
// afterwards, because their order is free. `alg`, `use` and `key_ops` must agree with a signature
// key; without `alg` the key type alone decides what the key verifies. Values are decoded in place:
// the text must be memory of the caller that may change.
import { NOT_BASE64, decodeBase64, decodeBase64Url } from "../base/base64";
import { Curve } from "../crypto/ec/curve";
import { KeyFamily, PublicKey } from "../crypto/key/public-key";
import { KeyStatus } from "../crypto/key/status";
import { JsonEvent } from "../json/event";
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";
import { Algorithm, algorithmOf, familyAlgorithms } from "./algorithm";
import { Member, equalsText, memberOf } from "./jwk-member";
import { JoseKey, areCoordinates } from "./key";

/** Longest kid in bytes. */
export const MAX_KID_BYTES: u32 = 256;
/** More key operations than RFC 7517 §4.3 knows are no list of operations. */
const MAX_KEY_OPS: u32 = 8;

/** Reads JWKs one after another; holds the views of the one in work. */
@final
export class JwkReader {
  private key: PublicKey = new PublicKey();
  private views: StaticArray<usize> = new StaticArray<usize>(16);
  private lengths: StaticArray<i32> = new StaticArray<i32>(16);
  private status: KeyStatus = KeyStatus.Ok;
  private canVerify: bool = true;
  private certificate: usize = 0;
  private certificateLength: u32 = 0;

  /**
   * Reads the object that `json` has just entered, to its end in any case, unless the text itself
   * is broken (JwkJson). On Ok `out` is ready; otherwise it must be disposed of.
   */
  read(json: JsonReader, out: JoseKey): KeyStatus {
    for (let i = 0; i < 16; i++) this.lengths[i] = -1;
    this.status = KeyStatus.Ok;
    this.canVerify = true;
    this.certificate = 0;
    const level = json.depth;
    while (true) {
      const event = json.next();
      if (event == JsonEvent.Fault) return KeyStatus.JwkJson;
      if (event == JsonEvent.ObjectEnd && json.depth < level) break;
      this.take(json, event);
    }
    return this.status == KeyStatus.Ok ? this.build(out) : this.status;
  }

  private take(json: JsonReader, event: JsonEvent): void {
    const member = memberOf(json);
    if (member == Member.Private) this.status = KeyStatus.JwkPrivate;
    if (member == Member.KeyOps) {
      this.takeKeyOps(json, event);
    } else if (member == Member.X5c) {
      this.takeCertificates(json, event);
    } else if (member == Member.Other || member == Member.Private || member == Member.Keys) {
      json.skip(event);
    } else if (event != JsonEvent.String) {
      this.status = KeyStatus.JwkShape;
      json.skip(event);
    } else {
      let length = json.valueLength;
      if (json.valueEscaped) length = unescapeInto(json.valuePtr, json.valuePtr, length);
      this.views[member] = json.valuePtr;
      this.lengths[member] = <i32>length;
    }
  }

  /** RFC 7517 §4.3: an array of distinct strings; "verify" must be one of them. */
  private takeKeyOps(json: JsonReader, event: JsonEvent): void {
    if (event != JsonEvent.ArrayStart) {
      this.status = KeyStatus.JwkShape;
      json.skip(event);
      return;
    }
    this.canVerify = false;
    let verifies: u32 = 0;
    let count: u32 = 0;
    const level = json.depth;
    while (true) {
      const element = json.next();
      if (element == JsonEvent.Fault || (element == JsonEvent.ArrayEnd && json.depth < level))
        break;
      if (element != JsonEvent.String) this.status = KeyStatus.JwkShape;
      else if (equalsText(json.valuePtr, json.valueLength, "verify")) verifies += 1;
      json.skip(element);
      count += 1;
    }
    if (verifies > 1 || count > MAX_KEY_OPS) this.status = KeyStatus.JwkKeyOps;
    this.canVerify = verifies == 1;
  }

  /** The first certificate of the chain; base64 with padding, not base64url (RFC 7517 §4.7). */
  private takeCertificates(json: JsonReader, event: JsonEvent): void {
    if (event != JsonEvent.ArrayStart) {
      this.status = KeyStatus.JwkCertificate;
      json.skip(event);
      return;
    }
    const level = json.depth;
    while (true) {
      const element = json.next();
      if (element == JsonEvent.Fault || (element == JsonEvent.ArrayEnd && json.depth < level))
        break;
      if (element != JsonEvent.String) this.status = KeyStatus.JwkCertificate;
      else if (this.certificate == 0) {
        let length = json.valueLength;
        if (json.valueEscaped) length = unescapeInto(json.valuePtr, json.valuePtr, length);
        this.certificate = json.valuePtr;
        this.certificateLength = length;
      }
      json.skip(element);
    }
    if (this.certificate == 0) this.status = KeyStatus.JwkCertificate;
  }

  private is(member: Member, text: string): bool {
    const length = this.lengths[member];
    return length >= 0 && equalsText(this.views[member], <u32>length, text);
  }

  private has(member: Member): bool {
    return this.lengths[member] >= 0;
  }

  /** Decodes a member in place; its length, or NOT_BASE64 also when it is missing. */
  private bytes(member: Member): i32 {
    const length = this.lengths[member];
    if (length < 0) return NOT_BASE64;
    const at = this.views[member];
    return decodeBase64Url(at, at, <u32>length);
  }

  private build(out: JoseKey): KeyStatus {
    if (this.has(Member.Use) && !this.is(Member.Use, "sig")) return KeyStatus.JwkUse;
    if (!this.canVerify) return KeyStatus.JwkKeyOps;
    if (this.lengths[Member.Kid] > <i32>MAX_KID_BYTES) return KeyStatus.KidTooLong;
    if (this.has(Member.Kid)) out.setKid(this.views[Member.Kid], <u32>this.lengths[Member.Kid]);
    return this.is(Member.Kty, "oct") ? this.buildSecret(out) : this.buildPublic(out);
  }

  /**
   * The algorithms that `alg` leaves of those in `possible`: all without it, none when it does not
   * fit.
   */
  private chosen(possible: u32): u32 {
    if (!this.has(Member.Alg)) return possible;
    const algorithm = algorithmOf(this.views[Member.Alg], <u32>this.lengths[Member.Alg]);
    if (algorithm == Algorithm.None || ((possible >> algorithm) & 1) == 0) return 0;
    // One key may be addressed by both names of its algorithm (RFC 9864 §2.2).
    const isEdwards = algorithm == Algorithm.EdDSA || algorithm == Algorithm.Ed25519;
    return isEdwards ? possible : 1 << algorithm;
  }

  private buildSecret(out: JoseKey): KeyStatus {
    if (!this.has(Member.K)) return KeyStatus.JwkMissingMember;
    const algorithms = this.chosen(familyAlgorithms(KeyFamily.Hmac, Curve.P256));
    if (algorithms == 0) return KeyStatus.JwkAlgorithm;
    out.claimed = algorithms;
    const length = this.bytes(Member.K);
    if (length == NOT_BASE64) return KeyStatus.JwkBase64;
    const status = out.setSecret(this.views[Member.K], length, algorithms);
    memory.fill(this.views[Member.K], 0, length);
    return status;
  }

  private buildPublic(out: JoseKey): KeyStatus {
    if (this.has(Member.K)) return KeyStatus.JwkPrivate;
    const key = this.key;
    key.family = KeyFamily.None;
    let status = this.readParts();
    const algorithms = this.chosen(familyAlgorithms(key.family, key.curve));
    out.claimed = algorithms;
    if (status != KeyStatus.Ok) return status;
    if (algorithms == 0) return KeyStatus.JwkAlgorithm;
    status = out.setPublic(key);
    if (status != KeyStatus.Ok) return status;
    out.algorithms = algorithms;
    return this.certificate == 0 ? KeyStatus.Ok : this.compareCertificate();
  }

  private readParts(): KeyStatus {
    if (!this.has(Member.Kty)) return KeyStatus.JwkMissingMember;
    if (this.is(Member.Kty, "RSA")) return this.readRsa();
    if (this.is(Member.Kty, "EC")) return this.readCurve();
    if (!this.is(Member.Kty, "OKP")) return KeyStatus.JwkKeyType;
    if (!this.has(Member.Crv) || !this.has(Member.X)) return KeyStatus.JwkMissingMember;
    if (!this.is(Member.Crv, "Ed25519")) return KeyStatus.Curve;
    this.key.family = KeyFamily.Ed25519;
    this.key.curve = Curve.Edwards25519;
    const length = this.bytes(Member.X);
    if (length == NOT_BASE64) return KeyStatus.JwkBase64;
    if (length != 32) return KeyStatus.Ed25519Point;
    this.key.x = this.views[Member.X];
    return KeyStatus.Ok;
  }

  private readRsa(): KeyStatus {
    if (!this.has(Member.N) || !this.has(Member.E)) return KeyStatus.JwkMissingMember;
    const key = this.key;
    key.family = KeyFamily.Rsa;
    key.curve = Curve.P256;
    const n = this.bytes(Member.N);
    const e = this.bytes(Member.E);
    if (n == NOT_BASE64 || e == NOT_BASE64) return KeyStatus.JwkBase64;
    key.modulus = this.views[Member.N];
    key.modulusBytes = n;
    key.exponent = this.views[Member.E];
    key.exponentBytes = e;
    // RFC 7518 §6.3.1.1 forbids a leading zero octet, yet it is common; the number is the same.
    if (n > 1 && load<u8>(key.modulus) == 0) {
      key.modulus += 1;
      key.modulusBytes -= 1;
    }
    return KeyStatus.Ok;
  }

  private readCurve(): KeyStatus {
    if (!this.has(Member.Crv) || !this.has(Member.X) || !this.has(Member.Y)) {
      return KeyStatus.JwkMissingMember;
    }
    const key = this.key;
    if (this.is(Member.Crv, "P-256")) key.curve = Curve.P256;
    else if (this.is(Member.Crv, "P-384")) key.curve = Curve.P384;
    else if (this.is(Member.Crv, "P-521")) key.curve = Curve.P521;
    else if (this.is(Member.Crv, "secp256k1")) key.curve = Curve.Secp256k1;
    else return KeyStatus.Curve;
    key.family = KeyFamily.Ec;
    const x = this.bytes(Member.X);
    const y = this.bytes(Member.Y);
    if (x == NOT_BASE64 || y == NOT_BASE64) return KeyStatus.JwkBase64;
    if (!areCoordinates(key.curve, x, y)) return KeyStatus.PointEncoding;
    key.x = this.views[Member.X];
    key.y = this.views[Member.Y];
    return KeyStatus.Ok;
  }

  /** RFC 7517 §4.7: the key in the first certificate must be the key of the JWK. */
  private compareCertificate(): KeyStatus {
    const at = this.certificate;
    const length = decodeBase64(at, at, this.certificateLength);
    if (length == NOT_BASE64) return KeyStatus.JwkCertificate;
    const leaf = new PublicKey();
    if (leaf.readCertificate(at, length) != KeyStatus.Ok) return KeyStatus.JwkCertificate;
    return leaf.equals(this.key) ? KeyStatus.Ok : KeyStatus.JwkCertificate;
  }
}
