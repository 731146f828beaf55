// The attribute names of one start tag, so that none comes twice. There are few by the limit, so that each is
// compared with all before it.
import { Block } from "../base/block";

// One row: u32 address, u32 length.
const ROW_BYTES: usize = 8;

@final
export class AttributeNames {
  private count: u32 = 0;
  private block: Block;

  /** @param capacity names of one element */
  constructor(private capacity: u32) {
    this.block = new Block((capacity + 1) * <u32>ROW_BYTES);
  }

  clear(): void {
    this.count = 0;
  }

  get isFull(): bool {
    return this.count >= this.capacity;
  }

  /** Keeps a name; false when it is there already. To be called while `isFull` is false. */
  add(ptr: usize, length: u32): bool {
    const end = this.block.ptr + <usize>this.count * ROW_BYTES;
    for (let row = this.block.ptr; row < end; row += ROW_BYTES) {
      if (load<u32>(row, 4) != length) continue;
      if (memory.compare(load<u32>(row), ptr, length) == 0) return false;
    }
    store<u32>(end, <u32>ptr);
    store<u32>(end, length, 4);
    this.count++;
    return true;
  }
}
