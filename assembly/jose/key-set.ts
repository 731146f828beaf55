// The keys of one issuer. Reads a JWKS, a single JWK, a map from kid to certificate (as Google
// publishes it) or one PEM block, and chooses the key of a token. A key that cannot be used is
// skipped and counted; a set without one usable key, or one that mixes secrets with public keys (a
// way into algorithm confusion), is refused whole. Tables for curve keys are built after a few
// uses, for a few keys.
import { KeyFamily, PublicKey } from "../crypto/key/public-key";
import { PemReader } from "../crypto/key/pem";
import { KeyStatus } from "../crypto/key/status";
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";
import { Algorithm } from "./algorithm";
import { JwkReader, MAX_KID_BYTES } from "./jwk";
import { Member, memberOf } from "./jwk-member";
import { JoseKey } from "./key";
import { JwtStatus } from "./status";

/** Keys of one set, usable ones. */
export const MAX_KEYS: i32 = 64;
/** Bytes of the text of a set. */
export const MAX_SET_BYTES: u32 = 262144;
/** Keys of one set that get a table. */
export const MAX_TABLES: u32 = 8;
/** Uses before a key gets its table, so that a key seen once or twice costs nothing. */
export const TABLE_AFTER_USES: u32 = 3;

const KID: usize = memory.data(256, 8);

@final
export class KeySet {
  readonly keys: Array<JoseKey> = [];
  /**
   * Keys that could not be read but were meant to verify: their kid is taken, so a twin of it is
   * ambiguous.
   */
  private broken: Array<JoseKey> = [];
  /** Keys of the text that could not be used, and the reason of the last one. */
  skipped: u32 = 0;
  skippedStatus: KeyStatus = KeyStatus.Ok;
  /** The key that find() chose. */
  chosen: JoseKey | null = null;
  private tables: u32 = 0;

  /**
   * Reads a set from JSON or PEM text. The text is copied and may go afterwards. When the outcome
   * is not Ok the set holds nothing.
   */
  read(ptr: usize, length: u32): KeyStatus {
    this.dispose();
    if (length > MAX_SET_BYTES) return KeyStatus.JwkJson;
    const copy = heap.alloc(max<usize>(length, 1));
    memory.copy(copy, ptr, length);
    let at: u32 = 0;
    while (at < length && load<u8>(copy + at) <= 0x20) at++;
    const isPem = at < length && load<u8>(copy + at) == 0x2d;
    let status = isPem ? this.addPem(copy, length, 0, 0) : this.readJson(copy, length);
    // Secrets may have been decoded in place.
    memory.fill(copy, 0, length);
    heap.free(copy);
    if (status == KeyStatus.Ok) status = this.judge();
    if (status != KeyStatus.Ok) this.dispose();
    return status;
  }

  private judge(): KeyStatus {
    const keys = this.keys;
    if (keys.length == 0) {
      return this.skipped > 0 ? this.skippedStatus : KeyStatus.SetEmpty;
    }
    let secrets = 0;
    for (let i = 0; i < keys.length; i++) secrets += i32(keys[i].family == KeyFamily.Hmac);
    return secrets == 0 || secrets == keys.length ? KeyStatus.Ok : KeyStatus.SetMixed;
  }

  /** Adds one PEM key, with a kid when `kidLength` is not 0. */
  private addPem(ptr: usize, length: usize, kid: usize, kidLength: u32): KeyStatus {
    const view = new PublicKey();
    const pem = new PemReader();
    const key = new JoseKey();
    let status = pem.read(view, ptr, length);
    if (status == KeyStatus.Ok) status = key.setPublic(view);
    pem.dispose();
    if (status == KeyStatus.Ok && kidLength > 0) key.setKid(kid, kidLength);
    return this.keep(key, status);
  }

  /** Adds a key or counts it as skipped; fails only when the set is full. */
  private keep(key: JoseKey, status: KeyStatus): KeyStatus {
    if (status == KeyStatus.Ok && this.keys.length < MAX_KEYS) {
      this.keys.push(key);
      return KeyStatus.Ok;
    }
    if (status == KeyStatus.Ok) {
      key.dispose();
      return KeyStatus.SetTooManyKeys;
    }
    key.disposeSecrets();
    if (key.claimed != 0 && key.kidPtr != 0 && this.broken.length < MAX_KEYS) this.broken.push(key);
    else key.dispose();
    this.skipped += 1;
    this.skippedStatus = status;
    return KeyStatus.Ok;
  }

  private readJson(text: usize, length: u32): KeyStatus {
    const limits = new JsonLimits();
    limits.maxBytes = MAX_SET_BYTES;
    limits.maxDepth = 16;
    const json = new JsonReader(limits);
    json.begin(text, length);
    // A single JWK is told from a set by its members, so the text is read twice.
    const kind = kindOf(json);
    json.begin(text, length);
    json.next();
    let status = KeyStatus.JwkJson;
    if (kind == Member.Keys) status = this.readKeys(json);
    else if (kind == Member.Kty) status = this.readKey(json);
    else if (kind == Member.X5c) status = this.readCertificates(json);
    else if (kind == Member.Kid) status = KeyStatus.JwkShape;
    return status;
  }

  private readKey(json: JsonReader): KeyStatus {
    const key = new JoseKey();
    const status = new JwkReader().read(json, key);
    return status == KeyStatus.JwkJson ? status : this.keep(key, status);
  }

