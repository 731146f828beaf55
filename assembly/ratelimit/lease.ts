// Token leases for hot identities: one that a VM admits again and again within milliseconds takes a batch of tokens in one
// write and spends it without asking the table. A leased token is paid for when it is taken, so a lease never admits more
// than burst + rate · t from the first request on; what it does not spend within its life is lost to the identity. Within a
// shorter window the spending may trail its payment by `leaseLifeNs`, which is the bound's only slack.
import { Block } from "../base/block";

/** A lease ends after 20 ms, used up or not. */
export const leaseLifeNs: u64 = 20_000_000;
/** An identity is hot when this VM admitted it more often than this within 10 ms. */
export const hotAdmissions: u32 = 8;
const hotWindowNs: u64 = 10_000_000;

// One entry of 32 bytes: 0 u64 key   8 u64 window start, or end of the lease   16 u32 admissions   20 u32 tokens left
const entryBytes: usize = 32;
const timeAt: usize = 8;
const admissionsAt: usize = 16;
const tokensAt: usize = 20;

@final
export class Leases {
  private mask: u32;
  private block: Block;
  private table: usize;
  /** Requests that were admitted without a store call, for the metric. */
  spent: u64 = 0;
  /** Tokens left in the lease that `spend` used last. */
  left: u32 = 0;

  /** @param entries identities watched at a time, rounded up to a power of two */
  constructor(entries: u32) {
    let size: u32 = 1;
    while (size < entries) size <<= 1;
    this.mask = size - 1;
    this.block = new Block(size * <u32>entryBytes);
    this.table = this.block.ptr;
  }

  /** True when `cost` was paid from a lease. */
  spend(key: u64, nowNs: u64, cost: u32): bool {
    const entry = this.entryOf(key);
    const tokens = load<u32>(entry, tokensAt);
    if (tokens < cost || load<u64>(entry) != key || !this.alive(entry, nowNs)) return false;
    this.left = tokens - cost;
    store<u32>(entry, this.left, tokensAt);
    this.spent++;
    return true;
  }

  /** Notes an admission by the table; true when the identity is hot and a lease would pay. */
  isHot(key: u64, nowNs: u64): bool {
    const entry = this.entryOf(key);
    if (load<u64>(entry) != key) {
      if (load<u32>(entry, tokensAt) > 0 && this.alive(entry, nowNs)) return false;
      this.watch(entry, key, nowNs);
      return false;
    }
    const since = load<u64>(entry, timeAt);
    if (load<u32>(entry, tokensAt) == 0 && nowNs >= since && nowNs - since <= hotWindowNs) {
      const admissions = load<u32>(entry, admissionsAt) + 1;
      store<u32>(entry, admissions, admissionsAt);
      return admissions > hotAdmissions;
    }
    const wasHot = load<u32>(entry, admissionsAt) > hotAdmissions;
    this.watch(entry, key, nowNs);
    if (wasHot) store<u32>(entry, hotAdmissions, admissionsAt);
    return false;
  }

  /** Records tokens that were taken from the table for `key`. */
  grant(key: u64, nowNs: u64, tokens: u32): void {
    const entry = this.entryOf(key);
    store<u64>(entry, key);
    store<u64>(entry, nowNs + leaseLifeNs, timeAt);
    store<u32>(entry, tokens, tokensAt);
  }

  private watch(entry: usize, key: u64, nowNs: u64): void {
    store<u64>(entry, key);
    store<u64>(entry, nowNs, timeAt);
    store<u32>(entry, 1, admissionsAt);
    store<u32>(entry, 0, tokensAt);
  }

  /** A lease whose end lies further ahead than its life was made before the clock jumped back. */
  private alive(entry: usize, nowNs: u64): bool {
    const until = load<u64>(entry, timeAt);
    return until > nowNs && until - nowNs <= leaseLifeNs;
  }

  private entryOf(key: u64): usize {
    return this.table + <usize>((<u32>(key >> 17)) & this.mask) * entryBytes;
  }
}
