// The three hash functions of JOSE behind one door (RFC 7518 §3: 256, 384 and 512 in algorithm
// names). A plain switch: the choice is made once a message, so a function table would gain
// nothing.
import {
  SHA256_BYTES,
  SHA256_BLOCK_BYTES,
  sha256Finish,
  sha256Resume,
  sha256Start,
  sha256Update,
} from "./sha256";
import {
  SHA384_BYTES,
  SHA512_BLOCK_BYTES,
  SHA512_BYTES,
  SHA512_CONTEXT_BYTES,
  sha384Start,
  sha512Finish,
  sha512Resume,
  sha512Start,
  sha512Update,
} from "./sha512";

/** A hash function. The numbers are internal and never leave the module. */
export const enum Hash {
  Sha256 = 0,
  Sha384 = 1,
  Sha512 = 2,
}

/** Bytes that hold the streaming context of any of them. */
export const HASH_CONTEXT_BYTES: usize = SHA512_CONTEXT_BYTES;
/** Bytes of the longest digest. */
export const HASH_MAX_BYTES: usize = SHA512_BYTES;

const ONE_SHOT: usize = memory.data(200, 16);

/** Digest size in bytes: 32, 48 or 64. */
export function hashBytes(hash: Hash): usize {
  if (hash == Hash.Sha256) return SHA256_BYTES;
  return hash == Hash.Sha384 ? SHA384_BYTES : SHA512_BYTES;
}

/** Block size in bytes: 64 or 128. */
export function hashBlockBytes(hash: Hash): usize {
  return hash == Hash.Sha256 ? SHA256_BLOCK_BYTES : SHA512_BLOCK_BYTES;
}

/** Begins a digest in `context` (HASH_CONTEXT_BYTES, memory of the caller). */
export function hashStart(hash: Hash, context: usize): void {
  if (hash == Hash.Sha256) sha256Start(context);
  else if (hash == Hash.Sha384) sha384Start(context);
  else sha512Start(context);
}

/** Makes `context` go on from where `from` stands; `from` must have taken in whole blocks only. */
export function hashResume(hash: Hash, context: usize, from: usize): void {
  if (hash == Hash.Sha256) sha256Resume(context, from);
  else sha512Resume(context, from);
}

/** Takes in `size` bytes. */
export function hashUpdate(hash: Hash, context: usize, data: usize, size: usize): void {
  if (hash == Hash.Sha256) sha256Update(context, data, size);
  else sha512Update(context, data, size);
}

/** Writes hashBytes(hash) bytes to `out`; the context is used up. */
export function hashFinish(hash: Hash, context: usize, out: usize): void {
  if (hash == Hash.Sha256) sha256Finish(context, out);
  else sha512Finish(context, out, hashBytes(hash));
}

/** The digest of one piece of memory, written to `out` (hashBytes(hash) bytes). */
export function digest(hash: Hash, data: usize, size: usize, out: usize): void {
  hashStart(hash, ONE_SHOT);
  hashUpdate(hash, ONE_SHOT, data, size);
  hashFinish(hash, ONE_SHOT, out);
}
