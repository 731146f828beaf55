// Reads one protobuf message field by field, in place. Strict about what is no message: a varint of more than 64 bits, a length past
// the end, field number 0, the group types that proto3 has not. Unknown fields are the caller's to skip, which costs nothing.
// Source: protobuf.dev/programming-guides/encoding. Linear: every byte is looked at once.

/** Wire types. */
export const enum Wire {
  Varint = 0,
  Fixed64 = 1,
  Bytes = 2,
  Fixed32 = 5,
}

@final
export class ProtoReader {
  /** The field that `next` found. */
  field: u32 = 0;
  wire: Wire = Wire.Varint;
  /** Its value when it is a varint or fixed. */
  value: u64 = 0;
  /** Its bytes when it has a length. */
  ptr: usize = 0;
  length: u32 = 0;
  /** The bytes are no message; `next` has answered false. */
  isMalformed: bool = false;
  private at: usize = 0;
  private endPtr: usize = 0;

  /** Begins to read `length` bytes at `ptr`. */
  open(ptr: usize, length: u32): void {
    this.at = ptr;
    this.endPtr = ptr + length;
    this.isMalformed = false;
  }

  /** Finds the next field; false at the end and on bytes that are no message. */
  next(): bool {
    if (this.at >= this.endPtr || !this.varint()) return false;
    const tag = this.value;
    if (tag < 8 || tag > u32.MAX_VALUE) return this.fail();
    this.field = <u32>(tag >> 3);
    this.wire = <Wire>(<i32>(tag & 7));
    if (this.wire == Wire.Varint) return this.varint();
    if (this.wire == Wire.Fixed64) return this.fixed(8);
    if (this.wire == Wire.Fixed32) return this.fixed(4);
    if (this.wire != Wire.Bytes || !this.varint()) return this.fail();
    if (this.value > <u64>(this.endPtr - this.at)) return this.fail();
    this.ptr = this.at;
    this.length = <u32>this.value;
    this.at += this.length;
    return true;
  }

  /** The field just found is a number. Otherwise the message is not what its schema says. */
  isNumber(): bool {
    if (this.wire == Wire.Varint) return true;
    return this.fail();
  }

  /** The field just found is a string, bytes or a message. */
  isBytes(): bool {
    if (this.wire == Wire.Bytes) return true;
    return this.fail();
  }

  private varint(): bool {
    let value: u64 = 0;
    for (let shift: u64 = 0; shift < 70; shift += 7) {
      if (this.at == this.endPtr) return this.fail();
      const byte = load<u8>(this.at++);
      if (shift == 63 && byte > 1) return this.fail();
      value |= (<u64>(byte & 0x7f)) << shift;
      if (byte < 0x80) {
        this.value = value;
        return true;
      }
    }
    return this.fail();
  }

  private fixed(size: u32): bool {
    if (<u64>(this.endPtr - this.at) < size) return this.fail();
    this.value = size == 8 ? load<u64>(this.at) : <u64>load<u32>(this.at);
    this.at += size;
    return true;
  }

  private fail(): bool {
    this.isMalformed = true;
    this.at = this.endPtr;
    return false;
  }
}
