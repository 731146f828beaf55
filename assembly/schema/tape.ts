// A JSON text as flat rows, one for each value, in the order of the text: what a schema needs to look at a value more than once
// without a tree. A row says where its name and its value stand in the text and where the next sibling begins, so that a whole
// object is passed over by one load.
import { Block } from "../base/block";
import { JsonEvent } from "../json/event";
import { JsonReader } from "../json/reader";

/** Bytes of a row. */
export const ROW: usize = 24;

// Row: kind u8 (JsonEvent), 3 bytes unused, address after the subtree u32, name address u32, name length u32,
// value address u32, value length u32 (of a container: how many children).

/** Rows of one text after another; made at configure time. */
@final
export class Tape {
  /** First row: the text's one value. */
  readonly top: usize;
  private rows: Block;
  private end: usize;
  private open: Block;

  /** @param maxValues values that fit; @param maxDepth the reader's own limit */
  constructor(maxValues: u32, maxDepth: u32) {
    this.rows = new Block(maxValues * <u32>ROW);
    this.open = new Block((maxDepth + 1) * 4);
    this.top = this.rows.ptr;
    this.end = this.top + <usize>maxValues * ROW;
  }

  /**
   * Reads a text. False: it was refused (`reader.status` says why), or has more values than fit (`reader.status` is Ok).
   * The rows point into the text.
   */
  read(reader: JsonReader, ptr: usize, length: u32): bool {
    reader.begin(ptr, length);
    let at = this.top;
    let open = this.open.ptr;
    let event = reader.next();
    for (; event > JsonEvent.End; event = reader.next()) {
      if (event == JsonEvent.ObjectEnd || event == JsonEvent.ArrayEnd) {
        store<u32>(load<u32>(open), <u32>at, 4);
        open -= 4;
        continue;
      }
      if (at == this.end) return false;
      if (reader.depth > 0) this.count(open, event);
      store<u8>(at, <u8>event);
      store<u32>(at, <u32>(at + ROW), 4);
      store<u32>(at, <u32>reader.namePtr, 8);
      store<u32>(at, reader.nameLength, 12);
      store<u32>(at, <u32>reader.valuePtr, 16);
      if (event == JsonEvent.ObjectStart || event == JsonEvent.ArrayStart) {
        store<u32>(at, 0, 20);
        open += 4;
        store<u32>(open, <u32>at);
      } else store<u32>(at, reader.valueLength, 20);
      at += ROW;
    }
    return event == JsonEvent.End;
  }

  /** One more child of the innermost open container; none is open for the top value. */
  @inline
  private count(open: usize, event: JsonEvent): void {
    if (open == this.open.ptr) return;
    const parent = <usize>load<u32>(open);
    store<u32>(parent, load<u32>(parent, 20) + 1, 20);
  }
}

export function kindOf(row: usize): JsonEvent {
  return <JsonEvent>(<i32>load<u8>(row));
}

/** The row after this one and all that is in it. */
export function nextOf(row: usize): usize {
  return <usize>load<u32>(row, 4);
}

/** Raw name, between its quotes; 0 for an element and for the top value. */
export function namePtr(row: usize): usize {
  return <usize>load<u32>(row, 8);
}

export function nameLength(row: usize): u32 {
  return load<u32>(row, 12);
}

/** Raw string between its quotes, or number as written. */
export function valuePtr(row: usize): usize {
  return <usize>load<u32>(row, 16);
}

export function valueLength(row: usize): u32 {
  return load<u32>(row, 20);
}

/** Members or elements of a container. */
export function childCount(row: usize): u32 {
  return load<u32>(row, 20);
}
