// Splits a request target (RFC 9112 §3.2) and says what in it makes two readers disagree: escaped
// separators, dot segments in any spelling, double encoding, NUL, bytes that are not UTF-8. One
// pass over the bytes, no decoding buffer: each byte is decoded on the fly and fed to a small
// segment machine and a UTF-8 machine.
//
// Envoy hands over `:path` unnormalised unless told otherwise, and Tomcat, nginx, IIS and Node each
// read the odd spellings in their own way; that difference is the attack (path confusion).
import { indexOfByte } from "../base/find-byte";
import { escapedByte, isHexPair } from "../base/percent";
import { UTF8_START, UTF8_REJECT, utf8Step } from "../base/utf8-machine";

/** What was found in a path or a query; a set. */
export const enum TargetFlag {
  /** %2F: one segment for some readers, two for others. */
  EncodedSlash = 1,
  /** A raw backslash: browsers and IIS read it as a slash. */
  Backslash = 2,
  /** %5C. */
  EncodedBackslash = 4,
  /** A segment `.` or `..`, also written %2e, also next to a backslash or an escaped slash. */
  DotSegment = 8,
  /**
   * A dot segment with a path parameter, `/..;x/`: Tomcat and Jetty drop the parameter and then go
   * up.
   */
  DotSegmentParameter = 16,
  /** `//` inside the path. */
  EmptySegment = 32,
  /** %00 or a raw NUL. */
  Nul = 64,
  /** Another control byte (0x01 to 0x1F, 0x7F), raw or escaped. */
  Control = 128,
  /** %25 followed by two hex digits: decoded twice it becomes something else. */
  DoubleEncoding = 256,
  /** % without two hex digits (also `%u002f`). */
  BadEscape = 512,
  /** The decoded bytes are not UTF-8 (overlong forms and surrogates included). */
  BadUtf8 = 1024,
  /** A raw byte above 0x7F. */
  RawNonAscii = 2048,
  /** A `#`: a fragment never belongs into a request. */
  Fragment = 4096,
  /** A raw space or another byte that RFC 3986 gives no place: " < > [ ] ^ ` { | } */
  Unsafe = 8192,
}

/** The form of a request target, RFC 9112 §3.2. */
export const enum TargetForm {
  /** Begins with `/`. */
  Origin = 0,
  /** `*`, for OPTIONS. */
  Asterisk = 1,
  /** `scheme://...`. */
  Absolute = 2,
  /** Anything else, also an empty target. */
  Other = 3,
}

// Bytes that mean nothing but themselves, as bits 0 to 63 and 64 to 127: letters, digits and - _ ~
// ! $ & ' ( ) * + , : @ =; in a query also / . ; ?. Most targets consist of runs of them, and a run
// costs two shifts a byte.
const PATH_LOW: u64 = 0x27ff3fd200000000;
const PLAIN_HIGH: u64 = 0x47fffffe87ffffff;
const QUERY_LOW: u64 = 0xafffffd200000000;

// What the current segment consists of so far.
const enum Segment {
  Empty = 0,
  Dot = 1,
  DotDot = 2,
  Text = 3,
  DotParameter = 4,
}

@final
export class RequestTarget {
  form: TargetForm = TargetForm.Other;
  /** The path is the first `pathLength` bytes of the target. */
  pathLength: u32 = 0;
  /** Offset of the first byte after `?`; equal to `queryEnd` when there is no query. */
  queryStart: u32 = 0;
  /** Offset after the query's last byte. */
  queryEnd: u32 = 0;
  /** True when there is a `?`, even with nothing after it. */
  hasQuery: bool = false;
  /** TargetFlag set of the path. */
  pathFlags: u32 = 0;
  /** TargetFlag set of the query; segments are not looked at there. */
  queryFlags: u32 = 0;

  private flags: u32 = 0;
  private utf8: u32 = UTF8_START;

  /** Length of the query without its `?`, bytes. */
  get queryLength(): u32 {
    return this.queryEnd - this.queryStart;
  }

  /**
   * Reads a target of `length` bytes at `pointer`. Every field is set anew. Linear in `length`.
   */
  read(pointer: usize, length: u32): void {
    this.form = formOf(pointer, length);
    this.pathFlags = 0;
    this.queryFlags = 0;
    let end = length;
    const hash = indexOfByte(pointer, 0, length, 0x23);
    if (hash < length) end = hash;
    const mark = indexOfByte(pointer, 0, end, 0x3f);
    this.hasQuery = mark < end;
    this.pathLength = mark;
    this.queryStart = this.hasQuery ? mark + 1 : end;
    this.queryEnd = end;
    this.pathFlags = this.scanPath(pointer, pointer + mark);
    if (this.hasQuery) this.queryFlags = this.scanQuery(pointer + mark + 1, pointer + end);
    if (hash < length) this.pathFlags |= TargetFlag.Fragment;
  }

