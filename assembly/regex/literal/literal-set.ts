// Thousands of literals in one pass: the automaton of Aho and Corasick (CACM 1975) over byte classes.
// States near the root, where ordinary text stays, are dense rows like those of the lazy automaton;
// the tails of words, hardly ever visited, are short lists with a failure link, which costs a tenth of
// the memory (a dense table for all words of the Core Rule Set would take 8 MiB).
//
//   dense:   row -> [ cell of each class ]                        word before the row: its outputs
//   sparse:  row -> [ fail cell | entries | class, cell | ... ]   word before the row: its outputs
//   outputs: 0, or the address of [ ids | outputs of the longest suffix state | id ... ]
//   cell = address of a row | flags

import { toLower } from "../../base/ascii";
import {
  ROOT,
  addOutput,
  byteOf,
  childOf,
  failOf,
  growTrie,
  linkTrie,
  nextOutput,
  openTrie,
  orderAt,
  outputId,
  outputOf,
  siblingOf,
  trieSize,
} from "./trie";

/** A cell that makes the inner loop stop: one of the two flags below is set. */
export const CARE: u32 = 1;
export const SPARSE: u32 = 2;
export const OUTPUT: u32 = 4;

/** Bytes of dense rows unless openLiterals says otherwise. */
export const DENSE_BYTES: u32 = 524288;
/** Literals of one set. */
export const LITERAL_SET_LIMIT: u32 = 65536;
/** Trie nodes of one set. */
const NODE_LIMIT: u32 = 524288;

@unmanaged
@final
export class LiteralSet {
  /** 256 bytes: class of each byte, upper case folded when the set ignores case. */
  classes: usize = 0;
  classCount: u32 = 0;
  /** The one block that holds all states. */
  block: usize = 0;
  /** Bytes of the block. */
  bytes: u32 = 0;
  /** Row of the root. */
  root: usize = 0;
  literals: u32 = 0;
  states: u32 = 0;
  dense: u32 = 0;
}

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
  const rowBytes = align(8 + ((<usize>set.classCount) << 2));
  set.dense = min<u32>(set.states, max<u32>(1, denseBytes / <u32>rowBytes));
  const addresses = heap.alloc((<usize>set.states) << 2);
  const outputs = heap.alloc((<usize>set.states) << 2);
  layOut(set, rowBytes, addresses, outputs);
  for (let i: u32 = 0; i < set.states; i++) {
    if (i < set.dense) fillDense(set, orderAt(i), addresses);
    else fillSparse(set, orderAt(i), addresses);
  }
  set.root = cellRow(load<u32>(addresses));
  heap.free(addresses);
  heap.free(outputs);
  return set;
}

/** Gives the memory of a set back. */
export function freeLiterals(set: LiteralSet): void {
  heap.free(set.classes);
  heap.free(set.block);
  heap.free(changetype<usize>(set)); // unmanaged: the reference is the block's address
}

function align(bytes: usize): usize {
  return (bytes + 7) & ~7;
}

function cellRow(cell: u32): usize {
  return <usize>(cell & ~7);
}

/** Class 0 is every byte that no literal holds. */
function findClasses(set: LiteralSet): void {
  set.classes = heap.alloc(256);
  memory.fill(set.classes, 0, 256);
  let classes: u32 = 1;
  for (let i: u32 = 1; i < set.states; i++) {
    const cell = set.classes + byteOf(i);
    // 255 classes and the rest: a 256th byte value shares class 0, see fillDense.
    if (load<u8>(cell) == 0 && classes < 256) store<u8>(cell, classes++);
  }
  if (folding) {
    for (let upper: u32 = 0x41; upper <= 0x5a; upper++) {
      store<u8>(set.classes + upper, load<u8>(set.classes + (upper | 0x20)));
    }
  }
  set.classCount = classes;
}

