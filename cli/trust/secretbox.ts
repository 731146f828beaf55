// NaCl's secretbox (XSalsa20 and Poly1305), for reading cosign's encrypted private keys: Node has neither. Only decryption, once per
// run, so that clarity goes before speed. The tag is compared before anything is decrypted.
// Sources: Bernstein, "Extending the Salsa20 nonce"; RFC 8439 §2.5 (Poly1305); NaCl crypto_secretbox.
import { timingSafeEqual } from "node:crypto";

const sigma = new TextEncoder().encode("expand 32-byte k");

const rotate = (value: number, count: number): number =>
  (value << count) | (value >>> (32 - count));

/** The rows of Salsa20's quarter rounds: columns, then rows. */
const quarters = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

function rounds(state: Uint32Array): Uint32Array {
  const x = state.slice();
  for (let i = 0; i < 10; i++) {
    for (const [a, b, c, d] of quarters) {
      x[b]! ^= rotate(x[a]! + x[d]!, 7);
      x[c]! ^= rotate(x[b]! + x[a]!, 9);
      x[d]! ^= rotate(x[c]! + x[b]!, 13);
      x[a]! ^= rotate(x[d]! + x[c]!, 18);
    }
  }
  return x;
}

function stateOf(key: Uint8Array, input: Uint8Array): Uint32Array {
  const word = (bytes: Uint8Array, index: number): number =>
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(index * 4, true);
  return Uint32Array.from([
    ...[word(sigma, 0), word(key, 0), word(key, 1), word(key, 2), word(key, 3), word(sigma, 1)],
    ...[word(input, 0), word(input, 1), word(input, 2), word(input, 3), word(sigma, 2)],
    ...[word(key, 4), word(key, 5), word(key, 6), word(key, 7), word(sigma, 3)],
  ]);
}

const littleEndian = (words: number[]): Uint8Array => {
  const bytes = new Uint8Array(words.length * 4);
  words.forEach((value, index) => new DataView(bytes.buffer).setUint32(index * 4, value, true));
  return bytes;
};

/** XSalsa20: a key for Salsa20 from the first 16 bytes of the nonce, then its stream for the other 8. */
function stream(length: number, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  const x = rounds(stateOf(key, nonce.subarray(0, 16)));
  const subkey = littleEndian([0, 5, 10, 15, 6, 7, 8, 9].map((index) => x[index]!));
  const out = new Uint8Array(Math.ceil(length / 64) * 64);
  const input = new Uint8Array(16);
  input.set(nonce.subarray(16, 24));
  for (let block = 0; block * 64 < length; block++) {
    new DataView(input.buffer).setUint32(8, block, true);
    const state = stateOf(subkey, input);
    const mixed = rounds(state);
    out.set(
      littleEndian([...mixed].map((value, index) => (value + state[index]!) >>> 0)),
      block * 64,
    );
  }
  return out.subarray(0, length);
}

function number(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function poly1305(message: Uint8Array, key: Uint8Array): Uint8Array {
  const p = (1n << 130n) - 5n;
  const r = number(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const part = message.subarray(at, at + 16);
    sum = ((sum + number(part) + (1n << BigInt(8 * part.length))) * r) % p;
  }
  let tag = (sum + number(key.subarray(16, 32))) & ((1n << 128n) - 1n);
  return Uint8Array.from({ length: 16 }, () => {
    const byte = Number(tag & 0xffn);
    tag >>= 8n;
    return byte;
  });
}

/**
 * Opens a box.
 * @param nonce 24 bytes
 * @param key 32 bytes
 * @returns the content, undefined when key or box are wrong
 */
export function openSecretbox(
  box: Uint8Array,
  nonce: Uint8Array,
  key: Uint8Array,
): Uint8Array | undefined {
  if (nonce.length !== 24 || key.length !== 32 || box.length < 16) return undefined;
  const sealed = box.subarray(16);
  const pad = stream(sealed.length + 32, nonce, key);
  const tag = poly1305(sealed, pad.subarray(0, 32));
  if (!timingSafeEqual(tag, box.subarray(0, 16))) return undefined;
  return sealed.map((byte, index) => byte ^ pad[index + 32]!);
}
