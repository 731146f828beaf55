// The pattern text under the parser's cursor, the flags in force there, and the first failure.
// One pattern is parsed at a time; the parser's files share this cursor instead of passing it around.

import { RegexFlag, RegexStatus } from "../status";

let start: usize = 0;
let cursor: usize = 0;
let limit: usize = 0;
let flagsInForce: u32 = 0;
let failure: RegexStatus = RegexStatus.OK;
let failureOffset: u32 = 0;

/** Points the cursor at a pattern; the bytes must stay in place while it is parsed. */
export function openSource(pattern: usize, length: u32, flags: u32): void {
  start = pattern;
  cursor = pattern;
  limit = pattern + length;
  flagsInForce = flags;
  failure = RegexStatus.OK;
  failureOffset = 0;
}

/** Whether a byte is left. */
export function more(): bool {
  return cursor < limit;
}

/** Byte `ahead` of the cursor, or -1 behind the end. */
export function peek(ahead: u32 = 0): i32 {
  return cursor + ahead < limit ? <i32>load<u8>(cursor + ahead) : -1;
}

/** Takes one byte, or -1 at the end. */
export function take(): i32 {
  return cursor < limit ? <i32>load<u8>(cursor++) : -1;
}

/** Takes the byte if it is `byte`. */
export function takeIf(byte: i32): bool {
  if (peek() != byte) return false;
  cursor++;
  return true;
}

/** Offset of the cursor in the pattern. */
export function offset(): u32 {
  return <u32>(cursor - start);
}

/** Moves the cursor to an offset it has had before. */
export function seek(to: u32): void {
  cursor = start + to;
}

/** Address of the byte at an offset. */
export function addressOf(at: u32): usize {
  return start + at;
}

export function hasFlag(flag: RegexFlag): bool {
  return (flagsInForce & flag) != 0;
}

export function flags(): u32 {
  return flagsInForce;
}

export function setFlags(value: u32): void {
  flagsInForce = value;
}

/** Largest character value: a byte, or a code point in UTF-8 mode. */
export function maxCharacter(): u32 {
  return hasFlag(RegexFlag.UTF8) ? 0x10ffff : 0xff;
}

/** Notes a failure at an offset; the first one stays. Returns false, so that parsers can return it. */
export function fail(status: RegexStatus, at: u32): bool {
  if (failure == RegexStatus.OK) {
    failure = status;
    failureOffset = at;
  }
  return false;
}

export function failed(): bool {
  return failure != RegexStatus.OK;
}

export function sourceStatus(): RegexStatus {
  return failure;
}

/** Offset of the first failure in the pattern, 0 when there is none. */
export function sourceFailureOffset(): u32 {
  return failureOffset;
}
