// The phrases of a list, one at a time: of `@pm`, separated by blanks, or of a file, one a line, with comments and empty
// lines left out. Configure time only; the matcher that takes them lives in `regex/literal`.
import { ByteBuffer } from "../base/byte-buffer";

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
    while (next < end && !separates(load<u8>(next))) next++;
    let stop = next;
    if (next < end) next++;
    if (lines) {
      while (start < stop && isBlank(load<u8>(start))) start++;
      while (stop > start && isBlank(load<u8>(stop - 1))) stop--;
      if (start < stop && load<u8>(start) == 0x23) continue;
    }
    if (start == stop) continue;
    out.bytes(start, <u32>(stop - start));
    return true;
  }
  return false;
}

function separates(byte: u8): bool {
  return lines ? byte == 0x0a : isBlank(byte);
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte - 9 < 5;
}
