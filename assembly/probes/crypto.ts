// Test door to the crypto room: raw bytes in and out, for vectors and for comparison with
// node:crypto. Never shipped.
import { carry, multiply, multiplySubtract, square } from "../crypto/field/field";
import { elementToBytes, invertElement, prepareField } from "../crypto/field/element";
import { Hash, digest } from "../crypto/hash/hash";
import { HMAC_KEY_BYTES, hmac, hmacKey, hmacVerify } from "../crypto/hash/hmac";
import {
  ECDSA_KEY_BYTES,
  ecdsaKey,
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
import { rsaKey, rsaKeyBytes, rsaPower } from "../crypto/rsa/rsa";
import { rsaPreparePkcs1, rsaVerifyPkcs1 } from "../crypto/rsa/pkcs1";
import { rsaVerifyPss } from "../crypto/rsa/pss";

export function allocate(size: usize): usize {
  return heap.alloc(size);
}

export function hash(which: Hash, data: usize, size: usize, out: usize): void {
  digest(which, data, size, out);
}

export function hmacKeyBytes(): usize {
  return HMAC_KEY_BYTES;
}

export { hmac, hmacKey, hmacVerify };
export { rsaKey, rsaKeyBytes, rsaPower, rsaPreparePkcs1, rsaVerifyPkcs1, rsaVerifyPss };
export { ecdsaKey, ecdsaTableBytes, ecdsaUseTable, ecdsaVerify };

export function ecdsaKeyBytes(): usize {
  return ECDSA_KEY_BYTES;
}

export { ed25519Key, ed25519TableBytes, ed25519UseTable, ed25519Verify };

export function ed25519KeyBytes(): usize {
  return ED25519_KEY_BYTES;
}

/**
 * Field arithmetic on raw limbs, so that a test can go to the bounds that the field files state.
 */
export { carry, elementToBytes, invertElement, multiply, multiplySubtract, prepareField, square };
