// Command injection: the value is read as a shell would read it at each place where a command may begin:
// at the start, behind ; | & and line ends, inside $( ) and backticks. A separator alone is punctuation;
// it takes the name of a program behind it, and for names that are English words its arguments too.
// Quotes, backslashes and empty expansions inside a name are removed as a shell removes them.
import { isAlpha, isDigit } from "../../base/ascii";
import { equalsLiteralFolded } from "../../http/literal";
import { nameHasPath, nameKind, nameSize, nameTwisted, readName } from "./name";
import { argumentWeight, firmArgument, isBlank, isNameEnd, isSeparator } from "./argument";
import { Shell, commandWord } from "./words";
import { braced, globbed, isBatch, substitutedFile } from "./shapes";
import { Gate } from "../byte-traits";
import { Reason, at } from "../verdict";

/** Judges the bytes from `ptr` to `end`. */
export function detectCommand(ptr: usize, end: usize, traits: u32): Reason {
  let reason = alone(ptr, end, traits);
  if (reason == Reason.None && isBatch(ptr, end)) reason = at(ptr, end, Reason.CommandLine);
  if (reason != Reason.None || (traits & Gate.Command) == 0) return reason;
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    if (byte > 0x7c || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a)) continue;
    switch (byte) {
      case 0x3b:
      case 0x7c:
      case 0x26:
      case 0x0a:
      case 0x0d:
        reason = chained(ptr, p, end, byte);
        break;
      case 0x24:
        reason = substituted(p, end);
        break;
      case 0x60:
        reason = quoted(ptr, p, end);
        break;
      case 0x28:
        reason = run(ptr, p, end);
        if (reason == Reason.None) reason = substitutedFile(ptr, p, end);
        break;
      case 0x7b:
        reason = braced(p, end);
        break;
      case 0x5b:
        reason = globbed(ptr, p, end);
        break;
    }
    if (reason != Reason.None) return reason;
  }
  return Reason.None;
}

/** A command behind the separator at `p`. */
function chained(ptr: usize, p: usize, end: usize, separator: u8): Reason {
  let q = p + 1;
  let doubled = q < end && load<u8>(q) == separator && separator != 0x3b;
  // A longer run of separators is met again from its middle.
  const stop = min(end, p + 16);
  while (
    q < stop &&
    (isBlank(load<u8>(q)) ||
      isSeparator(load<u8>(q)) ||
      load<u8>(q) == 0x28 ||
      load<u8>(q) == 0x7b ||
      load<u8>(q) == 0x21)
  )
    q++;
  if (q >= end) return Reason.None;
  if (load<u8>(q) == 0x24 && separator != 0x26) return variableRun(p, q + 1, end);
  const line = separator == 0x0a || separator == 0x0d;
  const nameStart = q;
  q = readName(q, end);
  if (nameSize() < 2 || !isNameEnd(q, end)) return runnerBehind(p, nameStart, end);
  const kind = nameKind();
  if (kind == 0) return runnerBehind(p, nameStart, end);
  // &copy; and its like are characters.
  const reference = separator == 0x26 && nameStart == p + 1 && q < end && load<u8>(q) == 0x3b;
  if (reference && kind != Shell.Strong) return Reason.None;
  if ((nameHasPath() && kind != Shell.Plain) || nameTwisted()) return at(p, q, Reason.CommandChain);
  if (kind == Shell.Runner) return Reason.None;
  const argument = argumentWeight(q, end, kind);
  const first = leads(ptr, p);
  if (argument == 2) return at(p, q, Reason.CommandChain);
  if (line)
    return argument == 1 && kind != Shell.Plain && first
      ? at(p, q, Reason.CommandChain)
      : Reason.None;
  if (kind == Shell.Strong) {
    // "R&D ls" is not written with a blank on one side only.
    const joined = separator != 0x26 || doubled || first || isBlank(load<u8>(p + 1));
    return argument > 0 && joined ? at(p, q, Reason.CommandChain) : Reason.None;
  }
  if (argument == 1 && (first || doubled)) return at(p, q, Reason.CommandChain);
  // Separators on both sides, or tight against what stands in front: a|id|, a;id
  if (argument != 1)
    return first && doubled && kind == Shell.Known ? at(p, q, Reason.CommandChain) : Reason.None;
  const tight = p > ptr && load<u8>(p - 1) > 0x20 && load<u8>(p + 1) > 0x20;
  return tight &&
    separator != 0x26 &&
    (q >= end || load<u8>(q) != 0x29) &&
    (kind == Shell.Known || q < end)
    ? at(p, q, Reason.CommandChain)
    : Reason.None;
}

