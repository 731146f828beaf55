// The counts of `{n}`, `{n,}` and `{n,m}`. Anything else in braces is text, as in RE2 and PCRE.

import { UNBOUNDED } from "./ast";
import { REPEAT_LIMIT, RegexStatus } from "../status";
import { addressOf, fail, offset, peek, seek, take, takeIf } from "./source";

const NO_COUNT: i32 = -1;
const OPEN_END: i32 = -2;

let least: i32 = 0;
let most: i32 = 0;

/** Lower count that takeCounts read. */
export function leastCount(): u32 {
  return <u32>least;
}

/** Upper count that takeCounts read, or UNBOUNDED. */
export function mostCount(): u32 {
  return most == OPEN_END ? UNBOUNDED : <u32>most;
}

/**
 * Reads counts at the `{` under the cursor. False when there are none (the cursor then stays at the
 * brace) and after a failure.
 */
export function takeCounts(from: u32): bool {
  take();
  least = takeCount();
  most = least;
  if (least != NO_COUNT && takeIf(0x2c)) most = peek() == 0x7d ? OPEN_END : takeCount();
  if (least == NO_COUNT || most == NO_COUNT || !takeIf(0x7d)) {
    seek(from);
    return false;
  }
  if (least > <i32>REPEAT_LIMIT || most > <i32>REPEAT_LIMIT) {
    return fail(RegexStatus.REPEAT_TOO_LARGE, from);
  }
  if (most != OPEN_END && most < least) return fail(RegexStatus.BAD_REPEAT_RANGE, from);
  return true;
}

/** A decimal count, saturated just above the limit. */
function takeCount(): i32 {
  const from = offset();
  let value = 0;
  while (peek() >= 0x30 && peek() <= 0x39) {
    value = min<i32>(value * 10 + take() - 0x30, <i32>REPEAT_LIMIT + 1);
  }
  return offset() == from ? NO_COUNT : value;
}

/** Whether the byte at an offset is the `+` that makes the repeat before it possessive in PCRE. */
export function isPlusAt(from: u32): bool {
  return load<u8>(addressOf(from)) == 0x2b;
}
