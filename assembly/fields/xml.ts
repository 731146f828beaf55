// Fields of an XML body: text of elements and attribute values. An element without either is none.
import { XmlEvent, XmlReader } from "../xml/reader";
import { Coding, FieldReader, FieldsStatus, Place } from "./field";

@final
export class XmlFields extends FieldReader {
  /** @param reader its limits are the limits here; its status says why a text was refused */
  constructor(readonly reader: XmlReader) {
    super();
    this.place = Place.XmlText;
  }

  open(ptr: usize, length: u32): void {
    this.status = FieldsStatus.Ok;
    this.reader.begin(ptr, length);
  }

  next(): bool {
    const reader = this.reader;
    let event = reader.next();
    while (event == XmlEvent.ElementStart || event == XmlEvent.ElementEnd) event = reader.next();
    if (event <= XmlEvent.End) {
      if (event == XmlEvent.Fault) this.status = FieldsStatus.Refused;
      return false;
    }
    const isText = event == XmlEvent.Text;
    this.place = isText ? Place.XmlText : Place.XmlAttribute;
    this.namePtr = isText ? reader.elementName(reader.depth) : reader.namePtr;
    this.nameLength = isText ? reader.elementNameLength(reader.depth) : reader.nameLength;
    this.valuePtr = reader.valuePtr;
    this.valueLength = reader.valueLength;
    this.valueCoding = reader.hasReferences ? Coding.Xml : Coding.Plain;
    return true;
  }

  /** `root.item`, and `root.item.@id` for an attribute. */
  writePath(target: usize, capacity: u32): u32 {
    const reader = this.reader;
    let length: u32 = 0;
    for (let level: u32 = 1; level <= reader.depth; level++) {
      if (level > 1) length = put(target, capacity, length, 0x2e);
      const name = reader.elementName(level);
      length = copy(target, capacity, length, name, reader.elementNameLength(level));
    }
    if (this.place != Place.XmlAttribute) return length;
    length = put(target, capacity, length, 0x2e);
    length = put(target, capacity, length, 0x40);
    return copy(target, capacity, length, this.namePtr, this.nameLength);
  }
}

function put(target: usize, capacity: u32, length: u32, byte: u8): u32 {
  if (length == capacity) return length;
  store<u8>(target + length, byte);
  return length + 1;
}

function copy(target: usize, capacity: u32, length: u32, ptr: usize, size: u32): u32 {
  const bytes = min(size, capacity - length);
  memory.copy(target + length, ptr, bytes);
  return length + bytes;
}
