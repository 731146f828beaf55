// Test door of the fields room and the readers below it: a text in, its fields out as records. Never shipped.
import { decodeInto } from "../fields/decode";
import { FieldReader, Place } from "../fields/field";
import { JsonFields } from "../fields/json";
import { MultipartFields } from "../fields/multipart";
import { CookieFields, FormFields } from "../fields/pairs";
import { XmlFields } from "../fields/xml";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { jsonStatusName } from "../json/status";
import { multipartStatusName } from "../http/multipart";
import { MultipartFlags, multipartFlagName } from "../http/multipart-flag";
import { XmlLimits } from "../xml/limits";
import { XmlReader } from "../xml/reader";
import { xmlStatusName } from "../xml/status";

@final
class Readers {
  forms: FormFields = new FormFields();
  cookies: CookieFields = new CookieFields();
  parts: MultipartFields = new MultipartFields();
  json: JsonFields = new JsonFields(new JsonReader(new JsonLimits(), 1));
  xml: XmlFields = new XmlFields(new XmlReader(new XmlLimits()));
}

let made: Readers | null = null;

function readers(): Readers {
  let all = made;
  if (all === null) all = new Readers();
  made = all;
  return all;
}

/** Room that the caller keeps. */
export function reserve(bytes: u32): usize {
  return heap.alloc(bytes);
}

/** Widens the limits, for texts of any size. */
export function widen(bytes: u32, depth: u32): void {
  const limits = new JsonLimits();
  limits.maxBytes = bytes;
  limits.maxStringBytes = bytes;
  limits.maxNumberBytes = bytes;
  limits.maxDepth = depth;
  limits.maxElements = bytes;
  limits.maxMembers = bytes;
  limits.maxKeys = 65536;
  readers().json = new JsonFields(new JsonReader(limits, 1));
  const xmlLimits = new XmlLimits();
  xmlLimits.maxBytes = bytes;
  xmlLimits.maxDepth = depth;
  xmlLimits.maxElements = bytes;
  readers().xml = new XmlFields(new XmlReader(xmlLimits));
  readers().parts.reader.maxParts = bytes;
  readers().parts.reader.maxFiles = bytes;
}

/** The boundary of the multipart texts to come. */
export function openType(ptr: usize, length: u32): bool {
  return readers().parts.openType(ptr, length);
}

/** 0 query, 1 cookies, 2 JSON, 3 multipart, 4 XML. */
function open(format: i32, ptr: usize, length: u32): FieldReader {
  switch (format) {
    case 0:
      readers().forms.open(ptr, length, Place.Query);
      return readers().forms;
    case 1:
      readers().cookies.open(ptr, length);
      return readers().cookies;
    case 2:
      readers().json.open(ptr, length);
      return readers().json;
    case 3:
      readers().parts.open(ptr, length);
      return readers().parts;
    default:
      readers().xml.open(ptr, length);
      return readers().xml;
  }
}

/** Reads all fields and their paths; returns their number. */
export function count(format: i32, ptr: usize, length: u32, target: usize): u32 {
  const reader = open(format, ptr, length);
  let fields: u32 = 0;
  while (reader.next()) {
    reader.writePath(target, 128);
    decodeInto(target, reader.valueCoding, reader.valuePtr, reader.valueLength);
    fields++;
  }
  return fields;
}

/**
 * Writes for each field: u8 place, u8 kind, u16 0, u32 length of the path, u32 length of the value, path,
 * value. Returns the bytes written, or -1 when a view reaches outside the text.
 */
export function dump(format: i32, ptr: usize, length: u32, target: usize, capacity: u32): i32 {
  const reader = open(format, ptr, length);
  let out: u32 = 0;
  while (reader.next()) {
    const inside = isInside(reader.valuePtr, reader.valueLength, ptr, length);
    if (!inside || !isInside(reader.namePtr, reader.nameLength, ptr, length)) return -1;
    if (out + 12 + 256 + reader.valueLength > capacity) break;
    const record = target + out;
    store<u32>(record, (<u32>reader.place) | ((<u32>reader.kind) << 8));
    const path = reader.writePath(record + 12, 256);
    const value = decodeInto(
      record + 12 + path,
      reader.valueCoding,
      reader.valuePtr,
      reader.valueLength,
    );
    store<u32>(record, path, 4);
    store<u32>(record, value, 8);
    out += 12 + path + value;
  }
  return out;
}

function isInside(ptr: usize, size: u32, text: usize, length: u32): bool {
  return size == 0 || (ptr >= text && ptr + size <= text + length);
}

/** How the last text of a format ended: the name of its status. */
export function statusOf(format: i32): string {
  if (format == 3) return multipartStatusName(readers().parts.reader.status);
  if (format == 4) return xmlStatusName(readers().xml.reader.status);
  return format == 2 ? jsonStatusName(readers().json.reader.status) : "ok";
}

/** Flags of the last multipart text that ordinary clients do not cause. */
export function oddFlags(): u32 {
  return readers().parts.reader.flags & ~MultipartFlags.Harmless;
}

export function flagName(bit: u32): string {
  return multipartFlagName(bit);
}

/** Content-Type of the part read last. */
export function partType(): string {
  const part = readers().parts.reader.headers;
  return String.UTF8.decodeUnsafe(part.typePtr, part.typeLength);
}
