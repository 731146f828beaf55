// Where shards live, as the limiter sees it. In a proxy this is shared data with compare-and-swap, in a spec an array.

export const enum StoreResult {
  Ok = 0,
  /** Read: no such shard. */
  Missing = 1,
  /** Write: someone else wrote since the read. */
  Conflict = 2,
  /** The host refused. */
  Failed = 3,
}

export abstract class ShardStore {
  /** Out-values of `read`: the bytes, writable by the caller and valid until the callback ends. */
  data: usize = 0;
  size: u32 = 0;
  /** Out-value of `read` that `write` wants back; `write` keeps it for the shard it wrote. */
  version: u32 = 0;

  abstract read(shard: u32): StoreResult;

  /**
   * Replaces a shard if its version is still `version`.
   * @param version from `read`, or `absentVersion` for a shard that was missing
   */
  abstract write(shard: u32, data: usize, size: u32, version: u32): StoreResult;

  /** The version to give for a shard that does not exist yet, so that two creators do not overwrite each other. */
  abstract absentVersion(): u32;
}
