// Byte scanners of the JSON reader: blanks, strings, numbers (RFC 8259 §2, §6, §7). Strings go 16
// bytes a step: one signed comparison finds both control bytes and bytes of multi-byte sequences,
// two more the quote and the backslash. No load passes `end`, because a text may end where the
// memory does.
import { sequenceLength } from "../base/utf8";
import { utf8Errors } from "../base/utf8-simd";
import { JsonStatus } from "./status";

/** Why the last scan returned 0, and where. Valid only right after that scan. */
export let scanStatus: JsonStatus = JsonStatus.Ok;
export let scanFault: usize = 0;
/** Whether the string scanned last holds a backslash escape. */
export let scanEscaped: bool = false;

function refuse(status: JsonStatus, at: usize): usize {
  scanStatus = status;
  scanFault = at;
  return 0;
}

/** First byte at or after `at` that is no blank, or `end`. */
export function skipBlank(at: usize, end: usize): usize {
  while (at + 16 <= end) {
    const blanks = blanksOf(at);
    at += blanks;
    if (blanks < 16) return at;
  }
  while (at < end && isBlank(load<u8>(at))) at++;
  return at;
}

/**
 * How many of the 16 bytes at `at` are blanks before another byte: each byte's low nibble picks the one blank it could
 * be.
 */
export function blanksOf(at: usize): u32 {
  const chunk = v128.load(at);
  const blanks = i8x16(0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0x09, 0x0a, 0, 0, 0x0d, 0, 0);
  const expected = i8x16.swizzle(blanks, v128.and(chunk, i8x16.splat(0x0f)));
  return ctz(~i8x16.bitmask(i8x16.eq(expected, chunk)));
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09;
}

/**
 * Address of the first of 16 bytes that is not plain text of a string, or of the byte behind them; 0 near the end of
 * the text. A quote there closes the string; for any other byte `scanString` begins anew.
 */
export function plainEnd(at: usize, end: usize): usize {
  return at + 16 < end ? at + ctz(specialBytes(v128.load(at)) | 0x10000) : 0;
}

/** Bit set of the bytes that end a plain run of a string. */
function specialBytes(chunk: v128): i32 {
  const belowSpace = i8x16.lt_s(v128.xor(chunk, i8x16.splat(2)), i8x16.splat(0x21));
  return i8x16.bitmask(v128.or(belowSpace, i8x16.eq(chunk, i8x16.splat(0x5c))));
}

/**
 * Scans a string from a byte of it that no sequence or escape runs across. Returns the address of the closing quote,
 * or 0 with `scanStatus` and `scanFault` set; `scanEscaped` tells whether it holds escapes.
 */
export function scanString(at: usize, end: usize, allowLoneSurrogates: bool): usize {
  scanEscaped = false;
  while (at < end) {
    if (at + 16 <= end) {
      const chunk = v128.load(at);
      if (i8x16.bitmask(chunk) != 0) {
        at = scanWide(at, end);
        if (at == 0) return 0;
        if (at >= end) break;
      } else {
        const stop = markBytes(chunk);
        if (stop == 0) {
          at += 16;
          continue;
        }
        at += ctz(stop);
      }
    } else if (load<u8>(at) >= 0x80) {
      at = scanSequences(at, end, at);
      if (at == 0) return 0;
      continue;
    }
    const byte = load<u8>(at);
    if (byte == 0x22) return at;
    if (byte < 0x20) return refuse(JsonStatus.ControlByte, at);
    if (byte == 0x5c) {
      scanEscaped = true;
      at = scanEscape(at, end, allowLoneSurrogates);
      if (at == 0) return 0;
    } else {
      at++;
    }
  }
  return refuse(JsonStatus.UnexpectedEnd, end);
}

/**
 * Validates text from a multi-byte sequence on, sixteen bytes a step, up to the first byte that is no plain text
 * (or the last bytes of the whole text). Returns its address, or 0.
 */
function scanWide(from: usize, end: usize): usize {
  let at = from;
  let before = i8x16.splat(0);
  let errors = i8x16.splat(0);
  while (at + 16 <= end) {
    const chunk = v128.load(at);
    const stop = markBytes(chunk);
    const found = utf8Errors(chunk, before);
    if (stop != 0) {
      // Bytes behind the mark are none of this text. The mark itself shows a sequence that it cuts off.
      const sound = i8x16.bitmask(i8x16.eq(found, i8x16.splat(0)));
      const wrong = ~sound & (stop ^ (stop - 1));
      at += ctz(stop);
      return wrong == 0 && !v128.any_true(errors) ? at : scanSequences(from, end, at);
    }
    errors = v128.or(errors, found);
    before = chunk;
    at += 16;
  }
  // A sequence may stand across the last step's end.
  return scanSequences(v128.any_true(errors) ? from : sequenceStart(from, at), end, at);
}

/**
 * Bit set of quotes, backslashes and control bytes. The constants lie in memory: an engine that builds them from general
 * registers does so, or spills them, at each step of a long loop.
 */
function markBytes(chunk: v128): i32 {
  // Of all bytes, only control bytes and the quote are at most 0x20 with this bit turned.
  const turned = v128.xor(chunk, v128.load64_splat(MARKS));
  const isMark = v128.or(
    i8x16.le_u(turned, v128.load64_splat(MARKS, 8)),
    i8x16.eq(chunk, v128.load64_splat(MARKS, 16)),
  );
  return i8x16.bitmask(isMark);
}

const MARKS: usize = memory.data<u64>([0x0202020202020202, 0x2020202020202020, 0x5c5c5c5c5c5c5c5c]);

