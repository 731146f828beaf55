// Tokens that are no longer good although they verify: by their id (`jti`), subject, session (`sid`), or because they were issued
// before a moment. A hash table of fixed size, made when the list is read; a lookup is one hash and the comparison of what shares it.
import { Block } from "../base/block";
import { hashBytes } from "../base/keyed-hash";
import { parseF64, floatValue } from "../base/float";
import { ClaimSlot } from "./claim-paths";
import { ClaimKind, ClaimValues } from "./claim-values";
import { Text } from "./text";

/** Entries a list can hold. */
export const MAX_DENIED: i32 = 65536;
/** Longest entry, bytes. */
export const MAX_DENIED_BYTES: u32 = 255;

export const enum DenyKind {
  TokenId = 0,
  Subject = 1,
  Session = 2,
  /** A subject's tokens that were issued before a moment; an empty text: every subject's. */
  NotBefore = 3,
}

@final
class Entry {
  constructor(
    readonly kind: DenyKind,
    readonly text: Text,
    /** Null: of every issuer. */
    readonly issuer: Text | null,
    /** Seconds since 1970. */
    readonly seconds: i64,
  ) {}
}

@final
export class DenyList {
  private entries: Array<Entry> = [];
  /** Place in `entries` + 1, by hash; 0: free. */
  private table: Block = new Block(16);
  private mask: u32 = 0;

  /** @param seed keys the hash of entries */
  constructor(private seed: u64) {}

  get size(): i32 {
    return this.entries.length;
  }

  /** Adds an entry; call `seal` after the last one. False: the list is full. */
  add(kind: DenyKind, text: Text, issuer: Text | null, seconds: i64 = 0): bool {
    if (this.entries.length == MAX_DENIED) return false;
    this.entries.push(new Entry(kind, text, issuer, seconds));
    return true;
  }

  /** Builds the table: half of it stays free. */
  seal(): void {
    let room: u32 = 4;
    while (room < <u32>this.entries.length * 2) room <<= 1;
    this.mask = room - 1;
    this.table = new Block(room << 2);
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i];
      let place = this.home(entry.kind, entry.text.ptr, entry.text.length);
      while (load<u32>(this.table.ptr + ((<usize>place) << 2)) != 0) {
        place = (place + 1) & this.mask;
      }
      store<u32>(this.table.ptr + ((<usize>place) << 2), <u32>i + 1);
    }
  }

  /** Whether a verified token is on the list. */
  has(claims: ClaimValues): bool {
    if (this.entries.length == 0) return false;
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

  private hasEntry(kind: DenyKind, ptr: usize, length: u32, claims: ClaimValues): bool {
    if (length > MAX_DENIED_BYTES) return false;
    let place = this.home(kind, ptr, length);
    while (true) {
      const number = load<u32>(this.table.ptr + ((<usize>place) << 2));
      if (number == 0) return false;
      const entry = this.entries[<i32>number - 1];
      if (entry.kind == kind && entry.text.equals(ptr, length) && this.isMeant(entry, claims)) {
        return true;
      }
      place = (place + 1) & this.mask;
    }
  }

  private isMeant(entry: Entry, claims: ClaimValues): bool {
    const issuer = entry.issuer;
    const slot = ClaimSlot.Issuer;
    if (issuer !== null) {
      if (claims.kind(slot) != ClaimKind.Text) return false;
      if (!issuer.equals(claims.ptr(slot, 0), claims.length(slot, 0))) return false;
    }
    return entry.kind != DenyKind.NotBefore || this.isOlder(claims, entry.seconds);
  }

  /** A token that does not say when it was issued is older than any moment. */
  private isOlder(claims: ClaimValues, seconds: i64): bool {
    const slot = ClaimSlot.IssuedAt;
    if (claims.kind(slot) != ClaimKind.Number) return true;
    if (!parseF64(claims.ptr(slot, 0), claims.length(slot, 0))) return true;
    return floatValue < <f64>seconds;
  }

  private home(kind: DenyKind, ptr: usize, length: u32): u32 {
    const hash = hashBytes(this.seed + <u64>kind, ptr, length, ptr + length);
    return (<u32>(hash ^ (hash >> 32))) & this.mask;
  }
}