/** Nothing but quotes, brackets, digits and blanks before the separator. */
function leads(ptr: usize, p: usize): bool {
  if (p - ptr > 24) return false;
  for (let q = ptr; q < p; q++) {
    const byte = load<u8>(q);
    if (isAlpha(byte) || byte >= 0x80) return false;
  }
  return true;
}

/** `;$CMD`: a variable run as a command at the value's end. */
function variableRun(p: usize, q: usize, end: usize): Reason {
  const name = q;
  while (q < end && (isAlpha(load<u8>(q)) || load<u8>(q) == 0x5f)) q++;
  return q == end && q > name + 1 ? at(p, q, Reason.CommandChain) : Reason.None;
}

/** `;system('id')`, `;phpinfo();` */
function runnerBehind(p: usize, name: usize, end: usize): Reason {
  let q = name;
  while (q < end && (isAlpha(load<u8>(q)) || load<u8>(q) == 0x5f || isDigit(load<u8>(q)))) q++;
  if (q >= end || load<u8>(q) != 0x28) return Reason.None;
  return commandWord(name, <u32>(q - name)) == Shell.Runner
    ? at(p, q, Reason.CommandCode)
    : Reason.None;
}

/** `$(id)`, `${IFS}`, `$IFS`, `${@system(...)}`, `$'\x2f'` */
function substituted(p: usize, end: usize): Reason {
  if (p + 2 >= end) return Reason.None;
  const next = load<u8>(p, 1);
  let q = p + 2;
  if (next == 0x28) {
    while (q < end && (isBlank(load<u8>(q)) || load<u8>(q) == 0x60 || load<u8>(q) == 0x28)) q++;
    if (q < end && load<u8>(q) == 0x3c) return at(p, q, Reason.CommandSubstitution);
    q = readName(q, end);
    if (nameSize() > 0 && isNameEnd(q, end)) {
      const kind = nameKind();
      if (kind == Shell.Strong || kind == Shell.Known || nameHasPath())
        return at(p, q, Reason.CommandSubstitution);
      if (kind == Shell.Plain && argumentWeight(q, end, kind) > 0)
        return at(p, q, Reason.CommandSubstitution);
    }
    return Reason.None;
  }
  if (next == 0x7b) {
    const left = <u32>(end - q);
    if (left >= 4 && equalsLiteralFolded(q, 3, "ifs")) return at(p, q, Reason.CommandSubstitution);
    const sigil = load<u8>(q);
    if (sigil == 0x24 || sigil == 0x40) q++;
    return runnerIn(p, q, end);
  }
  if (next == 0x49 && p + 4 <= end && load<u8>(p, 2) == 0x46 && load<u8>(p, 3) == 0x53) {
    return at(p, p + 4, Reason.CommandSubstitution);
  }
  return Reason.None;
}

/** A call inside `${ }` of PHP: phpinfo(), print(system(...)), sleep(20). */
function runnerIn(p: usize, name: usize, end: usize): Reason {
  let q = name;
  while (q < end && (isAlpha(load<u8>(q)) || load<u8>(q) == 0x5f || isDigit(load<u8>(q)))) q++;
  if (q >= end || load<u8>(q) != 0x28) return Reason.None;
  const kind = commandWord(name, <u32>(q - name));
  return kind == Shell.Runner || kind == Shell.Plain || kind == Shell.Strong
    ? at(p, q, Reason.CommandCode)
    : Reason.None;
}

