// Test door to the crypto room: raw bytes in and out, for vectors and for comparison with node:crypto.
// Never shipped.
import { Hash, digest } from "../crypto/hash";
import { HMAC_KEY_BYTES, hmac, hmacKey, hmacVerify } from "../crypto/hmac";
import { rsaKey, rsaKeyBytes, rsaPower } from "../crypto/rsa";
import { rsaVerifyPkcs1 } from "../crypto/rsa-pkcs1";
import { rsaVerifyPss } from "../crypto/rsa-pss";

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
export { rsaKey, rsaKeyBytes, rsaPower, rsaVerifyPkcs1, rsaVerifyPss };