  private scanPath(pointer: usize, end: usize): u32 {
    this.flags = 0;
    this.utf8 = UTF8_START;
    let segment: u32 = Segment.Text;
    let p = pointer;
    while (p < end) {
      const run = skipPlain(p, end, PATH_LOW);
      if (run > p) {
        if (this.utf8 != UTF8_START) this.byte(load<u8>(p), load<u8>(p));
        if (segment != Segment.DotParameter) segment = Segment.Text;
        p = run;
        if (p == end) break;
      }
      const raw = load<u8>(p);
      if (raw == 0x2f) {
        if (this.utf8 != UTF8_START) this.byte(raw, raw);
        this.endSegment(segment);
        if (segment == Segment.Empty) this.flags |= TargetFlag.EmptySegment;
        segment = Segment.Empty;
        p++;
        continue;
      }
      const decoded = raw == 0x25 ? this.escape(p, end) : <i32>raw;
      p += raw == 0x25 && decoded >= 0 ? 3 : 1;
      const byte = <u8>(decoded < 0 ? 0x25 : decoded);
      this.byte(byte, raw);
      if (byte == 0x2f || byte == 0x5c) {
        this.separator(byte, raw);
        this.endSegment(segment);
        segment = Segment.Empty;
      } else {
        segment = nextSegment(segment, byte);
      }
    }
    this.endSegment(segment);
    if (this.utf8 != UTF8_START) this.flags |= TargetFlag.BadUtf8;
    return this.flags;
  }

  private scanQuery(pointer: usize, end: usize): u32 {
    this.flags = 0;
    this.utf8 = UTF8_START;
    let p = pointer;
    while (p < end) {
      const run = skipPlain(p, end, QUERY_LOW);
      if (run > p) {
        if (this.utf8 != UTF8_START) this.byte(load<u8>(p), load<u8>(p));
        p = run;
        if (p == end) break;
      }
      const raw = load<u8>(p);
      const decoded = raw == 0x25 ? this.escape(p, end) : <i32>raw;
      p += raw == 0x25 && decoded >= 0 ? 3 : 1;
      this.byte(<u8>(decoded < 0 ? 0x25 : decoded), raw);
    }
    if (this.utf8 != UTF8_START) this.flags |= TargetFlag.BadUtf8;
    return this.flags;
  }

  /** The byte that `%xx` at `p` stands for, or -1 and BadEscape. */
  private escape(p: usize, end: usize): i32 {
    const value = escapedByte(p, end);
    if (value < 0) this.flags |= TargetFlag.BadEscape;
    else if (value == 0x25 && isHexPair(p + 3, end)) this.flags |= TargetFlag.DoubleEncoding;
    return value;
  }

  private separator(byte: u8, raw: u8): void {
    if (byte == 0x2f) this.flags |= TargetFlag.EncodedSlash;
    else this.flags |= raw == 0x5c ? TargetFlag.Backslash : TargetFlag.EncodedBackslash;
  }

  /** Notes what one decoded byte is; `raw` is the byte that stands in the target. */
  private byte(byte: u8, raw: u8): void {
    if (this.utf8 != UTF8_START || byte >= 0x80) {
      const next = utf8Step(this.utf8, byte);
      if (next == UTF8_REJECT) this.flags |= TargetFlag.BadUtf8;
      this.utf8 = next == UTF8_REJECT ? UTF8_START : next;
      if (raw >= 0x80) this.flags |= TargetFlag.RawNonAscii;
    }
    if (byte < 0x20 || byte == 0x7f) this.flags |= byte == 0 ? TargetFlag.Nul : TargetFlag.Control;
    if (isUnsafe(raw)) this.flags |= TargetFlag.Unsafe;
  }

  private endSegment(segment: u32): void {
    if (segment == Segment.Dot || segment == Segment.DotDot) this.flags |= TargetFlag.DotSegment;
    else if (segment == Segment.DotParameter) this.flags |= TargetFlag.DotSegmentParameter;
  }
}

/** The first byte from `p` on that is not plain, or `end`. */
function skipPlain(p: usize, end: usize, low: u64): usize {
  while (p < end) {
    const byte = load<u8>(p);
    const set = byte < 64 ? low : PLAIN_HIGH;
    if (byte > 0x7f || ((set >> ((<u64>byte) & 63)) & 1) == 0) break;
    p++;
  }
  return p;
}

function nextSegment(segment: u32, byte: u8): u32 {
  if (byte == 0x2e) {
    if (segment == Segment.Empty) return Segment.Dot;
    if (segment == Segment.Dot) return Segment.DotDot;
  } else if (byte == 0x3b && (segment == Segment.Dot || segment == Segment.DotDot)) {
    return Segment.DotParameter;
  }
  return segment == Segment.DotParameter ? Segment.DotParameter : Segment.Text;
}

function formOf(pointer: usize, length: u32): TargetForm {
  if (length == 0) return TargetForm.Other;
  const first = load<u8>(pointer);
  if (first == 0x2f) return TargetForm.Origin;
  if (first == 0x2a && length == 1) return TargetForm.Asterisk;
  for (let i: u32 = 0; i + 2 < length; i++) {
    const byte = load<u8>(pointer + i);
    if (byte == 0x3a) {
      const slashes = load<u8>(pointer + i, 1) == 0x2f && load<u8>(pointer + i, 2) == 0x2f;
      return slashes && i > 0 ? TargetForm.Absolute : TargetForm.Other;
    }
    const letter = <u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10;
    if (!letter && byte != 0x2b && byte != 0x2d && byte != 0x2e) return TargetForm.Other;
  }
  return TargetForm.Other;
}

function isUnsafe(byte: u8): bool {
  switch (byte) {
    case 0x20:
    case 0x22:
    case 0x3c:
    case 0x3e:
    case 0x5b:
    case 0x5d:
    case 0x5e:
    case 0x60:
    case 0x7b:
    case 0x7c:
    case 0x7d:
      return true;
    default:
      return false;
  }
}
