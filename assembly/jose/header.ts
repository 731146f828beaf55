// The protected header of a token (RFC 7515 §4). Only alg, kid, typ, crit and b64 mean anything
// here. Keys and addresses of keys (jwk, jku, x5u, x5c) are passed over: a token never brings its
// own key. Any crit is refused because no extension is implemented (RFC 7515 §4.1.11), and so is
// b64 (RFC 7797), which means nothing without crit.
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";
import { Algorithm, algorithmOf } from "./algorithm";
import { headerStatus } from "./json-status";
import { equalsText } from "./jwk-member";
import { MAX_KID_BYTES } from "./jwk";
import { JwtStatus } from "./status";

/** Bytes of a decoded header. */
export const MAX_HEADER_BYTES: u32 = 4096;

// The longest name of interest has four letters; an escape takes at most six bytes for one. Names
// are never unescaped in place: the reader compares later names with them.
const LONGEST_NAME: u32 = 24;
const NAME: usize = memory.data(24, 8);

/**
 * What one header says; views point into the decoded header, which may be changed by unescaping in
 * place.
 */
@final
export class TokenHeader {
  algorithm: Algorithm = Algorithm.None;
  kidPtr: usize = 0;
  kidLength: u32 = 0;
  typPtr: usize = 0;
  typLength: u32 = 0;
  private json: JsonReader;
  private hasAlg: bool = false;
  private isNone: bool = false;
  private status: JwtStatus = JwtStatus.Ok;

  constructor(seed: u64) {
    const limits = new JsonLimits();
    limits.maxBytes = MAX_HEADER_BYTES;
    limits.maxDepth = 8;
    limits.maxKeys = 64;
    this.json = new JsonReader(limits, seed);
  }

  /** Reads a decoded header. The algorithm is one of the table when the outcome is Ok. */
  read(ptr: usize, length: u32): JwtStatus {
    this.algorithm = Algorithm.None;
    this.kidPtr = 0;
    this.kidLength = 0;
    this.typPtr = 0;
    this.typLength = 0;
    this.hasAlg = false;
    this.isNone = false;
    this.status = JwtStatus.Ok;
    const json = this.json;
    json.begin(ptr, length);
    let event = json.next();
    if (event == JsonEvent.Fault) return headerStatus(json.status);
    if (event != JsonEvent.ObjectStart) return JwtStatus.HeaderShape;
    while (true) {
      event = json.next();
      if (event == JsonEvent.Fault) return headerStatus(json.status);
      if (event == JsonEvent.ObjectEnd) break;
      this.take(event);
      if (json.skip(event) == JsonEvent.Fault) return headerStatus(json.status);
    }
    if (json.next() != JsonEvent.End) return headerStatus(json.status);
    if (this.status != JwtStatus.Ok) return this.status;
    if (!this.hasAlg) return JwtStatus.AlgMissing;
    if (this.isNone) return JwtStatus.AlgNone;
    return this.algorithm == Algorithm.None ? JwtStatus.AlgUnknown : JwtStatus.Ok;
  }

  private take(event: JsonEvent): void {
    const json = this.json;
    let name = json.namePtr;
    let length = json.nameLength;
    if (json.nameEscaped) {
      if (length > LONGEST_NAME) return;
      length = unescapeInto(NAME, name, length);
      name = NAME;
    }
    if (length != 3 && length != 4) return;
    if (equalsText(name, length, "alg")) this.takeAlgorithm(event);
    else if (equalsText(name, length, "kid")) this.takeKid(event);
    else if (equalsText(name, length, "typ")) this.takeType(event);
    else if (equalsText(name, length, "b64")) this.refuse(JwtStatus.B64);
    else if (equalsText(name, length, "crit")) this.refuse(JwtStatus.Crit);
  }

  private takeAlgorithm(event: JsonEvent): void {
    if (event != JsonEvent.String) return this.refuse(JwtStatus.HeaderShape);
    const length = this.text();
    this.hasAlg = true;
    this.algorithm = algorithmOf(this.json.valuePtr, length);
    this.isNone = isNoneName(this.json.valuePtr, length);
  }

  private takeKid(event: JsonEvent): void {
    if (event != JsonEvent.String) return this.refuse(JwtStatus.HeaderShape);
    this.kidLength = this.text();
    this.kidPtr = this.json.valuePtr;
    if (this.kidLength > MAX_KID_BYTES) this.refuse(JwtStatus.KidTooLong);
  }

  private takeType(event: JsonEvent): void {
    if (event != JsonEvent.String) return this.refuse(JwtStatus.HeaderShape);
    this.typLength = this.text();
    this.typPtr = this.json.valuePtr;
  }

  /** The string just read, unescaped in place; its length. */
  private text(): u32 {
    const json = this.json;
    if (!json.valueEscaped) return json.valueLength;
    return unescapeInto(json.valuePtr, json.valuePtr, json.valueLength);
  }

  private refuse(status: JwtStatus): void {
    if (this.status == JwtStatus.Ok) this.status = status;
  }
}

/** "none" in any case: told apart from other unknown names for the log's sake. */
function isNoneName(ptr: usize, length: u32): bool {
  return length == 4 && (load<u32>(ptr) | 0x20202020) == 0x656e6f6e;
}
