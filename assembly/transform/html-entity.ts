// htmlEntityDecode: character references as a browser reads them in text (HTML standard §13.2.5.72 and on): numeric
// ones with or without their semicolon, named ones of `entity-names.ts`, the longest name that fits where it may go
// without its semicolon. Characters are written as UTF-8. ModSecurity knows five names and writes low bytes.
import { indexOfByte } from "../base/find-byte";
import { isAlpha, isDigit } from "../base/ascii";
import { hexValue } from "../base/percent";
import { writeCodePoint } from "../base/utf8";
import { LONGEST_NAME, entityValue } from "./entity-names";
import { UNCHANGED } from "./outcome";
import { REPLACEMENT } from "./unicode";

/** Names that may go without a semicolon have six letters at most. */
const LONGEST_OPEN_NAME: u32 = 6;

export function htmlEntityDecode(ptr: usize, length: u32, target: usize): i32 {
  let mark = indexOfByte(ptr, 0, length, 0x26);
  if (mark == length) return UNCHANGED;
  const end = ptr + length;
  let changed = false;
  let copied: u32 = 0;
  let to = target;
  while (mark < length) {
    memory.copy(to, ptr + copied, mark - copied);
    to += mark - copied;
    const size = reference(ptr + mark, end);
    if (size == 0) {
      store<u8>(to++, 0x26);
      copied = mark + 1;
    } else {
      to += writeCodePoint(to, referenceCode);
      copied = mark + size;
      changed = true;
    }
    mark = indexOfByte(ptr, copied, length, 0x26);
  }
  memory.copy(to, ptr + copied, length - copied);
  to += length - copied;
  return changed ? <i32>(to - target) : UNCHANGED;
}

let referenceCode: u32 = 0;

/** Bytes of the reference whose `&` stands at `p`, 0 for none; its code point in `referenceCode`. */
function reference(p: usize, end: usize): u32 {
  if (p + 1 < end && load<u8>(p, 1) == 0x23) return numeric(p, end);
  const first = p + 1;
  let last = first;
  const limit = min(end, first + LONGEST_NAME);
  while (last < limit && (isAlpha(load<u8>(last)) || isDigit(load<u8>(last)))) last++;
  const letters = <u32>(last - first);
  if (letters == 0) return 0;
  if (last < end && load<u8>(last) == 0x3b) {
    referenceCode = entityValue(first, letters + 1);
    if (referenceCode != 0) return letters + 2;
  }
  for (let size = min(letters, LONGEST_OPEN_NAME); size > 1; size--) {
    referenceCode = entityValue(first, size);
    if (referenceCode != 0) return size + 1;
  }
  return 0;
}

function numeric(p: usize, end: usize): u32 {
  let q = p + 2;
  const hex = q < end && (load<u8>(q) | 0x20) == 0x78;
  if (hex) q++;
  const first = q;
  let code: u32 = 0;
  for (; q < end; q++) {
    const value: u32 = hexValue(load<u8>(q));
    if (value > (hex ? 15 : 9)) break;
    // Held where it is no code point any more, so that it cannot wrap.
    code = min<u32>(code * (hex ? 16 : 10) + value, 0x110000);
  }
  if (q == first) return 0;
  if (q < end && load<u8>(q) == 0x3b) q++;
  if (code == 0) code = REPLACEMENT;
  referenceCode =
    code >= 0x80 && code < 0xa0 ? load<u16>(windows1252 + ((code - 0x80) << 1)) : code;
  return <u32>(q - p);
}

/** What browsers read 0x80 to 0x9F as (HTML standard §13.2.5.80); holes stay. */
// prettier-ignore
const windows1252 = memory.data<u16>([
  0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, //
  0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f, //
  0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, //
  0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178, //
]);
