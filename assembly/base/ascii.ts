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
  let lower = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    lower += unit >= 0x41 && unit <= 0x5a ? String.fromCharCode(unit + 32) : text.charAt(i);
  }
  return lower;
}
