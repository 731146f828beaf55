// What a JSON text can be refused for. Each limit has its own status, so that a denial, a counter
// and a configuration error name the limit that was met. RFC 8259 for the grammar, RFC 7493
// (I-JSON) §2.1 and §2.3 for lone surrogates and duplicate names.

/** Outcome of reading; the numbers are stable, new ones go to the end. */
export const enum JsonStatus {
  Ok = 0,
  /** No byte but blanks. */
  Empty = 1,
  /** The text stops inside a value. */
  UnexpectedEnd = 2,
  /** A byte that the grammar does not allow at this place. */
  UnexpectedByte = 3,
  /** Something follows the one value. */
  TrailingBytes = 4,
  /** The text starts with EF BB BF (RFC 8259 §8.1 forbids writers to add it). */
  ByteOrderMark = 5,
  InvalidNumber = 6,
  InvalidEscape = 7,
  /** A byte below 0x20 inside a string. */
  ControlByte = 8,
  InvalidUtf8 = 9,
  /** A \u escape of half a surrogate pair. */
  LoneSurrogate = 10,
  DuplicateName = 11,
  TooManyBytes = 12,
  TooDeep = 13,
  StringTooLong = 14,
  NumberTooLong = 15,
  TooManyMembers = 16,
  TooManyElements = 17,
  TooManyKeys = 18,
  /** So many names share a hash that only an attack explains it. */
  NameCollisions = 19,
}

/** Stable kebab-case name of a status, for logs and statuses of the stages. */
export function jsonStatusName(status: JsonStatus): string {
  switch (status) {
    case JsonStatus.Ok:
      return "ok";
    case JsonStatus.Empty:
      return "empty";
    case JsonStatus.UnexpectedEnd:
      return "unexpected-end";
    case JsonStatus.UnexpectedByte:
      return "unexpected-byte";
    case JsonStatus.TrailingBytes:
      return "trailing-bytes";
    case JsonStatus.ByteOrderMark:
      return "byte-order-mark";
    case JsonStatus.InvalidNumber:
      return "invalid-number";
    case JsonStatus.InvalidEscape:
      return "invalid-escape";
    case JsonStatus.ControlByte:
      return "control-byte";
    case JsonStatus.InvalidUtf8:
      return "invalid-utf8";
    case JsonStatus.LoneSurrogate:
      return "lone-surrogate";
    case JsonStatus.DuplicateName:
      return "duplicate-name";
    case JsonStatus.TooManyBytes:
      return "too-many-bytes";
    case JsonStatus.TooDeep:
      return "too-deep";
    case JsonStatus.StringTooLong:
      return "string-too-long";
    case JsonStatus.NumberTooLong:
      return "number-too-long";
    case JsonStatus.TooManyMembers:
      return "too-many-members";
    case JsonStatus.TooManyElements:
      return "too-many-elements";
    case JsonStatus.TooManyKeys:
      return "too-many-keys";
    default:
      return "name-collisions";
  }
}
