// Spellings of ASCII outside ASCII: overlong UTF-8, which lenient readers take (RFC 3629 §10), full-width
// forms and the typographic marks that best-fit conversions turn into quotes, slashes and dots.

let sequenceValue: u32 = 0;

/** Value of the sequence read last. */
export function sequenceCode(): u32 {
  return sequenceValue;
}

/** Bytes of the multi-byte sequence at `p`, up to the six of old UTF-8; 0 for none. */
export function sequence(p: usize, end: usize): usize {
  const lead = load<u8>(p);
  const size: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : lead < 0xfc ? 5 : 6;
  if (p + size > end) return 0;
  let value: u32 = (<u32>lead) & (0x7f >> (<u32>size));
  for (let i: usize = 1; i < size; i++) {
    const byte = load<u8>(p + i);
    // Readers that do not check the continuation take its low six bits all the same; only for C0 and C1.
    if ((byte & 0xc0) != 0x80 && lead > 0xc1) return 0;
    value = (value << 6) | (byte & 0x3f);
  }
  sequenceValue = value;
  return size;
}

export function asciiOf(value: u32, lead: u8, size: usize): u8 {
  if (value < 0x80) return value == 0 ? 0x20 : <u8>value;
  if (size != 3 && size != 2) return 0;
  if (value - 0xff01 < 94) return <u8>(value - 0xfee0);
  // Digits and letters in circles, which resolvers of names take for the plain ones (UTS 46).
  if (value - 0x2460 < 9) return <u8>(value - 0x242f);
  if (value == 0x24ea) return 0x30;
  if (value - 0x24b6 < 26) return <u8>(value - 0x2455);
  if (value - 0x24d0 < 26) return <u8>(value - 0x246f);
  // Readers that drop the eighth bit see markup in these (US-ASCII of old browsers).
  if (lead == 0xc2 && size == 2) {
    if (value == 0xbc) return 0x3c;
    if (value == 0xbe) return 0x3e;
    if (value == 0xa2) return 0x22;
  }
  switch (value) {
    // Their low bytes are CR and LF, which servers that keep eight bits of a character write.
    case 0x560d:
      return 0x0d;
    case 0x560a:
      return 0x0a;
    case 0x2018:
    case 0x2019:
    case 0x201a:
    case 0x2032:
    case 0x02b9:
    case 0x02bc:
    case 0x00b4:
      return 0x27;
    case 0x201c:
    case 0x201d:
    case 0x2033:
    case 0x02ba:
      return 0x22;
    case 0x2044:
    case 0x2215:
      return 0x2f;
    case 0x2216:
    case 0xefc8:
    case 0xf025:
      return 0x5c;
    case 0x2024:
    case 0x3002:
    case 0xff61:
      return 0x2e;
    case 0x2039:
    case 0x3008:
      return 0x3c;
    case 0x203a:
    case 0x3009:
      return 0x3e;
    case 0x2013:
    case 0x2014:
      return 0x2d;
  }
  return 0;
}
