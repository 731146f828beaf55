// The regex engine for `meshwarden explain regex`: a pattern in, its description, or why it is refused, out; and what it finds in a text.
import { explainPattern } from "../regex/explain";
import { Regex, compileRegex, find, regexFailureOffset, regexStatus } from "../regex/regex";
import { regexReason } from "../waf/load/regex-reason";

let regex: Regex | null = null;

/** A block for the caller to write into. */
export function allocate(bytes: u32): usize {
  return heap.alloc(max<u32>(bytes, 1));
}

export function release(block: usize): void {
  heap.free(block);
}

/**
 * Compiles a pattern under RegexFlag bits, to be asked by what follows.
 * @returns groups of the pattern, the whole match not counted; -1: refused (`reason`, `offset`)
 */
export function open(pattern: usize, length: u32, flags: u32): i32 {
  const made = compileRegex(pattern, length, flags);
  regex = made;
  return made === null ? -1 : <i32>made.groups;
}

/** Why the pattern was refused: an AssemblyScript string. */
export function reason(): string {
  return regexReason(regexStatus());
}

/** RegexStatus of the last pattern. */
export function status(): u32 {
  return regexStatus();
}

/** Byte of the pattern at which it was refused. */
export function offset(): u32 {
  return regexFailureOffset();
}

/** Writes the description into `capacity` bytes at `out`; the answer is its length. */
export function explain(pattern: usize, length: u32, flags: u32, out: usize, capacity: u32): u32 {
  return explainPattern(pattern, length, flags, out, capacity);
}

/**
 * The leftmost match in a text, found as the filters find it.
 * @param slots u32 at `out` to be filled: start and end of the match and of each group, 0xffffffff where a group took no part
 */
export function search(text: usize, length: u32, out: usize, slots: u32): bool {
  const made = regex;
  return made !== null && find(made, text, length, 0, length, false, out, slots);
}
