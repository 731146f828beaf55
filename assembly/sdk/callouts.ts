// Callouts in flight: from the host's token to who waits for it. The host answers on the root context,
// also long after the stream is gone, and may report the end of a call that it never gave a token for;
// so an answer is delivered only when its token is known, its stream is alive, and the stream has not
// given up waiting (the epoch). Records live in one flat block that grows only at a high-water mark.
import { Status } from "../abi/constants";
import { findPlugin, findStream } from "./contexts";
import { actAs } from "./effective";
import { HttpStream } from "./http-stream";
import { IdTable } from "../base/id-table";
import { Refusal, refuse } from "./refusal";
import { Root } from "./root";
import { StreamBit } from "./stream-state";
import { deadline } from "./stream/watch";

/** Callouts that one VM may have in flight. */
export const calloutLimit: u32 = 65536;
/** How much longer than its callout a stream waits: the host's own timeout comes first. */
const graceMs: u32 = 2000;

/** One record: token u32, root id u32, stream id u32 (0: the plugin's own), epoch u32, tag u32. */
const recordBytes: usize = 20;

let records: usize = 0;
let capacity: u32 = 0;
let used: u32 = 0;
let firstFree: u32 = 0;
let index: IdTable = changetype<IdTable>(0); // Made with the first record.
let lastToken: u32 = 0;

/** Token of the last callout that was started. */
export function startedToken(): u32 {
  return lastToken;
}

/** Room for one more record. False: refused and logged; do not start the call. */
export function reserve(): bool {
  if (firstFree != 0 || used < capacity) return true;
  if (capacity != 0) sweep();
  if (firstFree != 0) return true;
  if (capacity >= calloutLimit) {
    refuse(Refusal.TooManyCallouts, "refused: too many callouts are in flight");
    return false;
  }
  grow();
  return true;
}

/** Remembers who waits for `token`. `timeoutMs` 0: the stream waits for its plugin's pause limit. */
export function remember(
  token: u32,
  root: Root,
  stream: HttpStream | null,
  tag: u32,
  timeoutMs: u32,
): void {
  const slot = takeSlot();
  const record = recordAt(slot);
  store<u32>(record, token);
  store<u32>(record, root.rootId, 4);
  store<u32>(record, stream !== null ? stream.contextId : 0, 8);
  store<u32>(record, stream !== null ? stream.calloutEpoch : 0, 12);
  store<u32>(record, tag, 16);
  index.set(token, slot);
  lastToken = token;
  if (stream !== null) waitFor(stream, timeoutMs);
}

/** The tag of a known token; `isKnown` first. */
export function tagOf(token: u32): u32 {
  return load<u32>(recordAt(index.find(token)), 16);
}

/** Is a callout with this token in flight? */
export function isKnown(token: u32): bool {
  return capacity != 0 && index.find(token) != 0;
}

/** Was the callout started for a stream, alive or not? */
export function isForStream(token: u32): bool {
  return load<u32>(recordAt(index.find(token)), 8) != 0;
}

/** The stream that waits for a known token, made the effective context; null: gone or not waiting. */
export function waitingStream(token: u32): HttpStream | null {
  const record = recordAt(index.find(token));
  const stream = findStream(load<u32>(record, 8));
  if (stream === null || stream.calloutEpoch != load<u32>(record, 12)) return null;
  if ((stream.state & StreamBit.Ended) != 0) return null;
  return actAs(stream.contextId) == Status.Ok ? stream : null;
}

/** Forgets a token: its last answer has come, or it was cancelled. */
export function forget(token: u32): void {
  if (!isKnown(token)) return;
  const slot = index.remove(token);
  const record = recordAt(slot);
  const stream = findStream(load<u32>(record, 8));
  if (stream !== null && stream.calloutEpoch == load<u32>(record, 12) && stream.callouts > 0) {
    stream.callouts--;
  }
  store<u32>(record, firstFree);
  firstFree = slot;
}

/** The pause that this callout is for may last as long as the callout. */
function waitFor(stream: HttpStream, timeoutMs: u32): void {
  const limitMs = timeoutMs == 0 ? stream.root.pauseLimitMs : timeoutMs + graceMs;
  const at = deadline(stream.root, limitMs);
  stream.callouts++;
  if ((stream.state & StreamBit.OnResponseSide) != 0) {
    stream.responseDeadline = later(stream.responseDeadline, at);
  } else {
    stream.requestDeadline = later(stream.requestDeadline, at);
  }
}

function later(a: u32, b: u32): u32 {
  return a != 0 && <i32>(a - b) > 0 ? a : b;
}

/** Slots count from 1, so that 0 means none. */
function recordAt(slot: u32): usize {
  return records + <usize>(slot - 1) * recordBytes;
}

function takeSlot(): u32 {
  const slot = firstFree;
  if (slot == 0) return ++used;
  firstFree = load<u32>(recordAt(slot));
  return slot;
}

/** A deleted root never hears of its callouts again: their records are free. */
function sweep(): void {
  let i: u32 = 0;
  while (i < index.slotCount) {
    const token = index.keyAt(i);
    const gone = token != 0 && findPlugin(load<u32>(recordAt(index.find(token)), 4)) === null;
    // Taking a key out may move another one into this place, which is then looked at next.
    if (gone) forget(token);
    else i++;
  }
}

function grow(): void {
  if (capacity == 0) index = IdTable.create();
  const next: u32 = capacity == 0 ? 64 : capacity * 2;
  const block = heap.alloc(<usize>next * recordBytes);
  if (records != 0) {
    memory.copy(block, records, <usize>used * recordBytes);
    heap.free(records);
  }
  records = block;
  capacity = next;
}
