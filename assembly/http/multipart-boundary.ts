// The boundary of a multipart Content-Type (RFC 2046 §5.1.1), found as lenient servers find it, with all
// that is odd about it noted. Names of parameters are compared in any case; the first boundary counts.
import { Block } from "../base/block";
import { equalsLiteralFolded } from "./literal";
import { MultipartFlag } from "./multipart-flag";
import { ParameterReader, skipBlanks } from "./parameters";

/** Longest boundary that is searched for; RFC 2046 allows 70. */
export const MAX_BOUNDARY: u32 = 200;

@final
export class MultipartBoundary {
  /** `--` and the boundary, `length` bytes; 0 when there is none to be searched for. */
  readonly ptr: usize;
  length: u32 = 0;
  /** MultipartFlag bits. */
  flags: u32 = 0;
  /** multipart/form-data; false for mixed, related and others. */
  isFormData: bool = false;
  private block: Block = new Block(MAX_BOUNDARY + 2);
  private parameters: ParameterReader = new ParameterReader();

  constructor() {
    this.ptr = this.block.ptr;
    store<u16>(this.ptr, 0x2d2d);
  }

  /**
   * Reads a Content-Type value. False when it is not multipart, or has no boundary, or one that is too
   * long.
   */
  read(ptr: usize, length: u32): bool {
    const end = ptr + length;
    this.length = 0;
    this.flags = 0;
    this.isFormData = false;
    let at = skipBlanks(ptr, end);
    if (!isMultipart(at, end)) return false;
    const subtype = at + 10;
    at = subtype;
    while (at < end && !endsType(load<u8>(at))) at++;
    this.isFormData = equalsLiteralFolded(subtype, <u32>(at - subtype), "form-data");
    const parameters = this.parameters;
    parameters.open(at, end);
    while (parameters.next()) this.note(parameters);
    this.flags |= parameters.flags;
    return this.length > 2;
  }

  private note(parameter: ParameterReader): void {
    const name = parameter.namePtr;
    const size = parameter.nameLength;
    if (size < 8 || !equalsLiteralFolded(name, 8, "boundary")) return;
    if (size > 8) {
      if (load<u8>(name, 8) == 0x2a) this.flags |= MultipartFlag.BoundaryInvalid;
      return;
    }
    if (this.length > 0) {
      this.flags |= MultipartFlag.BoundaryRepeated;
      return;
    }
    if (parameter.quoted) this.flags |= MultipartFlag.BoundaryQuoted;
    if (parameter.spaced) this.flags |= MultipartFlag.BoundaryWhitespace;
    this.flags |= boundaryFlags(parameter.valuePtr, parameter.valueLength);
    if (parameter.valueLength > MAX_BOUNDARY) return;
    memory.copy(this.ptr + 2, parameter.valuePtr, parameter.valueLength);
    this.length = parameter.valueLength + 2;
  }
}

/** Whether a field value announces any multipart type. */
export function isMultipart(ptr: usize, end: usize): bool {
  if (end - ptr < 10) return false;
  return equalsLiteralFolded(ptr, 10, "multipart/");
}

function boundaryFlags(ptr: usize, length: u32): u32 {
  let flags: u32 = length == 0 || length > 70 ? MultipartFlag.BoundaryInvalid : 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte == 0x20 || byte == 0x09) flags |= MultipartFlag.BoundaryWhitespace;
    else if (!isBoundaryByte(byte)) flags |= MultipartFlag.BoundaryInvalid;
  }
  return flags;
}

/** bcharsnospace of RFC 2046 §5.1.1. */
function isBoundaryByte(byte: u8): bool {
  if (<u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10) return true;
  // ' ( ) + , - . / : = ? _
  if (byte >= 0x27 && byte <= 0x2f) return byte != 0x2a;
  return byte == 0x3a || byte == 0x3d || byte == 0x3f || byte == 0x5f;
}

function endsType(byte: u8): bool {
  return byte == 0x3b || byte == 0x2c || byte <= 0x20;
}
