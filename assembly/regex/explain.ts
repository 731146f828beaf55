// What the engine makes of a pattern, as text for people: facts, literals, the engines that will run, the
// program and its byte classes. For the command line and for tests; nothing on the data path uses it.

import { setHas } from "./byte-set";
import { put, putEscaped, putNumber, putRange, openWriter, written } from "./explain-writer";
import { findRequired, requiredByte, requiredCount, requiredLength } from "./literal/required";
import { Op, Program, argumentOf, nextOf, opOf } from "./program";
import {
  Regex,
  compileRegex,
  forwardProgram,
  freeRegex,
  regexFailureOffset,
  regexStatus,
} from "./regex";
import { RegexFlag } from "./status";
import { Look } from "./syntax/ast";
import { parsePattern } from "./syntax/parser";
import { spreads } from "./syntax/spread";
import { leastBytes } from "./syntax/tree-facts";
import { trimTail } from "./syntax/trim";

/** Literals that are listed. */
const SHOWN: u32 = 40;

/**
 * Writes a description of the pattern into `capacity` bytes at `out` and returns its length; it is cut
 * where the room ends. A refused pattern gives "refused: status S at offset O".
 */
export function explainPattern(
  pattern: usize,
  length: u32,
  flags: u32,
  out: usize,
  capacity: u32,
): u32 {
  openWriter(out, capacity);
  const regex = compileRegex(pattern, length, flags);
  if (regex === null) {
    put("refused: status ");
    putNumber(regexStatus());
    put(" at offset ");
    putNumber(regexFailureOffset());
    put("\n");
    return written();
  }
  explainTree(pattern, length, flags);
  explainEngines(regex);
  explainClasses(forwardProgram(regex));
  explainProgram(forwardProgram(regex));
  freeRegex(regex);
  return written();
}

function line(name: string, value: u32): void {
  put(name);
  put(": ");
  putNumber(value);
  put("\n");
}

function explainTree(pattern: usize, length: u32, flags: u32): void {
  const root = parsePattern(pattern, length, flags | RegexFlag.NO_CAPTURES);
  line("least bytes of a match", leastBytes(root));
  const gated = findRequired(root);
  if (!gated) put("required literals: none\n");
  else explainLiterals();
  trimTail(root);
  put("in a set: ");
  if (!spreads(root)) put("joined with the others\n");
  else put(gated ? "joined by its literals, decides alone\n" : "runs alone on every text\n");
}

function explainLiterals(): void {
  put("required literals (");
  putNumber(requiredCount());
  put("):");
  for (let i: u32 = 0; i < min<u32>(SHOWN, requiredCount()); i++) {
    put(" ");
    for (let at: u32 = 0; at < requiredLength(i); at++) putEscaped(requiredByte(i, at));
  }
  put(requiredCount() > SHOWN ? " ...\n" : "\n");
}

function explainEngines(regex: Regex): void {
  const program = forwardProgram(regex);
  line("groups", regex.groups);
  put(program.anchored ? "starts: at the text start only\n" : "starts: anywhere\n");
  put(regex.gate != 0 ? "first: byte gate\n" : "");
  put("yes or no: lazy automaton\n");
  const spans = (regex.flags & (RegexFlag.LONGEST | RegexFlag.NO_CAPTURES)) == 0;
  if (!spans) put("span: Pike machine\n");
  else
    put(
      program.anchored
        ? "span: automaton forwards\n"
        : "span: automaton forwards, then backwards\n",
    );
  if (regex.groups == 0) return;
  put(spans ? "groups inside the span: " : "groups: ");
  put(regex.onePass != 0 ? "one-pass table\n" : "Pike machine\n");
}

function explainClasses(program: Program): void {
  line("byte classes", program.classCount);
  for (let column: u32 = 0; column < program.classCount; column++) {
    put("  ");
    putNumber(column);
    put(":");
    let byte: u32 = 0;
    while (byte < 256) {
      if (<u32>load<u8>(program.classes + byte) != column) {
        byte++;
        continue;
      }
      const low = byte;
      while (byte < 256 && <u32>load<u8>(program.classes + byte) == column) byte++;
      put(" ");
      putRange(low, byte - 1);
    }
    put("\n");
  }
}

function explainProgram(program: Program): void {
  line("instructions", program.length);
  line("entry", program.entry);
  for (let pc: u32 = 1; pc < program.length; pc++) {
    put("  ");
    putNumber(pc);
    put(" ");
    explainInstruction(program, pc);
    put("\n");
  }
}

function explainInstruction(program: Program, pc: u32): void {
  const argument = argumentOf(program.code, pc);
  const next = nextOf(program.code, pc);
  switch (opOf(program.code, pc)) {
    case Op.RANGE:
      put("byte ");
      putRange(argument & 0xff, argument >>> 8);
      break;
    case Op.SET:
      put("byte of");
      explainSet(program.sets + ((<usize>argument) << 5));
      break;
    case Op.SPLIT:
      put("split ");
      putNumber(next);
      put(", else ");
      putNumber(argument);
      return;
    case Op.CAPTURE:
      put("slot ");
      putNumber(argument);
      break;
    case Op.LOOK:
      explainLook(argument);
      break;
    case Op.MATCH:
      put("match");
      return;
  }
  put(" -> ");
  putNumber(next);
}

function explainSet(set: usize): void {
  let byte: u32 = 0;
  while (byte < 256) {
    if (!setHas(set, byte)) {
      byte++;
      continue;
    }
    const low = byte;
    while (byte < 256 && setHas(set, byte)) byte++;
    put(" ");
    putRange(low, byte - 1);
  }
}

function explainLook(look: u32): void {
  switch (look) {
    case Look.TEXT_START:
      return put("text start");
    case Look.TEXT_END:
      return put("text end");
    case Look.LINE_START:
      return put("line start");
    case Look.LINE_END:
      return put("line end");
    case Look.WORD_BOUNDARY:
      return put("word boundary");
  }
  put("no word boundary");
}
