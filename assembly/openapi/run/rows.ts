// Rows of a value that stands in a request as text: what a JSON reader would have made of it, so that the same validator judges it.
// Text is decoded into a room of fixed size when it has to be; rows and room are made at configure time.
import { Block } from "../../base/block";
import { decodeForm, decodePercent } from "../../base/form-decode";
import { indexOfByte } from "../../base/find-byte";
import { isUtf8 } from "../../base/utf8";
import { JsonEvent } from "../../json/event";
import { TypeBit } from "../../schema/node";
import { ROW, nextOf } from "../../schema/tape";
import { Misfit } from "../fault";
import { NameSet } from "./name-set";
import { Coding } from "./pieces";

/** Longest number that is one, as JSON texts have it. */
const MAX_NUMBER_BYTES: u32 = 64;

@final
export class Rows {
  /** First row. */
  readonly top: usize;
  /** Why rows could not be made. */
  misfit: Misfit = Misfit.None;
  /** The bytes decoded last, as a raw JSON string without quotes. */
  textPtr: usize = 0;
  textLength: u32 = 0;
  /** Names of the object that is being made. */
  readonly names: NameSet;
  private rows: Block;
  private room: Block;
  private at: usize = 0;
  private end: usize;
  private used: u32 = 0;

  constructor(
    maxRows: u32,
    private roomBytes: u32,
    seed: u64,
  ) {
    this.names = new NameSet(seed);
    this.rows = new Block(maxRows * <u32>ROW);
    this.room = new Block(roomBytes);
    this.top = this.rows.ptr;
    this.end = this.top + <usize>maxRows * ROW;
  }

  begin(): void {
    this.at = this.top;
    this.used = 0;
    this.misfit = Misfit.None;
  }

  /** Adds a container; everything until its `close` is in it. 0: it does not fit. */
  start(kind: JsonEvent, name: usize, nameLength: u32): usize {
    return this.add(kind, name, nameLength, 0, 0);
  }

  /** Closes a container with so many children. */
  close(row: usize, count: u32): void {
    if (row == 0) return;
    store<u32>(row, <u32>this.at, 4);
    store<u32>(row, count, 20);
  }

  /**
   * Decodes bytes to `textPtr`. False: they are not UTF-8, or do not fit; see `misfit`.
   * @param isJson the bytes are a text of JSON, whose backslashes are its own; else they become a raw string
   */
  decode(coding: Coding, ptr: usize, length: u32, isJson: bool = false): bool {
    this.textPtr = ptr;
    this.textLength = length;
    if (!needsDecoding(coding, ptr, length)) {
      if (isUtf8(ptr, length)) return true;
      this.misfit = Misfit.Encoding;
      return false;
    }
    // A backslash doubles.
    if (<u64>this.used + <u64>length * 2 > this.roomBytes) {
      this.misfit = Misfit.Limit;
      return false;
    }
    const target = this.room.ptr + this.used;
    let size = length;
    if (coding == Coding.Form) size = decodeForm(target, ptr, length);
    else if (coding == Coding.Percent) size = decodePercent(target, ptr, length);
    else memory.copy(target, ptr, length);
    if (!isUtf8(target, size)) {
      this.misfit = Misfit.Encoding;
      return false;
    }
    if (!isJson) size = doubleBackslashes(target, size);
    this.used += size;
    this.textPtr = target;
    this.textLength = size;
    return true;
  }

  /**
   * Adds a value of the types that are wanted: a number or a word where the text is one, else a string.
   * @param types `TypeBit`s; 0: any, which is a string
   */
  scalar(coding: Coding, ptr: usize, length: u32, types: u32, name: usize, nameLength: u32): bool {
    if (!this.decode(coding, ptr, length)) return false;
    const kind = kindOfText(this.textPtr, this.textLength, types);
    return this.add(kind, name, nameLength, this.textPtr, this.textLength) != 0;
  }

  /** Adds a string, whatever its text. */
  string(ptr: usize, length: u32, name: usize, nameLength: u32): bool {
    return this.add(JsonEvent.String, name, nameLength, ptr, length) != 0;
  }

