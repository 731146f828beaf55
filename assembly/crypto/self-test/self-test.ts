// Known answers: one good and one bad signature for each algorithm family. Run at configure time,
// it refuses a module whose arithmetic was miscompiled before any traffic meets it, and it moves
// the hot code into the engine's optimising tier (some twenty runs do).
import { Curve, coordinateBytes } from "../ec/curve";
import { ECDSA_KEY_BYTES, ecdsaKey, ecdsaVerify } from "../ec/ecdsa";
import { ED25519_KEY_BYTES, ed25519Key, ed25519Verify } from "../ec/ed25519";
import { Hash, digest, hashBytes } from "../hash/hash";
import { HMAC_KEY_BYTES, hmacKey, hmacVerify } from "../hash/hmac";
import { KeyFamily } from "../key/public-key";
import { rsaPreparePkcs1, rsaVerifyPkcs1 } from "../rsa/pkcs1";
import { rsaVerifyPss } from "../rsa/pss";
import { rsaKey, rsaKeyBytes } from "../rsa/rsa";
import {
  ED25519_KEY,
  ED25519_SIGNATURE,
  HMAC_SHA256,
  HMAC_SHA384,
  HMAC_SHA512,
  MESSAGE,
  MESSAGE_BYTES,
  P256_KEY,
  P256_SIGNATURE,
  P384_KEY,
  P384_SIGNATURE,
  P521_KEY,
  P521_SIGNATURE,
  PKCS1_SIGNATURE,
  PSS_SIGNATURE,
  RSA_MODULUS,
  SECP256K1_KEY,
  SECP256K1_SIGNATURE,
} from "./vectors";

const DIGEST: usize = memory.data(64, 16);
const BAD: usize = memory.data(256, 16);

/**
 * Runs the known answers of one key family (and curve) `rounds` times; one round proves, twenty
 * warm up. False on the first wrong verdict: then nothing of this family may be verified here.
 * Takes and gives back some heap; prepares the curve.
 */
export function selfTest(family: KeyFamily, curve: Curve, rounds: u32): bool {
  const key = heap.alloc(
    max<usize>(rsaKeyBytes(2048), max<usize>(ECDSA_KEY_BYTES, HMAC_KEY_BYTES)),
  );
  let passed: bool = true;
  for (let i: u32 = 0; i < rounds && passed; i++) {
    if (family == KeyFamily.Hmac) passed = testHmac(key);
    else if (family == KeyFamily.Rsa) passed = testRsa(key);
    else if (family == KeyFamily.Ed25519) passed = testEd25519(key);
    else passed = testEcdsa(key, curve);
  }
  heap.free(key);
  return passed;
}

/** A signature with its last bit turned. */
function spoil(signature: usize, size: usize): usize {
  memory.copy(BAD, signature, size);
  store<u8>(BAD + size - 1, load<u8>(BAD + size - 1) ^ 1);
  return BAD;
}

function testHmac(key: usize): bool {
  return (
    testOneHmac(key, Hash.Sha256, HMAC_SHA256) &&
    testOneHmac(key, Hash.Sha384, HMAC_SHA384) &&
    testOneHmac(key, Hash.Sha512, HMAC_SHA512)
  );
}

function testOneHmac(key: usize, hash: Hash, tag: usize): bool {
  const size = hashBytes(hash);
  hmacKey(key, hash, MESSAGE, MESSAGE_BYTES);
  if (!hmacVerify(key, MESSAGE, MESSAGE_BYTES, tag, size)) return false;
  return !hmacVerify(key, MESSAGE, MESSAGE_BYTES, spoil(tag, size), size);
}

function testRsa(key: usize): bool {
  rsaKey(key, RSA_MODULUS, 256, 65537);
  digest(Hash.Sha256, MESSAGE, MESSAGE_BYTES, DIGEST);
  const holds = testPkcs1(key);
  rsaPreparePkcs1(key);
  return (
    holds &&
    testPkcs1(key) &&
    rsaVerifyPss(key, Hash.Sha256, DIGEST, 32, PSS_SIGNATURE, 256) &&
    !rsaVerifyPss(key, Hash.Sha256, DIGEST, 32, spoil(PSS_SIGNATURE, 256), 256)
  );
}

function testPkcs1(key: usize): bool {
  return (
    rsaVerifyPkcs1(key, Hash.Sha256, DIGEST, PKCS1_SIGNATURE, 256) &&
    !rsaVerifyPkcs1(key, Hash.Sha256, DIGEST, spoil(PKCS1_SIGNATURE, 256), 256)
  );
}

function testEcdsa(key: usize, curve: Curve): bool {
  let point = P256_KEY;
  let signature = P256_SIGNATURE;
  let hash = Hash.Sha256;
  if (curve == Curve.P384) {
    point = P384_KEY;
    signature = P384_SIGNATURE;
    hash = Hash.Sha384;
  } else if (curve == Curve.P521) {
    point = P521_KEY;
    signature = P521_SIGNATURE;
    hash = Hash.Sha512;
  } else if (curve == Curve.Secp256k1) {
    point = SECP256K1_KEY;
    signature = SECP256K1_SIGNATURE;
  }
  const size = coordinateBytes(curve);
  digest(hash, MESSAGE, MESSAGE_BYTES, DIGEST);
  if (!ecdsaKey(key, curve, point, point + size)) return false;
  if (!ecdsaVerify(key, DIGEST, hashBytes(hash), signature, 2 * size)) return false;
  return !ecdsaVerify(key, DIGEST, hashBytes(hash), spoil(signature, 2 * size), 2 * size);
}

function testEd25519(key: usize): bool {
  if (ED25519_KEY_BYTES > HMAC_KEY_BYTES || !ed25519Key(key, ED25519_KEY)) return false;
  if (!ed25519Verify(key, MESSAGE, MESSAGE_BYTES, ED25519_SIGNATURE, 64)) return false;
  return !ed25519Verify(key, MESSAGE, MESSAGE_BYTES, spoil(ED25519_SIGNATURE, 64), 64);
}
