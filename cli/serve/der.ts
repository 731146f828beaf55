// Just enough of DER (X.690) to read a certificate's subject and alternative names: a tag, a length, contents. Node's own
// accessors lose the order of a name's parts, or print it in a form that is not RFC 2253's.

export interface DerItem {
  /** Identifier octet: class, constructed bit and number (all numbers here are below 31). */
  tag: number;
  contents: Uint8Array;
}

/** Items in a row. An item that claims more than there is ends the list. */
export function derItems(bytes: Uint8Array): DerItem[] {
  const items: DerItem[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const tag = bytes[at]!;
    let length = bytes[at + 1]!;
    at += 2;
    if (length >= 0x80) {
      let octets = length & 0x7f;
      if (octets === 0 || octets > 4) return items;
      length = 0;
      while (octets-- > 0) length = length * 256 + (bytes[at++] ?? 0);
    }
    if (at + length > bytes.length) return items;
    items.push({ tag, contents: bytes.subarray(at, at + length) });
    at += length;
  }
  return items;
}

/** Object identifier in dotted form. */
export function oidText(contents: Uint8Array): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of contents) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (parts.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      parts.push(first, value - first * 40);
    } else parts.push(value);
    value = 0;
  }
  return parts.join(".");
}
