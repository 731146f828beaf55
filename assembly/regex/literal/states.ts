// Where the states of a literal set lie in its one block. Sparse states stand in depth-first order, so that
// a state with one child needs no address of it: the child is the next one (most states are such tails).
//
//   dense:   row -> [ cell of each class ]
//   sparse:  row -> [ fail cell | entries, class << 8, next << 16 ] [ class, cell ] ...
//            next: with one entry, the child's row lies (next >> 1) * 8 bytes on, bit 0: it has outputs
//   outputs: the word before the row of a state that has any -> [ ids | outputs of the longest suffix state | id ... ]
//   cell = address of a row | flags

import { vecFree, vecLength, vecPop, vecPush } from "../vec";
import {
  ROOT,
  byteOf,
  childOf,
  failOf,
  nextOutput,
  orderAt,
  outputId,
  outputOf,
  siblingOf,
} from "./trie";

/** A cell that makes the inner loop stop: one of the two flags below is set. */
export const CARE: u32 = 1;
export const SPARSE: u32 = 2;
export const OUTPUT: u32 = 4;

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

/** Nodes whose subtrees wait to be placed. */
const waiting: usize = memory.data(12);

/** Cells of all trie nodes, and the addresses of their output records (0: none), while a set is laid out. */
let cells: usize = 0;
let records: usize = 0;
let top: usize = 0;

/** Fills in `dense`, `block`, `bytes` and `root` of a set whose trie is linked and whose classes are known. */
export function layOutStates(set: LiteralSet, denseBytes: u32): void {
  const rowBytes = align(8 + ((<usize>set.classCount) << 2));
  set.dense = min<u32>(set.states, max<u32>(1, denseBytes / <u32>rowBytes));
  cells = heap.alloc((<usize>set.states) << 2);
  records = heap.alloc((<usize>set.states) << 2);
  // Once to learn the size, once in place.
  top = 8;
  place(set, rowBytes);
  set.bytes = <u32>top;
  set.block = heap.alloc(top);
  top = align(set.block);
  place(set, rowBytes);
  for (let i: u32 = 0; i < set.states; i++) {
    if (i < set.dense) fillDense(set, orderAt(i));
    else fillSparse(set, orderAt(i));
  }
  set.root = rowOf(cellOf(ROOT));
  heap.free(cells);
  heap.free(records);
  vecFree(waiting);
}

function align(bytes: usize): usize {
  return (bytes + 7) & ~7;
}

function rowOf(cell: u32): usize {
  return <usize>(cell & ~7);
}

function cellOf(state: u32): u32 {
  return load<u32>(cells + ((<usize>state) << 2));
}

function setCell(state: u32, cell: u32): void {
  store<u32>(cells + ((<usize>state) << 2), cell);
}

function recordOf(state: u32): u32 {
  return load<u32>(records + ((<usize>state) << 2));
}

/** Gives every state its outputs and its cell, from `top` on; writes only when the block is there. */
function place(set: LiteralSet, rowBytes: usize): void {
  memory.fill(cells, 0, (<usize>set.states) << 2);
  for (let i: u32 = 0; i < set.states; i++) placeOutputs(orderAt(i), set.block != 0);
  for (let i: u32 = 0; i < set.dense; i++) {
    const state = orderAt(i);
    setCell(state, (<u32>(top + 8)) | (recordOf(state) != 0 ? OUTPUT | CARE : 0));
    top += rowBytes;
  }
  // Breadth-first order: a child of a dense state that has no row is the root of a sparse subtree.
  for (let i: u32 = 0; i < set.dense; i++) {
    for (let child = childOf(orderAt(i)); child != 0; child = siblingOf(child)) {
      if (cellOf(child) == 0) placeSubtree(child);
    }
  }
}

/** A state's own outputs get a record; without any it puts out what its suffix does, which came earlier. */
function placeOutputs(state: u32, writes: bool): void {
  const suffix = state == ROOT ? 0 : recordOf(failOf(state));
  let ids: u32 = 0;
  for (let output = outputOf(state); output != 0; output = nextOutput(output)) {
    if (writes) store<u32>(top + 8 + ((<usize>ids) << 2), outputId(output));
    ids++;
  }
  store<u32>(records + ((<usize>state) << 2), ids == 0 ? suffix : <u32>top);
  if (ids == 0) return;
  if (writes) {
    store<u32>(top, ids);
    store<u32>(top, suffix, 4);
  }
  top += align((<usize>ids + 2) << 2);
}

function placeSubtree(from: u32): void {
  vecPush(waiting, from);
  while (vecLength(waiting) > 0) {
    const state = vecPop(waiting);
    const puts = recordOf(state) != 0;
    const row = top + (puts ? 8 : 0);
    setCell(state, (<u32>row) | SPARSE | CARE | (puts ? OUTPUT : 0));
    let entries: u32 = 0;
    for (let child = childOf(state); child != 0; child = siblingOf(child)) {
      vecPush(waiting, child);
      entries++;
    }
    top = row + 8 + (entries > 1 ? (<usize>entries) << 3 : 0);
  }
}

/** A dense row is its suffix state's row with the own children put in. */
function fillDense(set: LiteralSet, state: u32): void {
  const row = rowOf(cellOf(state));
  if (state == ROOT) {
    for (let i: u32 = 0; i < set.classCount; i++) {
      store<u32>(row + ((<usize>i) << 2), cellOf(ROOT));
    }
  } else {
    memory.copy(row, rowOf(cellOf(failOf(state))), (<usize>set.classCount) << 2);
  }
  for (let child = childOf(state); child != 0; child = siblingOf(child)) {
    store<u32>(row + (classOf(set, child) << 2), cellOf(child));
  }
  store<u32>(row - 4, recordOf(state));
}

/** Class of the byte that leads to a state. */
function classOf(set: LiteralSet, state: u32): usize {
  return <usize>load<u8>(set.classes + byteOf(state));
}

function fillSparse(set: LiteralSet, state: u32): void {
  const cell = cellOf(state);
  const row = rowOf(cell);
  if ((cell & OUTPUT) != 0) store<u32>(row - 4, recordOf(state));
  store<u32>(row, cellOf(failOf(state)));
  let entries: u32 = 0;
  for (let child = childOf(state); child != 0; child = siblingOf(child)) entries++;
  const only = childOf(state);
  if (entries == 1) {
    const next = cellOf(only);
    const distance = ((<u32>(rowOf(next) - row)) >> 3) << 1;
    const puts: u32 = (next & OUTPUT) != 0 ? 1 : 0;
    return store<u32>(row, 1 | ((<u32>classOf(set, only)) << 8) | ((distance | puts) << 16), 4);
  }
  store<u32>(row, entries, 4);
  let at = row + 8;
  for (let child = only; child != 0; child = siblingOf(child)) {
    store<u32>(at, <u32>classOf(set, child));
    store<u32>(at, cellOf(child), 4);
    at += 8;
  }
}
