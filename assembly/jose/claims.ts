// The claims of a verified token (RFC 7519 §4.1), read once and held against rules. Dates are
// compared in milliseconds with a skew; the token says nothing about the clock. Array and string
// forms of `aud` mean the same. Claims the rules do not name are only checked to be JSON. Nothing
// is allocated for a token.
import { Block } from "../base/block";
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";
import { payloadStatus } from "./json-status";
import { equalsText } from "./jwk-member";
import { NOT_A_DATE, parseNumericDate } from "./numeric-date";
import { JwtStatus } from "./status";
import { TextSet } from "./text-set";

/** What a provider asks of the claims. Set at configure time. */
@final
export class ClaimRules {
  /** Accepted values of `iss`; empty: any. */
  readonly issuers: TextSet = new TextSet();
  /** One of them must be in `aud`; empty: any. */
  readonly audiences: TextSet = new TextSet();
  /** Accepted values of `sub`; empty: any. */
  readonly subjects: TextSet = new TextSet();
  /** Accepted `typ` of the header, in lower case and without "application/"; empty: any. */
  readonly types: TextSet = new TextSet();
  /** Claims that must be there, at the top level; at most 64. */
  readonly required: TextSet = new TextSet();
  requireExpiration: bool = true;
  /** How far clocks may differ. */
  skewMs: i64 = 60000;
  /** Longest life of a token from `iat` (from now when it has none) to `exp`; 0: any. */
  maxLifetimeMs: i64 = 0;
}

@final
export class ClaimReader {
  /** Milliseconds since 1970, or -1 when the claim is missing. */
  expMs: i64 = -1;
  nbfMs: i64 = -1;
  iatMs: i64 = -1;
  /** Views of the unescaped texts; 0 when missing. Valid until the next token. */
  issPtr: usize = 0;
  issLength: u32 = 0;
  subPtr: usize = 0;
  subLength: u32 = 0;
  jtiPtr: usize = 0;
  jtiLength: u32 = 0;
  private json: JsonReader;
  private scratch: Block;
  private scratchEnd: usize = 0;
  private seen: u64 = 0;
  private isAudience: bool = false;
  private status: JwtStatus = JwtStatus.Ok;

  /**
   * @param maxBytes longest payload; names and texts with escapes are decoded to a buffer of that
   * size
   */
  constructor(maxBytes: u32, seed: u64) {
    const limits = new JsonLimits();
    limits.maxBytes = maxBytes;
    limits.maxDepth = 16;
    limits.maxMembers = 256;
    limits.maxKeys = 1024;
    this.json = new JsonReader(limits, seed);
    this.scratch = new Block(maxBytes + 8);
  }

  /**
   * Reads the payload and holds it, and the type in the header, against the rules at time `nowNs`
   * (nanoseconds since 1970).
   */
  check(
    rules: ClaimRules,
    payload: usize,
    length: u32,
    typ: usize,
    typLength: u32,
    nowNs: u64,
  ): JwtStatus {
    let status = this.read(rules, payload, length);
    if (status != JwtStatus.Ok) return status;
    const nowMs = <i64>(nowNs / 1000000);
    status = checkDates(rules, this.expMs, this.nbfMs, this.iatMs, nowMs);
    if (status != JwtStatus.Ok) return status;
    if (rules.issuers.size > 0 && !rules.issuers.has(this.issPtr, this.issLength)) {
      return JwtStatus.Issuer;
    }
    if (rules.audiences.size > 0 && !this.isAudience) return JwtStatus.Audience;
    if (rules.subjects.size > 0 && !rules.subjects.has(this.subPtr, this.subLength)) {
      return JwtStatus.Subject;
    }
    if (rules.types.size > 0 && !isType(rules.types, typ, typLength)) return JwtStatus.Type;
    const all = rules.required.size;
    if (all > 0 && this.seen != ~(<u64>0) >> (64 - all)) return JwtStatus.ClaimMissing;
    return JwtStatus.Ok;
  }

  private read(rules: ClaimRules, payload: usize, length: u32): JwtStatus {
    this.expMs = -1;
    this.nbfMs = -1;
    this.iatMs = -1;
    this.issPtr = 0;
    this.issLength = 0;
    this.subPtr = 0;
    this.subLength = 0;
    this.jtiPtr = 0;
    this.jtiLength = 0;
    this.scratchEnd = this.scratch.ptr;
    this.seen = 0;
    this.isAudience = false;
    this.status = JwtStatus.Ok;
    const json = this.json;
    json.begin(payload, length);
    let event = json.next();
    if (event == JsonEvent.Fault) return payloadStatus(json.status);
    if (event != JsonEvent.ObjectStart) return JwtStatus.ClaimShape;
    while (true) {
      event = json.next();
      if (event == JsonEvent.Fault) return payloadStatus(json.status);
      if (event == JsonEvent.ObjectEnd) break;
      if (this.take(rules, event) == JsonEvent.Fault) return payloadStatus(json.status);
    }
    if (json.next() != JsonEvent.End) return payloadStatus(json.status);
    return this.status;
  }

