// One audit line as JSON bytes in a buffer that is used again and again. It says which rule met
// which number; of the request itself it carries the id alone, and that only when it is harmless.
import { Block } from "../base/block";
import { writeU64 } from "../base/decimal";
import { View } from "../abi/view";

/** Longest line; the fixed part has some 200 bytes, a note at most 168. */
const LINE_BYTES: u32 = 704;

@final
export class AuditLine {
  private block: Block = new Block(LINE_BYTES);
  readonly ptr: usize = this.block.ptr;
  length: u32 = 0;

  /** Begins a line with a status's fixed part. */
  begin(prefix: View): void {
    this.length = min<u32>(prefix.length, LINE_BYTES - 352);
    memory.copy(this.ptr, prefix.ptr, this.length);
  }

  /** Adds `"name":value`; `name` is a literal. */
  number(name: string, value: u64): void {
    this.key(name);
    this.digits(value);
  }

  /**
   * Adds `"name":"text"`; the bytes need no escaping (see `isHarmlessId`) and are at most
   * MAX_ID_BYTES.
   */
  text(name: string, ptr: usize, length: u32): void {
    this.key(name);
    this.byte(0x22);
    memory.copy(this.ptr + this.length, ptr, length);
    this.length += length;
    this.byte(0x22);
  }

  /** Adds members that a stage wrote, at most MAX_NOTE bytes. */
  members(ptr: usize, length: u32): void {
    memory.copy(this.ptr + this.length, ptr, length);
    this.length += length;
  }

  end(): void {
    this.byte(0x7d);
  }

  private key(name: string): void {
    this.byte(0x2c);
    this.byte(0x22);
    for (let i = 0; i < name.length; i++) this.byte(<u8>name.charCodeAt(i));
    this.byte(0x22);
    this.byte(0x3a);
  }

  private digits(value: u64): void {
    if (this.length + 20 <= LINE_BYTES) this.length += writeU64(this.ptr + this.length, value);
  }

  private byte(value: u8): void {
    if (this.length < LINE_BYTES) store<u8>(this.ptr + this.length++, value);
  }
}

/** Longest request id that a line repeats. */
export const MAX_ID_BYTES: u32 = 64;

/**
 * Letters, digits, `-`, `_` and `.` alone, at most MAX_ID_BYTES: safe in any log without escaping.
 */
export function isHarmlessId(ptr: usize, length: u32): bool {
  if (length == 0 || length > MAX_ID_BYTES) return false;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    const isWord = <u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10;
    if (!isWord && byte != 0x2d && byte != 0x5f && byte != 0x2e) return false;
  }
  return true;
}
