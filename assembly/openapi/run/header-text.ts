// The text of a header that may come more than once: its fields joined by commas, as RFC 9110 §5.3 has it, and without blanks around
// its elements where it is a list.
import { Block } from "../../base/block";
import { indexOfByte } from "../../base/find-byte";
import { HeaderMap } from "../../http/header-map";
import { TypeBit } from "../../schema/node";
import { Parameter } from "../model";

/** Longest joined text; what is longer is cut off and so fails its schema, or passes one that does not care. */
const MAX_BYTES: u32 = 16384;

@final
export class HeaderText {
  ptr: usize = 0;
  length: u32 = 0;
  private room: Block = new Block(MAX_BYTES);

  /** Reads a header by the name of a parameter. False: it is not there. */
  read(headers: HeaderMap, parameter: Parameter): bool {
    const name = parameter.name;
    const first = headers.find(name.ptr, name.length);
    if (first < 0) return false;
    this.ptr = headers.value(first);
    this.length = headers.valueLength(first);
    let next = headers.find(name.ptr, name.length, first + 1);
    const isList = (parameter.shape.types & (TypeBit.Array | TypeBit.Object)) != 0;
    if (next < 0 && !isList) return true;
    let size = this.append(0, this.ptr, this.length, isList);
    while (next >= 0) {
      size = this.append(size, COMMA, 1, false);
      size = this.append(size, headers.value(next), headers.valueLength(next), isList);
      next = headers.find(name.ptr, name.length, next + 1);
    }
    this.ptr = this.room.ptr;
    this.length = size;
    return true;
  }

  /** Appends a field; of a list each element without the blanks around it. */
  private append(size: u32, ptr: usize, length: u32, trims: bool): u32 {
    if (!trims) return this.put(size, ptr, length);
    let at: u32 = 0;
    while (true) {
      const comma = indexOfByte(ptr, at, length, 0x2c);
      let start = at;
      let end = comma;
      while (start < end && isBlank(load<u8>(ptr + start))) start++;
      while (end > start && isBlank(load<u8>(ptr + end - 1))) end--;
      size = this.put(size, ptr + start, end - start);
      if (comma >= length) return size;
      size = this.put(size, COMMA, 1);
      at = comma + 1;
    }
  }

  private put(size: u32, ptr: usize, length: u32): u32 {
    const count = min(length, MAX_BYTES - size);
    memory.copy(this.room.ptr + size, ptr, count);
    return size + count;
  }
}

const COMMA: usize = memory.data<u8>([0x2c]);

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}
