// Why an XML text was refused: one name for each limit and each construct that is not read.

export const enum XmlStatus {
  Ok = 0,
  /** No element at all. */
  Empty = 1,
  TooManyBytes = 2,
  TooDeep = 3,
  TooManyAttributes = 4,
  NameTooLong = 5,
  /** UTF-16, UTF-32, or a declared encoding that is no superset of ASCII. */
  Encoding = 6,
  InvalidUtf8 = 7,
  /** A control byte that XML 1.0 §2.2 does not allow. */
  ControlByte = 8,
  /** Any `<!DOCTYPE`: never read, whatever it holds. */
  DocumentType = 9,
  /** A reference to anything but the five names of §4.6 and characters. */
  UnknownEntity = 10,
  /** `&` without a reference, or a character reference to no character. */
  BadReference = 11,
  /** An end tag that closes another element, or none. */
  TagMismatch = 12,
  DuplicateAttribute = 13,
  /** Anything else that is no XML. */
  Malformed = 14,
  UnexpectedEnd = 15,
  /** Text or markup behind the one element. */
  TrailingData = 16,
  TooManyElements = 17,
}

/** Stable name of a status. */
export function xmlStatusName(status: XmlStatus): string {
  return NAMES[<i32>status];
}

const NAMES: StaticArray<string> = [
  "ok",
  "empty",
  "too-many-bytes",
  "too-deep",
  "too-many-attributes",
  "name-too-long",
  "encoding",
  "invalid-utf8",
  "control-byte",
  "document-type",
  "unknown-entity",
  "bad-reference",
  "tag-mismatch",
  "duplicate-attribute",
  "malformed",
  "unexpected-end",
  "trailing-data",
  "too-many-elements",
];
