// The name of a program as a shell reads it: its path cut off, quotes, backslashes, carets and empty
// expansions inside it taken out (POSIX shell §2.2, cmd.exe), at most 120 bytes far.
import { isAlpha, isDigit } from "../../base/ascii";
import { equalsLiteralFolded } from "../../http/literal";
import { Shell, commandWord, isCmdlet } from "./words";

const NAME: usize = memory.data(48);
const NAME_BYTES: u32 = 44;

let nameLength: u32 = 0;
let hasPath: bool = false;
let twisted: bool = false;

/** Bytes of the name in NAME. */
export function nameSize(): u32 {
  return nameLength;
}

/** Whether a path stood in front of it. */
export function nameHasPath(): bool {
  return hasPath;
}

/** Whether quotes or escapes were taken out of it. */
export function nameTwisted(): bool {
  return twisted;
}

/** Whether the name is the literal, in lower case. */
export function isNamed(literal: string): bool {
  return equalsLiteralFolded(NAME, nameLength, literal);
}

/**
 * Reads a program's name at `p` into NAME, its path and quoting removed; answers where it ends.
 */
export function readName(p: usize, end: usize): usize {
  nameLength = 0;
  hasPath = false;
  twisted = false;
  const start = p;
  const stop = min(end, p + 120);
  while (p < stop) {
    const byte = load<u8>(p);
    if (byte == 0x2f) {
      hasPath = hasPath || p == start || load<u8>(start) == 0x2e;
      nameLength = 0;
    } else if (byte == 0x5c) {
      if (nameLength > 0) twisted = true;
    } else if (byte == 0x27 || byte == 0x22 || byte == 0x5e) {
      if (nameLength > 0 && p + 1 < stop && isAlpha(load<u8>(p, 1))) twisted = true;
      else if (nameLength > 0 && !(p + 1 < stop && load<u8>(p, 1) == byte)) break;
    } else if (
      byte == 0x24 &&
      p + 1 < stop &&
      (load<u8>(p, 1) == 0x40 || load<u8>(p, 1) == 0x2a) &&
      nameLength > 0
    ) {
      twisted = true;
      p++;
    } else if (
      isAlpha(byte) ||
      isDigit(byte) ||
      byte == 0x5f ||
      byte == 0x2d ||
      byte == 0x2e ||
      byte == 0x3f ||
      byte == 0x2a
    ) {
      if (nameLength >= NAME_BYTES) break;
      store<u8>(NAME + nameLength, byte);
      nameLength++;
    } else {
      break;
    }
    p++;
  }
  return p;
}

export function nameKind(): u32 {
  const kind = commandWord(NAME, nameLength);
  if (kind != 0) return kind == Shell.Verb ? 0 : kind;
  if (isCmdlet(NAME, nameLength)) return Shell.Strong;
  if (nameLength > 4 && equalsLiteralFolded(NAME + nameLength - 4, 4, ".exe")) return Shell.Strong;
  // Wildcards in the path of a program: /???/c?t
  if (hasPath && nameLength > 1) {
    for (let i: u32 = 0; i < nameLength; i++) if (load<u8>(NAME + i) == 0x3f) return Shell.Strong;
  }
  return 0;
}
