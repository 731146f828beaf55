// Breaks out of one field of a request: a line end with a header behind it (response splitting, RFC 9112
// §5), and a value that goes on as a query string (parameter pollution).
import { isAlpha, isDigit } from "../base/ascii";
import { equalsLiteralFolded } from "../http/literal";
import { startsFolded } from "./folded-text";
import { Reason, at } from "./verdict";

/**
 * A line end and a header field behind it, or an empty line at the value's end. Text with line ends is
 * no attack; a field name that HTTP knows with its colon is.
 */
export function detectHeaderBreak(ptr: usize, end: usize, encoded: bool): Reason {
  let breaks: u32 = 0;
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    if (byte != 0x0d && byte != 0x0a) continue;
    breaks++;
    let q = p + 1;
    while (
      q < end &&
      (load<u8>(q) == 0x0a || load<u8>(q) == 0x0d || load<u8>(q) == 0x20 || load<u8>(q) == 0x09)
    )
      q++;
    if (encoded && q == end && q - p >= 2 && end - ptr < 8 && byte == 0x0d)
      return at(p, q, Reason.HeaderLine);
    if (isField(q, end, encoded)) return at(p, q, Reason.HeaderLine);
    // The run was read to its end: again from each of its bytes would be quadratic.
    if (end - ptr >= 8) p = q - 1;
  }
  return Reason.None;
}

/**
 * A value that goes on as a query: `&name=` in front, or the same name twice behind `?`. Back ends that
 * paste it into a URL take one of the two.
 */
export function detectPollution(ptr: usize, end: usize): Reason {
  const first = load<u8>(ptr);
  if (first != 0x26 && first != 0x3f && first != 0x23) return Reason.None;
  let p = ptr;
  while (p < end && (load<u8>(p) == 0x26 || load<u8>(p) == 0x3f || load<u8>(p) == 0x23)) p++;
  const name = p;
  while (p < end && (isAlpha(load<u8>(p)) || isDigit(load<u8>(p)) || load<u8>(p) == 0x5f)) p++;
  const length = <u32>(p - name);
  if (length == 0 || length > 40 || p >= end) return Reason.None;
  if (first == 0x26 && load<u8>(p) == 0x3d) return at(ptr, p, Reason.QueryBreak);
  for (let q = p + 1; q + length < end; q++) {
    const before = load<u8>(q - 1);
    if (
      before != 0x26 &&
      before != 0x3f &&
      before != 0x3b &&
      before != 0x5b &&
      before != 0x3d &&
      before != 0x2c
    )
      continue;
    const after = load<u8>(q + length);
    if (after == 0x3d || after == 0x5b) {
      let i: u32 = 0;
      while (i < length && load<u8>(name + i) == load<u8>(q + i)) i++;
      if (i == length) return at(q, q + length, Reason.QueryBreak);
    }
  }
  return load<u8>(p) == 0x3d && p + 1 < end && load<u8>(p, 1) == 0x3d
    ? at(ptr, p, Reason.QueryBreak)
    : Reason.None;
}

function isField(p: usize, end: usize, encoded: bool): bool {
  if (startsFolded(p, end, "http/1.") || startsFolded(p, end, "http/2")) return true;
  let q = p;
  let hyphen = false;
  while (q < end && q < p + 40 && (isAlpha(load<u8>(q)) || load<u8>(q) == 0x2d)) {
    if (load<u8>(q) == 0x2d) hyphen = true;
    q++;
  }
  if (q == p || q >= end || load<u8>(q) != 0x3a) return false;
  const length = <u32>(q - p);
  const known =
    equalsLiteralFolded(p, length, "set-cookie") ||
    equalsLiteralFolded(p, length, "location") ||
    equalsLiteralFolded(p, length, "content-type") ||
    equalsLiteralFolded(p, length, "content-length") ||
    equalsLiteralFolded(p, length, "contenttype") ||
    equalsLiteralFolded(p, length, "contentlength") ||
    equalsLiteralFolded(p, length, "transfer-encoding") ||
    equalsLiteralFolded(p, length, "refresh") ||
    equalsLiteralFolded(p, length, "access-control-allow-origin") ||
    equalsLiteralFolded(p, length, "x-xss-protection") ||
    equalsLiteralFolded(p, length, "last-modified") ||
    equalsLiteralFolded(p, length, "bcc") ||
    equalsLiteralFolded(p, length, "host");
  return known || (encoded && hyphen && length > 4);
}
