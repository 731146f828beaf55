// RSASSA-PKCS1-v1_5 verification, RFC 8017 §8.2.2. The one encoding that a correct signer produces
// is built and compared; nothing of what came is parsed. Parsing is what made the forgeries of
// CVE-2006-4339 and its kin possible (short padding, BER lengths, missing NULL, trailing bytes).
//
// For e = 65537 the comparison is made modulo n and in the form the squarings leave: 16 Montgomery
// squarings of the plain s and a multiplication by s give s^65537 / R^65536, and s^65537 is the
// encoding EM if and only if that is EM / R^65536 mod n. EM is a constant for each hash plus the
// digest, so this takes two constants of the key and a multiplication of 20 limbs, in place of two
// whole multiplications into Montgomery form and out of it.
import { Hash, hashBytes } from "../hash/hash";
import { PAD_LIMBS } from "../number/columns";
import { limbsAdd, limbsAtLeast, limbsFromBytes, limbsSubtract } from "../number/limbs";
import {
  NUMBER_BYTES,
  modulusN,
  montgomeryMultiply,
  montgomerySquare,
  multiplyShort,
  normalize,
  numberLimbBits,
  numberLimbs,
  readNumber,
  toMontgomery,
} from "../number/montgomery";
import {
  rsaBits,
  rsaConstant,
  rsaExponentOf,
  rsaHasConstants,
  rsaKeepConstants,
  rsaModulus,
  rsaPower,
  rsaSignatureBytes,
} from "./rsa";

const RECOVERED: usize = memory.data(1024, 16);
const EXPECTED: usize = memory.data(1024, 16);

const SIGNATURE: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const LEFT: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const RIGHT: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const DIGEST: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;

/** Limbs of a digest: 512 bits in limbs of 27, a multiple of 4. */
const DIGEST_LIMBS: usize = 20;
/** The constants of a key: EM / R^65536 for a digest of zeros, one each hash, then what a digest is multiplied by. */
const DIGEST_FACTOR: u32 = 3;
/** Moduli that are shorter cannot hold every encoding. */
const LEAST_BITS: u32 = 1024;

// DigestInfo up to the digest, RFC 8017 §9.2 note 1; 19 octets each.
const PREFIX_BYTES: usize = 19;
// prettier-ignore
const PREFIXES: usize = memory.data<u8>([
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
  0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30,
  0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40,
]);

/**
 * Makes verifications with a key record cheaper (RSA_CONSTANTS of it); to be called once, after rsaKey. Nothing changes
 * for exponents other than 65537.
 */
export function rsaPreparePkcs1(key: usize): void {
  if (rsaExponentOf(key) != 65537 || rsaBits(key) < LEAST_BITS) return;
  const modulus = rsaModulus(key);
  const size = rsaSignatureBytes(key);
  // 1, squared 16 times: 1 / R^65535; multiplied by 1 once more: 1 / R^65536.
  setOne(modulus, LEFT, 0);
  setOne(modulus, RIGHT, 0);
  for (let i = 0; i < 16; i++) montgomerySquare(modulus, LEFT, LEFT);
  montgomeryMultiply(modulus, LEFT, LEFT, RIGHT);
  setOne(modulus, RIGHT, DIGEST_LIMBS);
  toMontgomery(modulus, RIGHT, RIGHT);
  keep(key, DIGEST_FACTOR, RIGHT);
  toMontgomery(modulus, LEFT, LEFT);
  memory.fill(DIGEST, 0, 64);
  for (let hash: u32 = 0; hash < DIGEST_FACTOR; hash++) {
    encode(<Hash>hash, DIGEST, size);
    readNumber(modulus, RIGHT, EXPECTED, size);
    keep(key, hash, RIGHT);
  }
  rsaKeepConstants(key);
}

/** The constant `index`: a number times what LEFT is the Montgomery form of. */
function keep(key: usize, index: u32, number: usize): void {
  const modulus = rsaModulus(key);
  const constant = rsaConstant(key, index);
  memory.fill(constant - 4 * PAD_LIMBS, 0, 4 * (numberLimbs(modulus) + 2 * PAD_LIMBS));
  montgomeryMultiply(modulus, constant, number, LEFT);
  normalize(modulus, constant);
}

/** out = 2^(b * limb). */
function setOne(modulus: usize, out: usize, limb: usize): void {
  memory.fill(out - 4 * PAD_LIMBS, 0, 4 * (numberLimbs(modulus) + 2 * PAD_LIMBS));
  store<u32>(out + 4 * limb, 1);
}

/** Writes the encoding of a digest in `size` octets to EXPECTED (RFC 8017 §9.2). */
function encode(hash: Hash, digest: usize, size: usize): void {
  const digestAt = EXPECTED + size - hashBytes(hash);
  const prefixAt = digestAt - PREFIX_BYTES;
  store<u16>(EXPECTED, 0x0100);
  memory.fill(EXPECTED + 2, 0xff, prefixAt - 1 - (EXPECTED + 2));
  store<u8>(prefixAt - 1, 0);
  memory.copy(prefixAt, PREFIXES + <usize>hash * PREFIX_BYTES, PREFIX_BYTES);
  memory.copy(digestAt, digest, hashBytes(hash));
}

/**
 * True when `signature` over a message with this digest (hashBytes(hash) octets) was made with the
 * key.
 */
export function rsaVerifyPkcs1(
  key: usize,
  hash: Hash,
  digest: usize,
  signature: usize,
  size: usize,
): bool {
  const length = rsaSignatureBytes(key);
  // RFC 8017 §9.2 step 3: at least eight octets of padding.
  if (size != length || length < PREFIX_BYTES + hashBytes(hash) + 11) return false;
  if (rsaHasConstants(key)) return isPowerOf(key, hash, digest, signature, size);
  if (!rsaPower(key, signature, size, RECOVERED)) return false;
  encode(hash, digest, size);
  return memory.compare(RECOVERED, EXPECTED, length) == 0;
}

/** Whether s^65537 is the encoding, both divided by R^65536. */
function isPowerOf(key: usize, hash: Hash, digest: usize, signature: usize, size: usize): bool {
  const modulus = rsaModulus(key);
  if (!readNumber(modulus, SIGNATURE, signature, size)) return false;
  montgomerySquare(modulus, LEFT, SIGNATURE);
  for (let i = 1; i < 16; i++) montgomerySquare(modulus, LEFT, LEFT);
  montgomeryMultiply(modulus, LEFT, LEFT, SIGNATURE);
  normalize(modulus, LEFT);
  const count = numberLimbs(modulus);
  const limbBits = numberLimbBits(modulus);
  const n = modulusN(modulus);
  limbsFromBytes(DIGEST, DIGEST_LIMBS, limbBits, digest, hashBytes(hash));
  multiplyShort(modulus, RIGHT, DIGEST, DIGEST_LIMBS, rsaConstant(key, DIGEST_FACTOR));
  // Below 2n and n: two subtractions at most.
  limbsAdd(RIGHT, rsaConstant(key, hash), count, limbBits);
  while (limbsAtLeast(RIGHT, n, count)) limbsSubtract(RIGHT, n, count, limbBits);
  return memory.compare(LEFT, RIGHT, 4 * count) == 0;
}
