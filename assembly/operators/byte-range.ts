// @validateByteRange: says yes when a byte of the value is outside the list (`38,44-46,48-58`). The list becomes two
// tables of sixteen bytes, one bit for each row of the byte square, asked for sixteen bytes a step. Sources: ModSecurity
// reference manual; the table lookup is that of Hyperscan's shufti.

/** Bytes of a prepared list: rows 0 to 7, then rows 8 to 15. */
const TABLE_BYTES: usize = 32;

/** Prepares the list of `length` bytes at `text`; 0 when it holds no list of numbers from 0 to 255. */
export function prepareByteRange(text: usize, length: u32): usize {
  const table = heap.alloc(TABLE_BYTES);
  memory.fill(table, 0, TABLE_BYTES);
  const end = text + length;
  let p = text;
  while (p < end) {
    p = skipBlanks(p, end);
    const first = numberAt(p, end);
    let last = first;
    p = skipBlanks(p + digitsAt(p, end), end);
    if (p < end && load<u8>(p) == 0x2d) {
      p = skipBlanks(p + 1, end);
      last = numberAt(p, end);
      p = skipBlanks(p + digitsAt(p, end), end);
    }
    if (first < 0 || last < 0 || (p < end && load<u8>(p) != 0x2c)) {
      heap.free(table);
      return 0;
    }
    for (let byte = first; byte <= last; byte++) allow(table, <u32>byte);
    p++;
  }
  return table;
}

/** Offset of the first byte that the list lacks; `length` when there is none. */
export function firstOutside(table: usize, ptr: usize, length: u32): u32 {
  const upper = v128.load(table);
  const lower = v128.load(table + 16);
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const low = i8x16.splat(15);
  let i: u32 = 0;
  for (; i + 16 <= length; i += 16) {
    const bytes = v128.load(ptr + i);
    const column = v128.and(bytes, low);
    const rows = v128.bitselect(
      v128.swizzle(lower, column),
      v128.swizzle(upper, column),
      i8x16.shr_s(bytes, 7),
    );
    const allowed = v128.and(rows, v128.swizzle(bits, i8x16.shr_u(bytes, 4)));
    const outside = i8x16.bitmask(i8x16.eq(allowed, i8x16.splat(0)));
    if (outside != 0) return i + ctz(outside);
  }
  for (; i < length; i++) if (!isAllowed(table, load<u8>(ptr + i))) return i;
  return length;
}

function allow(table: usize, byte: u32): void {
  const place = table + ((byte >> 7) << 4) + (byte & 15);
  const bit: u32 = 1 << ((byte >> 4) & 7);
  store<u8>(place, <u8>(load<u8>(place) | bit));
}

function isAllowed(table: usize, byte: u32): bool {
  return (load<u8>(table + ((byte >> 7) << 4) + (byte & 15)) & (1 << ((byte >> 4) & 7))) != 0;
}

function skipBlanks(p: usize, end: usize): usize {
  while (p < end && load<u8>(p) == 0x20) p++;
  return p;
}

function digitsAt(p: usize, end: usize): usize {
  let q = p;
  while (q < end && <u8>(load<u8>(q) - 0x30) < 10) q++;
  return q - p;
}

/** Number from 0 to 255 at `p`, or -1. */
function numberAt(p: usize, end: usize): i32 {
  const digits = digitsAt(p, end);
  if (digits == 0) return -1;
  let value: i32 = 0;
  for (let i: usize = 0; i < digits && value < 256; i++)
    value = value * 10 + load<u8>(p + i) - 0x30;
  return value < 256 ? value : -1;
}
