// Comparing bytes with lower-case literals at a place and within a bounded stretch, letters in either
// case: the small grammars of this room look for words with it.
import { equalsLiteralFolded } from "../http/literal";

export function startsFolded(p: usize, end: usize, literal: string): bool {
  return end - p >= <usize>literal.length && equalsLiteralFolded(p, <u32>literal.length, literal);
}

/** Whether the literal stands between the two places; lower-case literal, folded bytes. */
export function holds(ptr: usize, end: usize, literal: string): bool {
  for (let p = ptr; p < end; p++) if (startsFolded(p, end, literal)) return true;
  return false;
}
