// How long an answer stays fresh by its Cache-Control field (RFC 9111 §5.2.2), for whoever keeps answers: max-age, no-store and
// no-cache. Names are read in any case; what is not known, or is written wrongly, is passed over as the RFC asks.
import { isDigit, toLower } from "../base/ascii";

/** The field says nothing about time. */
export const NO_MAX_AGE: i64 = -1;
/** RFC 9111 §1.2.2: what is larger counts as this. */
const MOST_SECONDS: i64 = 2147483648;

/**
 * Seconds that the answer may be used: 0 for no-store and no-cache, NO_MAX_AGE when it does not say. Of several values the shortest
 * counts. Linear.
 * @param ptr value of the field, `length` bytes
 */
export function maxAgeSeconds(ptr: usize, length: u32): i64 {
  const end = ptr + length;
  let best: i64 = NO_MAX_AGE;
  let at = ptr;
  while (at < end) {
    const start = skipBlanks(at, end);
    let stop = start;
    while (stop < end && load<u8>(stop) != 0x2c) stop++;
    const said = directive(start, stop);
    if (said != NO_MAX_AGE && (best == NO_MAX_AGE || said < best)) best = said;
    at = stop + 1;
  }
  return best;
}

function directive(start: usize, stop: usize): i64 {
  if (isNamed(start, stop, "no-store") || isNamed(start, stop, "no-cache")) return 0;
  if (!isNamed(start, stop, "max-age")) return NO_MAX_AGE;
  let at = start + 7;
  if (at >= stop || load<u8>(at) != 0x3d) return NO_MAX_AGE;
  at++;
  // Senders must not quote the number, and some do (RFC 9111 §5.2).
  if (at < stop && load<u8>(at) == 0x22) at++;
  if (at >= stop || !isDigit(load<u8>(at))) return NO_MAX_AGE;
  let seconds: i64 = 0;
  for (; at < stop && isDigit(load<u8>(at)); at++) {
    seconds = min<i64>(seconds * 10 + load<u8>(at) - 0x30, MOST_SECONDS);
  }
  return seconds;
}

/** Whether a directive begins with this name and the name ends there. */
function isNamed(start: usize, stop: usize, name: string): bool {
  if (stop - start < <usize>name.length) return false;
  for (let i = 0; i < name.length; i++) {
    if (toLower(load<u8>(start + i)) != <u8>name.charCodeAt(i)) return false;
  }
  const end = start + name.length;
  if (end == stop) return true;
  const next = load<u8>(end);
  return next == 0x3d || next == 0x20 || next == 0x09;
}

function skipBlanks(at: usize, end: usize): usize {
  while (at < end && (load<u8>(at) == 0x20 || load<u8>(at) == 0x09)) at++;
  return at;
}
