// One key that can verify tokens: the algorithms it is for, its kid, and the prepared record of the
// crypto room. The algorithm belongs to the key; what a token's header says is only compared with
// it (RFC 8725 §3.1). Made at configure time, owns its memory.
import { Curve, coordinateBytes } from "../crypto/ec/curve";
import {
  ECDSA_KEY_BYTES,
  ecdsaKey,
  ecdsaSignatureBytes,
  ecdsaTableBytes,
  ecdsaUseTable,
  ecdsaVerify,
} from "../crypto/ec/ecdsa";
import {
  ED25519_KEY_BYTES,
  ed25519Key,
  ed25519TableBytes,
  ed25519UseTable,
  ed25519Verify,
} from "../crypto/ec/ed25519";
import { digest, hashBytes } from "../crypto/hash/hash";
import { HMAC_KEY_BYTES, hmacKey, hmacVerify } from "../crypto/hash/hmac";
import { DER_SPKI_BYTES, spkiToDer } from "../crypto/key/der-writer";
import { KeyFamily, PublicKey } from "../crypto/key/public-key";
import { checkRsa, rsaExponent } from "../crypto/key/rsa-policy";
import { KeyStatus } from "../crypto/key/status";
import { rsaPreparePkcs1, rsaVerifyPkcs1 } from "../crypto/rsa/pkcs1";
import { rsaVerifyPss } from "../crypto/rsa/pss";
import { rsaKey, rsaKeyBytes, rsaSignatureBytes } from "../crypto/rsa/rsa";
import { Algorithm, algorithmHash, familyAlgorithms, isPss } from "./algorithm";

const DIGEST: usize = memory.data(64, 16);
const SPKI: usize = memory.data(<i32>DER_SPKI_BYTES, 16);

@final
export class JoseKey {
  family: KeyFamily = KeyFamily.None;
  curve: Curve = Curve.P256;
  /** Set of algorithms this key verifies, a bit each. */
  algorithms: u32 = 0;
  kidPtr: usize = 0;
  kidLength: u32 = 0;
  /** Set of algorithms the key was meant for, also when it could not be read. */
  claimed: u32 = 0;
  /** Verifications so far; the owner of the set decides by it who gets a table. */
  uses: u32 = 0;
  /** The public key as SubjectPublicKeyInfo in DER, for a host's verifier; 0 bytes for secrets. */
  spki: usize = 0;
  spkiBytes: u32 = 0;
  private record: usize = 0;
  private secretRecords: usize = 0;
  private table: usize = 0;

  /** Takes a public key after its policy; the bytes that `key` points at may go afterwards. */
  setPublic(key: PublicKey): KeyStatus {
    this.family = key.family;
    this.curve = key.curve;
    this.algorithms = familyAlgorithms(key.family, key.curve);
    const status = this.prepare(key);
    if (status == KeyStatus.Ok) this.keepSpki(key);
    return status;
  }

  /** Takes a public key for another engine alone, without what this room would need to verify with it. */
  setForeign(key: PublicKey): void {
    this.family = key.family;
    this.curve = key.curve;
    this.algorithms = familyAlgorithms(key.family, key.curve);
    this.keepSpki(key);
  }

  private keepSpki(key: PublicKey): void {
    this.spkiBytes = <u32>spkiToDer(SPKI, key);
    this.spki = heap.alloc(max<usize>(this.spkiBytes, 1));
    memory.copy(this.spki, SPKI, this.spkiBytes);
  }

  private prepare(key: PublicKey): KeyStatus {
    if (key.family == KeyFamily.Rsa) return this.setRsa(key);
    if (key.family == KeyFamily.Ec) {
      this.record = heap.alloc(ECDSA_KEY_BYTES);
      return ecdsaKey(this.record, key.curve, key.x, key.y)
        ? KeyStatus.Ok
        : KeyStatus.PointNotOnCurve;
    }
    if (key.family != KeyFamily.Ed25519) return KeyStatus.Algorithm;
    this.record = heap.alloc(ED25519_KEY_BYTES);
    return ed25519Key(this.record, key.x) ? KeyStatus.Ok : KeyStatus.Ed25519Point;
  }

  private setRsa(key: PublicKey): KeyStatus {
    const status = checkRsa(key.modulus, key.modulusBytes, key.exponent, key.exponentBytes);
    if (status != KeyStatus.Ok) return status;
    this.record = heap.alloc(rsaKeyBytes(<u32>key.modulusBytes * 8));
    rsaKey(this.record, key.modulus, key.modulusBytes, rsaExponent);
    rsaPreparePkcs1(this.record);
    return KeyStatus.Ok;
  }

