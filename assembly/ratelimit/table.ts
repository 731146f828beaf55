// Where an identity's word stands: in its home shard, or, when that was crowded, in its second one. Two places per identity
// fill the shards evenly (Azar, Broder, Karlin, Upfal 1999), so that newcomers find room until the table itself is full.
// That stays exact without a lock over two shards: before a word is written to a second shard, the home shard says so with
// `overflow`, a word at least as large, and while that has not run out no newcomer is placed at home. Once it has run out,
// so has every word behind it, and to begin anew at home is to begin with the same nothing. A word that is thrown out of a
// shard for a newcomer stays there as `floor`, with which newcomers begin: its owner may find room in the other shard.
import { Block } from "../base/block";
import {
  Claim,
  find,
  fingerprintOf,
  floorOf,
  format,
  foundInUse,
  foundSlot,
  isOurs,
  overflowOf,
  setFloor,
  setOverflow,
  shardBytes,
  wordOf,
  write,
} from "./shard";
import { Algorithm } from "./algorithm";
import { ShardStore, StoreResult } from "./shard-store";

/** Slots in use from which on newcomers go to their second shard. */
const crowded: u32 = 56;

@final
export class Table {
  /** Where a shard that is missing or not ours is begun anew. */
  private spare: Block = new Block(shardBytes);
  private shard: u32 = 0;
  private data: usize = 0;
  private version: u32 = 0;
  private slot: u32 = 0;
  private isSecond: bool = false;
  /** The home shard's `overflow`, when the place is in the second one. */
  private announced: u64 = 0;

  /** Out-values of `locate`: what stands in the place, and the word that the identity begins from there. */
  claim: Claim = Claim.Free;
  word: u64 = 0;
  /** Out-value of `put`: whether another identity left the slot. */
  replaced: bool = false;

  /** Counts for metrics: races lost to other workers, and shards that were missing or not ours. */
  conflicts: u64 = 0;
  reformatted: u64 = 0;

  /** @param geometry goes into every shard: policy, algorithm and sizes, so that a changed table is not misread */
  constructor(
    private algorithm: Algorithm,
    private shards: ShardStore,
    private shardCount: u32,
    private geometry: u64,
  ) {}

  /** Creates the shards that are missing, once, before any request. False when the store refuses. */
  prepare(): bool {
    const blank = heap.alloc(shardBytes);
    format(blank, this.geometry);
    let ok = true;
    // Create-only: a shard that exists is left alone, and one that is spoiled is mended when it is read.
    for (let shard: u32 = 0; shard < this.shardCount; shard++) {
      const result = this.shards.write(shard, blank, shardBytes, this.shards.absentVersion());
      if (result == StoreResult.Failed) ok = false;
    }
    heap.free(blank);
    return ok;
  }

  /** Finds the identity's place, or the one it would take. False when the store does not answer. */
  locate(key: u64, nowNs: u64): bool {
    const idle = this.algorithm.idleBefore(nowNs);
    const home = this.homeOf(key);
    if (!this.load(home)) return false;
    this.isSecond = false;
    if (this.look(key, nowNs, idle, 0) == Claim.Found) return true;
    const second = this.secondOf(key, home);
    const announced = overflowOf(this.data);
    if (second == home || (announced <= idle && foundInUse < crowded)) return true;
    const floor = this.floor(nowNs);
    if (!this.load(second)) return false;
    this.isSecond = true;
    this.announced = announced;
    this.look(key, nowNs, idle, floor);
    return true;
  }

  private look(key: u64, nowNs: u64, idle: u64, leastWord: u64): Claim {
    const claim = find(this.data, fingerprint(key), idle);
    this.claim = claim;
    this.slot = foundSlot;
    let word = claim == Claim.Free ? 0 : wordOf(this.data, foundSlot);
    if (claim != Claim.Found) {
      const floor = max(leastWord, this.floor(nowNs));
      if (floor > idle) word = max(word, floor);
    }
    this.word = word;
    return claim;
  }

  /** The shard's floor, or 0 when it is from before the clock went back: nobody would be left to mend it. */
  private floor(nowNs: u64): u64 {
    const floor = floorOf(this.data);
    return floor == 0 || this.algorithm.mend(floor, nowNs) == floor ? floor : 0;
  }

  /**
   * Writes a word to the place that `locate` found. A lost race, or a home shard that had to be told first, answers
   * `Conflict`: `locate` again.
   * @param keepsFloor whom the identity throws out is not to gain by it
   */
  put(key: u64, nowNs: u64, word: u64, keepsFloor: bool): StoreResult {
    if (this.isSecond && this.announced < word)
      return this.announce(key, this.algorithm.idleBefore(nowNs), word);
    const data = this.data;
    const old = fingerprintOf(data, this.slot);
    this.replaced = old != 0 && old != fingerprint(key);
    if (this.claim == Claim.Full && keepsFloor) {
      setFloor(data, max(this.floor(nowNs), wordOf(data, this.slot)));
    }
    write(data, this.slot, fingerprint(key), word);
    return this.writeBack();
  }

  /** Tells the home shard what is about to stand in the second one. `Conflict` when that went well: look again. */
  private announce(key: u64, idle: u64, word: u64): StoreResult {
    if (!this.load(this.homeOf(key))) return StoreResult.Failed;
    const now = overflowOf(this.data);
    const claim = find(this.data, fingerprint(key), idle);
    const mayStay = now <= idle && foundInUse < crowded;
    if (claim == Claim.Found || mayStay) return StoreResult.Conflict;
    // Twice as far as needed, so that the next requests need not say it again.
    const reach = word + (word - min(idle, word));
    setOverflow(this.data, max(now, reach < word ? u64.MAX_VALUE : reach));
    const result = this.writeBack();
    return result == StoreResult.Ok ? StoreResult.Conflict : result;
  }

  private writeBack(): StoreResult {
    const result = this.shards.write(this.shard, this.data, shardBytes, this.version);
    if (result == StoreResult.Conflict) this.conflicts++;
    return result;
  }

  private homeOf(key: u64): u32 {
    return <u32>(((key & 0xffff_ffff) * this.shardCount) >> 32);
  }

  private secondOf(key: u64, home: u32): u32 {
    const second = <u32>(((key >> 32) * this.shardCount) >> 32);
    if (second != home) return second;
    return second + 1 < this.shardCount ? second + 1 : 0;
  }

  /** Reads a shard; one that is missing or not ours starts empty. */
  private load(shard: u32): bool {
    const shards = this.shards;
    const result = shards.read(shard);
    if (result == StoreResult.Failed) return false;
    this.shard = shard;
    if (result == StoreResult.Ok && isOurs(shards.data, shards.size, this.geometry)) {
      this.data = shards.data;
      this.version = shards.version;
      return true;
    }
    this.reformatted++;
    this.data = this.spare.ptr;
    this.version = result == StoreResult.Ok ? shards.version : shards.absentVersion();
    format(this.data, this.geometry);
    return true;
  }
}

/** 0 marks an empty slot. */
function fingerprint(key: u64): u64 {
  return key == 0 ? 1 : key;
}
