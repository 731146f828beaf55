// Remembers tokens that were verified, so that one that comes again costs neither public-key arithmetic nor a look into its JSON. A hit
// is the whole token, byte for byte, under the mark of the provider that verified it; what time can change is checked again each time,
// from the dates kept here. Fixed size, two places for each hash, the older one goes. A mark changes with its set of keys (provider.ts).
import { Block } from "../../base/block";
import { hashBytes } from "../../base/keyed-hash";
import { VerifiedToken } from "../verified-tokens";

/** Longest token that is remembered. */
export const MAX_CACHED_BYTES: u32 = 2048;
/** Longest payload, issuer, subject and outputs together. */
const MAX_CLAIM_BYTES: u32 = 2048;
/** The signature's end tells tokens apart as well as the whole. */
const HASHED_BYTES: u32 = 64;

// One slot: the dates, u64 hash, u32 lengths (token, 0: free; payload; issuer; subject), u32 mark, u32 flags, u32 length of the outputs,
// then the token, and payload, issuer, subject and outputs behind each other.
const EXP: usize = 0;
const NBF: usize = 8;
const IAT: usize = 16;
const HASH: usize = 24;
const LENGTH: usize = 32;
const PAYLOAD: usize = 36;
const ISSUER: usize = 40;
const SUBJECT: usize = 44;
const MARK: usize = 48;
const FLAGS: usize = 52;
const OUTPUTS: usize = 56;
const HEAD: usize = 64;
const SLOT_BYTES: usize = HEAD + <usize>MAX_CACHED_BYTES + <usize>MAX_CLAIM_BYTES;
/** Slots that one hash can use. */
const WAYS: usize = 2;

@final
export class TokenCache {
  /** Dates and flags of the token that `find` found, or that `add` is to keep. Milliseconds since 1970, negative: none. */
  expMs: i64 = -1;
  nbfMs: i64 = -1;
  iatMs: i64 = -1;
  flags: u32 = 0;
  /** Values of headers as ClaimOutputs writes them; after `find` valid until the next `add`. */
  outputs: usize = 0;
  outputsLength: u32 = 0;
  private block: Block = new Block(0);
  private sets: u64 = 0;
  private hash: u64 = 0;

  /**
   * @param entries tokens that can be remembered, rounded up to even; 0: none
   * @param seed keys the hash, so that nobody can aim at a slot
   */
  constructor(
    entries: u32,
    private seed: u64,
  ) {
    const sets = (entries + 1) / <u32>WAYS;
    this.sets = sets;
    this.block = new Block(sets * <u32>(WAYS * SLOT_BYTES));
  }

  /**
   * Whether a provider with this mark has verified exactly this token. Must come before `add`, which uses its hash.
   * @param out its payload, issuer and subject, valid until the next `add`
   */
  find(mark: u32, token: usize, length: u32, out: VerifiedToken): bool {
    if (this.sets == 0 || length > MAX_CACHED_BYTES) return false;
    const hashed = min(length, HASHED_BYTES);
    const seed = this.seed ^ (<u64>mark * 0x9e3779b97f4a7c15) ^ length;
    const end = token + length;
    this.hash = hashBytes(seed, end - hashed, hashed, end);
    const first = this.firstSlot();
    for (let way: usize = 0; way < WAYS; way++) {
      const slot = first + way * SLOT_BYTES;
      if (load<u64>(slot, HASH) != this.hash || load<u32>(slot, LENGTH) != length) continue;
      if (load<u32>(slot, MARK) != mark) continue;
      if (!sameBytes(slot + HEAD, token, length)) continue;
      this.take(slot, out);
      return true;
    }
    return false;
  }

  /** Remembers a token that `find` was just asked about and has not found. */
  add(mark: u32, token: usize, length: u32, claims: VerifiedToken): void {
    if (this.sets == 0 || length > MAX_CACHED_BYTES || length == 0) return;
    const bytes = <u64>claims.payloadLength + claims.issuerLength + claims.subjectLength;
    if (bytes + this.outputsLength > MAX_CLAIM_BYTES) return;
    const slot = this.firstSlot();
    // The newest comes first.
    if (load<u32>(slot, LENGTH) != 0) memory.copy(slot + SLOT_BYTES, slot, SLOT_BYTES);
    store<i64>(slot, this.expMs, EXP);
    store<i64>(slot, this.nbfMs, NBF);
    store<i64>(slot, this.iatMs, IAT);
    store<u64>(slot, this.hash, HASH);
    store<u32>(slot, length, LENGTH);
    store<u32>(slot, mark, MARK);
    store<u32>(slot, this.flags, FLAGS);
    memory.copy(slot + HEAD, token, length);
    store<u32>(slot, claims.payloadLength, PAYLOAD);
    store<u32>(slot, claims.issuerLength, ISSUER);
    store<u32>(slot, claims.subjectLength, SUBJECT);
    store<u32>(slot, this.outputsLength, OUTPUTS);
    const at = slot + HEAD + <usize>MAX_CACHED_BYTES;
    memory.copy(at, claims.payload, claims.payloadLength);
    memory.copy(at + claims.payloadLength, claims.issuer, claims.issuerLength);
    const subject = at + claims.payloadLength + claims.issuerLength;
    memory.copy(subject, claims.subject, claims.subjectLength);
    memory.copy(subject + claims.subjectLength, this.outputs, this.outputsLength);
  }

  private take(slot: usize, out: VerifiedToken): void {
    this.expMs = load<i64>(slot, EXP);
    this.nbfMs = load<i64>(slot, NBF);
    this.iatMs = load<i64>(slot, IAT);
    this.flags = load<u32>(slot, FLAGS);
    out.payload = slot + HEAD + <usize>MAX_CACHED_BYTES;
    out.payloadLength = load<u32>(slot, PAYLOAD);
    out.issuer = out.payload + out.payloadLength;
    out.issuerLength = load<u32>(slot, ISSUER);
    out.subject = out.issuer + out.issuerLength;
    out.subjectLength = load<u32>(slot, SUBJECT);
    this.outputs = out.subject + out.subjectLength;
    this.outputsLength = load<u32>(slot, OUTPUTS);
  }

  private firstSlot(): usize {
    return this.block.ptr + <usize>(this.hash % this.sets) * WAYS * SLOT_BYTES;
  }
}

/** Sixteen bytes a step. Not in constant time: who has sent the same token before knows it already. */
function sameBytes(a: usize, b: usize, length: u32): bool {
  let i: usize = 0;
  for (; i + 16 <= <usize>length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
  }
  for (; i < <usize>length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}