  /** Takes a secret, for those of `algorithms` whose digest is not longer (RFC 7518 §3.2). */
  setSecret(secret: usize, length: usize, algorithms: u32): KeyStatus {
    this.family = KeyFamily.Hmac;
    this.algorithms = 0;
    this.secretRecords = heap.alloc(3 * HMAC_KEY_BYTES);
    for (let a: u32 = Algorithm.HS256; a <= <u32>Algorithm.HS512; a++) {
      const hash = algorithmHash(<Algorithm>a);
      if ((algorithms & (1 << a)) == 0 || length < hashBytes(hash)) continue;
      hmacKey(this.secretRecord(<Algorithm>a), hash, secret, length);
      this.algorithms |= 1 << a;
    }
    return this.algorithms == 0 ? KeyStatus.SecretTooShort : KeyStatus.Ok;
  }

  private secretRecord(algorithm: Algorithm): usize {
    return this.secretRecords + HMAC_KEY_BYTES * (<usize>algorithm - <usize>Algorithm.HS256);
  }

  /** Copies the kid; tokens with the same bytes choose this key. */
  setKid(ptr: usize, length: u32): void {
    if (this.kidPtr != 0) heap.free(this.kidPtr);
    this.kidPtr = heap.alloc(max<usize>(length, 1));
    this.kidLength = length;
    memory.copy(this.kidPtr, ptr, length);
  }

  /** Whether the kid has these bytes; a key without kid has none. */
  hasKid(ptr: usize, length: u32): bool {
    if (this.kidPtr == 0 || this.kidLength != length) return false;
    return memory.compare(this.kidPtr, ptr, length) == 0;
  }

  /** Whether this key verifies the algorithm. */
  fits(algorithm: Algorithm): bool {
    return ((this.algorithms >> (<u32>algorithm)) & 1) != 0;
  }

  /** Octets of every signature of the algorithm with this key. */
  signatureBytes(algorithm: Algorithm): usize {
    if (this.family == KeyFamily.Hmac) return hashBytes(algorithmHash(algorithm));
    if (this.family == KeyFamily.Rsa) return rsaSignatureBytes(this.record);
    return this.family == KeyFamily.Ec ? ecdsaSignatureBytes(this.curve) : 64;
  }

  /** Verifies a signature over a message; the key must fit the algorithm. Allocates nothing. */
  verify(algorithm: Algorithm, message: usize, length: usize, sig: usize, size: usize): bool {
    this.uses += 1;
    if (this.family == KeyFamily.Hmac) {
      return hmacVerify(this.secretRecord(algorithm), message, length, sig, size);
    }
    if (this.family == KeyFamily.Ed25519) {
      return ed25519Verify(this.record, message, length, sig, size);
    }
    const hash = algorithmHash(algorithm);
    digest(hash, message, length, DIGEST);
    if (this.family == KeyFamily.Ec) {
      return ecdsaVerify(this.record, DIGEST, hashBytes(hash), sig, size);
    }
    if (!isPss(algorithm)) return rsaVerifyPkcs1(this.record, hash, DIGEST, sig, size);
    return rsaVerifyPss(this.record, hash, DIGEST, hashBytes(hash), sig, size);
  }

  /** Whether a table would make this key faster. */
  get wantsTable(): bool {
    const isCurve = this.family == KeyFamily.Ec || this.family == KeyFamily.Ed25519;
    return isCurve && this.table == 0;
  }

  /** Builds the table, 36 to 67 KiB of heap; about a millisecond. */
  buildTable(): void {
    if (!this.wantsTable) return;
    if (this.family == KeyFamily.Ec) {
      this.table = heap.alloc(ecdsaTableBytes(this.curve));
      ecdsaUseTable(this.record, this.table);
    } else {
      this.table = heap.alloc(ed25519TableBytes());
      ed25519UseTable(this.record, this.table);
    }
  }

  /** Frees everything but the kid; what is left only tells that the kid is taken. */
  disposeSecrets(): void {
    if (this.secretRecords != 0) {
      memory.fill(this.secretRecords, 0, 3 * HMAC_KEY_BYTES);
      heap.free(this.secretRecords);
    }
    if (this.record != 0) heap.free(this.record);
    if (this.spki != 0) heap.free(this.spki);
    if (this.table != 0) heap.free(this.table);
    this.secretRecords = 0;
    this.record = 0;
    this.spki = 0;
    this.spkiBytes = 0;
    this.table = 0;
    this.algorithms = 0;
  }

  /** Frees everything; secrets are overwritten first. */
  dispose(): void {
    this.disposeSecrets();
    if (this.kidPtr != 0) heap.free(this.kidPtr);
    this.kidPtr = 0;
  }
}

/** Whether two coordinates of these lengths are what the curve wants. */
export function areCoordinates(curve: Curve, xLength: i32, yLength: i32): bool {
  const size = <i32>coordinateBytes(curve);
  return xLength == size && yLength == size;
}
