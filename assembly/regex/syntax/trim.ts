// When only yes or no is asked, what a pattern may but need not match at its end does not matter:
// `ab.*` is `ab`, `x[0-9]+` is `x[0-9]`. Such tails keep an automaton in matching states for the rest
// of the text, and multiply the states of a set; so they are cut before a set is compiled.

import {
  NodeKind,
  UNBOUNDED,
  firstChild,
  nextSibling,
  nodeA,
  nodeB,
  nodeKind,
  setNodeKind,
  setNodeCounts,
} from "./ast";
import { canBeEmpty } from "./tree-facts";

/** Cuts the optional tail of a tree in place. Tests (`$`, `\b`) are not optional and stay. */
export function trimTail(node: u32): void {
  switch (nodeKind(node)) {
    case NodeKind.CONCAT:
      trimConcat(node);
      return;
    case NodeKind.ALTERNATE:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) trimTail(child);
      return;
    case NodeKind.CAPTURE:
      trimTail(firstChild(node));
      return;
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      trimRepeat(node);
      return;
  }
}

/** Trims the last child; when it became the empty string, the one before it, and so on. */
function trimConcat(node: u32): void {
  while (true) {
    let last: u32 = 0;
    for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
      if (nodeKind(child) != NodeKind.EMPTY) last = child;
    }
    if (last == 0) return;
    trimTail(last);
    if (nodeKind(last) != NodeKind.EMPTY) return;
  }
}

/** x{0,m} is nothing; x{n,m} is x{n}. */
function trimRepeat(node: u32): void {
  if (nodeA(node) == 0) {
    setNodeKind(node, NodeKind.EMPTY);
    return;
  }
  if (nodeB(node) == UNBOUNDED || nodeB(node) > nodeA(node))
    setNodeCounts(node, nodeA(node), nodeA(node));
  if (nodeA(node) == 1 && !canBeEmpty(firstChild(node))) trimTail(firstChild(node));
}
