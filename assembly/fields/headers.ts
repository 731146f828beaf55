// Fields of a request's headers, one a line, and the path as a field of its own.
import { indexOfByte } from "../base/find-byte";
import { HeaderMap } from "../http/header-map";
import { decodeWithin } from "./decode";
import { Coding, FieldReader, FieldsStatus, Place } from "./field";

@final
export class HeaderFields extends FieldReader {
  private row: u32 = 0;

  /** @param headers whatever is read into it later; `open` begins with its first row */
  constructor(private headers: HeaderMap) {
    super();
    this.place = Place.Header;
  }

  open(): void {
    this.row = 0;
    this.status = FieldsStatus.Ok;
  }

  /** Row of the field just read. */
  get headerRow(): u32 {
    return this.row - 1;
  }

  next(): bool {
    const headers = this.headers;
    if (this.row >= headers.count) return false;
    const row = this.row++;
    this.namePtr = headers.name(row);
    this.nameLength = headers.nameLength(row);
    this.valuePtr = headers.value(row);
    this.valueLength = headers.valueLength(row);
    return true;
  }

  writePath(target: usize, capacity: u32): u32 {
    return decodeWithin(target, capacity, Coding.Plain, this.namePtr, this.nameLength);
  }
}

/** One value without a name: a path, or a body of text. */
@final
export class SingleField extends FieldReader {
  private isLeft: bool = false;

  open(ptr: usize, length: u32, place: Place): void {
    this.place = place;
    this.valuePtr = ptr;
    this.valueLength = length;
    // A plus is itself in a path, so that escapes alone are a reason to decode.
    const escaped = place == Place.Path && indexOfByte(ptr, 0, length, 0x25) < length;
    this.valueCoding = escaped ? Coding.Percent : Coding.Plain;
    this.isLeft = true;
  }

  next(): bool {
    const left = this.isLeft;
    this.isLeft = false;
    return left;
  }

  writePath(target: usize, capacity: u32): u32 {
    return 0;
  }
}
