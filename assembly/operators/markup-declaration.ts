// What the Core Rule Set's tests and libinjection's readers expect of @detectXSS beyond script: markup declarations that
// no text needs and that bring entities or change how a page is read. `<!DOCTYPE`, `<!ENTITY`, `<?xml`, `<?import`, and
// comments that Internet Explorer reads (`<!--[if`, a back-quote in a comment).
import { indexOfByte } from "../base/find-byte";
import { equalsLiteralFolded } from "../http/literal";

/** Whether such a declaration stands in the value. */
export function hasDeclaration(ptr: usize, length: u32): bool {
  let open = indexOfByte(ptr, 0, length, 0x3c);
  while (open + 3 < length) {
    const p = ptr + open + 1;
    const rest = length - open - 1;
    const kind = load<u8>(p);
    if (kind == 0x21) {
      if (startsWithFolded(p, rest, "!doctype") || startsWithFolded(p, rest, "!entity"))
        return true;
      if (startsWithFolded(p, rest, "!--[if") || startsWithFolded(p, rest, "!--`")) return true;
    } else if (kind == 0x3f) {
      if (startsWithFolded(p, rest, "?xml") || startsWithFolded(p, rest, "?import")) return true;
    }
    open = indexOfByte(ptr, open + 1, length, 0x3c);
  }
  return false;
}

function startsWithFolded(ptr: usize, length: u32, literal: string): bool {
  const size = <u32>literal.length;
  return length >= size && equalsLiteralFolded(ptr, size, literal);
}
