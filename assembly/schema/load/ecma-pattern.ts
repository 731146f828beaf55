// Patterns of schemas are ECMA-262's; the engine reads RE2's. What differs in writing is rewritten: \uXXXX and \cX.
// Source: ECMA-262 §22.2.1; JSON Schema Core 2020-12 §6.4.
import { ByteBuffer } from "../../base/byte-buffer";

/** The pattern for the engine; the caller disposes of it. */
export function ecmaToRe2(ptr: usize, length: u32): ByteBuffer {
  const out = new ByteBuffer();
  const end = ptr + length;
  let at = ptr;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x5c || at + 1 >= end) {
      out.byte(byte);
      at++;
      continue;
    }
    const kind = load<u8>(at, 1);
    if (kind == 0x75) at = unicodeEscape(at, end, out);
    else if (kind == 0x63 && at + 2 < end) {
      hexEscape(out, load<u8>(at, 2) & 0x1f);
      at += 3;
    } else {
      // An escaped hyphen or slash means itself, in both languages.
      out.byte(0x5c);
      out.byte(kind);
      at += 2;
    }
  }
  return out;
}

/** `\u0041` or `\u{1f600}` as `\x{...}`; anything else as it stands. */
function unicodeEscape(at: usize, end: usize, out: ByteBuffer): usize {
  out.text("\\x");
  if (at + 2 < end && load<u8>(at, 2) == 0x7b) return at + 2;
  out.byte(0x7b);
  let digits: usize = 0;
  while (digits < 4 && at + 2 + digits < end) out.byte(load<u8>(at + 2 + digits++));
  out.byte(0x7d);
  return at + 2 + digits;
}

function hexEscape(out: ByteBuffer, value: u32): void {
  out.text(`\\x{${value.toString(16)}}`);
}
