// What may stand in a header name and a header value (RFC 9110 §5.1, §5.5, §5.6.2). Envoy checks
// neither on the way out of a filter and sends CR LF to the client as it is, so everything a filter
// writes passes through here. HTAB is let through inside values: the RFC allows it, and it cannot end
// a line. Bytes above 0x7F (obs-text) are let through in values only.

/** Bit n: byte n (0x00 to 0x3F) is a tchar. */
const tokenLow: u64 = 0x03ff6cfa00000000;
/** Bit n: byte n + 0x40 is a tchar. */
const tokenHigh: u64 = 0x57ffffffc7fffffe;

/** Is the byte a tchar? */
export function isTokenByte(byte: u32): bool {
  if (byte > 0x7f) return false;
  const set = byte < 0x40 ? tokenLow : tokenHigh;
  return ((set >> ((<u64>byte) & 63)) & 1) != 0;
}

/** Is it a token of at least one byte? */
export function isToken(ptr: usize, length: u32): bool {
  if (length == 0) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (!isTokenByte(load<u8>(ptr + i))) return false;
  }
  return true;
}

/** Does it name a pseudo-header (":path")? Only the first byte is looked at. */
export function isPseudo(ptr: usize, length: u32): bool {
  return length > 1 && load<u8>(ptr) == 0x3a;
}

/** A token, or a token behind one colon. */
export function isFieldName(ptr: usize, length: u32): bool {
  return isPseudo(ptr, length) ? isToken(ptr + 1, length - 1) : isToken(ptr, length);
}

/** No control byte but HTAB, and no DEL; the empty value is fine. */
export function isFieldValue(ptr: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    const byte: u32 = load<u8>(ptr + i);
    if ((byte < 0x20 && byte != 0x09) || byte == 0x7f) return false;
  }
  return true;
}
