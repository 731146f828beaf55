// The door of the room for one pattern: compile, ask, find, capture. A compiled Regex is one heap block
// that points to programs and automata; nothing of it is garbage collected, and nothing is allocated
// while searching.
//
// A search for a span runs up to three engines: the automaton forwards for the end of the match, the
// automaton of the reversed program back for its start, and inside that span, for groups, the one-pass
// table where the pattern has one, else the Pike machine.

import { addPattern, closeProgram, freeBuilder, openProgram } from "./compiler";
import { Dfa, freeDfa, openDfa } from "./dfa";
import { ensureDfaCache } from "./dfa-cache";
import { GIVEN_UP, scanBackward, scanForward } from "./dfa-scan";
import { buildOnePass, onePassSearch } from "./one-pass";
import { captureCount, groupNames } from "./syntax/group-parser";
import { findInGate } from "./literal/byte-gate";
import { freeRequired } from "./literal/required";
import { freeTrie } from "./literal/trie";
import { gateOfPattern } from "./literal/pattern-gate";
import { StepMode, reserveSteps } from "./nfa-step";
import { freeTree } from "./syntax/ast";
import { parsePattern } from "./syntax/parser";
import { pikeBytes, pikeSearch, reservePike, slotScratch } from "./pike";
import { Program, freeProgram } from "./program";
import { sourceFailureOffset, sourceStatus } from "./syntax/source";
import { PROGRAM_LIMIT, RegexFlag, RegexStatus, THREADS_LIMIT_BYTES } from "./status";
import { vecCopyOut, vecLength } from "./vec";

@unmanaged
@final
export class Regex {
  /** RegexFlag bits that the pattern was compiled with. */
  flags: u32 = 0;
  /** Capture groups, the whole match not counted. */
  groups: u32 = 0;
  /** Program that reads the text forwards, with captures. */
  forward: usize = 0;
  /** Program that reads the text backwards; 0 with NO_CAPTURES. */
  backward: usize = 0;
  /** Automaton that answers yes or no. */
  any: usize = 0;
  /** Automaton that finds the end of the leftmost-first match. */
  first: usize = 0;
  /** Automaton that finds the start of a match from its end; 0 with NO_CAPTURES. */
  start: usize = 0;
  /** Bytes of which a matching text holds at least one; 0 when there is no gate worth asking. */
  gate: usize = 0;
  /** One-pass table for the groups inside a span; 0 when the pattern is not one-pass. */
  onePass: usize = 0;
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
  const spans = (flags & RegexFlag.NO_CAPTURES) == 0;
  const forward = compileProgram(root, false, spans);
  if (forward === null) return null;
  let backward: Program | null = null;
  if (spans) {
    backward = compileProgram(root, true, false);
    if (backward === null) {
      freeProgram(forward);
      return null;
    }
  }
  const regex = assemble(forward, backward, flags);
  regex.gate = gateOfPattern(root);
  return regex;
}

function compileProgram(root: u32, reverse: bool, captures: bool): Program | null {
  openProgram(PROGRAM_LIMIT, reverse, captures);
  if (addPattern(root, 0, PROGRAM_LIMIT)) {
    const program = closeProgram(captures ? captureCount() : 0);
    if (pikeBytes(program, program.slots) <= THREADS_LIMIT_BYTES) return program;
    freeProgram(program);
  }
  status = RegexStatus.PROGRAM_TOO_LARGE;
  return null;
}

function assemble(forward: Program, backward: Program | null, flags: u32): Regex {
  ensureDfaCache();
  reservePike(forward);
  reserveSteps(forward.length, 1);
  const regex = new Regex();
  const spans = (flags & (RegexFlag.LONGEST | RegexFlag.NO_CAPTURES)) == 0;
  regex.flags = flags;
  regex.groups = (forward.slots >> 1) - 1;
  // Regex, Program and Dfa are unmanaged: a reference is the address of the block.
  regex.forward = changetype<usize>(forward);
  regex.any = changetype<usize>(openDfa(forward, StepMode.ANY));
  regex.first = changetype<usize>(openDfa(forward, StepMode.FIRST));
  if (backward !== null) {
    reserveSteps(backward.length, 1);
    regex.backward = changetype<usize>(backward);
    regex.start = changetype<usize>(openDfa(backward, StepMode.ALL));
  }
  if (spans && regex.groups > 0) regex.onePass = buildOnePass(forward);
  regex.nameCount = vecLength(groupNames()) / 3;
  regex.names = vecCopyOut(groupNames());
  return regex;
}

