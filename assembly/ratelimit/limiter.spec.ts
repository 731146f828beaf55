import { OnTableFull, Verdict } from "./admission";
import { Ban } from "./ban";
import { Concurrency } from "./concurrency";
import { FixedWindow } from "./fixed-window";
import { Gcra } from "./gcra";
import { Occupancy } from "./occupancy";
import { Limiter } from "./limiter";
import { shardBytes } from "./shard";
import { ShardStore, StoreResult } from "./shard-store";

/** Shards in an array; `lose` makes that many writes lose their race. */
class ArrayStore extends ShardStore {
  private blobs: usize[];
  private versions: u32[];
  private counter: u32 = 0;
  private copy: usize = heap.alloc(shardBytes);
  lose: u32 = 0;

  constructor(shards: u32) {
    super();
    this.blobs = new Array<usize>(shards);
    this.versions = new Array<u32>(shards);
  }

  read(shard: u32): StoreResult {
    const blob = this.blobs[shard];
    if (blob == 0) return StoreResult.Missing;
    memory.copy(this.copy, blob, shardBytes);
    this.data = this.copy;
    this.size = shardBytes;
    this.version = this.versions[shard];
    return StoreResult.Ok;
  }

  write(shard: u32, data: usize, size: u32, version: u32): StoreResult {
    if (this.lose > 0) {
      this.lose--;
      return StoreResult.Conflict;
    }
    if (this.blobs[shard] != 0 && version != this.versions[shard]) return StoreResult.Conflict;
    if (this.blobs[shard] == 0) this.blobs[shard] = heap.alloc(shardBytes);
    memory.copy(this.blobs[shard], data, shardBytes);
    this.versions[shard] = ++this.counter;
    return StoreResult.Ok;
  }

  absentVersion(): u32 {
    return u32.MAX_VALUE;
  }

  spoil(shard: u32): void {
    const blob = this.blobs[shard];
    store<u8>(blob, load<u8>(blob, 700) ^ 1, 700);
  }
}

const second: u64 = 1_000_000_000;

function limiterOf(store: ArrayStore, shards: u32, onFull: OnTableFull): Limiter {
  const limiter = new Limiter(new Gcra(second, 5), store, shards, 7, onFull, 64);
  assert(limiter.prepare());
  return limiter;
}

export function admits_the_burst_then_one_a_second(): void {
  const limiter = limiterOf(new ArrayStore(4), 4, OnTableFull.Inherit);
  const now: u64 = 1_000 * second;
  for (let i = 0; i < 5; i++) {
    assert(limiter.take(42, now, 1) == Verdict.Admitted);
    assert(limiter.remaining == <u32>(4 - i), limiter.remaining.toString());
  }
  assert(limiter.take(42, now, 1) == Verdict.Denied);
  assert(limiter.retryAfterNs == second, limiter.retryAfterNs.toString());
  assert(limiter.take(42, now + second - 1, 1) == Verdict.Denied);
  assert(limiter.take(42, now + second, 1) == Verdict.Admitted);
  assert(limiter.take(43, now, 1) == Verdict.Admitted, "identities do not share");
}

export function decides_again_after_a_lost_race_and_denies_when_every_race_is_lost(): void {
  const store = new ArrayStore(1);
  const limiter = limiterOf(store, 1, OnTableFull.Inherit);
  const now: u64 = 1_000 * second;
  store.lose = 63;
  assert(limiter.take(42, now, 1) == Verdict.Admitted);
  assert(limiter.conflicts == 63);
  store.lose = 64;
  assert(limiter.take(42, now, 1) == Verdict.Exhausted);
  assert(limiter.exhausted == 1);
}

export function an_identity_in_a_full_shard_inherits_and_never_gains(): void {
  const limiter = limiterOf(new ArrayStore(1), 1, OnTableFull.Inherit);
  const now: u64 = 1_000 * second;
  for (let key: u64 = 1; key <= 62; key++) {
    for (let i = 0; i < 3; i++) assert(limiter.take(key, now, 1) == Verdict.Admitted);
  }
  assert(limiter.take(100, now, 1) == Verdict.Admitted);
  assert(limiter.remaining == 1, "three of five were inherited");
  assert(limiter.inherited == 1);
  let admitted = 0;
  for (let key: u64 = 1000; key < 2000; key++) {
    if (limiter.take(key, now, 1) == Verdict.Admitted) admitted++;
  }
  assert(admitted <= 62 * 2, admitted.toString());
}

