// One worker's side of a source of keys. It knows which set it uses and until when, takes over what another worker has fetched,
// and fetches itself when that is due and nobody else does: one lease for all workers, taken by compare-and-swap, with an end of
// its own. Bad answers change nothing but the time of the next try. Knows no host: time comes in, the rest is SourceStore.
import { Block } from "../base/block";
import { KEY_RECORD_HEAD, generationOf, sealKeyRecord } from "./key-record";
import { KidMemory } from "./kid-memory";
import { FetchPolicy } from "./policy";
import { LEASE_GRACE_MS, STATE_BYTES, SourceState } from "./source-state";
import { SourceStore } from "./source-store";

/** Tries to write the record down when others write, too. */
const MAX_TRIES: i32 = 4;

/** What a token whose key is not in the set can hope for. */
export const enum Hope {
  /** There will be no such key soon. */
  None = 0,
  /** The set has just changed: look again. */
  Look = 1,
  /** A fetch is on its way. */
  Wait = 2,
}

@final
export class KeySource {
  /** The set in use; 0: none. */
  generation: u32 = 0;
  /** The set in use may verify. Renewed by `tick`, so exact to a second. */
  isUsable: bool = false;
  /** This worker is fetching. */
  isFetching: bool = false;
  /** Fetches started, answers that brought a set (new or not), and those that did not, by this worker. */
  started: u32 = 0;
  renewed: u32 = 0;
  refused: u32 = 0;
  private state: SourceState = new SourceState();
  private bytes: Block = new Block(STATE_BYTES);
  private unknown: KidMemory = new KidMemory();
  private owner: u64 = 0;
  private fetchEndMs: u64 = 0;
  private staleUntilMs: u64 = 0;

  /** @param noise random number of this worker */
  constructor(
    readonly policy: FetchPolicy,
    private store: SourceStore,
    private noise: u64,
  ) {}

  /** Once a second, and once at the start: takes over a newer set, fetches when one is due. True: the set in use has changed. */
  tick(nowMs: u64): bool {
    // The host answers every callout. If it does not, the lease has ended by now.
    if (this.isFetching && nowMs > this.fetchEndMs) this.isFetching = false;
    const changed = this.follow(nowMs);
    if (!this.isFetching && this.isDue(nowMs)) this.fetch(nowMs);
    this.settle(nowMs);
    return changed;
  }

  /** As `tick`, without a fetch. */
  follow(nowMs: u64): bool {
    this.readState(nowMs);
    const isNew = this.state.generation != 0 && this.state.generation != this.generation;
    const changed = isNew && this.adopt();
    // The record speaks of another set when the newest could not be read: then this one lives no longer than it was to.
    if (this.state.generation == this.generation) this.staleUntilMs = this.state.staleUntilMs;
    this.settle(nowMs);
    return changed;
  }

  /** A token names a key that is not in the set. @param kid keyed hash of its id */
  seek(kid: u64, nowMs: u64): Hope {
    if (this.isUsable && this.unknown.has(kid, nowMs)) return Hope.None;
    if (this.follow(nowMs)) return Hope.Look;
    const state = this.state;
    if (this.isLeased(nowMs)) return Hope.Wait;
    const mayAt = state.fetchedMs + this.policy.coolDownMs;
    const may = this.isUsable ? nowMs >= mayAt : this.isDue(nowMs);
    if (may && this.fetch(nowMs)) return Hope.Wait;
    if (may && this.isLeasedAgain(nowMs)) return Hope.Wait;
    // Whoever asks again before the next fetch is allowed need not look.
    if (this.isUsable) this.unknown.add(kid, mayAt);
    return Hope.None;
  }

