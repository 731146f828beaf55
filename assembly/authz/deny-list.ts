// Tokens that are no longer good although they verify: by their id (`jti`), subject, session (`sid`), or because they were issued
// before a moment. Flat rows and a hash table over them, made when the list is read; a lookup is two hashes, for everybody's entries and for those of the token's
// issuer, and the comparison of what shares them. Nothing managed but the blocks, so a list of 65,536 entries that is fetched anew leaves four pieces of garbage.
import { Block } from "../base/block";
import { hashBytes } from "../base/keyed-hash";
import { parseF64, floatValue } from "../base/float";
import { ClaimSlot } from "./claim-paths";
import { ClaimKind, ClaimValues } from "./claim-values";
import { sameBytes } from "./text";

/** Entries a list can hold. */
export const MAX_DENIED: i32 = 65536;
/** Longest entry, bytes. */
export const MAX_DENIED_BYTES: u32 = 255;
/** Longest issuer of an entry, bytes. */
export const MAX_DENIED_ISSUER_BYTES: u32 = 2048;

export const enum DenyKind {
  TokenId = 0,
  Subject = 1,
  Session = 2,
  /** A subject's tokens that were issued before a moment; an empty text: every subject's. */
  NotBefore = 3,
}

// One row: kind, text and issuer by offset and length, the moment in seconds since 1970.
const KIND: usize = 0;
const TEXT: usize = 4;
const TEXT_LENGTH: usize = 8;
const ISSUER: usize = 12;
const ISSUER_LENGTH: usize = 16;
const SECONDS: usize = 24;
const ROW_BYTES: u32 = 32;

@final
export class DenyList {
  private count: i32 = 0;
  private rows: Block = new Block(0);
  private rowRoom: i32 = 0;
  private bytes: Block = new Block(0);
  private byteRoom: u32 = 0;
  private used: u32 = 0;
  /** Place in `rows` + 1, by hash; 0: free. */
  private table: Block = new Block(16);
  private mask: u32 = 0;

  /** @param seed keys the hash of entries */
  constructor(private seed: u64) {}

  get size(): i32 {
    return this.count;
  }

  /**
   * Adds a copy of an entry; call `seal` after the last one. False: the list is full.
   * @param issuer whose tokens are meant; a length of 0: everybody's
   */
  add(
    kind: DenyKind,
    text: usize,
    length: u32,
    issuer: usize,
    issuerLength: u32,
    seconds: i64 = 0,
  ): bool {
    if (this.count == MAX_DENIED) return false;
    if (this.count == this.rowRoom) this.growRows();
    const row = this.rowAt(this.count++);
    store<u32>(row, kind, KIND);
    store<u32>(row, this.keep(text, length), TEXT);
    store<u32>(row, length, TEXT_LENGTH);
    store<u32>(row, this.keep(issuer, issuerLength), ISSUER);
    store<u32>(row, issuerLength, ISSUER_LENGTH);
    store<i64>(row, seconds, SECONDS);
    return true;
  }

  /** Builds the table: half of it stays free. Of two entries that say the same the later moment counts, and one place is taken. */
  seal(): void {
    let room: u32 = 4;
    while (room < <u32>this.count * 2) room <<= 1;
    this.mask = room - 1;
    this.table = new Block(room << 2);
    for (let i = 0; i < this.count; i++) {
      const row = this.rowAt(i);
      const issuer = this.bytes.ptr + load<u32>(row, ISSUER);
      const kind = <DenyKind>load<u32>(row, KIND);
      const place = this.find(kind, this.textOf(row), lengthOf(row), issuer, issuerLengthOf(row));
      const first = load<u32>(place);
      if (first == 0) store<u32>(place, <u32>i + 1);
      else {
        const known = this.rowAt(<i32>first - 1);
        store<i64>(known, max(load<i64>(known, SECONDS), load<i64>(row, SECONDS)), SECONDS);
      }
    }
  }

  /** Whether a verified token is on the list. */
  has(claims: ClaimValues): bool {
    if (this.count == 0) return false;
    return (
      this.hasText(DenyKind.TokenId, ClaimSlot.TokenId, claims) ||
      this.hasText(DenyKind.Subject, ClaimSlot.Subject, claims) ||
      this.hasText(DenyKind.Session, ClaimSlot.Session, claims) ||
      this.hasText(DenyKind.NotBefore, ClaimSlot.Subject, claims) ||
      this.hasEntry(DenyKind.NotBefore, 0, 0, claims)
    );
  }

