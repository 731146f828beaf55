// What stands behind the name of a program, and whether only a command line holds it: flags, paths,
// redirections, hosts, sub-commands. Prose goes on with words.
import { isAlpha, isDigit } from "../../base/ascii";
import { equalsLiteralFolded } from "../../http/literal";
import { isNamed, nameSize } from "./name";
import { Shell, commandWord } from "./words";

export function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x2b;
}

export function isSeparator(byte: u8): bool {
  return byte == 0x3b || byte == 0x7c || byte == 0x26 || byte == 0x0a || byte == 0x0d;
}

/** What ends a command's first word. */
export function isNameEnd(p: usize, end: usize): bool {
  if (p >= end) return true;
  const byte = load<u8>(p);
  return (
    byte <= 0x20 ||
    byte == 0x3b ||
    byte == 0x7c ||
    byte == 0x26 ||
    byte == 0x3c ||
    byte == 0x3e ||
    byte == 0x29 ||
    byte == 0x60 ||
    byte == 0x24 ||
    byte == 0x27 ||
    byte == 0x22 ||
    byte == 0x2b ||
    byte == 0x23 ||
    byte == 0x7d ||
    byte == 0x2c ||
    byte == 0x25
  );
}

/** What follows a name: 2 an argument that only commands take, 1 the end of the command, 0 prose. */
export function argumentWeight(p: usize, end: usize, kind: u32): u32 {
  let q = p;
  while (q < end && (load<u8>(q) == 0x27 || load<u8>(q) == 0x22)) q++;
  const spaced = q < end && isBlank(load<u8>(q));
  while (q < end && isBlank(load<u8>(q))) q++;
  if (q >= end) return 1;
  const byte = load<u8>(q);
  if (
    isSeparator(byte) ||
    byte == 0x29 ||
    byte == 0x60 ||
    byte == 0x23 ||
    byte == 0x7d ||
    byte == 0x27 ||
    byte == 0x22
  ) {
    if (spaced && (byte == 0x27 || byte == 0x22)) return 2;
    return 1;
  }
  const next: u8 = q + 1 < end ? load<u8>(q, 1) : 0;
  if (byte == 0x3e || byte == 0x3c || byte == 0x24) return 2;
  if (!spaced) return 0;
  if (byte == 0x2d) return isAlpha(next) || next == 0x2d ? 2 : 0;
  if (byte == 0x2f || byte == 0x7e || byte == 0x2a || byte == 0x5c || byte == 0x25 || byte == 0x2e)
    return isAlpha(next) || byte != 0x2e || next == 0x2f ? 2 : 0;
  if (isDigit(byte))
    return (kind == Shell.Strong || (nameSize() < 6 && takesNumber())) && wordEnds(q, end) ? 2 : 0;
  if (isAlpha(byte) && next == 0x3a) return 2;
  if (subcommand(q, end)) return 2;
  // A host, a URL, a file: a word with a dot or slash inside.
  let inner = false;
  while (q < end && !isBlank(load<u8>(q)) && !isSeparator(load<u8>(q))) {
    const c = load<u8>(q);
    if (
      (c == 0x2e || c == 0x2f || c == 0x3a || c == 0x5c || c == 0x3d) &&
      q + 1 < end &&
      isNameByte(load<u8>(q, 1))
    )
      inner = true;
    q++;
  }
  return inner && kind != Shell.Plain ? 2 : 0;
}

function isNameByte(byte: u8): bool {
  return isAlpha(byte) || isDigit(byte) || byte == 0x2f;
}

/** net user, netsh firewall, reg add: the second word is the program's own; which wget names a program. */
function subcommand(p: usize, end: usize): bool {
  let q = p;
  while (q < end && isAlpha(load<u8>(q))) q++;
  const length = <u32>(q - p);
  if (isNamed("net")) {
    return (
      equalsLiteralFolded(p, length, "user") ||
      equalsLiteralFolded(p, length, "view") ||
      equalsLiteralFolded(p, length, "localgroup") ||
      equalsLiteralFolded(p, length, "share") ||
      equalsLiteralFolded(p, length, "start") ||
      equalsLiteralFolded(p, length, "use") ||
      equalsLiteralFolded(p, length, "group")
    );
  }
  if (isNamed("netsh")) {
    return (
      equalsLiteralFolded(p, length, "firewall") ||
      equalsLiteralFolded(p, length, "advfirewall") ||
      equalsLiteralFolded(p, length, "wlan")
    );
  }
  if (isNamed("reg")) {
    return (
      equalsLiteralFolded(p, length, "add") ||
      equalsLiteralFolded(p, length, "query") ||
      equalsLiteralFolded(p, length, "save")
    );
  }
  if (!isNamed("which") || q != end) return false;
  const kind = commandWord(p, length);
  return kind == Shell.Strong || kind == Shell.Known;
}

/** sleep 5, ping 10.0.0.1, kill 1 */
function takesNumber(): bool {
  return isNamed("sleep") || isNamed("ping") || isNamed("kill");
}

/** A number with nothing of prose behind it. */
function wordEnds(q: usize, end: usize): bool {
  while (q < end && (isDigit(load<u8>(q)) || load<u8>(q) == 0x2e)) q++;
  while (q < end && isBlank(load<u8>(q))) q++;
  return q >= end || !isAlpha(load<u8>(q));
}

/** For words of English: a flag, a path from the root of a system or a drive, a URL. */
export function firmArgument(p: usize, end: usize, kind: u32): bool {
  while (p < end && isBlank(load<u8>(p))) p++;
  if (takesNumber() && p < end && isDigit(load<u8>(p)) && onlyNumber(p, end)) return true;
  if (p + 2 >= end) return false;
  const byte = load<u8>(p);
  const next = load<u8>(p, 1);
  if (byte == 0x2d)
    return (
      kind == Shell.Known && isAlpha(next) && (load<u8>(p, 2) <= 0x20 || isAlpha(load<u8>(p, 2)))
    );
  // cmd /c dir
  if (byte == 0x2f && isAlpha(next) && isBlank(load<u8>(p, 2)) && isNamed("cmd")) return true;
  if (byte == 0x2f) return isSystemRoot(p, end);
  if (isAlpha(byte) && next == 0x3a) return load<u8>(p, 2) == 0x5c || load<u8>(p, 2) == 0x2f;
  if (byte == 0x25) return isAlpha(next);
  if (subcommand(p, end)) return true;
  if (kind != Shell.Known) return false;
  for (let q = p; q + 3 < min(end, p + 12); q++) {
    if (load<u8>(q) == 0x3a && load<u8>(q, 1) == 0x2f && load<u8>(q, 2) == 0x2f) return true;
  }
  return isDigit(byte) && nameSize() == 4 && isNamed("ping");
}

function onlyNumber(p: usize, end: usize): bool {
  while (p < end && (isDigit(load<u8>(p)) || load<u8>(p) <= 0x20)) p++;
  return p == end;
}

function isSystemRoot(p: usize, end: usize): bool {
  const left = <u32>(end - p);
  return (
    (left > 4 &&
      (equalsLiteralFolded(p, 5, "/etc/") ||
        equalsLiteralFolded(p, 5, "/tmp/") ||
        equalsLiteralFolded(p, 5, "/var/") ||
        equalsLiteralFolded(p, 5, "/bin/") ||
        equalsLiteralFolded(p, 5, "/dev/") ||
        equalsLiteralFolded(p, 5, "/usr/"))) ||
    (left > 5 && (equalsLiteralFolded(p, 6, "/home/") || equalsLiteralFolded(p, 6, "/proc/")))
  );
}
