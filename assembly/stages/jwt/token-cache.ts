// Remembers whose signature was good, so that a token that comes again costs no public-key arithmetic. A hit is the whole token, byte
// for byte, under the mark of the provider that verified it; dates, audiences and every other rule are checked again each time. Fixed
// size, two places for each hash, the older one goes. A mark changes with its set of keys (provider.ts), so no token outlives its key.
import { Block } from "../../base/block";
import { hashBytes } from "../../base/keyed-hash";

/** Longest token that is remembered. */
export const MAX_CACHED_BYTES: u32 = 2048;

// One slot: u64 hash, u32 length (0: free), u32 mark, then the token.
const SLOT_BYTES: usize = 16 + <usize>MAX_CACHED_BYTES;
/** Slots that one hash can use. */
const WAYS: usize = 2;

@final
export class TokenCache {
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

  /** Whether a provider with this mark has verified exactly this token. Must come before `add`, which uses its hash. */
  has(mark: u32, token: usize, length: u32): bool {
    if (this.sets == 0 || length > MAX_CACHED_BYTES) return false;
    this.hash = hashBytes(
      this.seed ^ (<u64>mark * 0x9e3779b97f4a7c15),
      token,
      length,
      token + length,
    );
    const first = this.firstSlot();
    for (let way: usize = 0; way < WAYS; way++) {
      const slot = first + way * SLOT_BYTES;
      if (load<u64>(slot) != this.hash || load<u32>(slot, 8) != length) continue;
      if (load<u32>(slot, 12) == mark && memory.compare(slot + 16, token, length) == 0) return true;
    }
    return false;
  }

  /** Remembers a token that `has` was just asked about. */
  add(mark: u32, token: usize, length: u32): void {
    if (this.sets == 0 || length > MAX_CACHED_BYTES || length == 0) return;
    const slot = this.firstSlot();
    // The newest comes first; only what is used of a slot is moved.
    const used = load<u32>(slot, 8);
    if (used != 0) memory.copy(slot + SLOT_BYTES, slot, 16 + <usize>used);
    store<u64>(slot, this.hash);
    store<u32>(slot, length, 8);
    store<u32>(slot, mark, 12);
    memory.copy(slot + 16, token, length);
  }

  private firstSlot(): usize {
    return this.block.ptr + <usize>(this.hash % this.sets) * WAYS * SLOT_BYTES;
  }
}
