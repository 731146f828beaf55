// Strings against length, pattern and format. What holds escapes is decoded into a buffer of fixed size first.
import { Block } from "../../base/block";
import { indexOfByte } from "../../base/find-byte";
import { JsonEvent } from "../../json/event";
import { codePoints, unescapeInto } from "../../json/unescape";
import { Regex, matches } from "../../regex/regex";
import { Format, hasFormat } from "../format/table";
import { Keyword } from "../keyword";
import { NO_LIMIT, SchemaNode } from "../node";
import { ROW, nameLength, namePtr, valueLength, valuePtr } from "../tape";

@final
export class StringCheck {
  /** A text with escapes was too long to be decoded. */
  isOver: bool = false;
  private room: Block;
  private row: Block = new Block(<u32>ROW);
  private ptr: usize = 0;
  private length: u32 = 0;

  constructor(private roomBytes: u32) {
    this.room = new Block(roomBytes);
  }

  /** The keyword that a string fails; None when it holds, or when `isOver` says that it cannot be told. */
  failed(node: SchemaNode, row: usize): Keyword {
    const ptr = valuePtr(row);
    const length = valueLength(row);
    if (node.minLength > 0 || node.maxLength != NO_LIMIT) {
      const count = codePoints(ptr, length);
      if (count < node.minLength) return Keyword.MinLength;
      if (count > node.maxLength) return Keyword.MaxLength;
    }
    const pattern = node.pattern;
    if (pattern === null && node.format == Format.None) return Keyword.None;
    if (!this.decode(ptr, length)) return Keyword.None;
    if (pattern !== null && !matches(pattern, this.ptr, this.length)) return Keyword.Pattern;
    const isRight = node.format == Format.None || hasFormat(node.format, this.ptr, this.length);
    return isRight ? Keyword.None : Keyword.Format;
  }

  /** Whether a pattern matches the name of a member. */
  matchesName(regex: Regex, member: usize): bool {
    return (
      this.decode(namePtr(member), nameLength(member)) && matches(regex, this.ptr, this.length)
    );
  }

  /** The name of a member as the row of a string; good until the next call. */
  nameRow(member: usize): usize {
    const row = this.row.ptr;
    store<u8>(row, <u8>JsonEvent.String);
    store<u32>(row, <u32>(row + ROW), 4);
    store<u64>(row, 0, 8);
    store<u32>(row, <u32>namePtr(member), 16);
    store<u32>(row, nameLength(member), 20);
    return row;
  }

  private decode(ptr: usize, length: u32): bool {
    this.ptr = ptr;
    this.length = length;
    if (indexOfByte(ptr, 0, length, 0x5c) == length) return true;
    if (length > this.roomBytes) {
      this.isOver = true;
      return false;
    }
    this.length = unescapeInto(this.room.ptr, ptr, length);
    this.ptr = this.room.ptr;
    return true;
  }
}
