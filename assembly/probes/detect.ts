// Test door of the detectors: raw bytes in, classes and reasons out. Never shipped.
import {
  judge as judgeValue,
  prepareDetectors,
  verdictDepth,
  verdictLength,
  verdictReason,
  verdictStart,
} from "../detect/judge";
import { judgeName as judgeNameOf } from "../detect/judge-name";
import { reasonName } from "../detect/verdict";
import { traitsOf } from "../detect/byte-traits";

/** A buffer of `bytes` bytes that the caller keeps. */
export function reserve(bytes: u32): usize {
  prepareDetectors();
  return heap.alloc(bytes);
}

export function judge(ptr: usize, length: u32, classes: u32, level: u32): u32 {
  return judgeValue(ptr, length, classes, level);
}

/** As `judge`, of the name of a field. */
export function judgeName(ptr: usize, length: u32, classes: u32, level: u32): u32 {
  return judgeNameOf(ptr, length, classes, level);
}

export function reason(): string {
  return reasonName(verdictReason());
}

export function start(): u32 {
  return verdictStart();
}

export function length(): u32 {
  return verdictLength();
}

export function depth(): u32 {
  return verdictDepth();
}

export function traits(ptr: usize, size: u32): u32 {
  return traitsOf(ptr, ptr + size);
}
