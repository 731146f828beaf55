// Names and values of one parameter as they stand in a request, undecoded: a flat list of fixed size.
import { Block } from "../../base/block";

/** Pieces of one parameter. */
export const MAX_PIECES: u32 = 1024;

/** How bytes are to be decoded. */
export const enum Coding {
  /** As they are: headers, parts. */
  Plain = 0,
  /** Percent escapes: paths, cookies, reserved values. */
  Percent,
  /** Percent escapes, and `+` is a blank: queries and forms. */
  Form,
}

// A piece: name u32, its length u32, value u32, its length u32. A name of address 0 is none.
const PIECE: u32 = 16;

@final
export class Pieces {
  count: u32 = 0;
  /** More pieces than fit were added. */
  isOver: bool = false;
  coding: Coding = Coding.Plain;
  private block: Block = new Block(MAX_PIECES * PIECE);

  begin(coding: Coding): void {
    this.count = 0;
    this.isOver = false;
    this.coding = coding;
  }

  add(name: usize, nameLength: u32, value: usize, valueLength: u32): void {
    if (this.count == MAX_PIECES) {
      this.isOver = true;
      return;
    }
    const at = this.block.ptr + this.count++ * PIECE;
    store<u32>(at, <u32>name);
    store<u32>(at, nameLength, 4);
    store<u32>(at, <u32>value, 8);
    store<u32>(at, valueLength, 12);
  }

  name(i: u32): usize {
    return <usize>load<u32>(this.block.ptr + i * PIECE);
  }

  nameLength(i: u32): u32 {
    return load<u32>(this.block.ptr + i * PIECE, 4);
  }

  value(i: u32): usize {
    return <usize>load<u32>(this.block.ptr + i * PIECE, 8);
  }

  valueLength(i: u32): u32 {
    return load<u32>(this.block.ptr + i * PIECE, 12);
  }
}
