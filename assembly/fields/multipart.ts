// Fields of a multipart body: the value of each part; for a file its name first, then its bytes.
import { MultipartFlag } from "../http/multipart-flag";
import { MultipartReader, MultipartStatus } from "../http/multipart";
import { decodeWithin } from "./decode";
import { Coding, FieldReader, FieldsStatus, Place } from "./field";

@final
export class MultipartFields extends FieldReader {
  /** Limits, flags, and the headers of the part that the field belongs to. */
  readonly reader: MultipartReader = new MultipartReader();
  private fileFollows: bool = false;

  /**
   * Begins with a Content-Type field value. False when it has no boundary to search for.
   */
  openType(ptr: usize, length: u32): bool {
    return this.reader.open(ptr, length);
  }

  /** Begins with a body, after `openType`. */
  open(ptr: usize, length: u32): void {
    this.status = FieldsStatus.Ok;
    this.fileFollows = false;
    this.reader.begin(ptr, length);
  }

  next(): bool {
    const reader = this.reader;
    if (this.fileFollows) {
      this.fileFollows = false;
      this.place = Place.File;
      this.take(reader.valuePtr, reader.valueLength, Coding.Plain);
      return true;
    }
    if (!reader.next()) {
      if (reader.status != MultipartStatus.Ok) this.status = FieldsStatus.Refused;
      return false;
    }
    const part = reader.headers;
    const isQuoted = (part.flags & MultipartFlag.QuotedPair) != 0;
    this.namePtr = part.namePtr;
    this.nameLength = part.nameLength;
    this.nameCoding = isQuoted ? Coding.Quoted : Coding.Plain;
    this.fileFollows = reader.isFile;
    this.place = reader.isFile ? Place.FileName : Place.Part;
    if (reader.isFile) this.take(part.filenamePtr, part.filenameLength, this.nameCoding);
    else this.take(reader.valuePtr, reader.valueLength, Coding.Plain);
    return true;
  }

  private take(ptr: usize, length: u32, coding: Coding): void {
    this.valuePtr = ptr;
    this.valueLength = length;
    this.valueCoding = coding;
  }

  writePath(target: usize, capacity: u32): u32 {
    return decodeWithin(target, capacity, this.nameCoding, this.namePtr, this.nameLength);
  }
}
