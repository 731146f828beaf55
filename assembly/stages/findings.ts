// What the stages found in one request, as a flat list: which stage, which status, what it leads
// to, and the two numbers that explain it. Stages only write here; the pipeline turns rows into
// counters, audit lines, tags and the denial.
import { Block } from "../base/block";
import { Mode } from "./verdict";

/** Rows a request can have in one phase; further findings are dropped, a denial never is. */
export const MAX_FINDINGS: u32 = 64;

// One row: stage u8, mode u8, status u16, pad u32, observed u64, limit u64.
const ROW_BYTES: usize = 24;

@final
export class Findings {
  /** Rows written since `clear`. */
  count: u32 = 0;
  private block: Block = new Block(<u32>(ROW_BYTES * MAX_FINDINGS));
  private rows: usize = this.block.ptr;

  clear(): void {
    this.count = 0;
  }

  /**
   * Adds a row. When the list is full, an enforced finding replaces the last row.
   * @param observed the number that was met, or 0; never a secret
   * @param limit the number it was compared with, or 0
   */
  add(stage: u32, status: u32, mode: Mode, observed: u64, limit: u64): void {
    if (this.count == MAX_FINDINGS) {
      if (mode != Mode.Enforce) return;
      this.count--;
    }
    const row = this.row(this.count);
    this.count++;
    store<u8>(row, <u8>stage);
    store<u8>(row, <u8>mode, 1);
    store<u16>(row, <u16>status, 2);
    store<u64>(row, observed, 8);
    store<u64>(row, limit, 16);
  }

  /** Number of the stage that found row `i` (0 to count - 1), as the pipeline counts them. */
  stage(i: u32): u32 {
    return load<u8>(this.row(i));
  }

  mode(i: u32): Mode {
    return <Mode>(<i32>load<u8>(this.row(i), 1));
  }

  status(i: u32): u32 {
    return load<u16>(this.row(i), 2);
  }

  observed(i: u32): u64 {
    return load<u64>(this.row(i), 8);
  }

  limit(i: u32): u64 {
    return load<u64>(this.row(i), 16);
  }

  private row(i: u32): usize {
    return this.rows + <usize>i * ROW_BYTES;
  }
}
