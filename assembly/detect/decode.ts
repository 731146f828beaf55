// Undoes the encodings that a value plainly is written in, so that it is judged as what it becomes:
// percent escapes (and %uHHHH), character references, escapes of JavaScript and CSS, hexadecimal literals, base64, overlong UTF-8 and
// the full-width and typographic doubles of ASCII. One step writes one new value; the judge bounds the
// steps. Decoders here are lenient where `base` is strict: what one back end accepts must be seen.
import { isDigit } from "../base/ascii";
import { hexValue } from "../base/percent";
import { asciiOf, sequence, sequenceCode } from "./ascii-doubles";
import { clearOddReferences, reference, referenceCode } from "./character-reference";
import { fourHex, hexLiterals, putUnit, scriptEscapes, styleEscapes } from "./decode-escapes";
import { Trait } from "./byte-traits";

/** Kinds of steps, each tried once a round. */
export const enum Step {
  None = 0,
  Percent,
  Reference,
  Escape,
  Css,
  Hex,
  Fold,
  Base64,
  Plus,
}

let length: u32 = 0;

/** Bytes that the last step wrote. */
export function decodedBytes(): u32 {
  return length;
}

/**
 * Takes the step: decodes from `ptr` to `end` into `target`, which holds at least as many bytes.
 * False when nothing changed.
 */
export function decodeStep(step: Step, ptr: usize, end: usize, target: usize, traits: u32): bool {
  switch (step) {
    case Step.Percent:
      return (traits & Trait.Sigil) != 0 && percent(ptr, end, target);
    case Step.Reference:
      return (traits & Trait.Sigil) != 0 && references(ptr, end, target);
    case Step.Escape:
      return (traits & Trait.Bracket) != 0 && escaped(scriptEscapes(ptr, end, target), target);
    case Step.Css:
      return (traits & Trait.Bracket) != 0 && escaped(styleEscapes(ptr, end, target), target);
    case Step.Hex:
      return escaped(hexLiterals(ptr, end, target), target);
    case Step.Fold:
      return (traits & Trait.High) != 0 && fold(ptr, end, target);
    case Step.Plus:
      return (traits & Trait.Plus) != 0 && pluses(ptr, end, target);
    case Step.Base64:
      return base64(ptr, end, target);
    default:
      return false;
  }
}

/** Notes where a decoder stopped writing; 0 when it changed nothing. */
function escaped(out: usize, target: usize): bool {
  if (out == 0) return false;
  length = <u32>(out - target);
  return true;
}

/** %HH and %uHHHH; other percent signs stay. */
function percent(ptr: usize, end: usize, target: usize): bool {
  let out = target;
  let changed = false;
  for (let p = ptr; p < end;) {
    const byte = load<u8>(p);
    if (byte == 0x25 && p + 2 < end) {
      const high = hexValue(load<u8>(p, 1));
      const low = hexValue(load<u8>(p, 2));
      if (high != 255 && low != 255) {
        store<u8>(out++, (high << 4) | low);
        p += 3;
        changed = true;
        continue;
      }
      if ((load<u8>(p, 1) | 0x20) == 0x75 && p + 5 < end) {
        const unit = fourHex(p + 2);
        if (unit >= 0) {
          out = putUnit(out, <u32>unit);
          p += 6;
          changed = true;
          continue;
        }
      }
    }
    store<u8>(out++, byte);
    p++;
  }
  length = <u32>(out - target);
  return changed;
}

/** &lt; &#60; &#x3c; and the names that markup and script need. */
function references(ptr: usize, end: usize, target: usize): bool {
  let out = target;
  let changed = false;
  clearOddReferences();
  for (let p = ptr; p < end;) {
    const byte = load<u8>(p);
    if (byte == 0x26) {
      const size = reference(p, end);
      if (size > 0) {
        out = putUnit(out, referenceCode());
        p += size;
        changed = true;
        continue;
      }
    }
    store<u8>(out++, byte);
    p++;
  }
  length = <u32>(out - target);
  return changed;
}

function pluses(ptr: usize, end: usize, target: usize): bool {
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    store<u8>(target + (p - ptr), byte == 0x2b ? 0x20 : byte);
  }
  length = <u32>(end - ptr);
  return true;
}

/** Overlong UTF-8 to the ASCII it hides; full-width forms and typographic doubles to their ASCII. */
function fold(ptr: usize, end: usize, target: usize): bool {
  let out = target;
  let changed = false;
  for (let p = ptr; p < end;) {
    const byte = load<u8>(p);
    if (byte >= 0xc0) {
      const size = sequence(p, end);
      const plain = size > 0 ? asciiOf(sequenceCode(), byte, size) : 0;
      if (plain != 0) {
        store<u8>(out++, plain);
        p += size;
        changed = true;
        continue;
      }
    }
    store<u8>(out++, byte);
    p++;
  }
  length = <u32>(out - target);
  return changed;
}

/** Base64 or base64url of text: long enough, in its alphabet, and printable when decoded. */
function base64(ptr: usize, end: usize, target: usize): bool {
  while (end > ptr && load<u8>(end - 1) == 0x3d) end--;
  const letters = <u32>(end - ptr);
  if (letters < 16 || (letters & 3) == 1) return false;
  let bits: u32 = 0;
  let held: u32 = 0;
  let out = target;
  for (let p = ptr; p < end; p++) {
    const value = letterValue(load<u8>(p));
    if (value > 63) return false;
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      const byte = <u8>((bits >> held) & 255);
      // Text only: binary data and words that happen to fit are left alone.
      if (byte >= 0x7f || (byte < 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09))
        return false;
      store<u8>(out++, byte);
    }
  }
  length = <u32>(out - target);
  return true;
}

function letterValue(byte: u8): u32 {
  if (<u8>(byte - 0x41) < 26) return byte - 0x41;
  if (<u8>(byte - 0x61) < 26) return byte - 0x47;
  if (isDigit(byte)) return byte + 4;
  if (byte == 0x2b || byte == 0x2d) return 62;
  return byte == 0x2f || byte == 0x5f ? 63 : 255;
}
