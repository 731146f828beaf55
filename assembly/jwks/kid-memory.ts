// Key ids that no set has, remembered for a while, so that a client who keeps sending one costs no look at the shared record. Fixed
// size, a place for each hash; a newer one takes the place of an older one. Keyed, so that nobody can aim at a place.
import { Block } from "../base/block";

/** Ids remembered. */
export const KID_PLACES: u32 = 128;
// One place: u64 hash, u64 until.
const PLACE_BYTES: usize = 16;
const KID_BYTES: u32 = KID_PLACES * 16;

@final
export class KidMemory {
  private block: Block = new Block(KID_BYTES);

  /** Whether this id is known to be unknown at `nowMs`. */
  has(hash: u64, nowMs: u64): bool {
    const place = this.place(hash);
    return load<u64>(place) == hash && load<u64>(place, 8) > nowMs;
  }

  add(hash: u64, untilMs: u64): void {
    const place = this.place(hash);
    store<u64>(place, hash);
    store<u64>(place, untilMs, 8);
  }

  clear(): void {
    memory.fill(this.block.ptr, 0, KID_BYTES);
  }

  private place(hash: u64): usize {
    return this.block.ptr + <usize>(hash % KID_PLACES) * PLACE_BYTES;
  }
}
