// The header lines of one part (RFC 2046 §5.1, RFC 7578 §4.2), as rows of views into the body: names,
// values, and what Content-Disposition and Content-Type say. Folded lines stay one value, as written.
import { Block } from "../base/block";
import { indexOfByte } from "../base/find-byte";
import { isToken } from "./header-name";
import { equalsLiteralFolded } from "./literal";
import { MultipartFlag } from "./multipart-flag";
import { ParameterReader, skipBlanks } from "./parameters";

/** Header lines kept of one part; more stop the reader. */
export const MAX_PART_HEADERS: u32 = 32;

// One row: name pointer, name length, value pointer, value length (u32 each).
const ROW_BYTES: usize = 16;

@final
export class PartHeaders {
  /** Header lines of the part. */
  count: u32 = 0;
  /** MultipartFlag bits of this part's headers. */
  flags: u32 = 0;
  /** `name` of Content-Disposition, without quotes, as written; pointer 0 when there is none. */
  namePtr: usize = 0;
  nameLength: u32 = 0;
  /** `filename`, the same way. */
  filenamePtr: usize = 0;
  filenameLength: u32 = 0;
  /** The value of Content-Type; pointer 0 when there is none. */
  typePtr: usize = 0;
  typeLength: u32 = 0;
  private isFormData: bool = false;
  private hasDisposition: bool = false;
  private block: Block = new Block(MAX_PART_HEADERS * <u32>ROW_BYTES);
  private parameters: ParameterReader = new ParameterReader();

  clear(): void {
    this.count = 0;
    this.flags = 0;
    this.namePtr = 0;
    this.nameLength = 0;
    this.filenamePtr = 0;
    this.filenameLength = 0;
    this.typePtr = 0;
    this.typeLength = 0;
    this.isFormData = false;
    this.hasDisposition = false;
  }

  /** Name of header `i`; up to the end of its value it is one run of bytes. */
  headerName(i: u32): usize {
    return load<u32>(this.row(i));
  }

  headerNameLength(i: u32): u32 {
    return load<u32>(this.row(i), 4);
  }

  headerValue(i: u32): usize {
    return load<u32>(this.row(i), 8);
  }

  headerValueLength(i: u32): u32 {
    return load<u32>(this.row(i), 12);
  }

  private row(i: u32): usize {
    return this.block.ptr + <usize>i * ROW_BYTES;
  }

  /**
   * Takes one line without its end. False when there are too many; the line is then not kept.
   * A line that begins with a white byte goes on with the header before it.
   */
  line(ptr: usize, end: usize): bool {
    const first = load<u8>(ptr);
    if (first == 0x20 || first - 0x09 < 5) {
      this.fold(first, end);
      return true;
    }
    if (this.count == MAX_PART_HEADERS) return false;
    const length = <u32>(end - ptr);
    const colon = indexOfByte(ptr, 0, length, 0x3a);
    const value = colon < length ? skipBlanks(ptr + colon + 1, end) : end;
    if (colon == length || !isToken(ptr, colon)) this.flags |= MultipartFlag.HeaderInvalid;
    const row = this.row(this.count);
    store<u32>(row, <u32>ptr);
    store<u32>(row, colon, 4);
    store<u32>(row, <u32>value, 8);
    store<u32>(row, <u32>(trimmedEnd(value, end) - value), 12);
    this.count++;
    return true;
  }

  private fold(first: u8, end: usize): void {
    this.flags |= MultipartFlag.HeaderFolding;
    if (this.count == 0 || (first != 0x20 && first != 0x09)) {
      this.flags |= MultipartFlag.HeaderFoldingInvalid;
    }
    if (this.count == 0) return;
    const row = this.row(this.count - 1);
    const value = <usize>load<u32>(row, 8);
    store<u32>(row, <u32>(trimmedEnd(value, end) - value), 12);
  }

  /** All lines have come: reads the two fields that matter. */
  seal(): void {
    for (let i: u32 = 0; i < this.count; i++) {
      const name = this.headerName(i);
      const length = this.headerNameLength(i);
      if (hasControl(this.headerValue(i), this.headerValueLength(i))) {
        this.flags |= MultipartFlag.HeaderInvalid;
      }
      if (equalsLiteralFolded(name, length, "content-disposition")) this.readDisposition(i);
      else if (equalsLiteralFolded(name, length, "content-type")) this.readType(i);
      else if (equalsLiteralFolded(name, length, "content-transfer-encoding")) {
        if (!isPlainEncoding(this.headerValue(i), this.headerValueLength(i))) {
          this.flags |= MultipartFlag.TransferEncoding;
        }
      }
    }
    if (!this.isFormData || this.namePtr == 0) this.flags |= MultipartFlag.PartInvalid;
  }

  private readType(i: u32): void {
    if (this.typePtr != 0) {
      this.flags |= MultipartFlag.HeaderRepeated;
      return;
    }
    this.typePtr = this.headerValue(i);
    this.typeLength = this.headerValueLength(i);
  }

  private readDisposition(i: u32): void {
    if (this.hasDisposition) {
      this.flags |= MultipartFlag.HeaderRepeated;
      return;
    }
    this.hasDisposition = true;
    const ptr = this.headerValue(i);
    const end = ptr + this.headerValueLength(i);
    let at = ptr;
    while (at < end && load<u8>(at) > 0x20 && load<u8>(at) != 0x3b) at++;
    this.isFormData = equalsLiteralFolded(ptr, <u32>(at - ptr), "form-data");
    const parameters = this.parameters;
    parameters.open(at, end);
    while (parameters.next()) this.noteParameter(parameters);
    this.flags |= parameters.flags;
  }

  private noteParameter(parameter: ParameterReader): void {
    const name = parameter.namePtr;
    const length = parameter.nameLength;
    if (length > 0 && load<u8>(name + length - 1) == 0x2a) {
      this.flags |= MultipartFlag.ParameterExtended;
    } else if (equalsLiteralFolded(name, length, "name")) {
      if (this.namePtr != 0) this.flags |= MultipartFlag.ParameterRepeated;
      else {
        this.namePtr = parameter.valuePtr;
        this.nameLength = parameter.valueLength;
      }
    } else if (equalsLiteralFolded(name, length, "filename")) {
      if (this.filenamePtr != 0) this.flags |= MultipartFlag.ParameterRepeated;
      else {
        this.filenamePtr = parameter.valuePtr;
        this.filenameLength = parameter.valueLength;
      }
    }
  }
}

function trimmedEnd(start: usize, end: usize): usize {
  while (end > start && skipBlanks(end - 1, end) == end) end--;
  return end;
}

/** Control bytes, those of folded lines and tabs aside. */
function hasControl(ptr: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte == 0x7f) return true;
    if (byte >= 0x20 || byte == 0x09 || byte == 0x0a) continue;
    if (byte != 0x0d || i + 1 >= length || load<u8>(ptr + i + 1) != 0x0a) return true;
  }
  return false;
}

function isPlainEncoding(ptr: usize, length: u32): bool {
  if (equalsLiteralFolded(ptr, length, "binary")) return true;
  return equalsLiteralFolded(ptr, length, "8bit") || equalsLiteralFolded(ptr, length, "7bit");
}
