// Takes the text of one parameter apart as its style says. Delimiters count where they stand unencoded; encoded ones are data, but for
// blanks and pipes, which have no unencoded form in a URL.
// Source: OpenAPI 3.0.4 §4.7.12.3 (style examples), 3.1.1 §4.8.12.3 and appendix E; RFC 6570 §3.2.
import { indexOfByte } from "../../base/find-byte";
import { Parameter } from "../model";
import { Style } from "../style";
import { Pieces } from "./pieces";

/** What a text is to be read as. */
export const enum Reading {
  Primitive = 0,
  Array,
  Object,
}

/** Adds the pieces of a value. False: it is not written as the style asks. */
export function split(
  parameter: Parameter,
  reading: Reading,
  ptr: usize,
  length: u32,
  pieces: Pieces,
): bool {
  switch (parameter.style) {
    case Style.Label:
      if (length == 0 || load<u8>(ptr) != 0x2e) return false;
      return splitLabel(parameter, reading, ptr + 1, length - 1, pieces);
    case Style.Matrix:
      return splitMatrix(parameter, reading, ptr, length, pieces);
    case Style.SpaceDelimited:
      return splitBy(Mark.Space, false, reading, ptr, length, pieces);
    case Style.PipeDelimited:
      return splitBy(Mark.Pipe, false, reading, ptr, length, pieces);
    default:
      return splitBy(Mark.Comma, parameter.explode, reading, ptr, length, pieces);
  }
}

const enum Mark {
  Comma = 0x2c,
  Dot = 0x2e,
  Pipe = 0x7c,
  Space = 0x20,
}

function splitLabel(
  parameter: Parameter,
  reading: Reading,
  ptr: usize,
  length: u32,
  pieces: Pieces,
): bool {
  // 3.0.3 joins by dots whatever `explode` says, 3.0.4 and RFC 6570 by commas when it is false: both are read.
  const hasComma = indexOfByte(ptr, 0, length, 0x2c) < length;
  const mark = parameter.explode || !hasComma ? Mark.Dot : Mark.Comma;
  return splitBy(mark, parameter.explode, reading, ptr, length, pieces);
}

/** `;color=blue,black` or `;color=blue;color=black`, `;R=100;G=200`. */
function splitMatrix(
  parameter: Parameter,
  reading: Reading,
  ptr: usize,
  length: u32,
  pieces: Pieces,
): bool {
  let at: u32 = 0;
  let count = 0;
  while (at < length) {
    if (load<u8>(ptr + at) != 0x3b) return false;
    const end = indexOfByte(ptr, at + 1, length, 0x3b);
    const equals = indexOfByte(ptr, at + 1, end, 0x3d);
    const value = min(equals + 1, end);
    const isNamed = parameter.name.equals(ptr + at + 1, equals - at - 1);
    if (reading == Reading.Object && parameter.explode) {
      if (equals == end) return false;
      pieces.add(ptr + at + 1, equals - at - 1, ptr + value, end - value);
    } else {
      if (!isNamed) return false;
      const isOne = reading == Reading.Primitive || parameter.explode;
      if (isOne) pieces.add(0, 0, ptr + value, end - value);
      else if (!splitBy(Mark.Comma, false, reading, ptr + value, end - value, pieces)) return false;
    }
    count++;
    at = end;
  }
  const mayRepeat = parameter.explode && reading != Reading.Primitive;
  return count == 1 || (count > 1 && mayRepeat);
}

/** @param pairs members are written `name=value`; else names and values take turns */
function splitBy(
  mark: Mark,
  pairs: bool,
  reading: Reading,
  ptr: usize,
  length: u32,
  pieces: Pieces,
): bool {
  if (reading == Reading.Primitive) {
    pieces.add(0, 0, ptr, length);
    return true;
  }
  if (length == 0) return true;
  let name: usize = 0;
  let nameLength: u32 = 0;
  let isName = true;
  let at: u32 = 0;
  while (true) {
    const end = nextMark(mark, ptr, at, length);
    const isLast = end >= length;
    const piece = ptr + at;
    const size = end - at;
    if (reading == Reading.Array) pieces.add(0, 0, piece, size);
    else if (pairs) {
      const equals = indexOfByte(piece, 0, size, 0x3d);
      if (equals == size) return false;
      pieces.add(piece, equals, piece + equals + 1, size - equals - 1);
    } else {
      if (isName) {
        name = piece;
        nameLength = size;
      } else pieces.add(name, nameLength, piece, size);
      isName = !isName;
    }
    if (isLast) return reading != Reading.Object || pairs || isName;
    at = end + markLength(mark, ptr, end);
  }
}

function nextMark(mark: Mark, ptr: usize, from: u32, length: u32): u32 {
  if (mark == Mark.Comma || mark == Mark.Dot) return indexOfByte(ptr, from, length, <u8>mark);
  for (let at = from; at < length; at++) if (markLength(mark, ptr, at, length) > 0) return at;
  return length;
}

/** Bytes of a delimiter at `at`; 0: there is none. */
function markLength(mark: Mark, ptr: usize, at: u32, length: u32 = u32.MAX_VALUE): u32 {
  const byte = load<u8>(ptr + at);
  if (<u32>byte == <u32>mark) return 1;
  if (mark == Mark.Space && byte == 0x2b) return 1;
  if (byte != 0x25 || at + 2 >= length) return 0;
  if (mark == Mark.Space && load<u16>(ptr + at, 1) == 0x3032) return 3;
  const isPipe = load<u8>(ptr + at, 1) == 0x37 && (load<u8>(ptr + at, 2) | 0x20) == 0x63;
  return mark == Mark.Pipe && isPipe ? 3 : 0;
}
