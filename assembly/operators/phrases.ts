// The phrases of a list, one at a time: of `@pm`, separated by blanks, or of a file, one a line, with comments and empty
// lines left out. Configure time only; the matcher that takes them lives in `regex/literal`.
import { ByteBuffer } from "../base/byte-buffer";
import { hexValue, isHexPair } from "../base/percent";

let next: usize = 0;
let end: usize = 0;
let lines: bool = false;

/** Begins with `length` bytes at `list`, which stay where they are meanwhile; `fromFile`: one phrase a line. */
export function openPhrases(list: usize, length: u32, fromFile: bool): void {
  next = list;
  end = list + length;
  lines = fromFile;
}

/** Appends the next phrase, decoded, to `out`; false at the end of the list. */
export function nextPhrase(out: ByteBuffer): bool {
  while (next < end) {
    let start = next;
    while (next < end && !separates(load<u8>(next))) {
      // Blanks between bars belong to the phrase.
      const close = !lines && load<u8>(next) == 0x7c ? closingBar(next + 1, end) : 0;
      next = close == 0 ? next + 1 : close + 1;
    }
    let stop = next;
    if (next < end) next++;
    if (lines) {
      while (start < stop && isBlank(load<u8>(start))) start++;
      while (stop > start && isBlank(load<u8>(stop - 1))) stop--;
      if (start < stop && load<u8>(start) == 0x23) continue;
    }
    if (start == stop) continue;
    if (lines) out.bytes(start, <u32>(stop - start));
    else decodeInto(out, start, stop);
    return true;
  }
  return false;
}

/**
 * Bytes in hexadecimal between two bars, `|41 42|`, as Snort and ModSecurity have them in the phrases of `@pm`. Bars
 * that hold anything else mean themselves.
 */
function decodeInto(out: ByteBuffer, start: usize, stop: usize): void {
  let p = start;
  while (p < stop) {
    const close = load<u8>(p) == 0x7c ? closingBar(p + 1, stop) : 0;
    if (close == 0) {
      out.byte(load<u8>(p++));
      continue;
    }
    for (p++; p < close;) {
      if (isBlank(load<u8>(p))) p++;
      else {
        out.byte((hexValue(load<u8>(p)) << 4) | hexValue(load<u8>(p, 1)));
        p += 2;
      }
    }
    p++;
  }
}

/** Address of the bar that closes pairs of hex digits from `p` on; 0 when there is none, or no pair. */
function closingBar(p: usize, stop: usize): usize {
  const first = p;
  while (p < stop) {
    if (load<u8>(p) == 0x7c) return p > first ? p : 0;
    if (isBlank(load<u8>(p))) p++;
    else if (isHexPair(p, stop)) p += 2;
    else return 0;
  }
  return 0;
}

function separates(byte: u8): bool {
  return lines ? byte == 0x0a : isBlank(byte);
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte - 9 < 5;
}
