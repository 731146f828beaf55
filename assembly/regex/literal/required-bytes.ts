// Bytes that a match cannot do without: up to four sets, of each of which every match holds a member. Where the required
// literals of a pattern are short and common ("on" of `\bon[a-z]+\s*=`), the quote, bracket or equals sign that it also
// needs is often missing, and two vector operations on the bytes that occur in a text tell so. Walks the tree bottom up.
import { NodeKind, firstChild, nextSibling, nodeA, nodeB, nodeKind, treeSet } from "../syntax/ast";
import { SET_BYTES, setAddRange, setEquals, setHas, setUnite } from "../byte-set";
import { byteRarity } from "./cost";

/** Sets of one pattern. */
export const REQUIRED_SETS: u32 = 4;
/** A set that ordinary text meets more often than once in this many bytes tells too little. */
const WORTH: f64 = 5;

const LIST_BYTES: usize = 8 + 4 * 32;

/**
 * Writes the sets of a tree at `out` (REQUIRED_SETS of 32 bytes), the rarest first. Returns how many; 0: none worth having.
 */
export function findRequiredBytes(root: u32, out: usize): u32 {
  const list = visit(root);
  const count = load<u32>(list);
  memory.copy(out, list + 8, <usize>count * SET_BYTES);
  heap.free(list);
  return count;
}

/** A list of sets in a heap block: count, then the sets. */
function visit(node: u32): usize {
  const list = heap.alloc(LIST_BYTES);
  memory.fill(list, 0, LIST_BYTES);
  switch (nodeKind(node)) {
    case NodeKind.RANGE:
    case NodeKind.SET:
      addByte(list, node);
      break;
    case NodeKind.CONCAT:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        take(list, visit(child));
      }
      break;
    case NodeKind.ALTERNATE:
      alternate(list, node);
      break;
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      if (nodeA(node) > 0) take(list, visit(firstChild(node)));
      break;
    case NodeKind.CAPTURE:
      take(list, visit(firstChild(node)));
      break;
  }
  return list;
}

function addByte(list: usize, node: u32): void {
  const set = memory.data(32, 8);
  memory.fill(set, 0, SET_BYTES);
  if (nodeKind(node) == NodeKind.RANGE) setAddRange(set, nodeA(node), nodeB(node));
  else memory.copy(set, treeSet(nodeA(node)), SET_BYTES);
  add(list, set);
}

/** Moves the sets of another list, which is freed, into this one. */
function take(list: usize, other: usize): void {
  const count = load<u32>(other);
  for (let i: u32 = 0; i < count; i++) add(list, other + 8 + <usize>i * SET_BYTES);
  heap.free(other);
}

/** One set for all branches: the rarest of each; none when a branch has none. */
function alternate(list: usize, node: u32): void {
  const union = heap.alloc(SET_BYTES);
  memory.fill(union, 0, SET_BYTES);
  let all = true;
  for (let child = firstChild(node); child != 0 && all; child = nextSibling(child)) {
    const branch = visit(child);
    if (load<u32>(branch) == 0) all = false;
    else setUnite(union, branch + 8);
    heap.free(branch);
  }
  if (all) add(list, union);
  heap.free(union);
}

/** Puts a set in its place by rarity, unless it is there, too common, or rarer ones fill the list. */
function add(list: usize, set: usize): void {
  const weight = frequency(set);
  if (weight * WORTH > 1) return;
  let count = load<u32>(list);
  for (let i: u32 = 0; i < count; i++) {
    if (setEquals(list + 8 + <usize>i * SET_BYTES, set)) return;
  }
  let place = count;
  while (place > 0 && frequency(list + 8 + <usize>(place - 1) * SET_BYTES) > weight) place--;
  if (place >= REQUIRED_SETS) return;
  if (count < REQUIRED_SETS) count++;
  const cell = list + 8 + <usize>place * SET_BYTES;
  memory.copy(cell + SET_BYTES, cell, <usize>(count - 1 - place) * SET_BYTES);
  memory.copy(cell, set, SET_BYTES);
  store<u32>(list, count);
}

/** Members expected in one byte of ordinary text. */
function frequency(set: usize): f64 {
  let sum: f64 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) {
    if (setHas(set, byte)) sum += 1.0 / <f64>((<u32>1) << byteRarity(byte));
  }
  return sum;
}
