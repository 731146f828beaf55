// Test door of the rate-limit room: one limiter whose shards live with the test, so that several instances can share them and
// a test can slip another worker's request in between a read and its write.
import { Algorithm } from "../ratelimit/algorithm";
import { Concurrency } from "../ratelimit/concurrency";
import { FixedWindow } from "../ratelimit/fixed-window";
import { Gcra } from "../ratelimit/gcra";
import { Limiter } from "../ratelimit/limiter";
import { shardBytes } from "../ratelimit/shard";
import { ShardStore, StoreResult } from "../ratelimit/shard-store";
import { SlidingWindow } from "../ratelimit/sliding-window";

/** Fills the buffer at `target` and answers the shard's version, 0 when it is missing. */
declare function shard_read(shard: u32, target: usize): u32;
/** 1 when the shard had `version` (4294967295: was missing) and now holds the bytes at `data`. */
declare function shard_write(shard: u32, data: usize, size: u32, version: u32): u32;

class TestStore extends ShardStore {
  private buffer: usize = heap.alloc(shardBytes);

  read(shard: u32): StoreResult {
    const version = shard_read(shard, this.buffer);
    if (version == 0) return StoreResult.Missing;
    this.data = this.buffer;
    this.size = shardBytes;
    this.version = version;
    return StoreResult.Ok;
  }

  write(shard: u32, data: usize, size: u32, version: u32): StoreResult {
    return shard_write(shard, data, size, version) == 1 ? StoreResult.Ok : StoreResult.Conflict;
  }

  absentVersion(): u32 {
    return u32.MAX_VALUE;
  }
}

let limiter: Limiter | null = null;

/** @param kind 0 GCRA, 1 fixed window, 2 sliding window, 3 concurrency; `unitNs` is the emission interval or the window's length */
export function configure(
  kind: u32,
  unitNs: u64,
  requests: u32,
  shards: u32,
  onFull: u32,
  denyEntries: u32,
): bool {
  const algorithm: Algorithm =
    kind == 0
      ? new Gcra(unitNs, requests)
      : kind == 1
        ? new FixedWindow(unitNs, requests)
        : kind == 2
          ? new SlidingWindow(unitNs, requests)
          : new Concurrency(unitNs, requests);
  const made = new Limiter(algorithm, new TestStore(), shards, 1, onFull, denyEntries);
  made.remembers = kind != 3;
  limiter = made;
  return made.prepare();
}

/** Batches for hot identities. */
export function lease(tokens: u32, entries: u32): void {
  limiter!.lease(tokens, entries);
}

export function take(key: u64, nowNs: u64, cost: u32): u32 {
  return limiter!.take(key, nowNs, cost);
}

export function refund(key: u64, nowNs: u64, cost: u32, sinceNs: u64): void {
  limiter!.refund(key, nowNs, cost, sinceNs);
}

export function charge(key: u64, nowNs: u64, cost: u32): void {
  limiter!.charge(key, nowNs, cost);
}

export function retry_after_ns(): u64 {
  return limiter!.retryAfterNs;
}

export function remaining(): u32 {
  return limiter!.remaining;
}

export function conflicts(): u64 {
  return limiter!.conflicts;
}

export function exhausted(): u64 {
  return limiter!.exhausted;
}

export function leased(): u64 {
  return limiter!.leaseHits;
}