export function a_full_table_can_deny(): void {
  const limiter = limiterOf(new ArrayStore(1), 1, OnTableFull.Deny);
  const now: u64 = 1_000 * second;
  for (let key: u64 = 1; key <= 62; key++) assert(limiter.take(key, now, 1) == Verdict.Admitted);
  assert(limiter.take(100, now, 1) == Verdict.DeniedTableFull);
  assert(limiter.take(100, now + 2 * second, 1) == Verdict.Admitted, "idle slots are free again");
}

export function a_spoiled_or_missing_shard_starts_afresh_and_is_counted(): void {
  const store = new ArrayStore(1);
  const limiter = limiterOf(store, 1, OnTableFull.Inherit);
  const now: u64 = 1_000 * second;
  for (let i = 0; i < 5; i++) limiter.take(42, now, 1);
  store.spoil(0);
  assert(limiter.take(43, now, 1) == Verdict.Admitted);
  assert(limiter.reformatted == 1);
}

export function a_clock_that_goes_back_denies_for_one_burst_at_most(): void {
  const limiter = limiterOf(new ArrayStore(1), 1, OnTableFull.Inherit);
  const now: u64 = 100_000 * second;
  for (let i = 0; i < 6; i++) limiter.take(42, now, 1);
  const earlier: u64 = 10 * second;
  assert(limiter.take(42, earlier, 1) == Verdict.Denied);
  assert(limiter.retryAfterNs <= 5 * second, limiter.retryAfterNs.toString());
}

export function a_refund_gives_back_exactly_what_was_used(): void {
  const limiter = limiterOf(new ArrayStore(1), 1, OnTableFull.Inherit);
  const now: u64 = 1_000 * second;
  assert(limiter.take(42, now, 4) == Verdict.Admitted);
  limiter.refund(42, now, 4, now);
  assert(limiter.take(42, now, 5) == Verdict.Admitted);
  assert(limiter.take(42, now, 6) == Verdict.Denied, "a cost above the burst never passes");
}

export function a_denial_is_answered_from_the_cache_while_it_holds(): void {
  const store = new ArrayStore(1);
  const limiter = limiterOf(store, 1, OnTableFull.Inherit);
  const now: u64 = 1_000 * second;
  for (let i = 0; i < 5; i++) limiter.take(42, now, 1);
  assert(limiter.take(42, now, 1) == Verdict.Denied);
  store.lose = u32.MAX_VALUE;
  for (let i: u64 = 0; i < 100; i++) assert(limiter.take(42, now + i, 1) == Verdict.Denied);
}

export function a_denied_identity_is_mended_when_the_clock_went_back(): void {
  const limiter = limiterOf(new ArrayStore(1), 1, OnTableFull.Inherit);
  const now: u64 = 100_000 * second;
  for (let i = 0; i < 5; i++) limiter.take(42, now, 1);
  const earlier: u64 = 50_000 * second;
  assert(limiter.take(42, earlier, 1) == Verdict.Denied);
  assert(limiter.take(42, earlier + 5 * second, 5) == Verdict.Admitted, "not in 50,000 seconds");
}

export function a_worker_that_was_held_up_undoes_nothing(): void {
  const limiter = limiterOf(new ArrayStore(1), 1, OnTableFull.Inherit);
  const now: u64 = 100_000 * second;
  for (let i = 0; i < 5; i++) limiter.take(42, now, 1);
  assert(limiter.take(42, now - second, 1) == Verdict.Denied);
  assert(limiter.take(42, now + second - 1, 1) == Verdict.Denied);
  assert(limiter.take(42, now + second, 1) == Verdict.Admitted);
}

export function a_ban_lasts_its_time_and_is_not_inherited(): void {
  const bans = new Limiter(new Ban(10 * second), new ArrayStore(1), 1, 7, OnTableFull.Allow, 64);
  const now: u64 = 1_000 * second;
  assert(bans.check(42, now, 1) == Verdict.Admitted);
  bans.charge(42, now, 1);
  assert(bans.check(42, now + 9 * second, 1) == Verdict.Denied);
  assert(bans.retryAfterNs == second, bans.retryAfterNs.toString());
  assert(bans.check(42, now + 10 * second, 1) == Verdict.Admitted);
  for (let key: u64 = 100; key < 200; key++) bans.charge(key, now, 1);
  assert(bans.check(7, now, 1) == Verdict.Admitted, "a stranger is not banned");
  assert(bans.check(199, now, 1) == Verdict.Denied, "the newest ban holds");
}

