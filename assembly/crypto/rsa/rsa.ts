// RSA public-key operation, RFC 8017 §5.2.2 (RSAVP1): s^e mod n for odd e, by squarings from the
// left. The last multiplication takes the signature itself instead of its Montgomery form, and so
// leaves Montgomery form for free: e = 65537 costs 18 operations. Key policy is in key-policy.ts.
import {
  NUMBER_BYTES,
  modulusBits,
  modulusBytes,
  montgomeryMultiply,
  montgomerySquare,
  normalize,
  numberLimbs,
  prepareModulus,
  readNumber,
  toMontgomery,
  writeNumber,
} from "../number/montgomery";
import { PAD_LIMBS } from "../number/columns";

/** Numbers that a padding keeps in the key record for itself (pkcs1.ts). */
export const RSA_CONSTANTS: u32 = 4;

// A key record: the exponent, what the constants are for, the modulus record, the constants.
const EXPONENT_AT: usize = 0;
const PURPOSE_AT: usize = 8;
const MODULUS_AT: usize = 16;

const PLAIN: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const BASE: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;
const POWER: usize = memory.data(<i32>NUMBER_BYTES, 16) + 4 * PAD_LIMBS;

/** Bytes of the key record for a modulus of `bits` bits. */
export function rsaKeyBytes(bits: u32): usize {
  // A modulus record holds two numbers and less than another one.
  return MODULUS_AT + modulusBytes(bits) * (1 + RSA_CONSTANTS / 2);
}

/**
 * Writes a key record (rsaKeyBytes, memory of the caller, aligned to 8). `n` is big-endian without
 * leading zeros, odd and between 2^64 and 2^8192; `exponent` is odd and at least 3. Both come from
 * key policy.
 */
export function rsaKey(key: usize, n: usize, size: usize, exponent: u64): void {
  store<u64>(key, exponent, EXPONENT_AT);
  store<u64>(key, 0, PURPOSE_AT);
  prepareModulus(key + MODULUS_AT, n, size);
}

/** Bit length of the modulus. */
export function rsaBits(key: usize): u32 {
  return modulusBits(key + MODULUS_AT);
}

/** Octets of the modulus, and so of every signature. */
export function rsaSignatureBytes(key: usize): usize {
  return <usize>((rsaBits(key) + 7) >> 3);
}

export function rsaExponentOf(key: usize): u64 {
  return load<u64>(key, EXPONENT_AT);
}

/** The key's modulus record. */
export function rsaModulus(key: usize): usize {
  return key + MODULUS_AT;
}

/** Address of constant `index`, a padded number. */
export function rsaConstant(key: usize, index: u32): usize {
  const bytes = 4 * (numberLimbs(key + MODULUS_AT) + 2 * PAD_LIMBS);
  const first = key + MODULUS_AT + modulusBytes(rsaBits(key));
  return first + <usize>index * bytes + 4 * PAD_LIMBS;
}

/** Whether somebody has filled the constants. */
export function rsaHasConstants(key: usize): bool {
  return load<u64>(key, PURPOSE_AT) != 0;
}

export function rsaKeepConstants(key: usize): void {
  store<u64>(key, 1, PURPOSE_AT);
}

/**
 * Writes s^e mod n to `out` as rsaSignatureBytes octets. False, with nothing written, when the
 * signature has another length or is not below the modulus.
 */
export function rsaPower(key: usize, signature: usize, size: usize, out: usize): bool {
  if (size != rsaSignatureBytes(key)) return false;
  const modulus = key + MODULUS_AT;
  if (!readNumber(modulus, PLAIN, signature, size)) return false;
  const exponent = load<u64>(key, EXPONENT_AT);
  toMontgomery(modulus, BASE, PLAIN);
  let from = BASE;
  for (let bit: i64 = 62 - clz<i64>(exponent); bit > 0; bit--) {
    montgomerySquare(modulus, POWER, from);
    from = POWER;
    if (((exponent >> bit) & 1) != 0) montgomeryMultiply(modulus, POWER, POWER, BASE);
  }
  montgomerySquare(modulus, POWER, from);
  montgomeryMultiply(modulus, POWER, POWER, PLAIN);
  normalize(modulus, POWER);
  writeNumber(modulus, POWER, out, size);
  return true;
}
