// Undoes the encodings that a value plainly is written in, so that it is judged as what it becomes:
// percent escapes (and %uHHHH), character references, JavaScript escapes, base64, overlong UTF-8 and
// the full-width and typographic doubles of ASCII. One step writes one new value; the judge bounds the
// steps. Decoders here are lenient where `base` is strict: what one back end accepts must be seen.
import { isDigit } from "../base/ascii";
import { hexValue } from "../base/percent";
import { asciiOf, sequence, sequenceCode } from "./ascii-doubles";
import { clearOddReferences, reference, referenceCode } from "./character-reference";
import { Trait } from "./byte-traits";

/** Kinds of steps, each tried once a round. */
export const enum Step {
  None = 0,
  Percent,
  Reference,
  Escape,
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
      return (traits & Trait.Bracket) != 0 && escapes(ptr, end, target);
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

function fourHex(p: usize): i32 {
  let value: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = hexValue(load<u8>(p + i));
    if (digit == 255) return -1;
    value = (value << 4) | (<i32>digit);
  }
  return value;
}

/** Writes a 16-bit unit as UTF-8. */
function putUnit(out: usize, unit: u32): usize {
  if (unit < 0x80) {
    store<u8>(out, <u8>unit);
    return out + 1;
  }
  if (unit < 0x800) {
    store<u8>(out, <u8>(0xc0 | (unit >> 6)));
    store<u8>(out, <u8>(0x80 | (unit & 63)), 1);
    return out + 2;
  }
  store<u8>(out, <u8>(0xe0 | (unit >> 12)));
  store<u8>(out, <u8>(0x80 | ((unit >> 6) & 63)), 1);
  store<u8>(out, <u8>(0x80 | (unit & 63)), 2);
  return out + 3;
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

/** \xHH, \uHHHH, \u{H}, \n, \r, \t, \/ and octal escapes; other backslashes stay. */
function escapes(ptr: usize, end: usize, target: usize): bool {
  let out = target;
  let changed = false;
  for (let p = ptr; p < end;) {
    const byte = load<u8>(p);
    if (byte == 0x5c && p + 1 < end) {
      const next = load<u8>(p, 1);
      if (
        next == 0x78 &&
        p + 3 < end &&
        hexValue(load<u8>(p, 2)) != 255 &&
        hexValue(load<u8>(p, 3)) != 255
      ) {
        store<u8>(out++, (hexValue(load<u8>(p, 2)) << 4) | hexValue(load<u8>(p, 3)));
        p += 4;
        changed = true;
        continue;
      }
      if (next == 0x75 && p + 5 < end && fourHex(p + 2) >= 0) {
        out = putUnit(out, <u32>fourHex(p + 2));
        p += 6;
        changed = true;
        continue;
      }
      const single: u8 =
        next == 0x6e
          ? 0x0a
          : next == 0x72
            ? 0x0d
            : next == 0x74
              ? 0x09
              : next == 0x22 || next == 0x27 || next == 0x2f || next == 0x60
                ? next
                : 0;
      if (single != 0) {
        store<u8>(out++, single);
        p += 2;
        changed = true;
        continue;
      }
      if (
        next >= 0x30 &&
        next < 0x34 &&
        p + 3 < end &&
        <u8>(load<u8>(p, 2) - 0x30) < 8 &&
        <u8>(load<u8>(p, 3) - 0x30) < 8
      ) {
        store<u8>(
          out++,
          ((next - 0x30) << 6) | ((load<u8>(p, 2) - 0x30) << 3) | (load<u8>(p, 3) - 0x30),
        );
        p += 4;
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
