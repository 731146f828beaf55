// A JSON Pointer (RFC 6901) taken apart, for finding one number in a text that is never there as a whole.
import { Block } from "../base/block";
import { parseU64, decimalU64 } from "../base/decimal";

/** Parts of a pointer. */
export const maxPointerParts: u32 = 8;

// One row: 0 u32 offset of the part's bytes   4 u32 length   8 u32 index in an array, or none
const rowBytes: u32 = 12;
const noIndex: u32 = u32.MAX_VALUE;

@final
export class NumberPointer {
  /** Parts; 0: the pointer cannot be used. */
  parts: u32 = 0;
  private rows: Block = new Block(maxPointerParts * rowBytes);
  private text: Block;

  /** @param ptr the pointer's bytes, `/usage/total_tokens`: 1 to maxPointerParts parts; copied */
  constructor(ptr: usize, length: u32) {
    this.text = new Block(length);
    if (!this.read(ptr, length)) this.parts = 0;
  }

  /** Length of a part in bytes. */
  partLength(part: u32): u32 {
    return load<u32>(this.row(part), 4);
  }

  byteAt(part: u32, i: u32): u8 {
    return load<u8>(this.text.ptr + load<u32>(this.row(part)) + i);
  }

  /** Whether a part names element `index` of an array. */
  isIndex(part: u32, index: u32): bool {
    return load<u32>(this.row(part), 8) == index;
  }

  private read(ptr: usize, length: u32): bool {
    let out: u32 = 0;
    let at: u32 = 0;
    while (at < length) {
      if (load<u8>(ptr + at) != 0x2f || this.parts == maxPointerParts) return false;
      at++;
      const start = out;
      for (; at < length && load<u8>(ptr + at) != 0x2f; at++, out++) {
        let byte = load<u8>(ptr + at);
        if (byte == 0x7e) {
          const escaped: u8 = at + 1 < length ? load<u8>(ptr + ++at) : 0;
          if (escaped != 0x30 && escaped != 0x31) return false;
          byte = escaped == 0x30 ? 0x7e : 0x2f;
        }
        store<u8>(this.text.ptr + out, byte);
      }
      this.addPart(start, out - start);
    }
    return true;
  }

  private addPart(start: u32, length: u32): void {
    const row = this.row(this.parts++);
    const ptr = this.text.ptr + start;
    const isNumber = length < 10 && parseU64(ptr, length);
    store<u32>(row, start);
    store<u32>(row, length, 4);
    store<u32>(row, isNumber ? <u32>decimalU64 : noIndex, 8);
  }

  private row(part: u32): usize {
    return this.rows.ptr + part * rowBytes;
  }
}