  /** Adds a value that was read elsewhere, with all that is in it. */
  copy(row: usize, name: usize, nameLength: u32): bool {
    const size = nextOf(row) - row;
    if (this.at + size > this.end) {
      this.misfit = Misfit.Limit;
      return false;
    }
    memory.copy(this.at, row, size);
    const shift = <u32>this.at - <u32>row;
    for (let at = this.at; at < this.at + size; at += ROW) {
      store<u32>(at, load<u32>(at, 4) + shift, 4);
    }
    store<u32>(this.at, <u32>name, 8);
    store<u32>(this.at, nameLength, 12);
    this.at += size;
    return true;
  }

  private add(kind: JsonEvent, name: usize, nameLength: u32, ptr: usize, length: u32): usize {
    const row = this.at;
    if (row >= this.end) {
      this.misfit = Misfit.Limit;
      return 0;
    }
    store<u8>(row, <u8>kind);
    store<u32>(row, <u32>(row + ROW), 4);
    store<u32>(row, <u32>name, 8);
    store<u32>(row, nameLength, 12);
    store<u32>(row, <u32>ptr, 16);
    store<u32>(row, length, 20);
    this.at = row + ROW;
    return row;
  }
}

function needsDecoding(coding: Coding, ptr: usize, length: u32): bool {
  if (indexOfByte(ptr, 0, length, 0x5c) < length) return true;
  if (coding == Coding.Plain) return false;
  if (indexOfByte(ptr, 0, length, 0x25) < length) return true;
  return coding == Coding.Form && indexOfByte(ptr, 0, length, 0x2b) < length;
}

/** Escapes backslashes for a raw JSON string; what else JSON escapes reads as itself in rows. */
function doubleBackslashes(ptr: usize, length: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < length; i++) if (load<u8>(ptr + i) == 0x5c) count++;
  if (count == 0) return length;
  let out = ptr + length + count;
  for (let at = ptr + length; at > ptr;) {
    const byte = load<u8>(--at);
    store<u8>(--out, byte);
    if (byte == 0x5c) store<u8>(--out, byte);
  }
  return length + count;
}

/** What a text is where these types are wanted. */
function kindOfText(ptr: usize, length: u32, types: u32): JsonEvent {
  if ((types & (TypeBit.Number | TypeBit.Integer)) != 0 && isNumber(ptr, length)) {
    return JsonEvent.Number;
  }
  if ((types & TypeBit.Boolean) != 0) {
    if (length == 4 && load<u32>(ptr) == 0x65757274) return JsonEvent.True;
    if (length == 5 && load<u32>(ptr) == 0x736c6166 && load<u8>(ptr, 4) == 0x65)
      return JsonEvent.False;
  }
  if ((types & TypeBit.Null) != 0 && (types & TypeBit.String) == 0) {
    const isNull = length == 4 && load<u32>(ptr) == 0x6c6c756e;
    if (isNull || length == 0) return JsonEvent.Null;
  }
  return JsonEvent.String;
}

/** A number as JSON writes it (RFC 8259 §6). */
function isNumber(ptr: usize, length: u32): bool {
  if (length == 0 || length > MAX_NUMBER_BYTES) return false;
  const end = ptr + length;
  let at = ptr;
  if (load<u8>(at) == 0x2d) at++;
  const whole = at;
  at = digits(at, end);
  if (at == whole || (load<u8>(whole) == 0x30 && at > whole + 1)) return false;
  if (at < end && load<u8>(at) == 0x2e) {
    const fraction = at + 1;
    at = digits(fraction, end);
    if (at == fraction) return false;
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (at < end && (load<u8>(at) == 0x2d || load<u8>(at) == 0x2b)) at++;
    const exponent = at;
    at = digits(exponent, end);
    if (at == exponent) return false;
  }
  return at == end;
}

function digits(at: usize, end: usize): usize {
  while (at < end && load<u8>(at) - 0x30 < 10) at++;
  return at;
}
