// Pull reader for JSON (RFC 8259) over bytes in memory: no tree, no allocation while reading, no
// recursion. It is strict: UTF-8 is validated, a byte order mark and bytes after the value are
// refused, and duplicate names are found (RFC 8259 §4 leaves them to the reader, and two readers
// that choose differently are a way past a filter).
import { JsonEvent } from "./event";
import { JsonLimits } from "./limits";
import { isCutLiteral } from "./literal";
import { NameTable, NameVerdict } from "./name-table";
import { FRAME_BYTES, JsonPlace, State } from "./place";
import {
  blanksOf,
  plainEnd,
  scanEscaped,
  scanFault,
  scanNumber,
  scanStatus,
  scanString,
  shortNumberEnd,
  skipBlank,
} from "./scan";
import { JsonStatus } from "./status";

/**
 * Reads one text after another: `begin`, then `next` until `JsonEvent.End` or `JsonEvent.Fault`.
 * Addresses it gives point into the text, which the caller keeps in place and unchanged until then.
 */
@final
export class JsonReader extends JsonPlace {
  private end: usize = 0;
  private keys: u32 = 0;
  private serial: u32 = 1;
  /** Blanks before the name or element read last; less than 16, or it is no guess. */
  private indent: u32 = 0;
  // The limits, copied: one load less for each check.
  private maxBytes: u32;
  private maxDepth: u32;
  private maxStringBytes: u32;
  private maxNumberBytes: u32;
  private maxMembers: u32;
  private maxElements: u32;
  private maxKeys: u32;
  private allowLoneSurrogates: bool;
  private names: NameTable | null = null;

  /** `limits` are copied; `seed` keys the hash of names and should differ between processes. */
  constructor(limits: JsonLimits, seed: u64 = 0) {
    super(limits.maxDepth);
    this.maxBytes = limits.maxBytes;
    this.maxDepth = limits.maxDepth;
    this.maxStringBytes = limits.maxStringBytes;
    this.maxNumberBytes = limits.maxNumberBytes;
    this.maxMembers = limits.maxMembers;
    this.maxElements = limits.maxElements;
    this.maxKeys = limits.maxKeys;
    this.allowLoneSurrogates = limits.allowLoneSurrogates;
    if (limits.refuseDuplicates) this.names = new NameTable(limits.maxKeys, limits.maxDepth, seed);
  }

  /** Starts on `length` bytes at `ptr`; a text that is too long or has a byte order mark faults. */
  begin(ptr: usize, length: u32): void {
    this.status = JsonStatus.Ok;
    this.faultOffset = 0;
    this.depth = 0;
    this.start = ptr;
    this.at = ptr;
    this.end = ptr + length;
    this.keys = 0;
    this.namePtr = 0;
    this.nameLength = 0;
    this.frame = this.frames;
    memory.fill(this.frame, 0, FRAME_BYTES);
    const names = this.names;
    this.serial = names === null ? 1 : names.begin(this.serial, length);
    this.state = State.Top;
    if (length > this.maxBytes) {
      this.fault(JsonStatus.TooManyBytes, ptr + this.maxBytes);
    } else if (length >= 3 && load<u16>(ptr) == 0xbbef && load<u8>(ptr, 2) == 0xbf) {
      this.fault(JsonStatus.ByteOrderMark, ptr);
    }
  }

  /** Reads on to the next event. */
  next(): JsonEvent {
    const end = this.end;
    let at = this.at;
    if (at >= end) return this.atEnd();
    let byte = load<u8>(at);
    // The calls of skipIndent are guarded: compact texts have no blanks.
    if (byte <= 0x20) {
      at = this.skipIndent(at, end);
      if (at >= end) return this.atEnd();
      byte = load<u8>(at);
    }
    const state = this.state;
    if (state == State.After) {
      if (byte != 0x2c) return this.close(at, byte);
      if (++at >= end) return this.fault(JsonStatus.UnexpectedEnd, end);
      byte = load<u8>(at);
      if (byte <= 0x20) {
        at = this.skipIndent(at, end);
        if (at >= end) return this.fault(JsonStatus.UnexpectedEnd, end);
        byte = load<u8>(at);
      }
    } else if (state == State.First) {
      if ((byte | 0x20) == 0x7d) return this.close(at, byte);
    } else if (state != State.Top) {
      return this.afterValue(at);
    }
    const frame = this.frame;
    const count = load<u32>(frame, 4) + 1;
    store<u32>(frame, count, 4);
    if (load<u32>(frame) != 0) {
      if (count > this.maxMembers) return this.fault(JsonStatus.TooManyMembers, at);
      at = this.readName(at, byte, count);
      if (at == 0) return JsonEvent.Fault;
      byte = load<u8>(at);
    } else {
      this.namePtr = 0;
      this.nameLength = 0;
      if (count > this.maxElements) return this.fault(JsonStatus.TooManyElements, at);
    }
    return this.readValue(at, byte);
  }

