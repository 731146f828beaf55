// Thousands of literals in one pass: the automaton of Aho and Corasick (CACM 1975) over byte classes.
// States near the root, where ordinary text stays, are dense rows like those of the lazy automaton; the
// tails of words, hardly ever visited, take eight bytes each (see states.ts; a dense table for all words
// of the Core Rule Set would take 8 MiB).

import { toLower } from "../../base/ascii";
import { LiteralSet, layOutStates } from "./states";
import { ROOT, addOutput, byteOf, growTrie, linkTrie, openTrie, trieSize } from "./trie";

/** Bytes of dense rows unless openLiterals says otherwise. */
export const DENSE_BYTES: u32 = 524288;
/** Literals of one set. */
export const LITERAL_SET_LIMIT: u32 = 65536;
/** Trie nodes of one set. */
const NODE_LIMIT: u32 = 524288;

let folding: bool = false;
let count: u32 = 0;
let node: u32 = ROOT;

/** Starts a set; ASCII case is ignored with `ignoreCase`. One set is built at a time. */
export function openLiterals(ignoreCase: bool): void {
  openTrie();
  folding = ignoreCase;
  count = 0;
}

/** Starts the next literal, which bytes are then added to. */
export function beginLiteral(): void {
  node = ROOT;
}

export function addLiteralByte(byte: u8): void {
  node = growTrie(node, folding ? toLower(byte) : byte);
}

/** Ends the literal: its occurrence sets bit `id`. False when it is empty or the set is full. */
export function endLiteral(id: u32): bool {
  if (node == ROOT || count >= LITERAL_SET_LIMIT || trieSize() > NODE_LIMIT) return false;
  addOutput(node, id);
  count++;
  return true;
}

/** Adds `length` bytes at `bytes` as a literal of pattern `id`; several literals may share an id. */
export function addLiteral(bytes: usize, length: u32, id: u32): bool {
  beginLiteral();
  for (let i: u32 = 0; i < length; i++) addLiteralByte(load<u8>(bytes + i));
  return endLiteral(id);
}

/** Finishes the set; `denseBytes` bounds the memory of dense rows. The caller frees it. */
export function closeLiterals(denseBytes: u32): LiteralSet {
  linkTrie();
  const set = new LiteralSet();
  set.literals = count;
  set.states = trieSize();
  findClasses(set);
  layOutStates(set, denseBytes);
  return set;
}

/** Gives the memory of a set back. */
export function freeLiterals(set: LiteralSet): void {
  heap.free(set.classes);
  heap.free(set.block);
  heap.free(changetype<usize>(set)); // unmanaged: the reference is the block's address
}

/** Class 0 is every byte that no literal holds. */
function findClasses(set: LiteralSet): void {
  set.classes = heap.alloc(256);
  memory.fill(set.classes, 0, 256);
  let classes: u32 = 1;
  for (let i: u32 = 1; i < set.states; i++) {
    const cell = set.classes + byteOf(i);
    // 255 classes and the rest: a 256th byte value shares class 0, which is then its own.
    if (load<u8>(cell) == 0 && classes < 256) store<u8>(cell, classes++);
  }
  if (folding) {
    for (let upper: u32 = 0x41; upper <= 0x5a; upper++) {
      store<u8>(set.classes + upper, load<u8>(set.classes + (upper | 0x20)));
    }
  }
  set.classCount = classes;
}