/** Where the sequence begins that `at` may stand inside of; not before `from`. */
function sequenceStart(from: usize, at: usize): usize {
  let start = at;
  while (start > from && at - start < 3 && (load<u8>(start - 1) & 0xc0) == 0x80) start--;
  return start > from && load<u8>(start - 1) >= 0xc0 ? start - 1 : at;
}

/**
 * Checks sequence by sequence up to `until` and on to the end of the run there, to find the one that is wrong.
 */
function scanSequences(at: usize, end: usize, until: usize): usize {
  while (at < end && (load<u8>(at) >= 0x80 || at < until)) {
    if (load<u8>(at) < 0x80) {
      at++;
      continue;
    }
    const step = sequenceLength(at, end);
    if (step == 0) return refuse(JsonStatus.InvalidUtf8, at);
    at += step;
  }
  return at;
}

/**
 * Scans one escape at its backslash; returns the address after it (after both halves of a pair), or
 * 0.
 */
function scanEscape(at: usize, end: usize, allowLoneSurrogates: bool): usize {
  if (at + 1 >= end) return refuse(JsonStatus.UnexpectedEnd, end);
  const kind = load<u8>(at, 1);
  if (kind != 0x75) {
    if (!isShortEscape(kind)) return refuse(JsonStatus.InvalidEscape, at);
    return at + 2;
  }
  const unit = hexUnit(at + 2, end);
  if (unit < 0) return refuseHex(at, end);
  if ((unit & 0xf800) != 0xd800) return at + 6;
  if (unit < 0xdc00 && at + 8 <= end && load<u16>(at, 6) == 0x755c) {
    const low = hexUnit(at + 8, end);
    if (low < 0) return refuseHex(at + 6, end);
    if ((low & 0xfc00) == 0xdc00) return at + 12;
  }
  return allowLoneSurrogates ? at + 6 : refuse(JsonStatus.LoneSurrogate, at);
}

function refuseHex(at: usize, end: usize): usize {
  return refuse(at + 6 > end ? JsonStatus.UnexpectedEnd : JsonStatus.InvalidEscape, at);
}

/** One of `" \ / b f n r t`. */
function isShortEscape(kind: u8): bool {
  if (kind == 0x22 || kind == 0x5c || kind == 0x2f) return true;
  return kind == 0x62 || kind == 0x66 || kind == 0x6e || kind == 0x72 || kind == 0x74;
}

/** The code unit of four hex digits at `at`, or -1 when they are cut off or no hex digits. */
export function hexUnit(at: usize, end: usize): i32 {
  if (at + 4 > end) return -1;
  let unit = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = hexDigit(load<u8>(at + i));
    if (digit < 0) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

function hexDigit(byte: u8): i32 {
  const decimal: u8 = byte - 0x30;
  if (decimal < 10) return decimal;
  const letter: u8 = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : -1;
}

/**
 * Address after a number of less than 16 bytes without exponent that starts at `at`, or 0 when it is
 * anything else, wrong or right. One set of digit bits serves both sides of the point.
 */
export function shortNumberEnd(at: usize, end: usize): usize {
  if (at + 16 > end) return 0;
  const others = ~digitBits(v128.load(at));
  const first: u32 = load<u8>(at) == 0x2d ? 1 : 0;
  let length = first + ctz(others >> first);
  if (length == first || length > 15) return 0;
  if (length > first + 1 && load<u8>(at + first) == 0x30) return 0;
  let next = load<u8>(at + length);
  if (next == 0x2e) {
    const digits = ctz(others >> (length + 1));
    length += 1 + digits;
    if (digits == 0 || length > 15) return 0;
    next = load<u8>(at + length);
  }
  return (next | 0x20) == 0x65 ? 0 : at + length;
}

/** Bit set of the decimal digits. */
function digitBits(chunk: v128): u32 {
  return i8x16.bitmask(i8x16.le_u(i8x16.sub(chunk, i8x16.splat(0x30)), i8x16.splat(9)));
}

/**
 * Address after the number that starts at `at` (a digit or a minus sign), or 0 with `scanStatus`
 * set.
 */
export function scanNumber(at: usize, end: usize): usize {
  if (load<u8>(at) == 0x2d) at++;
  if (at >= end) return refuse(JsonStatus.UnexpectedEnd, end);
  if (load<u8>(at) == 0x30) {
    at++;
    if (at < end && isDigitAt(at)) return refuse(JsonStatus.InvalidNumber, at);
  } else {
    at = scanDigits(at, end);
    if (at == 0) return 0;
  }
  if (at < end && load<u8>(at) == 0x2e) {
    at = scanDigits(at + 1, end);
    if (at == 0) return 0;
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) at++;
    at = scanDigits(at, end);
  }
  return at;
}

/** One digit or more. */
function scanDigits(at: usize, end: usize): usize {
  if (at >= end) return refuse(JsonStatus.UnexpectedEnd, end);
  if (!isDigitAt(at)) return refuse(JsonStatus.InvalidNumber, at);
  // Sixteen digits at once: a loop over a run of unknown length is mispredicted for most numbers.
  while (at + 16 <= end) {
    const others = ~digitBits(v128.load(at)) & 0xffff;
    if (others != 0) return at + ctz(others);
    at += 16;
  }
  while (at < end && isDigitAt(at)) at++;
  return at;
}

function isDigitAt(at: usize): bool {
  const value: u8 = load<u8>(at) - 0x30;
  return value < 10;
}
