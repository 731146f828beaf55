// HMAC, RFC 2104 and FIPS 198-1. A key record holds the two hash states after the inner and the
// outer pad, so a message costs two compressions less, and the secret itself is not kept.
// Secret-dependent values meet no branch and no table index: SHA-2 has neither, and tags are
// compared by equalBytes.
import { equalBytes } from "./constant-time";
import {
  Hash,
  digest,
  hashBlockBytes,
  hashBytes,
  hashFinish,
  hashResume,
  hashStart,
  hashUpdate,
} from "./hash";

/** Bytes of a key record: the hash number, then two prepared contexts. */
export const HMAC_KEY_BYTES: usize = 8 + 2 * 200;

const INNER_AT: usize = 8;
const OUTER_AT: usize = 208;

const PAD: usize = memory.data(128, 16);
const CONTEXT: usize = memory.data(200, 16);
const TAG: usize = memory.data(64, 16);

/**
 * Prepares a key record at `key` (HMAC_KEY_BYTES, memory of the caller) from a secret of any
 * length; key policy is the caller's.
 */
export function hmacKey(key: usize, hash: Hash, secret: usize, size: usize): void {
  const block = hashBlockBytes(hash);
  memory.fill(PAD, 0, block);
  if (size > block) digest(hash, secret, size, PAD);
  else memory.copy(PAD, secret, size);
  store<u32>(key, hash);
  xorPad(block, 0x36);
  hashStart(hash, key + INNER_AT);
  hashUpdate(hash, key + INNER_AT, PAD, block);
  xorPad(block, 0x36 ^ 0x5c);
  hashStart(hash, key + OUTER_AT);
  hashUpdate(hash, key + OUTER_AT, PAD, block);
  memory.fill(PAD, 0, block);
}

/** Writes the whole tag (as long as the digest) of a message to `out`. */
export function hmac(key: usize, data: usize, size: usize, out: usize): void {
  const hash = <Hash>load<u32>(key);
  hashResume(hash, CONTEXT, key + INNER_AT);
  hashUpdate(hash, CONTEXT, data, size);
  hashFinish(hash, CONTEXT, out);
  hashResume(hash, CONTEXT, key + OUTER_AT);
  hashUpdate(hash, CONTEXT, out, hashBytes(hash));
  hashFinish(hash, CONTEXT, out);
}

/**
 * True when `tag` is the untruncated tag of the message. A tag of another length is refused; the
 * comparison takes constant time.
 */
export function hmacVerify(
  key: usize,
  data: usize,
  size: usize,
  tag: usize,
  tagBytes: usize,
): bool {
  const want = hashBytes(<Hash>load<u32>(key));
  if (tagBytes != want) return false;
  hmac(key, data, size, TAG);
  return equalBytes(TAG, tag, want);
}

function xorPad(block: usize, byte: u8): void {
  for (let i: usize = 0; i < block; i++) store<u8>(PAD + i, load<u8>(PAD + i) ^ byte);
}
