// A few byte strings to compare with: issuers, audiences, subjects, types, claim names. Sets are
// small, so a walk over them is faster than any table.

/** Byte strings of the configuration; owns copies of them. */
@final
export class TextSet {
  private texts: Array<StaticArray<u8>> = [];

  /** Adds a copy. */
  add(ptr: usize, length: u32): void {
    const text = new StaticArray<u8>(length);
    memory.copy(changetype<usize>(text), ptr, length); // the address of its first element
    this.texts.push(text);
  }

  get size(): i32 {
    return this.texts.length;
  }

  /** Place of the bytes in the order of adding, or -1. */
  find(ptr: usize, length: u32): i32 {
    const texts = this.texts;
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i];
      if (<u32>text.length != length) continue;
      if (memory.compare(changetype<usize>(text), ptr, length) == 0) return i;
    }
    return -1;
  }

  /** Whether some text is in both. */
  overlaps(other: TextSet): bool {
    const texts = this.texts;
    for (let i = 0; i < texts.length; i++) {
      if (other.has(changetype<usize>(texts[i]), <u32>texts[i].length)) return true;
    }
    return false;
  }

  has(ptr: usize, length: u32): bool {
    return this.find(ptr, length) >= 0;
  }

  /** Like `has`, with ASCII letters of either case equal. `text` was added in lower case. */
  hasIgnoringCase(ptr: usize, length: u32): bool {
    const texts = this.texts;
    for (let i = 0; i < texts.length; i++) {
      if (<u32>texts[i].length == length && equalsLower(texts[i], ptr)) return true;
    }
    return false;
  }
}

function equalsLower(lower: StaticArray<u8>, ptr: usize): bool {
  for (let i = 0; i < lower.length; i++) {
    let byte = load<u8>(ptr + i);
    if (<u8>(byte - 0x41) < 26) byte |= 0x20;
    if (byte != lower[i]) return false;
  }
  return true;
}
