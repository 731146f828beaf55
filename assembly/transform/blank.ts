// The six blanks of C's isspace: space, HT, LF, VT, FF, CR.

export function isBlank(byte: u8): bool {
  return byte == 0x20 || <u8>(byte - 9) < 5;
}
