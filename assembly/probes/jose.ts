// Test door to the jose room: key sets, tokens and claims as raw bytes. Never shipped.
import { PublicKey } from "../crypto/key/public-key";
import { KeyStatus, keyStatusName } from "../crypto/key/status";
import { PemReader } from "../crypto/key/pem";
import { DER_SPKI_BYTES, ecdsaSignatureToDer, spkiToDer } from "../crypto/key/der-writer";
import { ClaimReader, ClaimRules } from "../jose/claims";
import { KeySet } from "../jose/key-set";
import { parseNumericDate } from "../jose/numeric-date";
import { jwtStatusName } from "../jose/status";
import { TokenVerifier } from "../jose/token";

let set: KeySet | null = null;
let verifier: TokenVerifier | null = null;
let claims: ClaimReader | null = null;
let rules: ClaimRules | null = null;

export function allocate(size: usize): usize {
  return heap.alloc(size);
}

/**
 * Makes everything for tokens of at most `maxTokenBytes` and these algorithms, with empty rules.
 */
export function setUp(maxTokenBytes: u32, algorithms: u32): void {
  set = new KeySet();
  verifier = new TokenVerifier(maxTokenBytes, algorithms, 1);
  claims = new ClaimReader(maxTokenBytes, 1);
  rules = new ClaimRules();
}

export function readKeys(ptr: usize, length: u32): KeyStatus {
  return set!.read(ptr, length);
}

export function keyCount(): i32 {
  return set!.keys.length;
}

export function skippedKeys(): u32 {
  return set!.skipped;
}

export function skippedStatus(): KeyStatus {
  return set!.skippedStatus;
}

export function verify(token: usize, length: u32): i32 {
  return verifier!.verify(token, length, set!);
}

export function payload(): usize {
  return verifier!.payloadPtr;
}

export function payloadLength(): u32 {
  return verifier!.payloadLength;
}

export function checkClaims(nowNs: u64): i32 {
  const v = verifier!;
  const header = v.header;
  return claims!.check(
    rules!,
    v.payloadPtr,
    v.payloadLength,
    header.typPtr,
    header.typLength,
    nowNs,
  );
}

/** Adds a text to a rule: 0 issuer, 1 audience, 2 subject, 3 type, 4 required claim. */
export function addRule(which: i32, ptr: usize, length: u32): void {
  const r = rules!;
  if (which == 0) r.issuers.add(ptr, length);
  else if (which == 1) r.audiences.add(ptr, length);
  else if (which == 2) r.subjects.add(ptr, length);
  else if (which == 3) r.types.add(ptr, length);
  else r.required.add(ptr, length);
}

export function setTimes(requireExpiration: bool, skewMs: i64, maxLifetimeMs: i64): void {
  const r = rules!;
  r.requireExpiration = requireExpiration;
  r.skewMs = skewMs;
  r.maxLifetimeMs = maxLifetimeMs;
}

export function statusName(status: i32): string {
  return jwtStatusName(status);
}

export function keyName(status: KeyStatus): string {
  return keyStatusName(status);
}

export function numericDate(ptr: usize, length: u32): i64 {
  return parseNumericDate(ptr, length);
}

/**
 * Reads a key (0 SubjectPublicKeyInfo, 1 RSAPublicKey, 2 certificate, 3 PEM) and writes it as
 * SubjectPublicKeyInfo; its length, or minus the status.
 */
export function rewriteKey(kind: i32, ptr: usize, length: usize, out: usize): i32 {
  const key = new PublicKey();
  const pem = new PemReader();
  let status: KeyStatus;
  if (kind == 0) status = key.readSpki(ptr, length);
  else if (kind == 1) status = key.readPkcs1(ptr, length);
  else if (kind == 2) status = key.readCertificate(ptr, length);
  else status = pem.read(key, ptr, length);
  if (status != KeyStatus.Ok) return -(<i32>status);
  return <i32>spkiToDer(out, key);
}

export function spkiBytes(): usize {
  return DER_SPKI_BYTES;
}

export { ecdsaSignatureToDer };