  /** One member, read past its end. */
  private take(rules: ClaimRules, event: JsonEvent): JsonEvent {
    const json = this.json;
    let name = json.namePtr;
    let length = json.nameLength;
    if (json.nameEscaped) {
      length = unescapeInto(this.scratchEnd, name, length);
      name = this.scratchEnd;
    }
    const place = rules.required.find(name, length);
    if (place >= 0 && event != JsonEvent.Null) this.seen |= (<u64>1) << place;
    if (length != 3) return json.skip(event);
    if (equalsText(name, length, "exp")) this.expMs = this.date(event);
    else if (equalsText(name, length, "nbf")) this.nbfMs = this.date(event);
    else if (equalsText(name, length, "iat")) this.iatMs = this.date(event);
    else if (equalsText(name, length, "aud")) return this.takeAudience(rules, event);
    else if (equalsText(name, length, "iss")) {
      this.issLength = this.text(event);
      this.issPtr = this.textPtr;
    } else if (equalsText(name, length, "sub")) {
      this.subLength = this.text(event);
      this.subPtr = this.textPtr;
    } else if (equalsText(name, length, "jti")) {
      this.jtiLength = this.text(event);
      this.jtiPtr = this.textPtr;
    }
    return json.skip(event);
  }

  /** RFC 7519 §4.1.3: a string, or an array of strings. */
  private takeAudience(rules: ClaimRules, event: JsonEvent): JsonEvent {
    const json = this.json;
    if (event != JsonEvent.ArrayStart) {
      this.audience(rules, event);
      return json.skip(event);
    }
    const level = json.depth;
    while (true) {
      event = json.next();
      if (event == JsonEvent.Fault) return event;
      if (event == JsonEvent.ArrayEnd && json.depth < level) return event;
      this.audience(rules, event);
      if (json.skip(event) == JsonEvent.Fault) return JsonEvent.Fault;
    }
  }

  private audience(rules: ClaimRules, event: JsonEvent): void {
    const length = this.text(event);
    if (rules.audiences.has(this.textPtr, length)) this.isAudience = true;
  }

  private textPtr: usize = 0;

  /**
   * A string value, unescaped into the scratch buffer when it must be; its length, its address in
   * textPtr.
   */
  private text(event: JsonEvent): u32 {
    const json = this.json;
    this.textPtr = json.valuePtr;
    if (event != JsonEvent.String) {
      this.refuse(JwtStatus.ClaimShape);
      return 0;
    }
    if (!json.valueEscaped) return json.valueLength;
    const length = unescapeInto(this.scratchEnd, json.valuePtr, json.valueLength);
    this.textPtr = this.scratchEnd;
    // All texts together are never longer than the payload they were written in.
    this.scratchEnd += length;
    return length;
  }

  private date(event: JsonEvent): i64 {
    const json = this.json;
    const ms =
      event == JsonEvent.Number ? parseNumericDate(json.valuePtr, json.valueLength) : NOT_A_DATE;
    if (ms == NOT_A_DATE) this.refuse(JwtStatus.Date);
    return ms;
  }

  private refuse(status: JwtStatus): void {
    if (this.status == JwtStatus.Ok) this.status = status;
  }
}

/** Holds the dates of a token against the rules, all in milliseconds since 1970; a negative date is missing. */
export function checkDates(
  rules: ClaimRules,
  expMs: i64,
  nbfMs: i64,
  iatMs: i64,
  nowMs: i64,
): JwtStatus {
  const skew = rules.skewMs;
  if (expMs < 0) {
    if (rules.requireExpiration) return JwtStatus.ExpMissing;
  } else if (expMs <= nowMs - skew) {
    return JwtStatus.Expired;
  }
  if (nbfMs > nowMs + skew) return JwtStatus.NotYetValid;
  if (iatMs > nowMs + skew) return JwtStatus.IssuedInFuture;
  if (rules.maxLifetimeMs > 0) {
    if (expMs < 0) return JwtStatus.ExpMissing;
    const from = iatMs >= 0 ? iatMs : nowMs;
    if (expMs - from > rules.maxLifetimeMs) return JwtStatus.LifetimeTooLong;
  }
  return JwtStatus.Ok;
}

/**
 * RFC 7515 §4.1.9: a type without a slash stands for "application/" and the type; names are
 * compared in any case.
 */
function isType(types: TextSet, typ: usize, length: u32): bool {
  if (typ == 0) return false;
  const prefix = "application/";
  if (length > <u32>prefix.length && hasPrefix(typ, prefix)) {
    return types.hasIgnoringCase(typ + prefix.length, length - prefix.length);
  }
  return types.hasIgnoringCase(typ, length);
}

function hasPrefix(ptr: usize, prefix: string): bool {
  for (let i = 0; i < prefix.length; i++) {
    let byte = load<u8>(ptr + i);
    if (<u8>(byte - 0x41) < 26) byte |= 0x20;
    if (byte != <u8>prefix.charCodeAt(i)) return false;
  }
  return true;
}