function entriesOf(state: u32): u32 {
  let entries: u32 = 0;
  for (let child = childOf(state); child != 0; child = siblingOf(child)) entries++;
  return entries;
}

/** Output ids of a state itself. */
function idsOf(state: u32): u32 {
  let ids: u32 = 0;
  for (let output = outputOf(state); output != 0; output = nextOutput(output)) ids++;
  return ids;
}

/** Allocates the block and gives every state its cell, and its own outputs a record. */
function layOut(set: LiteralSet, rowBytes: usize, addresses: usize, outputs: usize): void {
  let total: usize = 8;
  for (let i: u32 = 0; i < set.states; i++) {
    const state = orderAt(i);
    const ids = idsOf(state);
    total += i < set.dense ? rowBytes : align(16 + ((<usize>entriesOf(state)) << 3));
    if (ids > 0) total += align((<usize>ids + 2) << 2);
  }
  set.block = heap.alloc(total);
  set.bytes = <u32>total;
  let top = align(set.block);
  for (let i: u32 = 0; i < set.states; i++) {
    const state = orderAt(i);
    store<u32>(addresses + ((<usize>state) << 2), (<u32>(top + 8)) | (i < set.dense ? 0 : SPARSE));
    top += i < set.dense ? rowBytes : align(16 + ((<usize>entriesOf(state)) << 3));
  }
  for (let i: u32 = 0; i < set.states; i++) {
    const state = orderAt(i);
    const ids = idsOf(state);
    // A state without own outputs puts out what its suffix does; the suffix came earlier in the order.
    const suffix = state == ROOT ? 0 : load<u32>(outputs + ((<usize>failOf(state)) << 2));
    const record = ids > 0 ? <u32>top : suffix;
    store<u32>(outputs + ((<usize>state) << 2), record);
    if (ids > 0) top = writeRecord(top, state, ids, suffix);
    const address = addresses + ((<usize>state) << 2);
    const cell = load<u32>(address) | (record != 0 ? OUTPUT : 0);
    store<u32>(address, (cell & (SPARSE | OUTPUT)) != 0 ? cell | CARE : cell);
    store<u32>(cellRow(cell) - 4, record);
  }
}

function writeRecord(record: usize, state: u32, ids: u32, suffix: u32): usize {
  store<u32>(record, ids);
  store<u32>(record, suffix, 4);
  let at = record + 8;
  for (let output = outputOf(state); output != 0; output = nextOutput(output)) {
    store<u32>(at, outputId(output));
    at += 4;
  }
  return record + align((<usize>ids + 2) << 2);
}

function cellOf(state: u32, addresses: usize): u32 {
  return load<u32>(addresses + ((<usize>state) << 2));
}

/** A dense row is its suffix state's row with the own children put in. */
function fillDense(set: LiteralSet, state: u32, addresses: usize): void {
  const row = cellRow(cellOf(state, addresses));
  if (state == ROOT) {
    for (let i: u32 = 0; i < set.classCount; i++) {
      store<u32>(row + ((<usize>i) << 2), cellOf(ROOT, addresses));
    }
  } else {
    memory.copy(row, cellRow(cellOf(failOf(state), addresses)), (<usize>set.classCount) << 2);
  }
  for (let child = childOf(state); child != 0; child = siblingOf(child)) {
    const column = <usize>load<u8>(set.classes + byteOf(child));
    store<u32>(row + (column << 2), cellOf(child, addresses));
  }
}

function fillSparse(set: LiteralSet, state: u32, addresses: usize): void {
  const row = cellRow(cellOf(state, addresses));
  store<u32>(row, cellOf(failOf(state), addresses));
  store<u32>(row, entriesOf(state), 4);
  let at = row + 8;
  for (let child = childOf(state); child != 0; child = siblingOf(child)) {
    store<u32>(at, load<u8>(set.classes + byteOf(child)));
    store<u32>(at, cellOf(child, addresses), 4);
    at += 8;
  }
}
