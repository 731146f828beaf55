// One audit line as JSON bytes in a buffer that is used again and again. It says which rule met
// which number; of the request itself it carries the id alone, and that only when it is harmless.
import { Block } from "../base/block";
import { writeU64 } from "../base/decimal";
import { View } from "../abi/view";

/** Longest line. The fixed part has at most 352 bytes less than that, a note 168, the two numbers 51, the id 78. */
const LINE_BYTES: u32 = 704;

@final
export class AuditLine {
  private block: Block = new Block(LINE_BYTES);
  readonly ptr: usize = this.block.ptr;
  length: u32 = 0;
  private observedKey: View = View.of(',"observed":');
  private limitKey: View = View.of(',"limit":');
  private idKey: View = View.of(',"requestId":"');

  /** Begins a line with a status's fixed part. */
  begin(prefix: View): void {
    this.length = min<u32>(prefix.length, LINE_BYTES - 352);
    memory.copy(this.ptr, prefix.ptr, this.length);
  }

  /** Adds the number that was met. */
  observed(value: u64): void {
    this.number(this.observedKey, value);
  }

  /** Adds the number that it was compared with. */
  limit(value: u64): void {
    this.number(this.limitKey, value);
  }

  /** Adds the request's id; the bytes need no escaping (see `isHarmlessId`) and are at most MAX_ID_BYTES. */
  requestId(ptr: usize, length: u32): void {
    this.members(this.idKey.ptr, this.idKey.length);
    this.members(ptr, length);
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

  private number(key: View, value: u64): void {
    this.members(key.ptr, key.length);
    this.length += writeU64(this.ptr + this.length, value);
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
  let i: u32 = 0;
  if (length >= 16) {
    for (; i + 16 <= length; i += 16) if (!areHarmless(ptr + i)) return false;
    // The rest overlaps bytes that were looked at already: one more vector instead of a loop.
    return i == length || areHarmless(ptr + (length - 16));
  }
  for (; i < length; i++) {
    const byte = load<u8>(ptr + i);
    const isWord = <u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10;
    if (!isWord && byte != 0x2d && byte != 0x5f && byte != 0x2e) return false;
  }
  return true;
}

/** The same of sixteen bytes. */
function areHarmless(ptr: usize): bool {
  const bytes = v128.load(ptr);
  const folded = v128.or(bytes, i8x16.splat(0x20));
  const letters = i8x16.lt_u(i8x16.sub(folded, i8x16.splat(0x61)), i8x16.splat(26));
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const dashes = v128.or(
    i8x16.eq(bytes, i8x16.splat(0x2d)),
    v128.or(i8x16.eq(bytes, i8x16.splat(0x5f)), i8x16.eq(bytes, i8x16.splat(0x2e))),
  );
  return i8x16.all_true(v128.or(v128.or(letters, digits), dashes));
}
