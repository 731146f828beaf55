// The door of the room for one pattern: compile, ask, find, capture. A compiled Regex is one heap block
// that points to programs; nothing of it is garbage collected, and nothing is allocated while searching.

import { addPattern, closeProgram, openProgram } from "./compiler";
import { captureCount, groupNames } from "./group-parser";
import { parsePattern } from "./parser";
import { pikeBytes, pikeSearch, reservePike } from "./pike";
import { Program, freeProgram } from "./program";
import { sourceFailureOffset, sourceStatus } from "./source";
import { PROGRAM_LIMIT, RegexFlag, RegexStatus, THREADS_LIMIT_BYTES } from "./status";
import { vecCopyOut, vecLength } from "./vec";

@unmanaged
@final
export class Regex {
  /** RegexFlag bits that the pattern was compiled with. */
  flags: u32 = 0;
  /** Capture groups, the whole match not counted. */
  groups: u32 = 0;
  /** Reads the text forwards, with captures. */
  forward: usize = 0;
  /** Triples (group number, offset of its name in the pattern, length), `nameCount` of them. */
  names: usize = 0;
  nameCount: u32 = 0;
}

let status: RegexStatus = RegexStatus.OK;
let failureOffset: u32 = 0;

/** Why the last compileRegex returned null; OK when it did not. */
export function regexStatus(): RegexStatus {
  return status;
}

/** Offset in the pattern of what was refused. */
export function regexFailureOffset(): u32 {
  return failureOffset;
}

/**
 * Compiles `length` bytes at `pattern` under RegexFlag bits. Returns null when it is refused: see
 * regexStatus and regexFailureOffset. The caller frees the result with freeRegex. Configure time only.
 */
export function compileRegex(pattern: usize, length: u32, flags: u32): Regex | null {
  const root = parsePattern(pattern, length, flags);
  status = sourceStatus();
  failureOffset = sourceFailureOffset();
  if (root == 0) return null;
  openProgram(PROGRAM_LIMIT, false, (flags & RegexFlag.NO_CAPTURES) == 0);
  if (!addPattern(root, 0)) {
    status = RegexStatus.PROGRAM_TOO_LARGE;
    return null;
  }
  const groups = (flags & RegexFlag.NO_CAPTURES) != 0 ? 0 : captureCount();
  const program = closeProgram(groups);
  if (pikeBytes(program, program.slots) > THREADS_LIMIT_BYTES) {
    freeProgram(program);
    status = RegexStatus.PROGRAM_TOO_LARGE;
    return null;
  }
  reservePike(program);
  const regex = new Regex();
  regex.flags = flags;
  regex.groups = groups;
  regex.forward = changetype<usize>(program); // unmanaged: the reference is the address
  regex.nameCount = vecLength(groupNames()) / 3;
  regex.names = vecCopyOut(groupNames());
  return regex;
}

/** Gives the memory of a pattern back. */
export function freeRegex(regex: Regex): void {
  freeProgram(forwardProgram(regex));
  if (regex.names != 0) heap.free(regex.names);
  heap.free(changetype<usize>(regex)); // unmanaged: the reference is the block's address
}

/** The program that reads the text forwards. */
export function forwardProgram(regex: Regex): Program {
  return changetype<Program>(regex.forward); // stored by compileRegex from a Program
}

/** Captures by the reference engine alone; parameters as in pikeSearch. */
export function searchByPike(
  regex: Regex,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  out: usize,
  slots: u32,
): bool {
  const longest = (regex.flags & RegexFlag.LONGEST) != 0;
  const program = forwardProgram(regex);
  return pikeSearch(program, text, textBytes, from, to, anchored, longest, out, slots);
}
