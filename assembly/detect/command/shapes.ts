// Shapes of command lines that no separator announces: files made of commands, braces for blanks, letters in
// brackets inside a path, loops and tests of cmd.exe. Each asks for the marks around it.
import { isAlpha } from "../../base/ascii";
import { isNameEnd } from "./argument";
import { nameHasPath, nameKind, nameSize, readName } from "./name";
import { Shell } from "./words";
import { startsFolded } from "../folded-text";
import { Reason, at } from "../verdict";

function isTool(kind: u32): bool {
  return kind == Shell.Strong || kind == Shell.Known;
}

/** `<(cat file)`, `>(tee log)` at the bracket. */
export function substitutedFile(ptr: usize, p: usize, end: usize): Reason {
  if (p == ptr) return Reason.None;
  const mark = load<u8>(p - 1);
  if (mark != 0x3c && mark != 0x3e) return Reason.None;
  const q = readName(p + 1, end);
  if (nameSize() < 2 || !isNameEnd(q, end)) return Reason.None;
  return isTool(nameKind()) || nameHasPath()
    ? at(p - 1, q, Reason.CommandSubstitution)
    : Reason.None;
}

/** `{cat,/etc/passwd}`, `{ls,-la}`, `{id,}` at the brace. */
export function braced(p: usize, end: usize): Reason {
  let q = p + 1;
  // {,id} begins with nothing.
  const empty = q < end && load<u8>(q) == 0x2c;
  if (empty) q++;
  q = readName(q, end);
  if (nameSize() < 2 || q >= end || !isTool(nameKind())) return Reason.None;
  const byte = load<u8>(q);
  if (empty) return byte == 0x7d || byte == 0x2c ? at(p, q, Reason.CommandLine) : Reason.None;
  if (byte != 0x2c || q + 1 >= end) return Reason.None;
  const next = load<u8>(q, 1);
  const isArgument =
    next == 0x2d || next == 0x2f || next == 0x2e || next == 0x2a || next == 0x7d || next == 0x24;
  return isArgument ? at(p, q, Reason.CommandLine) : Reason.None;
}

/** `/bin/[u]name`, `/etc/[p]asswd`: one letter in brackets inside a path, at the bracket. */
export function globbed(ptr: usize, p: usize, end: usize): Reason {
  if (p + 3 >= end || p == ptr || load<u8>(p, 2) != 0x5d) return Reason.None;
  if (!isAlpha(load<u8>(p, 1)) || !isAlpha(load<u8>(p, 3))) {
    if (load<u8>(p, 3) != 0x2f || !isAlpha(load<u8>(p, 1))) return Reason.None;
  }
  let q = p;
  while (q > ptr && q > p - 12 && isAlpha(load<u8>(q - 1))) q--;
  if (q == ptr || load<u8>(q - 1) != 0x2f) return Reason.None;
  // From the root: a blank or nothing in front of the path.
  let root = q - 1;
  while (root > ptr && load<u8>(root - 1) > 0x20 && root > q - 64) root--;
  return load<u8>(root) == 0x2f ? at(root, p, Reason.CommandLine) : Reason.None;
}

/** FOR %a IN (...), IF NOT EXIST x: the value begins as a line of cmd.exe. */
export function isBatch(ptr: usize, end: usize): bool {
  let p = ptr;
  while (p < end && p < ptr + 8 && (load<u8>(p) <= 0x20 || isOpening(load<u8>(p)))) p++;
  if (startsFolded(p, end, "for ")) return isLoop(p + 4, end);
  return startsFolded(p, end, "if ") && isTest(p + 3, end);
}

function isOpening(byte: u8): bool {
  return byte == 0x26 || byte == 0x7c || byte == 0x3b || byte == 0x40 || byte == 0x28;
}

function blanks(p: usize, end: usize): usize {
  while (p < end && load<u8>(p) <= 0x20) p++;
  return p;
}

/** Switches such as /f "delims=," and then %a in ( */
function isLoop(from: usize, end: usize): bool {
  const stop = min(end, from + 96);
  let p = blanks(from, stop);
  while (p < stop && load<u8>(p) != 0x25) p++;
  while (p < stop && load<u8>(p) == 0x25) p++;
  if (p >= stop || load<u8>(p) <= 0x20) return false;
  while (p < stop && load<u8>(p) > 0x20) p++;
  p = blanks(p, stop);
  if (!startsFolded(p, end, "in")) return false;
  p = blanks(p + 2, end);
  return p < end && load<u8>(p) == 0x28;
}

function isTest(from: usize, end: usize): bool {
  let p = blanks(from, end);
  if (startsFolded(p, end, "/i ")) p = blanks(p + 3, end);
  const negated = startsFolded(p, end, "not ");
  if (negated) p = blanks(p + 4, end);
  if (startsFolded(p, end, "exist ") || startsFolded(p, end, "defined ")) return true;
  if (p < end && load<u8>(p) == 0x22) p++;
  return p + 1 < end && load<u8>(p) == 0x25 && (isAlpha(load<u8>(p, 1)) || load<u8>(p, 1) == 0x25);
}
