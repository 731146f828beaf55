// What a refused JSON text is told as: line, column and a sentence for each status of the reader.
import { JsonStatus } from "../json/status";

/** `line 3, column 14`; both from 1, columns in bytes. */
export function placeOf(ptr: usize, offset: u32): string {
  let line = 1;
  let start: u32 = 0;
  for (let i: u32 = 0; i < offset; i++) {
    if (load<u8>(ptr + i) != 0x0a) continue;
    line++;
    start = i + 1;
  }
  return `line ${line}, column ${offset - start + 1}`;
}

/** Why the text is no JSON document of ours. */
export function faultMessage(status: JsonStatus): string {
  switch (status) {
    case JsonStatus.Empty:
      return "the document is empty";
    case JsonStatus.UnexpectedEnd:
      return "the document ends inside a value";
    case JsonStatus.TrailingBytes:
      return "something follows the end of the document";
    case JsonStatus.ByteOrderMark:
      return "the document starts with a byte order mark";
    case JsonStatus.InvalidNumber:
      return "this is no number";
    case JsonStatus.InvalidEscape:
      return "this escape is not one of JSON's";
    case JsonStatus.ControlByte:
      return "a control character stands inside a string";
    case JsonStatus.InvalidUtf8:
      return "this is not UTF-8";
    case JsonStatus.LoneSurrogate:
      return "this \\u escape is half of a surrogate pair";
    case JsonStatus.TooManyBytes:
      return "the document is longer than 16777216 bytes";
    case JsonStatus.TooDeep:
      return "the document is nested deeper than 64 levels";
    case JsonStatus.NumberTooLong:
      return "this number is longer than 64 characters";
    case JsonStatus.TooManyMembers:
      return "this object has more than 65536 members";
    case JsonStatus.TooManyElements:
      return "this array has more than 1048576 elements";
    default:
      return "the JSON syntax does not allow this character here";
  }
}

/** What to do about it; empty where the message says all. */
export function faultMend(status: JsonStatus): string {
  switch (status) {
    case JsonStatus.UnexpectedEnd:
      return "close every brace, bracket and quote";
    case JsonStatus.ByteOrderMark:
      return "save it as UTF-8 without byte order mark";
    case JsonStatus.ControlByte:
      return "write \\n, \\t or a \\u escape";
    case JsonStatus.UnexpectedByte:
      return "look for a missing or extra comma, quote or comment";
    default:
      return "";
  }
}