  /**
   * The fetch has brought `length` bytes. Whether they are a set is found out here: a page of HTML is a failure like any other.
   * @param maxAgeSeconds what the answer said of its life; negative: nothing
   * @returns whether the set in use has changed
   */
  succeeded(ptr: usize, length: u32, maxAgeSeconds: i64, nowMs: u64): bool {
    if (length == 0 || length > this.policy.mostBytes) return this.failed(nowMs);
    const isSame = this.holdsAlready(ptr, length);
    if (!isSame && !this.store.useKeys(ptr, length)) return this.failed(nowMs);
    this.isFetching = false;
    this.renewed++;
    if (!isSame) this.share(ptr, length, nowMs);
    const life = this.policy.lifeMs(maxAgeSeconds);
    this.staleUntilMs = nowMs + life + this.policy.staleMs;
    const due = nowMs + this.policy.renewalMs(life, this.draw(nowMs));
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      this.readState(nowMs);
      const state = this.state;
      state.generation = this.generation;
      state.failures = 0;
      state.dueMs = due;
      state.freshUntilMs = nowMs + life;
      state.staleUntilMs = this.staleUntilMs;
      if (this.release()) break;
    }
    this.settle(nowMs);
    return !isSame;
  }

  /** The fetch has brought nothing of use. The set in use stays as long as it may. Always false, for the caller's sake. */
  failed(nowMs: u64): bool {
    this.isFetching = false;
    this.refused++;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      this.readState(nowMs);
      const state = this.state;
      state.failures = min<u32>(state.failures + 1, 1000);
      state.dueMs = nowMs + this.policy.pauseMs(state.failures, this.draw(nowMs));
      if (this.release()) break;
    }
    this.settle(nowMs);
    return false;
  }

  /** Somebody, this worker or another, is fetching, as far as the last look at the record says. */
  isLeased(nowMs: u64): bool {
    return this.isFetching || (this.state.owner != 0 && this.state.leaseUntilMs > nowMs);
  }

  private isLeasedAgain(nowMs: u64): bool {
    this.readState(nowMs);
    return this.isLeased(nowMs);
  }

  private isDue(nowMs: u64): bool {
    return !this.isLeased(nowMs) && nowMs >= this.state.dueMs;
  }

  private settle(nowMs: u64): void {
    this.isUsable = this.generation != 0 && nowMs < this.staleUntilMs;
  }

  /** Takes the lease and starts. False: somebody else has it, or the fetch could not be started. */
  private fetch(nowMs: u64): bool {
    const state = this.state;
    this.owner = this.draw(nowMs) | 1;
    state.owner = this.owner;
    state.leaseUntilMs = nowMs + this.policy.timeoutMs + LEASE_GRACE_MS;
    state.fetchedMs = nowMs;
    if (!this.write()) return false;
    this.isFetching = true;
    this.fetchEndMs = state.leaseUntilMs;
    this.started++;
    if (this.store.startFetch()) return true;
    this.failed(nowMs);
    return false;
  }

  /**
   * Gives the lease back together with what was found out; one that was lost meanwhile stays with its new owner. False: others
   * were faster.
   */
  private release(): bool {
    const state = this.state;
    if (state.owner == this.owner) {
      state.owner = 0;
      state.leaseUntilMs = 0;
    }
    return this.write();
  }

  /** Gives the new set in use its number, and the other workers the set. */
  private share(ptr: usize, length: u32, nowMs: u64): void {
    this.readState(nowMs);
    const next = max(this.state.generation, this.generation) + 1;
    this.generation = next == 0 ? 1 : next;
    this.unknown.clear();
    const size = KEY_RECORD_HEAD + length;
    const record = heap.alloc(size);
    memory.copy(record + KEY_RECORD_HEAD, ptr, length);
    sealKeyRecord(record, this.generation, length);
    this.store.writeKeys(record, size);
    heap.free(record);
  }

  /** Takes over the set that another worker has left. */
  private adopt(): bool {
    const store = this.store;
    if (!store.readKeys()) return false;
    const generation = generationOf(store.ptr, store.length);
    if (generation == 0 || generation == this.generation) return false;
    const text = store.ptr + KEY_RECORD_HEAD;
    if (!store.useKeys(text, store.length - KEY_RECORD_HEAD)) return false;
    this.generation = generation;
    this.unknown.clear();
    return true;
  }

  /** Whether these bytes are the set in use, so that nothing has to be forgotten for them. */
  private holdsAlready(ptr: usize, length: u32): bool {
    const store = this.store;
    if (this.generation == 0 || !store.readKeys()) return false;
    if (store.length != KEY_RECORD_HEAD + length) return false;
    if (memory.compare(store.ptr + KEY_RECORD_HEAD, ptr, length) != 0) return false;
    return generationOf(store.ptr, store.length) == this.generation;
  }

  private readState(nowMs: u64): void {
    const store = this.store;
    if (store.readState()) this.state.decode(store.ptr, store.length);
    else this.state.clear();
    this.state.bound(this.policy, nowMs);
  }

  private write(): bool {
    this.state.encode(this.bytes.ptr);
    return this.store.writeState(this.bytes.ptr, STATE_BYTES);
  }

  /** A number nobody can guess from outside (splitmix64, Steele et al. 2014). */
  private draw(nowMs: u64): u64 {
    this.noise += 0x9e3779b97f4a7c15 ^ nowMs;
    let z = this.noise;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
}
