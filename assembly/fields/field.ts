// One field of a request: a name, a value, where it stands and how it is written. Views into the bytes that
// came, never copies: what a coding hides is decoded by who needs it (`decode.ts`). Every kind of body and
// list gives its fields through the same reader, so that a check is written once for all of them.

/** Where a field stands. */
export const enum Place {
  Query = 0,
  /** A pair of an application/x-www-form-urlencoded body. */
  Form = 1,
  Cookie = 2,
  Header = 3,
  /** A member or element of a JSON body, containers included. */
  Json = 4,
  /** A part of a multipart body that is no file. */
  Part = 5,
  /** The file name of a part. */
  FileName = 6,
  /** The bytes of a file. */
  File = 7,
  /** Text or CDATA of an XML body. */
  XmlText = 8,
  XmlAttribute = 9,
  /** A body of any other type, as one value. */
  Text = 10,
  /** The path of the request target. */
  Path = 11,
}

/** How a name or a value is written. */
export const enum Coding {
  /** As it is. */
  Plain = 0,
  /** `%HH`, and `+` for a blank (WHATWG URL, application/x-www-form-urlencoded). */
  Form = 1,
  /** JSON escapes. */
  Json = 2,
  /** XML references. */
  Xml = 3,
  /** Backslash pairs of a quoted string. */
  Quoted = 4,
  /** `%HH` alone, as in a path. */
  Percent = 5,
}

/** What a JSON value is; everything else is Text. */
export const enum Kind {
  Text = 0,
  Number = 1,
  Boolean = 2,
  Null = 3,
  /** A container: it has a name and no value, its members follow. */
  Object = 4,
  Array = 5,
}

/** How a reader ended. */
export const enum FieldsStatus {
  Ok = 0,
  /** The text is not what it says it is, or past a limit: see the format's own status. */
  Refused = 1,
}

/** Gives the fields of one text, one after another. */
export abstract class FieldReader {
  place: Place = Place.Text;
  kind: Kind = Kind.Text;
  /** Pointer 0 when the field has no name. */
  namePtr: usize = 0;
  nameLength: u32 = 0;
  nameCoding: Coding = Coding.Plain;
  valuePtr: usize = 0;
  valueLength: u32 = 0;
  valueCoding: Coding = Coding.Plain;
  status: FieldsStatus = FieldsStatus.Ok;

  /** Moves to the next field; false at the end, and `status` says which. */
  abstract next(): bool;

  /**
   * Writes the path of the field just read, its parts separated by dots (`a.0.b`), at most `capacity`
   * bytes; a path that does not fit is cut off. Names are decoded. Returns the bytes written.
   */
  abstract writePath(target: usize, capacity: u32): u32;
}
