// Text output for explain.ts: ASCII into a block of the caller, cut at its capacity.

let begin: usize = 0;
let at: usize = 0;
let limit: usize = 0;

/** Directs output to `capacity` bytes at `out`. */
export function openWriter(out: usize, capacity: u32): void {
  begin = out;
  at = out;
  limit = out + capacity;
}

/** Bytes written so far. */
export function written(): u32 {
  return <u32>(at - begin);
}

function putByte(byte: u32): void {
  if (at < limit) store<u8>(at++, byte);
}

/** Writes an ASCII string. */
export function put(text: string): void {
  for (let i = 0; i < text.length; i++) putByte(text.charCodeAt(i));
}

/** Writes a decimal number. */
export function putNumber(value: u32): void {
  if (value >= 10) putNumber(value / 10);
  putByte(0x30 + (value % 10));
}

/** Writes a byte as itself when printable, else as \xHH. */
export function putEscaped(byte: u32): void {
  if (byte > 0x20 && byte < 0x7f && byte != 0x5c) {
    putByte(byte);
    return;
  }
  put("\\x");
  putHexDigit(byte >> 4);
  putHexDigit(byte & 15);
}

function putHexDigit(digit: u32): void {
  putByte(digit < 10 ? 0x30 + digit : 0x57 + digit);
}

/** Writes `low` or `low-high`. */
export function putRange(low: u32, high: u32): void {
  putEscaped(low);
  if (high == low) return;
  put("-");
  putEscaped(high);
}
