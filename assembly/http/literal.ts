// Compares request bytes with a string literal. A literal is UTF-16 in static memory, so eight of
// its characters fill one vector, and eight request bytes widened to 16 bits compare with them in
// one instruction: no copy, no table of bytes by hand.

/**
 * True when the bytes at `pointer` are exactly the ASCII `literal`.
 * @param pointer first byte, `length` of them are readable
 */
export function equalsLiteral(pointer: usize, length: u32, literal: string): bool {
  if (length != <u32>literal.length) return false;
  // A string reference is the address of its first character; literals never move.
  return equalBytes(pointer, length, changetype<usize>(literal));
}

/** True when the bytes at `pointer` begin with the ASCII `literal`. */
export function startsWithLiteral(pointer: usize, length: u32, literal: string): bool {
  const wanted = <u32>literal.length;
  return length >= wanted && equalBytes(pointer, wanted, changetype<usize>(literal));
}

/** As `equalsLiteral`, letters of the input in either case; `literal` is lower case. */
export function equalsLiteralFolded(pointer: usize, length: u32, literal: string): bool {
  if (length != <u32>literal.length) return false;
  const other = changetype<usize>(literal);
  for (let i: u32 = 0; i < length; i++) {
    let byte = load<u8>(pointer + i);
    if (<u8>(byte - 0x41) < 26) byte |= 0x20;
    if (<u16>byte != load<u16>(other + ((<usize>i) << 1))) return false;
  }
  return true;
}

function equalBytes(pointer: usize, length: u32, characters: usize): bool {
  let i: u32 = 0;
  if (length >= 8) {
    for (; i + 8 <= length; i += 8) {
      if (!equalEight(pointer + i, characters + ((<usize>i) << 1))) return false;
    }
    if (i == length) return true;
    // The rest overlaps bytes that were compared already: one more vector instead of a loop.
    const last = length - 8;
    return equalEight(pointer + last, characters + ((<usize>last) << 1));
  }
  for (; i < length; i++) {
    if (<u16>load<u8>(pointer + i) != load<u16>(characters + ((<usize>i) << 1))) return false;
  }
  return true;
}

function equalEight(bytes: usize, characters: usize): bool {
  const wide = v128.load8x8_u(bytes);
  return v128.all_true<u16>(v128.eq<u16>(wide, v128.load(characters)));
}
