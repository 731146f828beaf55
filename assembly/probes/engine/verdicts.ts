// Test door to the two ways of verifying a signature: the crypto room behind a JoseKey, and the host's verify_signature. Never shipped.
import { ForeignEngine } from "../../adapters/foreign-engine";
import { Algorithm } from "../../jose/algorithm";
import { Answer } from "../../jose/engine";
import { KeySet } from "../../jose/key-set";
import { KeyStatus } from "../../crypto/key/status";

const set = new KeySet();
const engine = new ForeignEngine(65536);

export function allocate(size: usize): usize {
  return heap.alloc(size);
}

/** Where the host puts its answers. */
export function malloc(size: usize): usize {
  return heap.alloc(size);
}

/** The algorithms of `wanted` that the host knows. */
export function probe(wanted: u32): u32 {
  return engine.probe(wanted);
}

/** Takes a set of one key. */
export function readKey(ptr: usize, length: u32): KeyStatus {
  return set.read(ptr, length);
}

/** Verdict of the crypto room: an Answer. */
export function builtin(
  algorithm: Algorithm,
  text: usize,
  length: u32,
  sig: usize,
  size: u32,
): Answer {
  const key = set.keys[0];
  if (size != <u32>key.signatureBytes(algorithm)) return Answer.Bad;
  return key.verify(algorithm, text, length, sig, size) ? Answer.Good : Answer.Bad;
}

/** Verdict of the host, asked for what the jose room would ask it. */
export function foreign(
  algorithm: Algorithm,
  text: usize,
  length: u32,
  sig: usize,
  size: u32,
): Answer {
  const key = set.keys[0];
  if (size != <u32>key.signatureBytes(algorithm)) return Answer.Bad;
  return engine.verify(algorithm, key, text, length, sig, size);
}
