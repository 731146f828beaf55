// Character references of HTML (standard §13.2.5.72 and on) for the characters that markup and script
// need: numeric ones with or without their semicolon, and the named ones by which marks are hidden.
import { isAlpha } from "../base/ascii";
import { hexValue } from "../base/percent";

let referenceValue: u32 = 0;
let oddReferences: u32 = 0;

/** Value of the reference read last. */
export function referenceCode(): u32 {
  return referenceValue;
}

/** Starts the count of odd references anew. */
export function clearOddReferences(): void {
  oddReferences = 0;
}

/**
 * Numeric references of the last step that spell a letter or `<` with leading zeros or without their
 * end: no encoder writes them so.
 */
export function oddReferenceCount(): u32 {
  return oddReferences;
}

/** Bytes of the reference at `p`, 0 for none; its value in `referenceValue`. */
export function reference(p: usize, end: usize): usize {
  let q = p + 1;
  if (q >= end) return 0;
  if (load<u8>(q) == 0x23) {
    q++;
    const hex = q < end && (load<u8>(q) | 0x20) == 0x78;
    if (hex) q++;
    const first = q;
    let value: u32 = 0;
    while (q < end && q < first + 8) {
      const digit = hexValue(load<u8>(q));
      if (digit == 255 || (!hex && digit > 9)) break;
      value = value * (hex ? 16 : 10) + digit;
      q++;
    }
    if (q == first || value > 0xffff || (value > 0x7ff && q - p < 3)) return 0;
    const ended = q < end && load<u8>(q) == 0x3b;
    const padded = load<u8>(first) == 0x30 && q > first + 1;
    if (ended) q++;
    if ((padded || !ended) && (value == 0x3c || (value < 0x80 && isAlpha(<u8>value))))
      oddReferences++;
    referenceValue = value;
    return q - p;
  }
  while (q < end && q < p + 10 && isAlpha(load<u8>(q))) q++;
  if (q >= end || load<u8>(q) != 0x3b) return 0;
  referenceValue = named(p + 1, <u32>(q - p - 1));
  return referenceValue == 0 ? 0 : q + 1 - p;
}

function named(p: usize, size: u32): u32 {
  // The names are told apart by their folded first three letters and length.
  const key =
    ((<u32>(load<u8>(p) | 0x20)) << 16) |
    ((<u32>(load<u8>(p, 1) | 0x20)) << 8) |
    (size > 2 ? <u32>(load<u8>(p, 2) | 0x20) : 0);
  switch (key) {
    case 0x6c7400:
      return 0x3c; // lt
    case 0x677400:
      return 0x3e; // gt
    case 0x616d70:
      return 0x26; // amp
    case 0x71756f:
      return 0x22; // quot
    case 0x61706f:
      return 0x27; // apos
    case 0x636f6c:
      return size == 5 ? 0x3a : 0; // colon
    case 0x6c7061:
      return 0x28; // lpar
    case 0x727061:
      return 0x29; // rpar
    case 0x746162:
      return 0x09; // Tab
    case 0x6e6577:
      return 0x0a; // NewLine
    case 0x736f6c:
      return 0x2f; // sol
    case 0x6e6273:
      return 0x20; // nbsp
    case 0x657175:
      return 0x3d; // equals
    case 0x677261:
      return 0x60; // grave
  }
  return 0;
}