/** Backticks around a command. */
function quoted(ptr: usize, p: usize, end: usize): Reason {
  const q = readName(p + 1, end);
  if (nameSize() == 0 || !isNameEnd(q, end)) return Reason.None;
  const kind = nameKind();
  if (kind == 0 || kind == Shell.Runner) return Reason.None;
  const closed = hasClose(q, end);
  if (!closed) return Reason.None;
  const argument = argumentWeight(q, end, kind);
  if ((nameHasPath() && kind != Shell.Plain) || argument == 2)
    return at(p, q, Reason.CommandSubstitution);
  return argument == 1 && kind != Shell.Plain && (p - ptr < 3 || load<u8>(p - 1) > 0x20)
    ? at(p, q, Reason.CommandSubstitution)
    : Reason.None;
}

function hasClose(p: usize, end: usize): bool {
  for (let q = p; q < min(end, p + 200); q++) if (load<u8>(q) == 0x60) return true;
  return false;
}

/** A call of a function that runs commands or code, by what stands before and inside its bracket. */
function run(ptr: usize, bracket: usize, end: usize): Reason {
  let name = bracket;
  while (name > ptr && name > bracket - 40 && isNameLetter(load<u8>(name - 1))) name--;
  if (name == bracket) {
    // () { :; }; is how a function of the environment begins.
    const p = bracket;
    if (p + 6 < end && load<u8>(p, 1) == 0x29) {
      let q = p + 2;
      while (q < end && q < p + 6 && load<u8>(q) == 0x20) q++;
      if (q + 3 < end && load<u8>(q) == 0x7b && load<u8>(q, 2) == 0x3a)
        return at(p, q + 3, Reason.CommandCode);
      if (q + 3 < end && load<u8>(q) == 0x7b && load<u8>(q, 1) == 0x3a)
        return at(p, q + 2, Reason.CommandCode);
    }
    return Reason.None;
  }
  const length = <u32>(bracket - name);
  const kind = commandWord(name, length);
  const exec =
    equalsLiteralFolded(name, length, "exec") || equalsLiteralFolded(name, length, "eval");
  if (kind != Shell.Runner && !exec) return Reason.None;
  let q = bracket + 1;
  while (q < end && load<u8>(q) <= 0x20) q++;
  if (q >= end) return Reason.None;
  const byte = load<u8>(q);
  if (byte == 0x29)
    return equalsLiteralFolded(name, length, "phpinfo") ||
      equalsLiteralFolded(name, length, "getruntime")
      ? at(name, q, Reason.CommandCode)
      : Reason.None;
  const telling = byte == 0x27 || byte == 0x22 || byte == 0x24 || byte == 0x5c || byte == 0x60;
  return telling && (kind == Shell.Runner || byte != 0x22)
    ? at(name, q, Reason.CommandCode)
    : Reason.None;
}

function isNameLetter(byte: u8): bool {
  return isAlpha(byte) || isDigit(byte) || byte == 0x5f;
}

/** The whole value as a command line, or as the bare name of a tool. */
function alone(ptr: usize, end: usize, traits: u32): Reason {
  let p = ptr;
  while (p < end && (isBlank(load<u8>(p)) || load<u8>(p) == 0x27 || load<u8>(p) == 0x22)) p++;
  const q = readName(p, end);
  if (nameSize() < 2) return Reason.None;
  const kind = nameKind();
  if (kind == 0) return Reason.None;
  if (q == end) {
    return kind == Shell.Strong && nameSize() > 2 && !nameHasPath()
      ? at(ptr, end, Reason.CommandName)
      : hasBin(ptr, end)
        ? at(ptr, end, Reason.CommandLine)
        : Reason.None;
  }
  if (kind == Shell.Runner || !isBlank(load<u8>(q))) return Reason.None;
  if (kind == Shell.Strong) {
    if (argumentWeight(q, end, kind) == 2) return at(ptr, q, Reason.CommandLine);
    return Reason.None;
  }
  return firmArgument(q, end, kind) ? at(ptr, q, Reason.CommandLine) : Reason.None;
}

/** /bin/ or \system32\ in front of the name. */
function hasBin(ptr: usize, end: usize): bool {
  for (let p = ptr; p + 4 < end; p++) {
    if (load<u8>(p) == 0x2f && equalsLiteralFolded(p + 1, 4, "bin/")) return true;
  }
  return false;
}
