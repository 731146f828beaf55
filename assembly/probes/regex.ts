// Test door of the regex room: raw bytes in, statuses and offsets out. Never shipped.

import { cacheEpoch, cacheStates, reserveDfaCache } from "../regex/dfa-cache";
import {
  Regex,
  compileRegex,
  find,
  findByPike,
  freeRegex,
  matches,
  regexFailureOffset,
  regexStatus,
} from "../regex/regex";
import {
  RegexSet,
  addToSet,
  closeSet,
  freeSet,
  openSet,
  scanSet,
  setHitBytes,
  setStatus,
} from "../regex/regex-set";

/** A block of the heap for the test to write into. */
export function allocate(bytes: u32): usize {
  return heap.alloc(max<u32>(bytes, 1));
}

export function release(block: usize): void {
  heap.free(block);
}

/** Handle of the compiled pattern, or 0. */
export function compile(pattern: usize, length: u32, flags: u32): usize {
  const regex = compileRegex(pattern, length, flags);
  return regex === null ? 0 : changetype<usize>(regex);
}

export function status(): u32 {
  return regexStatus();
}

export function failureOffset(): u32 {
  return regexFailureOffset();
}

export function free(handle: usize): void {
  freeRegex(changetype<Regex>(handle));
}

export function groups(handle: usize): u32 {
  return changetype<Regex>(handle).groups;
}

export function pike(
  handle: usize,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  out: usize,
  slots: u32,
): bool {
  return findByPike(changetype<Regex>(handle), text, textBytes, from, to, anchored, out, slots);
}

/** The engines that the facade chooses; `pike` is the reference. */
export function automaton(
  handle: usize,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  out: usize,
  slots: u32,
): bool {
  return find(changetype<Regex>(handle), text, textBytes, from, to, anchored, out, slots);
}

export function isMatch(handle: usize, text: usize, textBytes: u32): bool {
  return matches(changetype<Regex>(handle), text, textBytes);
}

/** Starts a set of patterns. */
export function beginSet(): void {
  openSet();
}

/** Adds a pattern to the set; 0 or a status. */
export function addPattern(pattern: usize, length: u32, flags: u32): u32 {
  return addToSet(pattern, length, flags) ? 0 : setStatus();
}

/** Handle of the finished set. */
export function endSet(): usize {
  return changetype<usize>(closeSet());
}

/** Fills the bitset at `hits`, which must hold one bit for each pattern. */
export function scan(handle: usize, text: usize, textBytes: u32, hits: usize): bool {
  const set = changetype<RegexSet>(handle);
  memory.fill(hits, 0, setHitBytes(set));
  return scanSet(set, text, textBytes, hits);
}

export function releaseSet(handle: usize): void {
  freeSet(changetype<RegexSet>(handle));
}

/** Sets the size of the cache that automata share. */
export function reserveCache(bytes: u32): void {
  reserveDfaCache(bytes);
}

/** Flushes of the cache so far. */
export function flushes(): u32 {
  return cacheEpoch();
}

/** States in the cache. */
export function states(): u32 {
  return cacheStates();
}
