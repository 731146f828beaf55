// Operators that compare two texts byte by byte. The search of @contains runs on the first byte of what is wanted, which
// is linear for the short words that rules hold; a needle that repeats its first byte is bounded by its own length.
import { Operator } from "../../operators/table";

/** Longest text that is searched for; a longer one is never found. */
const NEEDLE_LIMIT_BYTES: u32 = 4096;

export function compareText(
  operator: u32,
  value: usize,
  length: u32,
  wanted: usize,
  wantedLength: u32,
): bool {
  switch (operator) {
    case Operator.StrEq:
      return length == wantedLength && memory.compare(value, wanted, length) == 0;
    case Operator.BeginsWith:
      return length >= wantedLength && memory.compare(value, wanted, wantedLength) == 0;
    case Operator.EndsWith:
      return (
        length >= wantedLength &&
        memory.compare(value + length - wantedLength, wanted, wantedLength) == 0
      );
    case Operator.Contains:
    case Operator.StrMatch:
      return indexOf(value, length, wanted, wantedLength, 0) >= 0;
    case Operator.ContainsWord:
      return containsWord(value, length, wanted, wantedLength);
    case Operator.Within:
      return indexOf(wanted, wantedLength, value, length, 0) >= 0;
    default:
      return false;
  }
}

/** Offset of a text in another from `from` on; -1 when it is not there. */
export function indexOf(
  text: usize,
  length: u32,
  needle: usize,
  needleLength: u32,
  from: u32,
): i32 {
  if (needleLength == 0) return <i32>from;
  if (needleLength > length || needleLength > NEEDLE_LIMIT_BYTES) return -1;
  const first = load<u8>(needle);
  const last = length - needleLength;
  for (let at = from; at <= last; at++) {
    if (load<u8>(text + at) != first) continue;
    if (memory.compare(text + at, needle, needleLength) == 0) return <i32>at;
  }
  return -1;
}

function containsWord(text: usize, length: u32, word: usize, wordLength: u32): bool {
  if (wordLength == 0) return true;
  let from: u32 = 0;
  while (true) {
    const at = indexOf(text, length, word, wordLength, from);
    if (at < 0) return false;
    const end = <u32>at + wordLength;
    const opens = at == 0 || !isWord(load<u8>(text + <usize>at - 1));
    if (opens && (end == length || !isWord(load<u8>(text + end)))) return true;
    from = <u32>at + 1;
  }
  return false;
}

function isWord(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26 || byte - 0x30 < 10 || byte == 0x5f;
}
