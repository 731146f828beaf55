// Comparing bytes with lower-case literals at a place and within a bounded stretch, letters in either
// case: the small grammars of this room look for words with it.
import { toLower } from "../base/ascii";
import { equalsLiteralFolded } from "../http/literal";

export function startsFolded(p: usize, end: usize, literal: string): bool {
  return end - p >= <usize>literal.length && equalsLiteralFolded(p, <u32>literal.length, literal);
}

/**
 * Whether one of the words, lower-case and separated by blanks, begins at `p`. One list instead of a row of
 * calls: code is compiled before a listener is ready, a list is not.
 */
export function startsWithAny(p: usize, end: usize, words: string): bool {
  let q = p;
  let fits = true;
  for (let i = 0; i < words.length; i++) {
    const letter = words.charCodeAt(i);
    if (letter == 0x20) {
      if (fits && q > p) return true;
      q = p;
      fits = true;
    } else if (fits) {
      fits = q < end && <i32>toLower(load<u8>(q)) == letter;
      q++;
    }
  }
  return fits && q > p;
}

/** Whether the whole of the bytes is one of the words. */
export function isAny(p: usize, end: usize, words: string): bool {
  let q = p;
  let fits = true;
  for (let i = 0; i < words.length; i++) {
    const letter = words.charCodeAt(i);
    if (letter == 0x20) {
      if (fits && q == end) return true;
      q = p;
      fits = true;
    } else if (fits) {
      fits = q < end && <i32>toLower(load<u8>(q)) == letter;
      q++;
    }
  }
  return fits && q == end && q > p;
}

/** Whether the literal stands between the two places; lower-case literal, folded bytes. */
export function holds(ptr: usize, end: usize, literal: string): bool {
  for (let p = ptr; p < end; p++) if (startsFolded(p, end, literal)) return true;
  return false;
}
