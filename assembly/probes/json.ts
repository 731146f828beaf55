// Test door to the JSON reader: bytes in, status and event counts out.
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { writePointer } from "../json/path";
import { JsonReader } from "../json/reader";
import { JsonStatus, jsonStatusName } from "../json/status";
import { unescapeInto } from "../json/unescape";
import { JsonWriter } from "../json/writer";
import { structToJson } from "../config/struct";

let reader: JsonReader | null = null;

/** Takes `size` bytes the caller writes a text into; never given back. */
export function reserve(size: u32): usize {
  return heap.alloc(size);
}

/** Replaces the reader by one with these limits. */
export function configure(
  maxBytes: u32,
  maxDepth: u32,
  maxWide: u32,
  refuseDuplicates: bool,
  allowLoneSurrogates: bool,
): void {
  // The old reader's tables go before the new one's are made; nothing managed is on the stack here.
  reader = null;
  // @ts-ignore: a built-in that the portable typings do not list
  __collect();
  const limits = new JsonLimits();
  limits.maxBytes = maxBytes;
  limits.maxStringBytes = maxBytes;
  limits.maxNumberBytes = maxBytes;
  limits.maxDepth = maxDepth;
  limits.maxMembers = maxWide;
  limits.maxElements = maxWide;
  limits.maxKeys = maxWide;
  limits.refuseDuplicates = refuseDuplicates;
  limits.allowLoneSurrogates = allowLoneSurrogates;
  reader = new JsonReader(limits, 0x5eed);
}

/** Reads a whole text; returns its status. */
export function check(ptr: usize, length: u32): JsonStatus {
  const json = reader!;
  json.begin(ptr, length);
  let event = json.next();
  while (event > JsonEvent.End) event = json.next();
  return json.status;
}

/** Offset of the fault that `check` found. */
export function faultOffset(): u32 {
  return reader!.faultOffset;
}

/** Name of a status as an AssemblyScript string. */
export function statusName(status: JsonStatus): string {
  return jsonStatusName(status);
}

/**
 * Reads a text and writes it again, every string decoded and escaped anew. Returns the length
 * written to `target`, or -1 when the text is refused or does not fit.
 */
export function copy(ptr: usize, length: u32, target: usize, capacity: u32): i32 {
  const json = reader!;
  const writer = new JsonWriter();
  const decoded = heap.alloc(length);
  writer.begin(target, capacity);
  json.begin(ptr, length);
  let event = json.next();
  for (; event > JsonEvent.End; event = json.next()) {
    const isEnd = event == JsonEvent.ObjectEnd || event == JsonEvent.ArrayEnd;
    if (json.hasName && !isEnd) {
      writer.name(decoded, unescapeInto(decoded, json.namePtr, json.nameLength));
    }
    write(writer, json, event, decoded);
  }
  heap.free(decoded);
  return event == JsonEvent.End && !writer.overflow ? <i32>writer.length : -1;
}

function write(writer: JsonWriter, json: JsonReader, event: JsonEvent, decoded: usize): void {
  switch (event) {
    case JsonEvent.ObjectStart:
      return writer.objectStart();
    case JsonEvent.ObjectEnd:
      return writer.objectEnd();
    case JsonEvent.ArrayStart:
      return writer.arrayStart();
    case JsonEvent.ArrayEnd:
      return writer.arrayEnd();
    case JsonEvent.String:
      return writer.string(decoded, unescapeInto(decoded, json.valuePtr, json.valueLength));
    case JsonEvent.Number:
      return writer.raw(json.valuePtr, json.valueLength);
    case JsonEvent.Null:
      return writer.null();
    default:
      return writer.bool(event == JsonEvent.True);
  }
}

/**
 * Writes the pointer of every value (not of End events) to `target`, each with a line feed, in as
 * many bytes as fit each one into `room`. Returns the length, or -1 when the text is refused.
 */
export function pointers(ptr: usize, length: u32, target: usize, room: u32): i32 {
  const json = reader!;
  let out = target;
  json.begin(ptr, length);
  let event = json.next();
  for (; event > JsonEvent.End; event = json.next()) {
    if (event == JsonEvent.ObjectEnd || event == JsonEvent.ArrayEnd) continue;
    out += writePointer(json, out, room);
    store<u8>(out++, 0x0a);
  }
  return event == JsonEvent.End ? <i32>(out - target) : -1;
}

/** JSON text of a protobuf Struct to `target`; its length, or -1 when the bytes are no Struct. */
export function fromStruct(ptr: usize, length: u32, target: usize): i32 {
  const text = structToJson(ptr, length);
  if (text === null) return -1;
  const size = text.length;
  memory.copy(target, text.ptr, size);
  text.dispose();
  return <i32>size;
}
