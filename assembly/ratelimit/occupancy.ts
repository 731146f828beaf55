// How full a table is, estimated from a few shards a call, each in its turn: a gauge must not cost a walk through the table.
import { Algorithm } from "./algorithm";
import { isOurs, occupied } from "./shard";
import { ShardStore, StoreResult } from "./shard-store";

/** Shards that one estimate reads. */
const sampledShards: u32 = 16;

@final
export class Occupancy {
  private next: u32 = 0;

  constructor(
    private algorithm: Algorithm,
    private shards: ShardStore,
    private shardCount: u32,
    private geometry: u64,
  ) {}

  /** Identities with something used up at `nowNs`, scaled to the whole table. */
  estimate(nowNs: u64): u64 {
    const idle = this.algorithm.idleBefore(nowNs);
    const shards = this.shards;
    const count = min<u32>(sampledShards, this.shardCount);
    let used: u64 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const shard = this.next;
      this.next = shard + 1 < this.shardCount ? shard + 1 : 0;
      if (shards.read(shard) != StoreResult.Ok) continue;
      if (isOurs(shards.data, shards.size, this.geometry)) used += occupied(shards.data, idle);
    }
    return (used * this.shardCount) / count;
  }
}