  /** `skipBlank` by a guess, the last line's indent: once a branch confirms it, nothing waits for the count. */
  @inline
  private skipIndent(at: usize, end: usize): usize {
    if (at + 16 > end) return skipBlank(at, end);
    const blanks = blanksOf(at);
    const guess = this.indent;
    if (blanks == guess) return at + guess;
    if (blanks == 16) return skipBlank(at + 16, end);
    this.indent = blanks;
    return at + blanks;
  }

  /**
   * After an ObjectStart or ArrayStart: reads past its end, still checking everything. Returns the
   * End event, or Fault. After any other event it does nothing and returns `event`.
   */
  skip(event: JsonEvent): JsonEvent {
    if (event != JsonEvent.ObjectStart && event != JsonEvent.ArrayStart) return event;
    const outside = this.depth - 1;
    do {
      event = this.next();
    } while (event != JsonEvent.Fault && this.depth > outside);
    return event;
  }

  /** Name, colon and the blanks around it; returns the address of the value's first byte, or 0. */
  @inline // with the four below: a tenth of the time on API bodies (bench json)
  private readName(at: usize, byte: u8, count: u32): usize {
    const end = this.end;
    if (byte != 0x22) return this.refuse(JsonStatus.UnexpectedByte, at);
    if (++this.keys > this.maxKeys) return this.refuse(JsonStatus.TooManyKeys, at);
    const names = this.names;
    let length: u32 = 0;
    if (names !== null) {
      length = names.repeated(this.depth, count, at + 1, end);
    }
    this.nameEscaped = false;
    this.namePtr = at + 1;
    if (length == 0) {
      let close = plainEnd(at + 1, end);
      if (close == 0 || load<u8>(close) != 0x22) {
        close = scanString(at + 1, end, this.allowLoneSurrogates);
        if (close == 0) return this.refuse(scanStatus, scanFault);
        this.nameEscaped = scanEscaped;
      }
      length = <u32>(close - at - 1);
      if (length > this.maxStringBytes) return this.refuse(JsonStatus.StringTooLong, at);
      if (names !== null) {
        const status = this.addName(names, at + 1, length, count);
        if (status != JsonStatus.Ok) return this.refuse(status, at);
      }
    }
    this.nameLength = length;
    at += length + 2;
    // Almost all colons have no blank or one behind them.
    if (at + 2 < end && load<u8>(at) == 0x3a) {
      if (load<u8>(at, 1) > 0x20) return at + 1;
      if (load<u8>(at, 1) == 0x20 && load<u8>(at, 2) > 0x20) return at + 2;
    }
    return this.skipColon(at, end);
  }

  /** The colon behind a name and the blanks around it; returns the address of the value's first byte, or 0. */
  private skipColon(at: usize, end: usize): usize {
    at = skipBlank(at, end);
    if (at >= end) return this.refuse(JsonStatus.UnexpectedEnd, end);
    if (load<u8>(at) != 0x3a) return this.refuse(JsonStatus.UnexpectedByte, at);
    at = skipBlank(at + 1, end);
    return at < end ? at : this.refuse(JsonStatus.UnexpectedEnd, end);
  }

  /** Puts a name that does not stand where it stood before among those of its object. */
  private addName(names: NameTable, ptr: usize, length: u32, count: u32): JsonStatus {
    const serial = load<u32>(this.frame);
    const verdict = names.add(this.depth, count, serial, ptr, length, this.nameEscaped, this.end);
    if (verdict == NameVerdict.New) return JsonStatus.Ok;
    return verdict == NameVerdict.Duplicate ? JsonStatus.DuplicateName : JsonStatus.NameCollisions;
  }

