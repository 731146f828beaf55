// The named character classes as (first, last) byte pairs: Perl's \d \s \w \h and the POSIX bracket
// names, ASCII only, as in RE2. PCRE's \h also holds byte 0xA0 outside UTF mode; here it is ASCII.

export const DIGIT: StaticArray<u8> = [0x30, 0x39];
export const SPACE: StaticArray<u8> = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20];
/** With vertical tab: Perl since 5.18, PCRE2. */
export const PERL_SPACE: StaticArray<u8> = [0x09, 0x0d, 0x20, 0x20];
export const WORD: StaticArray<u8> = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
export const BLANK: StaticArray<u8> = [0x09, 0x09, 0x20, 0x20];

const ALNUM: StaticArray<u8> = [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a];
const ALPHA: StaticArray<u8> = [0x41, 0x5a, 0x61, 0x7a];
const ASCII: StaticArray<u8> = [0x00, 0x7f];
const CNTRL: StaticArray<u8> = [0x00, 0x1f, 0x7f, 0x7f];
const GRAPH: StaticArray<u8> = [0x21, 0x7e];
const LOWER: StaticArray<u8> = [0x61, 0x7a];
const PRINT: StaticArray<u8> = [0x20, 0x7e];
const PUNCT: StaticArray<u8> = [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e];
const UPPER: StaticArray<u8> = [0x41, 0x5a];
const XDIGIT: StaticArray<u8> = [0x30, 0x39, 0x41, 0x46, 0x61, 0x66];
const NONE: StaticArray<u8> = [];

/** Whether the bytes at `name` spell `word`. */
function spells(name: usize, length: u32, word: string): bool {
  if (<u32>word.length != length) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (<i32>load<u8>(name + i) != word.charCodeAt(i)) return false;
  }
  return true;
}

/** Table of a POSIX name such as `alpha`, without brackets and colons; empty when there is none. */
export function posixTable(name: usize, length: u32): StaticArray<u8> {
  if (spells(name, length, "alnum")) return ALNUM;
  if (spells(name, length, "alpha")) return ALPHA;
  if (spells(name, length, "ascii")) return ASCII;
  if (spells(name, length, "blank")) return BLANK;
  if (spells(name, length, "cntrl")) return CNTRL;
  if (spells(name, length, "digit")) return DIGIT;
  if (spells(name, length, "graph")) return GRAPH;
  if (spells(name, length, "lower")) return LOWER;
  if (spells(name, length, "print")) return PRINT;
  if (spells(name, length, "punct")) return PUNCT;
  if (spells(name, length, "space")) return PERL_SPACE;
  if (spells(name, length, "upper")) return UPPER;
  if (spells(name, length, "word")) return WORD;
  if (spells(name, length, "xdigit")) return XDIGIT;
  return NONE;
}
