// The statuses of an answer as flat rows, so that reading one allocates nothing.
//   0 u64 resetNs   8 u32 code   12 u32 remaining   16 u32 quota   20 pad
import { Block } from "../base/block";

const rowBytes: u32 = 24;

@final
export class StatusRows {
  private block: Block;

  /** @param rows most statuses; indexes below are the caller's to keep */
  constructor(rows: u32) {
    this.block = new Block(rows * rowBytes);
  }

  set(i: u32, code: u32, remaining: u32, resetNs: u64): void {
    const row = this.at(i);
    store<u64>(row, resetNs);
    store<u32>(row, code, 8);
    store<u32>(row, remaining, 12);
    store<u32>(row, 0, 16);
  }

  setQuota(i: u32, requests: u32): void {
    store<u32>(this.at(i), requests, 16);
  }

  resetNs(i: u32): u64 {
    return load<u64>(this.at(i));
  }

  code(i: u32): u32 {
    return load<u32>(this.at(i), 8);
  }

  remaining(i: u32): u32 {
    return load<u32>(this.at(i), 12);
  }

  quota(i: u32): u32 {
    return load<u32>(this.at(i), 16);
  }

  private at(i: u32): usize {
    return this.block.ptr + i * rowBytes;
  }
}
