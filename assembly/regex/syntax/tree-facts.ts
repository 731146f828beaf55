// Small questions about a syntax tree. Each is a walk whose depth is bounded by NEST_LIMIT.

import { Look, NodeKind, UNBOUNDED, firstChild, nextSibling, nodeA, nodeB, nodeKind } from "./ast";

const SATURATED: u32 = 0x1000000;

/** Whether the node can match the empty string (tests count as empty). */
export function canBeEmpty(node: u32): bool {
  switch (nodeKind(node)) {
    case NodeKind.EMPTY:
    case NodeKind.LOOK:
      return true;
    case NodeKind.CONCAT:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        if (!canBeEmpty(child)) return false;
      }
      return true;
    case NodeKind.ALTERNATE:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        if (canBeEmpty(child)) return true;
      }
      return false;
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      return nodeA(node) == 0 || canBeEmpty(firstChild(node));
    case NodeKind.CAPTURE:
      return canBeEmpty(firstChild(node));
  }
  return false;
}

/** Whether the node matches exactly one byte and holds no test or group. */
export function isOneByte(node: u32): bool {
  const kind = nodeKind(node);
  if (kind == NodeKind.RANGE || kind == NodeKind.SET) return true;
  if (kind != NodeKind.ALTERNATE) return false;
  for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
    const inner = nodeKind(child);
    if (inner != NodeKind.RANGE && inner != NodeKind.SET) return false;
  }
  return true;
}

/** Whether every match begins at the start of the text, so that no other start need be tried. */
export function beginsAtTextStart(node: u32): bool {
  switch (nodeKind(node)) {
    case NodeKind.LOOK:
      return nodeA(node) == Look.TEXT_START;
    case NodeKind.CONCAT: {
      // Zero-width items before the anchor do not move it.
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        if (beginsAtTextStart(child)) return true;
        if (nodeKind(child) != NodeKind.LOOK) return false;
      }
      return false;
    }
    case NodeKind.ALTERNATE:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        if (!beginsAtTextStart(child)) return false;
      }
      return true;
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      return nodeA(node) > 0 && beginsAtTextStart(firstChild(node));
    case NodeKind.CAPTURE:
      return beginsAtTextStart(firstChild(node));
  }
  return false;
}

/** Fewest bytes that the node can match, saturated at 65,535. */
export function leastBytes(node: u32): u32 {
  let total: u32 = 0;
  switch (nodeKind(node)) {
    case NodeKind.RANGE:
    case NodeKind.SET:
      return 1;
    case NodeKind.CONCAT:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        total = min<u32>(0xffff, total + leastBytes(child));
      }
      return total;
    case NodeKind.ALTERNATE:
      total = 0xffff;
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        total = min<u32>(total, leastBytes(child));
      }
      return total;
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY:
      return nodeB(node) == 0 ? 0 : min<u32>(0xffff, nodeA(node) * leastBytes(firstChild(node)));
    case NodeKind.CAPTURE:
      return leastBytes(firstChild(node));
    case NodeKind.FAIL:
      return 0xffff;
  }
  return 0;
}

/** Instructions that the node compiles to, at most; saturated at 2^24. */
export function mostInstructions(node: u32): u32 {
  let total: u32 = 1;
  switch (nodeKind(node)) {
    case NodeKind.CONCAT:
    case NodeKind.ALTERNATE:
      for (let child = firstChild(node); child != 0; child = nextSibling(child)) {
        total = min<u32>(SATURATED, total + 1 + mostInstructions(child));
      }
      return total;
    case NodeKind.CAPTURE:
      return min<u32>(SATURATED, mostInstructions(firstChild(node)) + 2);
    case NodeKind.REPEAT:
    case NodeKind.REPEAT_LAZY: {
      const copies = nodeB(node) == UNBOUNDED ? nodeA(node) + 1 : nodeB(node);
      const sum = <u64>(mostInstructions(firstChild(node)) + 2) * <u64>copies;
      return <u32>min<u64>(SATURATED, sum + 2);
    }
  }
  return total;
}
