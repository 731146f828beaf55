// TX and the other collections that rules write, of one request: a fixed cell for every name that rules write out, and a list for names made from macros. A cell is
// unset, a number or a text; scores stay numbers as long as they are only added to.
//
//   cell   -> [ kind u32 | length u32 | number i64 or address u64 ]
//   record -> [ next u32 | name length u32 | name u32 | variable u32 | cell ]
import { Block } from "../../base/block";
import { NameUse, findSlot, sameFolded } from "../model/tx-names";
import { NUMBER_BYTES, numberOf, writeNumber } from "../model/number";
import { Arena } from "./arena";

export const CELL_BYTES: usize = 16;

/** What a cell holds. */
export const enum Cell {
  Unset = 0,
  Number = 1,
  Text = 2,
}

/** Names made from macros that one request may have; one with more takes too much memory. They are searched one by one. */
const MAX_RECORDS: u32 = 512;

@final
export class TxStore {
  /** Text of the cell read last. */
  text: usize = 0;
  length: u32 = 0;
  private block: Block;
  private cells: usize;
  private records: usize = 0;
  private recordCount: u32 = 0;
  /** Slots whose names the rules of the request write out; null: all of them. */
  private names: NameUse | null = null;

  /** @param slots cells of written names; those that rule sets add later need a new store */
  constructor(
    private arena: Arena,
    readonly slots: i32,
  ) {
    this.block = new Block(<u32>(CELL_BYTES * <usize>max<i32>(1, slots)));
    this.cells = this.block.ptr;
  }

  /** Begins with the cells of an image of `count` slots; the rest is unset. */
  reset(image: usize, count: i32, names: NameUse | null = null): void {
    this.names = names;
    const known = CELL_BYTES * <usize>min<i32>(count, this.slots);
    memory.copy(this.cells, image, known);
    memory.fill(this.cells + known, 0, CELL_BYTES * <usize>this.slots - known);
    this.records = 0;
    this.recordCount = 0;
  }

  /** Cell of a slot. */
  cell(slot: i32): usize {
    return this.cells + CELL_BYTES * <usize>slot;
  }

  /** Cell of a name made at run time in a collection, made when `create`; 0 when there is none. */
  named(collection: u32, name: usize, length: u32, create: bool): usize {
    const slot = findSlot(collection, name, length);
    // A slot of other rules may be given to another name while this request runs.
    const names = this.names;
    const isOwn = slot >= 0 && slot < this.slots && (names === null || names.has(slot));
    if (isOwn) return this.cell(slot);
    for (let record = this.records; record != 0; record = <usize>load<u32>(record)) {
      if (load<u32>(record, 4) != length || load<u32>(record, 12) != collection) continue;
      if (sameFolded(<usize>load<u32>(record, 8), name, length)) return record + 16;
    }
    return create ? this.create(collection, name, length) : 0;
  }

  private create(collection: u32, name: usize, length: u32): usize {
    if (this.recordCount >= MAX_RECORDS) {
      this.arena.isFull = true;
      return 0;
    }
    const record = this.arena.takeZeroed(32);
    const copy = this.arena.take(length);
    if (record == 0 || copy == 0) return 0;
    memory.copy(copy, name, length);
    store<u32>(record, <u32>this.records);
    store<u32>(record, length, 4);
    store<u32>(record, <u32>copy, 8);
    store<u32>(record, collection, 12);
    this.records = record;
    this.recordCount++;
    return record + 16;
  }

  /** Newest record of a name made at run time, then the next by `nextRecord`; 0 at the end. */
  get firstRecord(): usize {
    return this.records;
  }

  unset(cell: usize): void {
    store<u32>(cell, Cell.Unset);
  }

  isSet(cell: usize): bool {
    return load<u32>(cell) != Cell.Unset;
  }

  setNumber(cell: usize, value: i64): void {
    store<u32>(cell, Cell.Number);
    store<i64>(cell, value, 8);
  }

  /** Keeps a copy of a text. */
  setText(cell: usize, text: usize, length: u32): void {
    const copy = this.arena.take(length);
    if (copy == 0) return;
    memory.copy(copy, text, length);
    store<u32>(cell, Cell.Text);
    store<u32>(cell, length, 4);
    store<u64>(cell, <u64>copy, 8);
  }

  /** A cell as a number; what is unset or no number is 0. */
  number(cell: usize): i64 {
    const kind = load<u32>(cell);
    if (kind == Cell.Number) return load<i64>(cell, 8);
    if (kind == Cell.Text) return numberOf(<usize>load<u64>(cell, 8), load<u32>(cell, 4));
    return 0;
  }

  /** Puts a cell into `text` and `length`; false when it is unset. */
  read(cell: usize, scratch: Arena): bool {
    const kind = load<u32>(cell);
    this.length = 0;
    if (kind == Cell.Unset) return false;
    if (kind == Cell.Text) {
      this.text = <usize>load<u64>(cell, 8);
      this.length = load<u32>(cell, 4);
      return true;
    }
    this.text = scratch.take(NUMBER_BYTES);
    if (this.text != 0) this.length = writeNumber(load<i64>(cell, 8), this.text);
    return true;
  }
}

export function nextRecord(record: usize): usize {
  return <usize>load<u32>(record);
}

export function recordName(record: usize): usize {
  return <usize>load<u32>(record, 8);
}

/** The variable that a record belongs to. */
export function recordCollection(record: usize): u32 {
  return load<u32>(record, 12);
}

export function recordNameLength(record: usize): u32 {
  return load<u32>(record, 4);
}

export function recordCell(record: usize): usize {
  return record + 16;
}
