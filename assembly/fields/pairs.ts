// Fields of lists of pairs: queries, form bodies and Cookie headers.
import { isFormEncoded } from "../base/form-decode";
import { CookieReader } from "../http/cookie";
import { QueryReader } from "../http/query";
import { decodeWithin } from "./decode";
import { Coding, FieldReader, FieldsStatus, Place } from "./field";

/** Pairs of a query, or of a form body. */
@final
export class FormFields extends FieldReader {
  private reader: QueryReader = new QueryReader();
  private pointer: usize = 0;

  /** Begins with a query without its `?`, or with a form body. */
  open(ptr: usize, length: u32, place: Place): void {
    this.place = place;
    this.pointer = ptr;
    this.status = FieldsStatus.Ok;
    this.reader.open(ptr, length);
  }

  next(): bool {
    const reader = this.reader;
    if (!reader.next()) return false;
    this.namePtr = this.pointer + reader.nameStart;
    this.nameLength = reader.nameEnd - reader.nameStart;
    this.nameCoding = codingOf(this.namePtr, this.nameLength);
    this.valuePtr = this.pointer + reader.valueStart;
    this.valueLength = reader.valueEnd - reader.valueStart;
    this.valueCoding = codingOf(this.valuePtr, this.valueLength);
    return true;
  }

  writePath(target: usize, capacity: u32): u32 {
    return decodeWithin(target, capacity, this.nameCoding, this.namePtr, this.nameLength);
  }
}

function codingOf(ptr: usize, length: u32): Coding {
  return isFormEncoded(ptr, length) ? Coding.Form : Coding.Plain;
}

/** Cookies of one Cookie header. */
@final
export class CookieFields extends FieldReader {
  private reader: CookieReader = new CookieReader();
  private pointer: usize = 0;

  /** Begins with one Cookie header's value; a request may have several. */
  open(ptr: usize, length: u32): void {
    this.place = Place.Cookie;
    this.pointer = ptr;
    this.status = FieldsStatus.Ok;
    this.reader.open(ptr, length);
  }

  next(): bool {
    const reader = this.reader;
    if (!reader.next()) return false;
    this.namePtr = this.pointer + reader.nameStart;
    this.nameLength = reader.nameEnd - reader.nameStart;
    this.valuePtr = this.pointer + reader.valueStart;
    this.valueLength = reader.valueEnd - reader.valueStart;
    return true;
  }

  writePath(target: usize, capacity: u32): u32 {
    return decodeWithin(target, capacity, Coding.Plain, this.namePtr, this.nameLength);
  }
}
