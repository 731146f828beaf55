// What the stages found in one request, as a flat list: which stage, which status, what it leads
// to, and the two numbers that explain it. Stages only write here; the pipeline turns rows into
// counters, audit lines, tags and the denial.
import { Block } from "../base/block";
import { Mode } from "./verdict";

/** Rows a request can have in one phase; further findings are dropped, a denial never is. */
export const MAX_FINDINGS: u32 = 64;

// One row: stage u8, mode u8, status u16, length of its note u16, number of its note u16, observed u64, limit u64.
const ROW_BYTES: usize = 24;
/** Longest note, bytes. */
export const MAX_NOTE: u32 = 168;
/** Rows of a phase that can have a note; later ones go without. */
const MAX_NOTES: u32 = 4;

@final
export class Findings {
  /** Rows written since `clear`. */
  count: u32 = 0;
  private block: Block = new Block(<u32>(ROW_BYTES * MAX_FINDINGS));
  private rows: usize = this.block.ptr;
  private notes: u32 = 0;
  private noteBlock: Block = new Block(MAX_NOTE * MAX_NOTES);

  clear(): void {
    this.count = 0;
    this.notes = 0;
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
    store<u32>(row, 0, 4);
    store<u64>(row, observed, 8);
    store<u64>(row, limit, 16);
  }

  /**
   * Says more about the row added last: members of its audit line, each as `,"name":"text"`, of bytes that
   * need no escaping, and never what a request holds. One that is too long is left out.
   */
  note(ptr: usize, length: u32): void {
    if (this.count == 0 || this.notes == MAX_NOTES || length > MAX_NOTE) return;
    const row = this.row(this.count - 1);
    store<u16>(row, <u16>length, 4);
    store<u16>(row, <u16>this.notes, 6);
    memory.copy(this.noteBlock.ptr + this.notes * MAX_NOTE, ptr, length);
    this.notes++;
  }

  /** The note of row `i`, `noteLength` bytes. */
  notePtr(i: u32): usize {
    return this.noteBlock.ptr + <usize>load<u16>(this.row(i), 6) * MAX_NOTE;
  }

  noteLength(i: u32): u32 {
    return load<u16>(this.row(i), 4);
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
