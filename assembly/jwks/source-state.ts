// What all workers know of one source of keys: who fetches, since when, which set is the newest and how long it lasts. One small
// record, changed by compare-and-swap alone. Other plugins can write where it is kept, so what comes back is checked and every
// time in it is held against what this code could have written: nothing read from it can stop fetches for long.
import { sipHash24 } from "../base/siphash";
import { FetchPolicy } from "./policy";

/** Clocks of workers differ by less than this. */
const CLOCK_STEP_MS: u64 = 1000;
/** How much longer than its fetch a lease lasts; a worker that died cannot block the others longer. */
export const LEASE_GRACE_MS: u64 = 2000;
/** Bytes of the record. */
export const STATE_BYTES: u32 = 72;
const MAGIC: u64 = 0x31534b574a574d4d;
const CHECKED_BYTES: u32 = STATE_BYTES - 8;

@final
export class SourceState {
  /** Number of the newest set; 0: none was ever fetched. */
  generation: u32 = 0;
  /** Failures in a row. */
  failures: u32 = 0;
  /** Who fetches, a random number; 0: nobody. */
  owner: u64 = 0;
  /** Until when nobody else may. */
  leaseUntilMs: u64 = 0;
  /** When the last fetch began. */
  fetchedMs: u64 = 0;
  /** When the next one is due. */
  dueMs: u64 = 0;
  freshUntilMs: u64 = 0;
  /** From then on the set is not used any more. */
  staleUntilMs: u64 = 0;

  clear(): void {
    this.generation = 0;
    this.failures = 0;
    this.owner = 0;
    this.leaseUntilMs = 0;
    this.fetchedMs = 0;
    this.dueMs = 0;
    this.freshUntilMs = 0;
    this.staleUntilMs = 0;
  }

  /** Writes STATE_BYTES bytes. */
  encode(target: usize): void {
    store<u64>(target, MAGIC);
    store<u32>(target, this.generation, 8);
    store<u32>(target, this.failures, 12);
    store<u64>(target, this.owner, 16);
    store<u64>(target, this.leaseUntilMs, 24);
    store<u64>(target, this.fetchedMs, 32);
    store<u64>(target, this.dueMs, 40);
    store<u64>(target, this.freshUntilMs, 48);
    store<u64>(target, this.staleUntilMs, 56);
    store<u64>(target, sipHash24(MAGIC, MAGIC, target, CHECKED_BYTES), CHECKED_BYTES);
  }

  /** Reads a record; false, and an empty state, when the bytes are none. */
  decode(ptr: usize, length: u32): bool {
    this.clear();
    if (length != STATE_BYTES || load<u64>(ptr) != MAGIC) return false;
    const check = load<u64>(ptr, CHECKED_BYTES);
    if (check != sipHash24(MAGIC, MAGIC, ptr, CHECKED_BYTES)) return false;
    this.generation = load<u32>(ptr, 8);
    this.failures = load<u32>(ptr, 12);
    this.owner = load<u64>(ptr, 16);
    this.leaseUntilMs = load<u64>(ptr, 24);
    this.fetchedMs = load<u64>(ptr, 32);
    this.dueMs = load<u64>(ptr, 40);
    this.freshUntilMs = load<u64>(ptr, 48);
    this.staleUntilMs = load<u64>(ptr, 56);
    return true;
  }

  /** Takes back times that lie further ahead than they could: the clock was set back, or somebody else wrote them. */
  bound(policy: FetchPolicy, nowMs: u64): void {
    const lease = nowMs + policy.timeoutMs + LEASE_GRACE_MS;
    if (this.leaseUntilMs > lease) this.leaseUntilMs = 0;
    // Workers read the clock one after another: a little ahead is nothing.
    if (this.fetchedMs > nowMs + CLOCK_STEP_MS) this.fetchedMs = 0;
    const longest = max<u64>(policy.cacheMs, policy.retryMostMs);
    if (this.dueMs > nowMs + longest + longest / 8) this.dueMs = nowMs;
    this.freshUntilMs = min<u64>(this.freshUntilMs, nowMs + policy.cacheMs);
    this.staleUntilMs = min<u64>(this.staleUntilMs, nowMs + policy.cacheMs + policy.staleMs);
  }
}
