// Reads a list of revoked tokens as JSON text, in the words of the section `revocation`: {tokens, subjects, sessions, notBefore}, each an
// array of texts or of objects that also name the issuer. One pass without a tree, since a list can have tens of thousands of entries.
// Strict: one entry that cannot be read refuses the whole list, because what it meant to revoke would pass.
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";
import { parseU64, decimalU64 } from "../base/decimal";
import { Block } from "../base/block";
import {
  DenyKind,
  DenyList,
  MAX_DENIED,
  MAX_DENIED_BYTES,
  MAX_DENIED_ISSUER_BYTES,
} from "./deny-list";

/** Bytes of a list's text. */
export const MAX_LIST_BYTES: u32 = 4194304;
/** 9999-12-31, the last day that dates of tokens can name. */
export const LAST_SECOND: i64 = 253402300799;

/** Members of a list, by DenyKind. */
const MEMBERS: string[] = ["tokens", "subjects", "sessions", "notBefore"];
/** Members that name what is denied, by DenyKind. */
const TEXTS: string[] = ["jti", "sub", "sid", "sub"];

/** One text of an entry. */
@final
class Field {
  readonly block: Block;
  length: u32 = 0;
  isSet: bool = false;

  constructor(readonly most: u32) {
    this.block = new Block(most + 8);
  }

  clear(): void {
    this.length = 0;
    this.isSet = false;
  }

  /** False: empty, too long, or there already. */
  take(json: JsonReader): bool {
    if (this.isSet || json.valueLength == 0 || json.valueLength > 6 * this.most) return false;
    const length = json.valueEscaped ? this.unescaped(json) : json.valueLength;
    if (length > this.most) return false;
    if (!json.valueEscaped) memory.copy(this.block.ptr, json.valuePtr, length);
    this.length = length;
    this.isSet = true;
    return true;
  }

  /** An escape is never shorter than what it stands for, so it can be undone where it stands. */
  private unescaped(json: JsonReader): u32 {
    const at = json.valuePtr;
    const length = unescapeInto(at, at, json.valueLength);
    if (length <= this.most) memory.copy(this.block.ptr, at, length);
    return length;
  }
}

@final
export class DenyListReader {
  private json: JsonReader;
  private text: Field = new Field(MAX_DENIED_BYTES);
  private issuer: Field = new Field(MAX_DENIED_ISSUER_BYTES);
  private seconds: i64 = -1;

  constructor() {
    const limits = new JsonLimits();
    limits.maxBytes = MAX_LIST_BYTES;
    limits.maxStringBytes = 6 * MAX_DENIED_ISSUER_BYTES;
    limits.maxElements = <u32>MAX_DENIED;
    limits.maxKeys = 4 * <u32>MAX_DENIED;
    limits.maxMembers = 16;
    limits.maxDepth = 8;
    // Members of one name are looked for here: a table of all names would take megabytes.
    limits.refuseDuplicates = false;
    this.json = new JsonReader(limits);
  }

  /**
   * Fills a new list and seals it; the text may be changed.
   * @returns what is wrong, without a word of the text, or ""
   */
  read(ptr: usize, length: u32, list: DenyList): string {
    const json = this.json;
    json.begin(ptr, length);
    if (json.next() != JsonEvent.ObjectStart) return "it is no JSON object";
    let seen: u32 = 0;
    while (true) {
      const event = json.next();
      if (event == JsonEvent.ObjectEnd) break;
      if (event == JsonEvent.Fault) return "it is not JSON";
      const kind = this.nameIn(MEMBERS);
      if (kind < 0 || event != JsonEvent.ArrayStart) return "it has a member that is no list";
      if ((seen & (1 << kind)) != 0) return `it has ${MEMBERS[kind]} twice`;
      seen |= 1 << kind;
      const place = this.readEntries(<DenyKind>kind, list);
      if (place >= 0) return `entry ${place} of ${MEMBERS[kind]} cannot be read`;
    }
    if (json.next() != JsonEvent.End) return "something follows it";
    list.seal();
    return "";
  }

  /** The place of the first entry that is wrong, or -1. */
  private readEntries(kind: DenyKind, list: DenyList): i32 {
    let place = 0;
    while (true) {
      const event = this.json.next();
      if (event == JsonEvent.ArrayEnd) return -1;
      this.text.clear();
      this.issuer.clear();
      this.seconds = -1;
      if (!this.readEntry(event, kind) || !this.add(kind, list)) return place;
      place++;
    }
  }

  private readEntry(event: JsonEvent, kind: DenyKind): bool {
    const isMoment = kind == DenyKind.NotBefore;
    if (event == JsonEvent.String) return !isMoment && this.text.take(this.json);
    if (event != JsonEvent.ObjectStart) return false;
    while (true) {
      const member = this.json.next();
      if (member == JsonEvent.ObjectEnd) return isMoment ? this.seconds >= 0 : this.text.isSet;
      if (this.isNamed(TEXTS[kind])) {
        if (member != JsonEvent.String || !this.text.take(this.json)) return false;
      } else if (this.isNamed("issuer")) {
        if (member != JsonEvent.String || !this.issuer.take(this.json)) return false;
      } else if (!isMoment || !this.isNamed("issuedAfter") || !this.readMoment(member)) {
        return false;
      }
    }
  }

  private readMoment(event: JsonEvent): bool {
    const json = this.json;
    if (event != JsonEvent.Number || this.seconds >= 0 || json.valueLength > 12) return false;
    if (!parseU64(json.valuePtr, json.valueLength)) return false;
    this.seconds = <i64>decimalU64;
    return this.seconds <= LAST_SECOND;
  }

  private add(kind: DenyKind, list: DenyList): bool {
    const text = this.text;
    const issuer = this.issuer;
    return list.add(
      kind,
      text.block.ptr,
      text.length,
      issuer.block.ptr,
      issuer.length,
      max<i64>(this.seconds, 0),
    );
  }

  /** Place of the member's name among these, or -1. Names are compared as written. */
  private nameIn(names: string[]): i32 {
    for (let i = 0; i < names.length; i++) if (this.isNamed(names[i])) return i;
    return -1;
  }

  private isNamed(name: string): bool {
    const json = this.json;
    if (json.nameEscaped || json.nameLength != <u32>name.length) return false;
    for (let i = 0; i < name.length; i++) {
      if (load<u8>(json.namePtr + i) != <u8>name.charCodeAt(i)) return false;
    }
    return true;
  }
}
