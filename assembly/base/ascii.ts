// ASCII byte classes and case folding. Bytes above 0x7F are never letters here: header names and tokens are ASCII (RFC 9110 §5.6.2).

/** Lower-case one byte; only A to Z change. */
export function toLower(byte: u8): u8 {
  return byte - 0x41 < 26 ? byte | 0x20 : byte;
}

export function isDigit(byte: u8): bool {
  return byte - 0x30 < 10;
}

export function isAlpha(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26;
}

/**
 * A string with A to Z in lower case, for configure time. Unlike `String#toLowerCase` it leaves other
 * letters alone, and does not bring Unicode's case tables into the module.
 */
export function lowerAscii(text: string): string {
  const length = text.length;
  let at = 0;
  while (at < length && <u32>text.charCodeAt(at) - 0x41 >= 26) at++;
  if (at == length) return text;
  // One copy, not one for each letter: rule files lower thousands of names.
  const units = new StaticArray<u16>(length);
  for (let i = 0; i < length; i++) {
    const unit = <u32>text.charCodeAt(i);
    units[i] = <u16>(unit - 0x41 < 26 ? unit + 32 : unit);
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(units), (<usize>length) << 1); // the array's payload
}
