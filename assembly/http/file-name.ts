// The file name of an upload as the file system behind will read it: whether it leaves its folder, and which
// extensions stand in it. `a.php.jpg`, `a.php%00.jpg`, `a.php;.jpg`, `a.php::$DATA` and `a.php. ` all have the
// extension php for some server. Sources: RFC 7578 §4.2; Microsoft, Naming files, paths and namespaces.
import { equalsLiteralFolded } from "./literal";

@final
export class FileName {
  /** A separator, a leading dot, a drive or a stream, control bytes: the name is more than a name. */
  isUnsafe: bool = false;
  /** The last extension, without dots, blanks and streams around it; length 0 when there is none. */
  extensionPtr: usize = 0;
  extensionLength: u32 = 0;
  /** Some extension, the last or one before, is that of a program or a server page. */
  isProgram: bool = false;

  /** Reads a decoded name. */
  read(ptr: usize, length: u32): void {
    this.isUnsafe = false;
    this.isProgram = false;
    this.extensionLength = 0;
    const end = ptr + length;
    let start = ptr;
    for (let at = ptr; at < end; at++) {
      const byte = load<u8>(at);
      if (byte < 0x20 || byte == 0x7f || byte == 0x3a) this.isUnsafe = true;
      if (byte == 0x2f || byte == 0x5c) {
        this.isUnsafe = true;
        start = at + 1;
      }
    }
    if (start < end && load<u8>(start) == 0x2e) this.isUnsafe = true;
    this.readExtensions(start, end);
    if (isDevice(start, end)) this.isUnsafe = true;
  }

  private readExtensions(start: usize, end: usize): void {
    let at = start;
    while (at < end && !isBreak(load<u8>(at))) at++;
    while (at < end) {
      const isDot = load<u8>(at) == 0x2e;
      const from = ++at;
      while (at < end && !isBreak(load<u8>(at))) at++;
      const length = <u32>(trimmed(from, at) - from);
      if (!isDot || length == 0) continue;
      this.extensionPtr = from;
      this.extensionLength = length;
      if (isProgramExtension(from, length)) this.isProgram = true;
    }
  }
}

/** Dots, and what some server takes for the end of a name. */
function isBreak(byte: u8): bool {
  return byte == 0x2e || byte == 0x3b || byte == 0x3a || byte == 0;
}

function trimmed(start: usize, end: usize): usize {
  while (end > start && load<u8>(end - 1) <= 0x20) end--;
  return end;
}

/** CON, NUL, COM1 and the like, with or without an extension. */
function isDevice(start: usize, end: usize): bool {
  let at = start;
  while (at < end && !isBreak(load<u8>(at))) at++;
  const length = <u32>(trimmed(start, at) - start);
  if (length == 3) {
    if (equalsLiteralFolded(start, 3, "con") || equalsLiteralFolded(start, 3, "nul")) return true;
    return equalsLiteralFolded(start, 3, "prn") || equalsLiteralFolded(start, 3, "aux");
  }
  if (length != 4 || <u8>(load<u8>(start, 3) - 0x30) > 9) return false;
  return equalsLiteralFolded(start, 3, "com") || equalsLiteralFolded(start, 3, "lpt");
}

function isProgramExtension(ptr: usize, length: u32): bool {
  if (length < 2 || length > 8) return false;
  for (let i = 0; i < PROGRAMS.length; i++) {
    if (equalsLiteralFolded(ptr, length, PROGRAMS[i])) return true;
  }
  return false;
}

/** Extensions that servers or desktops run. */
// prettier-ignore
const PROGRAMS: StaticArray<string> = [
  "php", "php3", "php4", "php5", "php6", "php7", "php8", "phps", "phtml", "pht", "phar", "inc",
  "asp", "aspx", "asa", "asax", "ascx", "ashx", "asmx", "cer", "cdx", "axd", "cshtml", "vbhtml", "config",
  "jsp", "jspx", "jspf", "jsw", "jsv", "war", "jar", "class",
  "cfm", "cfml", "cfc", "dbm", "cgi", "fcgi", "pl", "pm", "lib", "py", "pyc", "rb", "sh", "bash", "zsh", "csh",
  "shtml", "shtm", "stm", "htaccess", "htpasswd",
  "exe", "dll", "com", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "wsf", "wsh", "hta", "msi", "scr", "cpl", "lnk", "so", "dylib",
];
