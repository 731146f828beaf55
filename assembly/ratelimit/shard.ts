// One shard of the identity table: a blob of 1 KiB with 62 slots of a 64-bit fingerprint and a 64-bit word. Shards live in
// storage that others can write (in Istio all plugins share one namespace), so each carries magic, geometry and a checksum
// and is read as untrusted. Larger blobs cost more to copy under the store's lock, smaller ones waste their header:
// 1 KiB costs what 8 bytes cost.
//
//   0 u64 mark: layout and geometry   8 u64 floor   16 u64 checksum   24 u64 overflow
//  32 u64 fingerprint[62]   528 u64 word[62]
//
// `overflow` is at least every word that identities at home here have in their second shard, `floor` at least every word that
// was thrown out of here (`table.ts`). Both are words, so they run out as words do.

export const shardBytes: u32 = 1024;
const slotsPerShard: u32 = 62;

/** "MWRL", version 2, 62 slots; the geometry is folded in, so a blob of another table differs here. */
const layout: u64 = 0x003e_0002_4c52574d;
const floorAt: usize = 8;
const checksumAt: usize = 16;
const overflowAt: usize = 24;
const fingerprintsAt: usize = 32;
const wordsAt: usize = 528;

/**
 * Shards of a table for so many identities. From 64 shards on a seventh more, so that hardly any shard is full before the
 * table is; a small table is as large as it says.
 */
export function shardsFor(identities: u32): u32 {
  const shards = max<u32>((identities + slotsPerShard - 1) / slotsPerShard, 1);
  return shards < 64 ? shards : shards + shards / 7;
}

/** Where a fingerprint stands, or which slot it would take. */
export const enum Claim {
  /** The slot holds this fingerprint. */
  Found = 0,
  /** The slot is empty or its word has run out: taking it loses nothing. */
  Free = 1,
  /** Every slot is in use; this one holds the smallest word. */
  Full = 2,
}

/** Out-values of `find`: the slot, and unless it was found the number of slots in use. */
export let foundSlot: u32 = 0;
export let foundInUse: u32 = 0;

/** Writes an empty shard of `shardBytes` bytes. */
export function format(shard: usize, geometry: u64): void {
  memory.fill(shard, 0, shardBytes);
  store<u64>(shard, layout ^ geometry);
  store<u64>(shard, checksum(shard), checksumAt);
}

/** False for anything that `format` and `write` with this geometry did not make. */
export function isOurs(shard: usize, size: u32, geometry: u64): bool {
  return (
    size == shardBytes &&
    load<u64>(shard) == (layout ^ geometry) &&
    load<u64>(shard, checksumAt) == checksum(shard)
  );
}

/**
 * Looks for a fingerprint, else for the slot to take; the slot is left in `foundSlot`.
 * @param fingerprint not 0, which marks an empty slot
 * @param idleBefore a word at or below it has run out (for GCRA: now)
 */
export function find(shard: usize, fingerprint: u64, idleBefore: u64): Claim {
  const fingerprints = shard + fingerprintsAt;
  const wanted = i64x2.splat(fingerprint);
  // Eight slots a step, and only then which of them. The last step reads two words as well, which are no slots.
  for (let slot: u32 = 0; slot < slotsPerShard; slot += 8) {
    const at = fingerprints + ((<usize>slot) << 3);
    const front = v128.or(i64x2.eq(v128.load(at), wanted), i64x2.eq(v128.load(at, 16), wanted));
    const back = v128.or(i64x2.eq(v128.load(at, 32), wanted), i64x2.eq(v128.load(at, 48), wanted));
    if (v128.any_true(v128.or(front, back)) && isAmong(fingerprints, slot, fingerprint)) {
      return Claim.Found;
    }
  }
  let smallest = u64.MAX_VALUE;
  foundInUse = 0;
  for (let slot: u32 = 0; slot < slotsPerShard; slot++) {
    const word = load<u64>(shard + wordsAt + ((<usize>slot) << 3));
    if (word > idleBefore) foundInUse++;
    if (word < smallest) {
      smallest = word;
      foundSlot = slot;
    }
  }
  return smallest <= idleBefore ? Claim.Free : Claim.Full;
}

/** Whether one of the eight slots from `slot` on holds the fingerprint; it is left in `foundSlot`. */
function isAmong(fingerprints: usize, slot: u32, fingerprint: u64): bool {
  const end = min<u32>(slot + 8, slotsPerShard);
  for (; slot < end; slot++) {
    if (load<u64>(fingerprints + ((<usize>slot) << 3)) != fingerprint) continue;
    foundSlot = slot;
    return true;
  }
  return false;
}

export function wordOf(shard: usize, slot: u32): u64 {
  return load<u64>(shard + wordsAt + ((<usize>slot) << 3));
}

export function fingerprintOf(shard: usize, slot: u32): u64 {
  return load<u64>(shard + fingerprintsAt + ((<usize>slot) << 3));
}

/** Puts an identity's word into a slot and keeps the checksum true. */
export function write(shard: usize, slot: u32, fingerprint: u64, word: u64): void {
  const offset = (<usize>slot) << 3;
  const fingerprintPtr = shard + fingerprintsAt + offset;
  const wordPtr = shard + wordsAt + offset;
  const change = fingerprint - load<u64>(fingerprintPtr) + (word - load<u64>(wordPtr));
  store<u64>(fingerprintPtr, fingerprint);
  store<u64>(wordPtr, word);
  store<u64>(shard + checksumAt, load<u64>(shard + checksumAt) + change);
}

export function overflowOf(shard: usize): u64 {
  return load<u64>(shard, overflowAt);
}

export function setOverflow(shard: usize, word: u64): void {
  setField(shard + overflowAt, shard, word);
}

export function floorOf(shard: usize): u64 {
  return load<u64>(shard, floorAt);
}

export function setFloor(shard: usize, word: u64): void {
  setField(shard + floorAt, shard, word);
}

function setField(at: usize, shard: usize, word: u64): void {
  const change = word - load<u64>(at);
  store<u64>(at, word);
  store<u64>(shard + checksumAt, load<u64>(shard + checksumAt) + change);
}

/** Slots whose word has not run out, for the occupancy gauge. */
export function occupied(shard: usize, idleBefore: u64): u32 {
  let count: u32 = 0;
  for (let slot: u32 = 0; slot < slotsPerShard; slot++) {
    if (wordOf(shard, slot) > idleBefore) count++;
  }
  return count;
}

/** Wrapping sum of all words but the checksum's own: one changed slot changes it by a difference. */
function checksum(shard: usize): u64 {
  // Two sums at a time: each addition waits for the one before it.
  let sum = i64x2.splat(0);
  let other = i64x2.splat(0);
  for (let at: usize = 32; at < shardBytes; at += 32) {
    sum = i64x2.add(sum, v128.load(shard + at));
    other = i64x2.add(other, v128.load(shard + at, 16));
  }
  sum = i64x2.add(sum, other);
  return (
    i64x2.extract_lane(sum, 0) +
    i64x2.extract_lane(sum, 1) +
    load<u64>(shard, 0) +
    load<u64>(shard, floorAt) +
    load<u64>(shard, overflowAt)
  );
}
