// A pattern with `*` against bytes, letters in either case unless told otherwise, in linear time. The pattern is cut at
// its stars; each piece is looked for leftmost, which is enough since nothing but stars lies
// between, and by Knuth, Morris and Pratt's method, so that no input makes the search go back. Made
// at configure time; matching allocates nothing.
import { Block } from "./block";

/** Longest piece between two stars, bytes. */
export const MAX_GLOB_PIECE: i32 = 255;

/** One literal piece and its failure function: for each prefix, the longest proper border. */
@final
class Piece {
  length: u32;
  private block: Block = new Block(0);
  private borderBlock: Block = new Block(0);
  private bytes: usize;
  private borders: usize;

  constructor(
    text: string,
    private folds: bool,
  ) {
    this.length = <u32>String.UTF8.byteLength(text);
    this.block = new Block(this.length + 1);
    this.borderBlock = new Block(this.length + 1);
    this.bytes = this.block.ptr;
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, this.bytes);
    for (let i: u32 = 0; i < this.length; i++)
      store<u8>(this.bytes + i, this.fold(load<u8>(this.bytes + i)));
    this.borders = this.borderBlock.ptr;
    store<u8>(this.borders, 0);
    let border: u32 = 0;
    for (let i: u32 = 1; i < this.length; i++) {
      while (border > 0 && this.at(i) != this.at(border))
        border = load<u8>(this.borders + border - 1);
      if (this.at(i) == this.at(border)) border++;
      store<u8>(this.borders + i, <u8>border);
    }
  }

  private at(i: u32): u8 {
    return load<u8>(this.bytes + i);
  }

  /** True when the piece stands at `pointer`; `length` of its bytes are readable there. */
  standsAt(pointer: usize): bool {
    for (let i: u32 = 0; i < this.length; i++) {
      if (this.fold(load<u8>(pointer + i)) != this.at(i)) return false;
    }
    return true;
  }

  /** Offset after the first occurrence in the bytes [from, length), or -1. */
  endOfFirst(pointer: usize, from: u32, length: u32): i32 {
    let matched: u32 = 0;
    if (this.length == 0) return <i32>from;
    for (let i = from; i < length; i++) {
      const byte = this.fold(load<u8>(pointer + i));
      while (matched > 0 && byte != this.at(matched))
        matched = load<u8>(this.borders + matched - 1);
      if (byte == this.at(matched)) matched++;
      if (matched == this.length) return <i32>(i + 1);
    }
    return -1;
  }

  private fold(byte: u8): u8 {
    return this.folds && <u8>(byte - 0x41) < 26 ? byte | 0x20 : byte;
  }
}

@final
export class Glob {
  private pieces: Array<Piece> = [];

  /**
   * @param pattern text where `*` stands for any bytes, also none; it must match as a whole
   * Whether it is usable tells `isGlob`, to be asked first.
   * @param folds letters in either case are the same
   */
  constructor(pattern: string, folds: bool = true) {
    const pieces = pattern.split("*");
    for (let i = 0; i < pieces.length; i++) this.pieces.push(new Piece(pieces[i], folds));
  }

  /** True when the `length` bytes at `pointer` match. */
  matches(pointer: usize, length: u32): bool {
    const pieces = this.pieces;
    const last = pieces.length - 1;
    const head = pieces[0];
    if (last == 0) return length == head.length && head.standsAt(pointer);
    if (length < head.length || !head.standsAt(pointer)) return false;
    let position = head.length;
    for (let i = 1; i < last; i++) {
      const end = pieces[i].endOfFirst(pointer, position, length);
      if (end < 0) return false;
      position = <u32>end;
    }
    const tail = pieces[last];
    return length - position >= tail.length && tail.standsAt(pointer + (length - tail.length));
  }
}

/** True for a non-empty pattern whose pieces have at most MAX_GLOB_PIECE bytes. */
export function isGlob(pattern: string): bool {
  if (pattern.length == 0) return false;
  const pieces = pattern.split("*");
  for (let i = 0; i < pieces.length; i++) {
    if (String.UTF8.byteLength(pieces[i]) > MAX_GLOB_PIECE) return false;
  }
  return true;
}
