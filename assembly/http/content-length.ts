// Content-Length as a number (RFC 9110 §8.6). A repeated field arrives joined by commas: equal
// values count as one, different ones are the classic way to smuggle a request and give a status of
// their own.

/** Largest length that is read as a number: 2^53 - 1, far past any body. */
export const MAX_CONTENT_LENGTH: u64 = 9007199254740991;

/** Results below zero of `contentLength`. */
export const enum ContentLengthStatus {
  /** Not a list of decimal numbers, or past MAX_CONTENT_LENGTH. */
  Malformed = -1,
  /** Two different numbers. */
  Conflicting = -2,
}

/**
 * Reads the field value of `length` bytes at `pointer`.
 * @returns the number of bytes announced, or a ContentLengthStatus
 */
export function contentLength(pointer: usize, length: u32): i64 {
  let found: i64 = -1;
  let i: u32 = 0;
  while (true) {
    while (i < length && isBlank(load<u8>(pointer + i))) i++;
    const start = i;
    let value: u64 = 0;
    for (; i < length; i++) {
      const digit = <u8>(load<u8>(pointer + i) - 0x30);
      if (digit > 9) break;
      value = value * 10 + digit;
      if (value > MAX_CONTENT_LENGTH) return ContentLengthStatus.Malformed;
    }
    if (i == start) return ContentLengthStatus.Malformed;
    if (found >= 0 && found != <i64>value) return ContentLengthStatus.Conflicting;
    found = <i64>value;
    while (i < length && isBlank(load<u8>(pointer + i))) i++;
    if (i == length) return found;
    if (load<u8>(pointer + i) != 0x2c) return ContentLengthStatus.Malformed;
    i++;
  }
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}
