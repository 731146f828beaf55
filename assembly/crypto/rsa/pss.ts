// RSASSA-PSS verification, RFC 8017 §8.1.2 and §9.1.2, with MGF1 over the hash of the message
// (§B.2.1). The salt length is given by the caller and never recovered from the signature: JOSE
// fixes it to the length of the digest (RFC 7518 §3.5).
import { Hash, digest, hashBytes, hashFinish, hashStart, hashUpdate } from "../hash/hash";
import { rsaBits, rsaPower, rsaSignatureBytes } from "./rsa";

const RECOVERED: usize = memory.data(1024, 16);
const MASK: usize = memory.data(64, 16);
const SEED: usize = memory.data(72, 16);
const CONTEXT: usize = memory.data(200, 16);
const EIGHT_ZEROS: usize = memory.data(8, 8);

/**
 * True when `signature` over a message with this digest was made with the key and a salt of
 * `saltBytes` octets.
 */
export function rsaVerifyPss(
  key: usize,
  hash: Hash,
  messageDigest: usize,
  saltBytes: usize,
  signature: usize,
  size: usize,
): bool {
  if (!rsaPower(key, signature, size, RECOVERED)) return false;
  const hashSize = hashBytes(hash);
  const emBits = rsaBits(key) - 1;
  const emBytes = <usize>((emBits + 7) >> 3);
  let encoded = RECOVERED;
  // A modulus of 8k + 1 bits: the encoded message is one octet shorter than the modulus (§8.1.2
  // step 2c).
  if (emBytes < rsaSignatureBytes(key)) {
    if (load<u8>(encoded) != 0) return false;
    encoded += 1;
  }
  if (emBytes < hashSize + saltBytes + 2) return false;
  if (load<u8>(encoded + emBytes - 1) != 0xbc) return false;
  const blockBytes = emBytes - hashSize - 1;
  const h = encoded + blockBytes;
  // §9.1.2 steps 6 and 9: the bits above emBits must be zero before unmasking and are cleared after
  // it.
  const spare = <u32>emBytes * 8 - emBits;
  const keep: u32 = 0xff >> spare;
  if (((<u32>load<u8>(encoded)) & ~keep) != 0) return false;
  unmask(hash, encoded, blockBytes, h);
  store<u8>(encoded, <u8>(load<u8>(encoded) & keep));
  const saltAt = encoded + blockBytes - saltBytes;
  for (let at = encoded; at < saltAt - 1; at++) {
    if (load<u8>(at) != 0) return false;
  }
  if (load<u8>(saltAt - 1) != 1) return false;
  hashStart(hash, CONTEXT);
  hashUpdate(hash, CONTEXT, EIGHT_ZEROS, 8);
  hashUpdate(hash, CONTEXT, messageDigest, hashSize);
  hashUpdate(hash, CONTEXT, saltAt, saltBytes);
  hashFinish(hash, CONTEXT, MASK);
  return memory.compare(MASK, h, hashSize) == 0;
}

/** XORs MGF1(seed) over a block; the seed is one digest long. */
function unmask(hash: Hash, block: usize, size: usize, seed: usize): void {
  const hashSize = hashBytes(hash);
  memory.copy(SEED, seed, hashSize);
  let done: usize = 0;
  for (let counter: u32 = 0; done < size; counter++) {
    store<u32>(SEED + hashSize, bswap<u32>(counter));
    digest(hash, SEED, hashSize + 4, MASK);
    const take = min<usize>(hashSize, size - done);
    for (let i: usize = 0; i < take; i++) {
      store<u8>(block + done + i, load<u8>(block + done + i) ^ load<u8>(MASK + i));
    }
    done += take;
  }
}
