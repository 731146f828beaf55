// The phrases of a list one after another, to tell which of them ends at a place. That some phrase does is known by then
// from the automaton that all rules share; the list spares each `@pm` an automaton of its own, ten times as large.
//
//   list -> [ bytes of the records ] [ length u16 | phrase ] ...
import { toLower } from "../base/ascii";
import { ByteBuffer } from "../base/byte-buffer";
import { addLiteral, closeLiterals, openLiterals } from "../regex/literal/literal-set";
import { LiteralSet } from "../regex/literal/states";
import { nextPhrase, openPhrases } from "./phrases";

/** Bytes of dense rows of an automaton for one list. */
const DENSE_BYTES: u32 = 8192;
/** Phrases longer than this are cut: no list holds any. */
const MAX_PHRASE: u32 = 65535;

/** The list of these phrases; the caller frees it with `heap.free`. Configure time only. */
export function phraseList(content: usize, length: u32, fromFile: bool): usize {
  const out = new ByteBuffer();
  const phrase = new ByteBuffer();
  out.reserve(4);
  out.length = 4;
  openPhrases(content, length, fromFile);
  while (nextPhrase(phrase)) {
    const size = min<u32>(phrase.length, MAX_PHRASE);
    store<u16>(out.reserve(2), <u16>size);
    out.length += 2;
    out.bytes(phrase.ptr, size);
    phrase.length = 0;
  }
  phrase.dispose();
  const bytes = out.length;
  const list = heap.alloc(bytes);
  memory.copy(list, out.ptr, bytes);
  store<u32>(list, bytes - 4);
  out.dispose();
  return list;
}

/** An automaton of these phrases alone, all under the id 0, where no shared one holds them. Configure time only. */
export function phraseAutomaton(content: usize, length: u32, fromFile: bool): LiteralSet {
  const phrase = new ByteBuffer();
  openPhrases(content, length, fromFile);
  openLiterals(true);
  while (nextPhrase(phrase)) {
    addLiteral(phrase.ptr, phrase.length, 0);
    phrase.length = 0;
  }
  phrase.dispose();
  return closeLiterals(DENSE_BYTES);
}

/** Bytes of the longest phrase that ends, in either case, at offset `end` of a text; 0 for none. */
export function phraseEndingAt(list: usize, text: usize, end: u32): u32 {
  let longest: u32 = 0;
  const stop = list + 4 + load<u32>(list);
  for (let at = list + 4; at < stop;) {
    const length = <u32>load<u16>(at);
    const phrase = at + 2;
    at = phrase + length;
    if (length <= longest || length > end) continue;
    if (sameFolded(phrase, text + end - length, length)) longest = length;
  }
  return longest;
}

function sameFolded(a: usize, b: usize, length: u32): bool {
  for (let i = length; i > 0; i--) {
    if (toLower(load<u8>(a + i - 1)) != toLower(load<u8>(b + i - 1))) return false;
  }
  return true;
}