/**
 * Gives back what only compiling needs: syntax tree, builder, literals, trie. To be called once a whole
 * configuration is compiled; compiling more afterwards is allowed and takes it again.
 */
export function releaseBuildMemory(): void {
  freeTree();
  freeBuilder();
  freeRequired();
  freeTrie();
}

/** Gives the memory of a pattern back. */
export function freeRegex(regex: Regex): void {
  freeDfa(changetype<Dfa>(regex.any)); // this and the casts below: stored by assemble
  freeDfa(changetype<Dfa>(regex.first));
  freeProgram(changetype<Program>(regex.forward));
  if (regex.backward != 0) {
    freeDfa(changetype<Dfa>(regex.start));
    freeProgram(changetype<Program>(regex.backward));
  }
  if (regex.gate != 0) heap.free(regex.gate);
  if (regex.onePass != 0) heap.free(regex.onePass);
  if (regex.names != 0) heap.free(regex.names);
  heap.free(changetype<usize>(regex));
}

/** The program that reads the text forwards. */
export function forwardProgram(regex: Regex): Program {
  return changetype<Program>(regex.forward); // stored by assemble from a Program
}

/** Whether the text holds none of the bytes that a match needs. */
function isGatedOut(regex: Regex, text: usize, textBytes: u32): bool {
  return regex.gate != 0 && findInGate(regex.gate, text, text + textBytes) == text + textBytes;
}

/** Whether the pattern matches anywhere in the text. */
export function matches(regex: Regex, text: usize, textBytes: u32): bool {
  if (isGatedOut(regex, text, textBytes)) return false;
  return scanForward(changetype<Dfa>(regex.any), text, textBytes, 0, textBytes, false, 0) >= 0;
}

/**
 * Finds the first match that lies within offsets `from` to `to` of the text; bytes outside are seen by
 * tests such as \b only. With `anchored` it must begin at `from`. Fills `out` with `slots` u32 offsets:
 * start and end of the match, then of each group, NO_POSITION for a group without part; `slots` is even
 * and at most 2 × (groups + 1). Returns false, `out` undefined, when there is no match.
 */
export function find(
  regex: Regex,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  anchored: bool,
  out: usize,
  slots: u32,
): bool {
  if ((regex.flags & (RegexFlag.LONGEST | RegexFlag.NO_CAPTURES)) != 0) {
    return findByPike(regex, text, textBytes, from, to, anchored, out, slots);
  }
  if (isGatedOut(regex, text + from, to - from)) return false;
  const fixed = anchored || forwardProgram(regex).anchored;
  if (fixed && slots > 2 && regex.onePass != 0) {
    return groupsAt(regex, text, textBytes, from, to, out, slots);
  }
  const end = scanForward(changetype<Dfa>(regex.first), text, textBytes, from, to, anchored, 0);
  if (end < 0 || slots == 0) return end >= 0;
  let start = <i32>from;
  if (!fixed) {
    start = scanBackward(changetype<Dfa>(regex.start), text, textBytes, from, <u32>end);
    if (start == GIVEN_UP) return findByPike(regex, text, textBytes, from, to, false, out, slots);
  }
  if (slots > 2) return groupsAt(regex, text, textBytes, <u32>start, <u32>end, out, slots);
  store<u32>(out, <u32>start);
  store<u32>(out, <u32>end, 4);
  return true;
}

/** Groups of a match that begins at `from` and ends by `to`. */
function groupsAt(
  regex: Regex,
  text: usize,
  textBytes: u32,
  from: u32,
  to: u32,
  out: usize,
  slots: u32,
): bool {
  if (regex.onePass == 0) return findByPike(regex, text, textBytes, from, to, true, out, slots);
  const program = forwardProgram(regex);
  const scratch = slotScratch();
  return onePassSearch(program, regex.onePass, text, textBytes, from, to, out, slots, scratch);
}

/** find() by the reference engine alone. */
export function findByPike(
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
