// Fields of a JSON body: every scalar with its name, and every container as a field without value, so that
// names are seen that have no scalar of their own.
import { writeU64 } from "../base/decimal";
import { JsonEvent } from "../json/event";
import { JsonPlace } from "../json/place";
import { JsonReader } from "../json/reader";
import { decodeWithin } from "./decode";
import { Coding, FieldReader, FieldsStatus, Kind, Place } from "./field";

@final
export class JsonFields extends FieldReader {
  /** @param reader its limits are the limits here; its status says why a text was refused */
  constructor(readonly reader: JsonReader) {
    super();
    this.place = Place.Json;
  }

  open(ptr: usize, length: u32): void {
    this.status = FieldsStatus.Ok;
    this.reader.begin(ptr, length);
  }

  next(): bool {
    const reader = this.reader;
    let event = reader.next();
    while (event == JsonEvent.ObjectEnd || event == JsonEvent.ArrayEnd) event = reader.next();
    if (event <= JsonEvent.End) {
      if (event == JsonEvent.Fault) this.status = FieldsStatus.Refused;
      return false;
    }
    this.kind = kindOf(event);
    this.namePtr = reader.namePtr;
    this.nameLength = reader.nameLength;
    this.nameCoding = reader.nameEscaped ? Coding.Json : Coding.Plain;
    this.valuePtr = reader.valuePtr;
    this.valueLength = lengthOf(event, reader.valueLength);
    const escaped = event == JsonEvent.String && reader.valueEscaped;
    this.valueCoding = escaped ? Coding.Json : Coding.Plain;
    return true;
  }

  writePath(target: usize, capacity: u32): u32 {
    return writeDotted(this.reader, this.kind >= Kind.Object, target, capacity);
  }
}

function kindOf(event: JsonEvent): Kind {
  switch (event) {
    case JsonEvent.Number:
      return Kind.Number;
    case JsonEvent.True:
    case JsonEvent.False:
      return Kind.Boolean;
    case JsonEvent.Null:
      return Kind.Null;
    case JsonEvent.ObjectStart:
      return Kind.Object;
    case JsonEvent.ArrayStart:
      return Kind.Array;
    default:
      return Kind.Text;
  }
}

/** Bytes of a value as written; none for containers. */
function lengthOf(event: JsonEvent, length: u32): u32 {
  if (event == JsonEvent.String || event == JsonEvent.Number) return length;
  if (event == JsonEvent.True || event == JsonEvent.Null) return 4;
  return event == JsonEvent.False ? 5 : 0;
}

/** `a.0.b`: names decoded, elements by number; the top value has the empty path. */
function writeDotted(place: JsonPlace, isContainer: bool, target: usize, capacity: u32): u32 {
  // A container that was just opened has a frame of its own, which is not part of its path.
  const depth = isContainer ? place.depth - 1 : place.depth;
  let length: u32 = 0;
  for (let level: u32 = 1; level <= depth; level++) {
    const isLast = level == place.depth;
    const ptr = isLast ? place.namePtr : place.containerNamePtr(level + 1);
    const size = isLast ? place.nameLength : place.containerNameLength(level + 1);
    if (level > 1) {
      if (length == capacity) return length;
      store<u8>(target + length++, 0x2e);
    }
    const room = capacity - length;
    if (place.isObjectAt(level)) {
      length += decodeWithin(target + length, room, Coding.Json, ptr, size);
    } else {
      if (room < 10) return length;
      length += writeU64(target + length, place.countAt(level) - 1);
    }
  }
  return length;
}
