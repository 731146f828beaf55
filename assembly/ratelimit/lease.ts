// Token leases for hot identities: one that a VM admits again and again within milliseconds takes a batch of tokens in one
// write and spends it without asking the table. A leased token is paid for when it is taken, so a lease never admits more
// than burst + rate · t from the first request on; what it does not spend within its life is lost to the identity. Within a
// shorter window the spending may trail its payment by `leaseLifeNs`, which is the bound's only slack.
import { Block } from "../base/block";

/** A lease ends after 20 ms, used up or not. */
export const leaseLifeNs: u64 = 20_000_000;
/** An identity is hot when this VM admitted it more often than this within 10 ms. */
export const hotAdmissions: u32 = 8;
/** Time within which a hot identity comes back that often. */
export const hotWindowNs: u64 = 10_000_000;

// One entry of 32 bytes: 0 u64 key   8 u64 window start, or end of the lease   16 u32 admissions   20 u32 tokens left   24 u32 hint
const entryBytes: usize = 32;
const timeAt: usize = 8;
const admissionsAt: usize = 16;
const tokensAt: usize = 20;
const hintAt: usize = 24;

@final
export class Leases {
  private mask: u32;
  private block: Block;
  private table: usize;
  /** Requests that were admitted without a store call, for the metric. */
  spent: u64 = 0;
  /** Tokens left in the lease that `spend` used last. */
  left: u32 = 0;

  /**
   * @param entries identities watched at a time, rounded up to a power of two
   * @param lifeNs longest life of a lease
   * @param withinNs an identity is hot that was admitted more than `hotAdmissions` times within this
   */
  constructor(
    entries: u32,
    private lifeNs: u64 = leaseLifeNs,
    private withinNs: u64 = hotWindowNs,
  ) {
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
    if (load<u32>(entry, tokensAt) == 0 && nowNs >= since && nowNs - since <= this.withinNs) {
      const admissions = load<u32>(entry, admissionsAt) + 1;
      store<u32>(entry, admissions, admissionsAt);
      return admissions > hotAdmissions;
    }
    const wasHot = load<u32>(entry, admissionsAt) > hotAdmissions;
    this.watch(entry, key, nowNs);
    if (wasHot) store<u32>(entry, hotAdmissions, admissionsAt);
    return false;
  }

  /** Records tokens that were paid for `key`; `lifeNs` is at most the one of the constructor. */
  grant(key: u64, nowNs: u64, tokens: u32, lifeNs: u64 = this.lifeNs): void {
    const entry = this.entryOf(key);
    store<u64>(entry, key);
    store<u64>(entry, nowNs + lifeNs, timeAt);
    store<u32>(entry, tokens, tokensAt);
  }

  /** Keeps a number beside `key` while it is watched. */
  note(key: u64, hint: u32): void {
    const entry = this.entryOf(key);
    if (load<u64>(entry) == key) store<u32>(entry, hint, hintAt);
  }

  /** The number noted last, or 0. */
  hint(key: u64): u32 {
    const entry = this.entryOf(key);
    return load<u64>(entry) == key ? load<u32>(entry, hintAt) : 0;
  }

  private watch(entry: usize, key: u64, nowNs: u64): void {
    if (load<u64>(entry) != key) store<u32>(entry, 0, hintAt);
    store<u64>(entry, key);
    store<u64>(entry, nowNs, timeAt);
    store<u32>(entry, 1, admissionsAt);
    store<u32>(entry, 0, tokensAt);
  }

  /** A lease whose end lies further ahead than its life was made before the clock jumped back. */
  private alive(entry: usize, nowNs: u64): bool {
    const until = load<u64>(entry, timeAt);
    return until > nowNs && until - nowNs <= this.lifeNs;
  }

  private entryOf(key: u64): usize {
    return this.table + <usize>((<u32>(key >> 17)) & this.mask) * entryBytes;
  }
}