  @inline
  private readValue(at: usize, byte: u8): JsonEvent {
    this.valuePtr = at;
    if (byte == 0x22) return this.readString(at);
    if (byte == 0x7b || byte == 0x5b) return this.open(at, byte == 0x7b);
    const digit: u8 = byte - 0x30;
    if (digit < 10 || byte == 0x2d) return this.readNumber(at);
    const room = this.end - at;
    if (room >= 4 && load<u32>(at) == 0x65757274) return this.scalar(at + 4, JsonEvent.True);
    if (room >= 4 && load<u32>(at) == 0x6c6c756e) return this.scalar(at + 4, JsonEvent.Null);
    if (room >= 5 && byte == 0x66 && load<u32>(at, 1) == 0x65736c61) {
      return this.scalar(at + 5, JsonEvent.False);
    }
    const isCut = isCutLiteral(at, this.end);
    return this.fault(isCut ? JsonStatus.UnexpectedEnd : JsonStatus.UnexpectedByte, at);
  }

  @inline
  private readString(at: usize): JsonEvent {
    let close = plainEnd(at + 1, this.end);
    this.valueEscaped = false;
    if (close == 0 || load<u8>(close) != 0x22) {
      close = scanString(at + 1, this.end, this.allowLoneSurrogates);
      if (close == 0) return this.fault(scanStatus, scanFault);
      this.valueEscaped = scanEscaped;
    }
    const length = <u32>(close - at - 1);
    if (length > this.maxStringBytes) return this.fault(JsonStatus.StringTooLong, at);
    this.valuePtr = at + 1;
    this.valueLength = length;
    return this.scalar(close + 1, JsonEvent.String);
  }

  @inline
  private readNumber(at: usize): JsonEvent {
    let close = shortNumberEnd(at, this.end);
    if (close == 0) close = scanNumber(at, this.end);
    if (close == 0) return this.fault(scanStatus, scanFault);
    this.valueLength = <u32>(close - at);
    if (this.valueLength > this.maxNumberBytes) {
      return this.fault(JsonStatus.NumberTooLong, at);
    }
    return this.scalar(close, JsonEvent.Number);
  }

  @inline
  private scalar(at: usize, event: JsonEvent): JsonEvent {
    this.at = at;
    this.state = this.depth == 0 ? State.Done : State.After;
    return event;
  }

  private open(at: usize, isObject: bool): JsonEvent {
    if (this.depth >= this.maxDepth) return this.fault(JsonStatus.TooDeep, at);
    this.depth++;
    const frame = this.frame + FRAME_BYTES;
    this.frame = frame;
    store<u32>(frame, isObject ? this.serial++ : 0);
    store<u32>(frame, 0, 4);
    store<u32>(frame, <u32>this.namePtr, 8);
    store<u32>(frame, this.nameLength, 12);
    this.at = at + 1;
    this.state = State.First;
    return isObject ? JsonEvent.ObjectStart : JsonEvent.ArrayStart;
  }

  /** `byte` stands where only the end of the innermost container may. */
  private close(at: usize, byte: u8): JsonEvent {
    const isObject = load<u32>(this.frame) != 0;
    if (byte != (isObject ? <u8>0x7d : <u8>0x5d)) {
      return this.fault(JsonStatus.UnexpectedByte, at);
    }
    this.namePtr = <usize>load<u32>(this.frame, 8);
    this.nameLength = load<u32>(this.frame, 12);
    this.nameEscaped = true;
    this.frame -= FRAME_BYTES;
    this.depth--;
    this.scalar(at + 1, JsonEvent.ObjectEnd);
    return isObject ? JsonEvent.ObjectEnd : JsonEvent.ArrayEnd;
  }

  private afterValue(at: usize): JsonEvent {
    if (this.state == State.Faulted) return JsonEvent.Fault;
    return this.fault(JsonStatus.TrailingBytes, at);
  }

  private atEnd(): JsonEvent {
    if (this.state == State.Done) {
      this.at = this.end;
      return JsonEvent.End;
    }
    if (this.state == State.Faulted) return JsonEvent.Fault;
    const empty = this.state == State.Top;
    return this.fault(empty ? JsonStatus.Empty : JsonStatus.UnexpectedEnd, this.end);
  }
}