  private hasText(kind: DenyKind, slot: i32, claims: ClaimValues): bool {
    if (claims.kind(slot) != ClaimKind.Text) return false;
    return this.hasEntry(kind, claims.ptr(slot, 0), claims.length(slot, 0), claims);
  }

  /** An entry for everybody's tokens, or for those of this token's issuer. */
  private hasEntry(kind: DenyKind, ptr: usize, length: u32, claims: ClaimValues): bool {
    if (length > MAX_DENIED_BYTES) return false;
    if (this.holds(this.find(kind, ptr, length, 0, 0), claims)) return true;
    const slot = ClaimSlot.Issuer;
    if (claims.kind(slot) != ClaimKind.Text || claims.length(slot, 0) == 0) return false;
    const place = this.find(kind, ptr, length, claims.ptr(slot, 0), claims.length(slot, 0));
    return this.holds(place, claims);
  }

  /** Whether the entry at a place of the table speaks of a token as old as this. */
  private holds(place: usize, claims: ClaimValues): bool {
    const number = load<u32>(place);
    if (number == 0) return false;
    const row = this.rowAt(<i32>number - 1);
    if (load<u32>(row, KIND) != DenyKind.NotBefore) return true;
    return isOlder(claims, load<i64>(row, SECONDS));
  }

  /** Address of the place in the table that an entry has, or could take. */
  private find(kind: DenyKind, text: usize, length: u32, issuer: usize, issuerLength: u32): usize {
    const own = hashBytes(this.seed + <u64>kind, text, length, text + length);
    const hash = hashBytes(own, issuer, issuerLength, issuer + issuerLength);
    let place = (<u32>(hash ^ (hash >> 32))) & this.mask;
    while (true) {
      const at = this.table.ptr + ((<usize>place) << 2);
      const number = load<u32>(at);
      if (number == 0) return at;
      const row = this.rowAt(<i32>number - 1);
      const isSame = load<u32>(row, KIND) == kind && lengthOf(row) == length;
      if (
        isSame &&
        issuerLengthOf(row) == issuerLength &&
        sameBytes(text, this.textOf(row), length)
      ) {
        if (sameBytes(issuer, this.bytes.ptr + load<u32>(row, ISSUER), issuerLength)) return at;
      }
      place = (place + 1) & this.mask;
    }
  }

  private rowAt(index: i32): usize {
    return this.rows.ptr + <usize>index * ROW_BYTES;
  }

  private textOf(row: usize): usize {
    return this.bytes.ptr + load<u32>(row, TEXT);
  }

  private growRows(): void {
    const room = max(16, this.rowRoom << 1);
    const rows = new Block(<u32>room * ROW_BYTES);
    memory.copy(rows.ptr, this.rows.ptr, <usize>this.count * ROW_BYTES);
    this.rows = rows;
    this.rowRoom = room;
  }

  /** Offset of a copy. */
  private keep(ptr: usize, length: u32): u32 {
    const at = this.used;
    if (this.byteRoom - at < length) {
      const room = max<u32>(this.byteRoom << 1, at + length + 256);
      const bytes = new Block(room);
      memory.copy(bytes.ptr, this.bytes.ptr, at);
      this.bytes = bytes;
      this.byteRoom = room;
    }
    memory.copy(this.bytes.ptr + at, ptr, length);
    this.used = at + length;
    return at;
  }
}

function lengthOf(row: usize): u32 {
  return load<u32>(row, TEXT_LENGTH);
}

function issuerLengthOf(row: usize): u32 {
  return load<u32>(row, ISSUER_LENGTH);
}

/** A token that does not say when it was issued is older than any moment. */
function isOlder(claims: ClaimValues, seconds: i64): bool {
  const slot = ClaimSlot.IssuedAt;
  if (claims.kind(slot) != ClaimKind.Number) return true;
  if (!parseF64(claims.ptr(slot, 0), claims.length(slot, 0))) return true;
  return floatValue < <f64>seconds;
}