  private readKeys(json: JsonReader): KeyStatus {
    const reader = new JwkReader();
    while (true) {
      let event = json.next();
      if (event == JsonEvent.Fault) return KeyStatus.JwkJson;
      if (event == JsonEvent.ObjectEnd) return KeyStatus.Ok;
      if (memberOf(json) != Member.Keys) {
        json.skip(event);
        continue;
      }
      while (true) {
        event = json.next();
        if (event == JsonEvent.ArrayEnd) break;
        if (event != JsonEvent.ObjectStart) return KeyStatus.JwkShape;
        const key = new JoseKey();
        const status = reader.read(json, key);
        if (status == KeyStatus.JwkJson) return status;
        if (this.keep(key, status) != KeyStatus.Ok) return KeyStatus.SetTooManyKeys;
      }
    }
  }

  /** An object of kid: "-----BEGIN CERTIFICATE-----...". */
  private readCertificates(json: JsonReader): KeyStatus {
    while (true) {
      const event = json.next();
      if (event == JsonEvent.ObjectEnd) return KeyStatus.Ok;
      if (event != JsonEvent.String) return KeyStatus.JwkShape;
      let kid = json.namePtr;
      let kidLength = json.nameLength;
      if (kidLength > MAX_KID_BYTES) return KeyStatus.KidTooLong;
      if (json.nameEscaped) {
        // Not in place: the reader compares later names with this one.
        kidLength = unescapeInto(KID, kid, kidLength);
        kid = KID;
      }
      let length = json.valueLength;
      if (json.valueEscaped) length = unescapeInto(json.valuePtr, json.valuePtr, length);
      const status = this.addPem(json.valuePtr, length, kid, kidLength);
      if (status != KeyStatus.Ok) return status;
    }
  }

  /**
   * Chooses the key for a token: by kid, and without one, or among keys without one, only when a
   * single key fits the algorithm. The key is in `chosen` when the outcome is Ok.
   */
  find(algorithm: Algorithm, kid: usize, kidLength: u32): JwtStatus {
    this.chosen = null;
    const keys = this.keys;
    let named = 0;
    let namedFits = 0;
    let loose = 0;
    let namedKey: JoseKey | null = null;
    let looseKey: JoseKey | null = null;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      const fits = key.fits(algorithm);
      if (kid != 0 && key.hasKid(kid, kidLength)) {
        named += 1;
        if (fits) {
          namedFits += 1;
          namedKey = key;
        }
      } else if (fits && (kid == 0 || key.kidPtr == 0)) {
        loose += 1;
        looseKey = key;
      }
    }
    if (namedFits > 0) namedFits += this.brokenTwins(algorithm, kid, kidLength);
    if (named > 0) {
      this.chosen = namedKey;
      if (namedFits == 1) return JwtStatus.Ok;
      return namedFits == 0 ? JwtStatus.KeyMismatch : JwtStatus.KeyAmbiguous;
    }
    this.chosen = looseKey;
    if (loose == 1) return JwtStatus.Ok;
    if (loose > 1) return JwtStatus.KeyAmbiguous;
    return kid == 0 ? JwtStatus.NoKey : JwtStatus.KidUnknown;
  }

  private brokenTwins(algorithm: Algorithm, kid: usize, kidLength: u32): i32 {
    let count = 0;
    const broken = this.broken;
    for (let i = 0; i < broken.length; i++) {
      const key = broken[i];
      if (((key.claimed >> algorithm) & 1) != 0 && key.hasKid(kid, kidLength)) count += 1;
    }
    return count;
  }

  /** Gives the chosen key its table when it has earned one; bounded for each set. */
  warm(): void {
    const key = this.chosen;
    if (key === null || !key.wantsTable) return;
    if (key.uses < TABLE_AFTER_USES || this.tables >= MAX_TABLES) return;
    this.tables += 1;
    key.buildTable();
  }

  /**
   * Frees all keys. Whoever drops a set calls this first: records and tables are heap memory,
   * because tables come late and secrets must be overwritten.
   */
  dispose(): void {
    const keys = this.keys;
    for (let i = 0; i < keys.length; i++) keys[i].dispose();
    keys.length = 0;
    const broken = this.broken;
    for (let i = 0; i < broken.length; i++) broken[i].dispose();
    broken.length = 0;
    this.chosen = null;
    this.tables = 0;
    this.skipped = 0;
  }
}

/**
 * What a text is: Keys for a set, Kty for a single JWK, X5c for a map of PEM texts, Kid for other
 * JSON, Other for broken JSON.
 */
function kindOf(json: JsonReader): Member {
  if (json.next() != JsonEvent.ObjectStart) {
    return json.status == 0 ? Member.Kid : Member.Other;
  }
  let kind = Member.Kid;
  let members: u32 = 0;
  let texts: u32 = 0;
  while (true) {
    const event = json.next();
    if (event == JsonEvent.Fault) return Member.Other;
    if (event == JsonEvent.ObjectEnd) break;
    members += 1;
    const member = memberOf(json);
    if (member == Member.Keys && event == JsonEvent.ArrayStart) kind = Member.Keys;
    else if (member == Member.Kty && kind != Member.Keys) kind = Member.Kty;
    else if (event == JsonEvent.String && load<u8>(json.valuePtr) == 0x2d) texts += 1;
    json.skip(event);
  }
  if (json.next() != JsonEvent.End) return Member.Other;
  return kind == Member.Kid && members > 0 && texts == members ? Member.X5c : kind;
}
