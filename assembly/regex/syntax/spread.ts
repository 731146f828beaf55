// Whether a pattern multiplies the states of an automaton that it shares: after something has matched,
// a long run of nearly any byte (`union.*select`, `<[^>]*on`, `.{0,40}`) must be remembered beside
// whatever else goes on, so k such patterns make up to 2^k states. Runs of few bytes (`\s*`, `\w+`) end
// soon in ordinary text and do no harm.

import {
  NodeKind,
  UNBOUNDED,
  firstChild,
  nextSibling,
  nodeA,
  nodeB,
  nodeKind,
  treeSet,
} from "./ast";
import { setCount } from "../byte-set";

/** Members from which a class counts as nearly any byte. */
const WIDE: u32 = 72;
/** Longest run of a wide class that is harmless. */
const RUN: u32 = 3;

/** Largest count that is harmless: each step of a count is a place where a thread may be. */
const COUNT: u32 = 8;

/** Whether the tree holds a long run of a wide class. */
export function spreads(node: u32): bool {
  switch (nodeKind(node)) {
    case NodeKind.CONCAT:
    case NodeKind.ALTERNATE:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        if (spreads(child)) return true;
      }
      return false;
    case NodeKind.CAPTURE:
      return spreads(firstChild(node));
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      if (nodeB(node) > RUN && holdsWide(firstChild(node))) return true;
      if (nodeB(node) != UNBOUNDED && nodeB(node) > COUNT) return true;
      return spreads(firstChild(node));
  }
  return false;
}

function holdsWide(node: u32): bool {
  switch (nodeKind(node)) {
    case NodeKind.RANGE:
      return nodeB(node) - nodeA(node) >= WIDE;
    case NodeKind.SET:
      return setCount(treeSet(nodeA(node))) >= WIDE;
    case NodeKind.CONCAT:
    case NodeKind.ALTERNATE:
    case NodeKind.CAPTURE:
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        if (holdsWide(child)) return true;
      }
  }
  return false;
}
