// Test door to the JSON reader: bytes in, status and event counts out.
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { JsonStatus, jsonStatusName } from "../json/status";

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
  const old = reader;
  if (old !== null) old.dispose();
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
