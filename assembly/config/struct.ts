// A configuration given as `google.protobuf.Struct` reaches a filter as protobuf bytes, not as JSON
// (a StringValue arrives as its text). It is written out as JSON text, so that one reader serves
// both. Field numbers are those of protobuf's struct.proto, the wire format is that of the protobuf
// encoding guide.
import { ByteBuffer } from "../base/byte-buffer";
import { JsonWriter } from "../json/writer";

const MAX_DEPTH: u32 = 64;

/** Wire types with the field numbers of struct.proto: `field << 3 | type`. */
const enum Tag {
  /** Struct.fields, ListValue.values, the key of a map entry. */
  First = 0x0a,
  /** The value of a map entry. */
  EntryValue = 0x12,
  NullValue = 0x08,
  NumberValue = 0x11,
  StringValue = 0x1a,
  BoolValue = 0x20,
  StructValue = 0x2a,
  ListValue = 0x32,
}

/**
 * JSON text of a Struct, which the caller disposes, or null when the bytes are not wholly one. A
 * JSON document is never taken for one: it would have to start with a line feed and go on as nested
 * lengths that fit exactly.
 */
export function structToJson(ptr: usize, length: u32): ByteBuffer | null {
  if (length == 0 || load<u8>(ptr) != Tag.First) return null;
  const text = new ByteBuffer();
  // One byte of text grows to six at most (\u0000); a number of nine bytes to 25.
  const capacity = length * 6 + 64;
  const writer = new StructWriter(text.reserve(capacity), capacity);
  if (!writer.struct(ptr, ptr + length, 0) || writer.json.overflow) {
    text.dispose();
    return null;
  }
  text.length = writer.json.length;
  return text;
}

/**
 * Walks the message and writes it; each method returns false when the bytes are no such message.
 */
@final
class StructWriter {
  json: JsonWriter = new JsonWriter();
  private at: usize = 0;

  constructor(ptr: usize, capacity: u32) {
    this.json.begin(ptr, capacity);
  }

  /** The fields of a Struct in [at, end). */
  struct(at: usize, end: usize, depth: u32): bool {
    this.json.objectStart();
    while (at < end) {
      const close = this.enter(at, end, Tag.First);
      if (close == 0 || !this.entry(this.at, close, depth)) return false;
      at = close;
    }
    this.json.objectEnd();
    return true;
  }

  /** A map entry: its key, then its value; either may be absent and then is empty. */
  private entry(at: usize, end: usize, depth: u32): bool {
    let keyEnd = at;
    if (at < end && load<u8>(at) == Tag.First) {
      keyEnd = this.enter(at, end, Tag.First);
      if (keyEnd == 0) return false;
      at = this.at;
    }
    this.json.name(at, <u32>(keyEnd - at));
    if (keyEnd == end) {
      this.json.null();
      return true;
    }
    const close = this.enter(keyEnd, end, Tag.EntryValue);
    return close == end && this.value(this.at, end, depth);
  }

  private list(at: usize, end: usize, depth: u32): bool {
    this.json.arrayStart();
    while (at < end) {
      const close = this.enter(at, end, Tag.First);
      if (close == 0 || !this.value(this.at, close, depth)) return false;
      at = close;
    }
    this.json.arrayEnd();
    return true;
  }

  /** A Value: exactly one field, or none, which stands for null. */
  private value(at: usize, end: usize, depth: u32): bool {
    if (at == end) {
      this.json.null();
      return true;
    }
    const tag = load<u8>(at);
    if (tag == Tag.NumberValue) return end - at == 9 && this.number(load<f64>(at + 1));
    if (tag == Tag.NullValue || tag == Tag.BoolValue) {
      if (end - at != 2 || load<u8>(at, 1) > 1) return false;
      if (tag == Tag.NullValue) this.json.null();
      else this.json.bool(load<u8>(at, 1) == 1);
      return true;
    }
    if (tag != Tag.StringValue && tag != Tag.StructValue && tag != Tag.ListValue) return false;
    if (this.enter(at, end, tag) != end || depth >= MAX_DEPTH) return false;
    if (tag == Tag.StructValue) return this.struct(this.at, end, depth + 1);
    if (tag == Tag.ListValue) return this.list(this.at, end, depth + 1);
    this.json.string(this.at, <u32>(end - this.at));
    return true;
  }

  /**
   * A whole number as an integer, so that it reads back as one; JSON has no NaN and no infinity.
   */
  private number(value: f64): bool {
    if (!isFinite(value)) return false;
    if (Math.floor(value) == value && Math.abs(value) <= 9007199254740992) {
      this.json.integer(<i64>value);
    } else {
      const text = String.UTF8.encode(value.toString());
      this.json.raw(changetype<usize>(text), text.byteLength);
    }
    return true;
  }

  /**
   * Steps into a length-delimited field at `at`: `this.at` is its first byte; returns its end, or
   * 0.
   */
  private enter(at: usize, end: usize, tag: u32): usize {
    if (at >= end || load<u8>(at) != tag) return 0;
    let length: u64 = 0;
    for (let shift: u64 = 0; shift < 35; shift += 7) {
      if (++at >= end) return 0;
      const byte = load<u8>(at);
      length |= (<u64>(byte & 0x7f)) << shift;
      if (byte >= 0x80) continue;
      this.at = at + 1;
      return length <= <u64>(end - this.at) ? this.at + <usize>length : 0;
    }
    return 0;
  }
}
