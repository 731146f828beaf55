// The rate limiter's shards in shared data, one key each: `meshwarden/rl/<geometry>/<shard>`, both in hex. All workers see the
// same bytes, and a write succeeds only if nobody wrote since the read. The key is built in place, so a request allocates
// nothing; what is read is a copy that lives until the callback ends.
import { Status } from "../abi/constants";
import { View } from "../abi/view";
import { ShardStore, StoreResult } from "../ratelimit/shard-store";
import { createOnly, getShared, lastCasNumber, setSharedIf } from "../sdk/shared-data";

/** Begins every key of the limiter; other plugins may live in the same namespace. */
export const keyPrefix: string = "meshwarden/rl/";

const shardDigits: u32 = 8;

@final
export class SharedStore extends ShardStore {
  private key: View;
  /** The shard whose number the key holds. */
  private named: u32 = 0;
  private value: View = new View();

  /** @param geometry names the table: equal geometry shares shards, also with other plugins of this namespace */
  constructor(geometry: u64) {
    super();
    this.key = View.of(keyPrefix + hex(geometry, 16) + "/" + hex(0, shardDigits));
  }

  read(shard: u32): StoreResult {
    this.name(shard);
    const status = getShared(this.key, this.value);
    if (status == Status.NotFound) return StoreResult.Missing;
    if (status != Status.Ok) return StoreResult.Failed;
    this.data = this.value.ptr;
    this.size = this.value.length;
    this.version = lastCasNumber();
    return StoreResult.Ok;
  }

  write(shard: u32, data: usize, size: u32, version: u32): StoreResult {
    this.name(shard);
    const status = setSharedIf(this.key, data, size, version);
    if (status == Status.CasMismatch) return StoreResult.Conflict;
    return status == Status.Ok ? StoreResult.Ok : StoreResult.Failed;
  }

  absentVersion(): u32 {
    return createOnly;
  }

  /** Writes the shard's number into the key, unless it stands there from the read. */
  private name(shard: u32): void {
    if (shard == this.named) return;
    this.named = shard;
    let at = this.key.ptr + this.key.length;
    for (let i: u32 = 0; i < shardDigits; i++) {
      store<u8>(--at, digit(shard & 15));
      shard >>= 4;
    }
  }
}

function hex(value: u64, digits: u32): string {
  let text = "";
  for (let i: u32 = 0; i < digits; i++) {
    text = String.fromCharCode(digit((<u32>value) & 15)) + text;
    value >>= 4;
  }
  return text;
}

function digit(value: u32): u8 {
  return <u8>(value < 10 ? 0x30 + value : 0x57 + value);
}
