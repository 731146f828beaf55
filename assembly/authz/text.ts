// Bytes of the configuration that live as long as the rule that compares with them, and the comparison itself. Eight bytes a step:
// a policy set compares many short texts, most of which differ in the first step.
import { Block } from "../base/block";

@final
export class Text {
  private block: Block;
  readonly ptr: usize;

  private constructor(readonly length: u32) {
    this.block = new Block(length + 8);
    this.ptr = this.block.ptr;
  }

  /** The UTF-8 bytes of a text. Configure time only, like every Text. */
  static of(text: string): Text {
    const made = new Text(<u32>String.UTF8.byteLength(text));
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, made.ptr);
    return made;
  }

  /** A copy of `length` bytes. */
  static copy(ptr: usize, length: u32): Text {
    const made = new Text(length);
    memory.copy(made.ptr, ptr, length);
    return made;
  }

  /** Whether these bytes are the same text. */
  equals(ptr: usize, length: u32): bool {
    return length == this.length && sameBytes(ptr, this.ptr, length);
  }
}

/** Whether `length` bytes at both addresses are the same. */
export function sameBytes(a: usize, b: usize, length: u32): bool {
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  for (; i < length; i++) {
    if (load<u8>(a + i) != load<u8>(b + i)) return false;
  }
  return true;
}

/** As `sameBytes`, letters of `a` in either case; `b` is lower case. */
export function sameFolded(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    let byte = load<u8>(a + i);
    if (<u8>(byte - 0x41) < 26) byte |= 0x20;
    if (byte != load<u8>(b + i)) return false;
  }
  return true;
}