export function a_request_in_flight_counts_until_it_ends(): void {
  const store = new ArrayStore(1);
  const rule = new Concurrency(60 * second, 2);
  const occupancy = new Occupancy(rule, store, 1, 7);
  const flights = new Limiter(rule, store, 1, 7, OnTableFull.Inherit, 64);
  flights.remembers = false;
  const now: u64 = 6_000 * second;
  assert(flights.take(42, now, 1) == Verdict.Admitted);
  assert(flights.take(42, now + 1, 1) == Verdict.Admitted);
  assert(flights.take(42, now + 2, 1) == Verdict.Denied);
  flights.refund(42, now + 3, 1, now);
  assert(flights.take(42, now + 4, 1) == Verdict.Admitted);
  assert(flights.take(42, now + 5, 1) == Verdict.Denied);
  assert(occupancy.estimate(now + 5) == 1);
  flights.refund(42, now + 6, 1, now + 1);
  flights.refund(42, now + 7, 1, now + 4);
  assert(occupancy.estimate(now + 7) == 0, "nobody in flight: no slot");
}

export function a_request_that_never_ends_counts_for_two_windows_at_most(): void {
  const flights = new Limiter(
    new Concurrency(60 * second, 1),
    new ArrayStore(1),
    1,
    7,
    OnTableFull.Inherit,
    64,
  );
  flights.remembers = false;
  const now: u64 = 6_000 * second + 59 * second;
  assert(flights.take(42, now, 1) == Verdict.Admitted);
  assert(flights.take(42, now + 60 * second, 1) == Verdict.Denied, "it counts for a whole window");
  assert(flights.take(42, now + 61 * second, 1) == Verdict.Admitted);
  flights.refund(42, now + 62 * second, 1, now);
  assert(
    flights.take(42, now + 63 * second, 1) == Verdict.Denied,
    "its end takes nobody else's place",
  );
}

export function what_was_used_in_a_window_that_is_over_is_not_given_back(): void {
  const daily = new Limiter(
    new FixedWindow(60 * second, 2),
    new ArrayStore(1),
    1,
    7,
    OnTableFull.Inherit,
    0,
  );
  const now: u64 = 6_000 * second + 59 * second;
  assert(daily.take(42, now, 2) == Verdict.Admitted);
  const next = now + 2 * second;
  assert(daily.take(42, next, 2) == Verdict.Admitted);
  daily.refund(42, next, 2, now);
  assert(daily.take(42, next, 1) == Verdict.Denied);
  daily.refund(42, next, 2, next);
  assert(daily.take(42, next, 1) == Verdict.Admitted);
}

export function a_debt_is_paid_before_the_next_request(): void {
  const tokens = new Limiter(
    new Gcra(second, 10, 100),
    new ArrayStore(1),
    1,
    7,
    OnTableFull.Inherit,
    0,
  );
  const now: u64 = 1_000 * second;
  assert(tokens.take(42, now, 1) == Verdict.Admitted);
  tokens.charge(42, now, 49);
  assert(tokens.take(42, now + 40 * second, 1) == Verdict.Denied);
  assert(tokens.retryAfterNs == second, tokens.retryAfterNs.toString());
  assert(tokens.take(42, now + 41 * second, 1) == Verdict.Admitted);
  tokens.charge(42, now + 41 * second, 1_000_000);
  assert(
    tokens.take(42, now + 41 * second + 102 * second, 1) == Verdict.Admitted,
    "a debt has an end",
  );
}

export function a_full_table_that_resets_counts_whom_it_evicts(): void {
  const limiter = limiterOf(new ArrayStore(1), 1, OnTableFull.Reset);
  const now: u64 = 1_000 * second;
  for (let key: u64 = 1; key <= 62; key++) assert(limiter.take(key, now, 1) == Verdict.Admitted);
  assert(limiter.take(100, now, 1) == Verdict.Admitted);
  assert(limiter.evicted == 1 && limiter.inherited == 0 && limiter.expired == 0);
  assert(limiter.take(101, now + 60 * second, 1) == Verdict.Admitted);
  assert(limiter.expired == 1);
}
