// @validateUrlEncoding and @validateUtf8Encoding: say yes to a value that is not what it claims to be. Percent signs
// need two hex digits (RFC 3986 §2.1); UTF-8 is the strict one of RFC 3629, without overlong forms and surrogates.
import { indexOfByte } from "../base/find-byte";
import { isHexPair } from "../base/percent";
import { isUtf8 } from "../base/utf8";

export function hasBadEscape(ptr: usize, length: u32): bool {
  const end = ptr + length;
  let percent = indexOfByte(ptr, 0, length, 0x25);
  while (percent < length) {
    if (!isHexPair(ptr + percent + 1, end)) return true;
    percent = indexOfByte(ptr, percent + 3, length, 0x25);
  }
  return false;
}

export function hasBadUtf8(ptr: usize, length: u32): bool {
  return !isUtf8(ptr, length);
}
