// The trie under construction: nodes in flat vecs, children as sibling lists, breadth-first order and
// failure links computed once all words are in. Configure time only; literal-set.ts makes the automaton.

import { vecAt, vecFree, vecLength, vecPush, vecPut, vecResize } from "../vec";

/** Per node: first child, next sibling, byte, failure node, own outputs (index + 1), depth. */
const nodes: usize = memory.data(12);
const WORDS: u32 = 6;
/** Pairs (id, next output of the same node + 1). */
const outputs: usize = memory.data(12);
/** Nodes in breadth-first order. */
const order: usize = memory.data(12);

export const ROOT: u32 = 0;

/** Starts an empty trie. */
export function openTrie(): void {
  vecResize(nodes, 0);
  vecResize(outputs, 0);
  vecResize(order, 0);
  vecResize(nodes, WORDS);
}

/** Gives the memory of the trie back. */
export function freeTrie(): void {
  vecFree(nodes);
  vecFree(outputs);
  vecFree(order);
}

/** Number of nodes, the root included. */
export function trieSize(): u32 {
  return vecLength(nodes) / WORDS;
}

export function childOf(node: u32): u32 {
  return vecAt(nodes, node * WORDS);
}

export function siblingOf(node: u32): u32 {
  return vecAt(nodes, node * WORDS + 1);
}

export function byteOf(node: u32): u32 {
  return vecAt(nodes, node * WORDS + 2);
}

export function failOf(node: u32): u32 {
  return vecAt(nodes, node * WORDS + 3);
}

/** First own output of a node + 1, 0 for none; then nextOutput. */
export function outputOf(node: u32): u32 {
  return vecAt(nodes, node * WORDS + 4);
}

export function outputId(output: u32): u32 {
  return vecAt(outputs, (output - 1) * 2);
}

export function nextOutput(output: u32): u32 {
  return vecAt(outputs, (output - 1) * 2 + 1);
}

/** Node number at a place of the breadth-first order. */
export function orderAt(index: u32): u32 {
  return vecAt(order, index);
}

/** Child of `node` along a byte; 0 when there is none. */
export function stepTrie(node: u32, byte: u32): u32 {
  for (let child = childOf(node); child != 0; child = siblingOf(child)) {
    if (byteOf(child) == byte) return child;
  }
  return 0;
}

/** Child along a byte, made when missing. */
export function growTrie(node: u32, byte: u32): u32 {
  const known = stepTrie(node, byte);
  if (known != 0) return known;
  const child = trieSize();
  vecResize(nodes, (child + 1) * WORDS);
  vecPut(nodes, child * WORDS + 1, childOf(node));
  vecPut(nodes, child * WORDS + 2, byte);
  vecPut(nodes, node * WORDS, child);
  return child;
}

/** Lets `id` be put out at a node, once. */
export function addOutput(node: u32, id: u32): void {
  for (let output = outputOf(node); output != 0; output = nextOutput(output)) {
    if (outputId(output) == id) return;
  }
  vecPush(outputs, id);
  vecPush(outputs, outputOf(node));
  vecPut(nodes, node * WORDS + 4, vecLength(outputs) >> 1);
}

/** Computes order and failure links. */
export function linkTrie(): void {
  vecPush(order, ROOT);
  for (let i: u32 = 0; i < vecLength(order); i++) {
    const node = vecAt(order, i);
    for (let child = childOf(node); child != 0; child = siblingOf(child)) {
      vecPush(order, child);
      vecPut(
        nodes,
        child * WORDS + 3,
        node == ROOT ? ROOT : failTarget(failOf(node), byteOf(child)),
      );
    }
  }
}

/** Longest proper suffix state that continues with a byte. */
function failTarget(from: u32, byte: u32): u32 {
  let node = from;
  while (true) {
    const next = stepTrie(node, byte);
    if (next != 0) return next;
    if (node == ROOT) return ROOT;
    node = failOf(node);
  }
}
