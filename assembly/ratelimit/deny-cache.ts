// Denials that this VM knows to be true without asking the table: a word only moves forward, so an identity that was denied
// until a time stays denied until then. Exact but for a refund, which can make one denial early by at most its cost.
// Fixed size, four ways a set; a new denial replaces the one that ends first. Under attack this is the whole work.
import { Block } from "../base/block";

const ways: u32 = 4;
const entryBytes: u32 = 16;

@final
export class DenyCache {
  private sets: u32;
  private block: Block;
  private table: usize;
  /** Lookups answered from here, for the metric. */
  hits: u64 = 0;

  /** @param entries number of denials kept, rounded up to a power of two, at least 4 */
  constructor(entries: u32) {
    let sets: u32 = 1;
    while (sets * ways < entries) sets <<= 1;
    this.sets = sets;
    this.block = new Block(sets * ways * entryBytes);
    this.table = this.block.ptr;
  }

  /**
   * Time until which `key` is denied, or 0.
   * @param longestNs a denial further ahead than this was made before the clock jumped back, and is dropped
   */
  deniedUntilNs(key: u64, nowNs: u64, longestNs: u64): u64 {
    const set = this.setOf(key);
    for (let way: u32 = 0; way < ways; way++) {
      const entry = set + way * entryBytes;
      if (load<u64>(entry) != key) continue;
      const until = load<u64>(entry, 8);
      if (until <= nowNs || until - nowNs > longestNs) {
        store<u64>(entry, 0);
        return 0;
      }
      this.hits++;
      return until;
    }
    return 0;
  }

  remember(key: u64, untilNs: u64): void {
    const set = this.setOf(key);
    let chosen = set;
    let earliest = u64.MAX_VALUE;
    for (let way: u32 = 0; way < ways; way++) {
      const entry = set + way * entryBytes;
      if (load<u64>(entry) == key) {
        chosen = entry;
        break;
      }
      const until = load<u64>(entry) == 0 ? 0 : load<u64>(entry, 8);
      if (until < earliest) {
        earliest = until;
        chosen = entry;
      }
    }
    store<u64>(chosen, key);
    store<u64>(chosen, untilNs, 8);
  }

  /** Forgets one denial, after a refund. */
  forget(key: u64): void {
    const set = this.setOf(key);
    for (let way: u32 = 0; way < ways; way++) {
      if (load<u64>(set + way * entryBytes) == key) store<u64>(set + way * entryBytes, 0);
    }
  }

  private setOf(key: u64): usize {
    return this.table + <usize>((<u32>(key >> 32)) & (this.sets - 1)) * ways * entryBytes;
  }
}
