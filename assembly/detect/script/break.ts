// Code that leaves a string of a script: a quote, what closes the statement, and a statement of its own;
// code that consists of brackets alone; functions and objects of browsers as scripts use them.
import { isAlpha, isDigit } from "../../base/ascii";
import { Trait } from "../byte-traits";
import { isAny, startsFolded, startsWithAny } from "../folded-text";
import { Reason, at } from "../verdict";

/** Brackets in a row that no text has: []["filter"] written as (![]+[])[+[]]. */
const BRACKETS: u32 = 18;

/** Looks at each quote and each run of brackets once. */
export function findScriptBreak(ptr: usize, end: usize, traits: u32): Reason {
  if ((traits & Trait.Paren) != 0 && isFunction(ptr, end)) return at(ptr, end, Reason.ScriptCall);
  let run: u32 = 0;
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    if (
      byte == 0x5b ||
      byte == 0x5d ||
      byte == 0x28 ||
      byte == 0x29 ||
      byte == 0x21 ||
      byte == 0x2b
    ) {
      if (++run == BRACKETS && holdsBoth(p, BRACKETS)) return at(p, p + 1, Reason.ScriptCall);
      if (byte == 0x5b && isPageMember(ptr, p, end)) return at(p, p + 1, Reason.ScriptCall);
      continue;
    }
    run = 0;
    if (byte == 0x27 || byte == 0x22 || byte == 0x60) {
      if (leavesString(p + 1, end)) return at(p, min(end, p + 8), Reason.ScriptCall);
    } else if (byte == 0x3b) {
      if (returns(p + 1, end)) return at(p, min(end, p + 8), Reason.ScriptCall);
    } else if (byte == 0x2e || byte == 0x3d) {
      if (usesPage(ptr, p, end)) return at(p, p + 1, Reason.ScriptCall);
    }
  }
  return Reason.None;
}

/** Both kinds of brackets and a sign among the bytes up to `p`. */
function holdsBoth(p: usize, count: u32): bool {
  let square = false;
  let sign = false;
  for (let i: u32 = 0; i < count; i++) {
    const byte = load<u8>(p - i);
    if (byte == 0x5b) square = true;
    else if (byte == 0x2b || byte == 0x21) sign = true;
  }
  return square && sign;
}

/** `function(){`, `(function x(a) {`: the value begins as one. */
function isFunction(ptr: usize, end: usize): bool {
  let p = ptr;
  while (p < end && p < ptr + 4 && !isAlpha(load<u8>(p))) p++;
  if (!startsFolded(p, end, "function")) return false;
  p += 8;
  while (p < end && (isNameByte(load<u8>(p)) || load<u8>(p) == 0x20)) p++;
  if (p >= end || load<u8>(p) != 0x28) return false;
  const stop = min(end, p + 80);
  while (p < stop && load<u8>(p) != 0x29) p++;
  p++;
  while (p < stop && load<u8>(p) <= 0x20) p++;
  return p < end && load<u8>(p) == 0x7b;
}

/** Behind a quote: closing marks and a comment that swallows the rest, or `;` and a statement. */
function leavesString(from: usize, end: usize): bool {
  let p = from;
  let closers: u32 = 0;
  while (p < end && p < from + 16 && isCloser(load<u8>(p))) {
    if (load<u8>(p) > 0x20) closers++;
    p++;
  }
  if (p >= end) return false;
  const byte = load<u8>(p);
  if (closers > 0 && byte == 0x2f && p + 2 == end && load<u8>(p, 1) == 0x2f) return true;
  if (byte != 0x3b) return false;
  p++;
  while (p < end && load<u8>(p) <= 0x20) p++;
  if (closers > 0 && p + 2 == end && load<u16>(p) == 0x2f2f) return true;
  return isStatement(p, end);
}

function isCloser(byte: u8): bool {
  return byte == 0x29 || byte == 0x7d || byte == 0x5d || byte == 0x20;
}

/** A statement of JavaScript whose keyword is followed as in code, not as in prose. */
function isStatement(p: usize, end: usize): bool {
  if (declares(p, end, "var ") || declares(p, end, "let ") || declares(p, end, "const "))
    return true;
  if (startsFolded(p, end, "return ") || startsFolded(p, end, "throw ")) {
    return (
      startsFolded(p + 6, end, " this") ||
      startsFolded(p + 6, end, " document") ||
      followed(p + 7, end, 0x28)
    );
  }
  if (startsFolded(p, end, "return;") || startsFolded(p, end, "debugger")) return true;
  return (
    opened(p, end, "if", 0x28) ||
    opened(p, end, "for", 0x28) ||
    opened(p, end, "while", 0x28) ||
    opened(p, end, "switch", 0x28) ||
    opened(p, end, "with", 0x28) ||
    opened(p, end, "import", 0x28) ||
    opened(p, end, "function", 0x28) ||
    opened(p, end, "try", 0x7b) ||
    opened(p, end, "do", 0x7b) ||
    (startsFolded(p, end, "new ") && followed(p + 4, end, 0x28))
  );
}

/** `;return true`, `;return(1)`, `;x=new Date();do{`: a function's end, or a loop that waits, written into it. */
function returns(p: usize, end: usize): bool {
  if (startsWithAny(p, end, "return(true return(1 return(0 return(false return!")) return true;
  if (startsFolded(p, end, "return "))
    return startsWithAny(p + 7, end, "true; true} 1; 1} false; this. !");
  return startsWithAny(p, end, "do{ while(true while(1 for(;;");
}

/** The keyword, a name and an equals sign. */
function declares(p: usize, end: usize, keyword: string): bool {
  return startsFolded(p, end, keyword) && followed(p + keyword.length, end, 0x3d);
}

/** A name and then the byte. */
function followed(p: usize, end: usize, byte: u8): bool {
  const name = p;
  while (p < end && (isNameByte(load<u8>(p)) || load<u8>(p) == 0x2e)) p++;
  if (p == name) return false;
  while (p < end && load<u8>(p) == 0x20) p++;
  return p < end && load<u8>(p) == byte;
}

/** The keyword and, blanks aside, the byte. */
function opened(p: usize, end: usize, keyword: string, byte: u8): bool {
  if (!startsFolded(p, end, keyword)) return false;
  p += keyword.length;
  while (p < end && load<u8>(p) == 0x20) p++;
  return p < end && load<u8>(p) == byte;
}

function isNameByte(byte: u8): bool {
  return isAlpha(byte) || isDigit(byte) || byte == 0x5f || byte == 0x24;
}

/** Whether the name that ends at `p`, whole, is one of the words. */
function endsNamed(ptr: usize, p: usize, words: string): bool {
  let name = p;
  while (name > ptr && name + 16 > p && isNameByte(load<u8>(name - 1))) name--;
  return isAny(name, p, words);
}

/** top[/al/.source+/ert/.source], self['alert'], window[`x`]: a member that is computed. */
function isPageMember(ptr: usize, p: usize, end: usize): bool {
  if (p + 2 >= end) return false;
  const next = load<u8>(p, 1);
  if (next != 0x2f && next != 0x27 && next != 0x22 && next != 0x60) return false;
  return endsNamed(ptr, p, "top self window parent frames globalthis document");
}

/** Reads and writes of a page at its `.` or `=`: document.body.x, localStorage.x, location='//x'. */
function usesPage(ptr: usize, p: usize, end: usize): bool {
  if (p + 3 >= end || p == ptr) return false;
  if (load<u8>(p) == 0x3d) {
    const next = load<u8>(p, 1);
    if (next != 0x27 && next != 0x22 && next != 0x60) return false;
    return endsNamed(ptr, p, "location innerhtml outerhtml");
  }
  const member = p + 1;
  switch (load<u8>(p - 1) | 0x20) {
    case 0x74:
      return (
        endsNamed(ptr, p, "document") &&
        startsWithAny(
          member,
          end,
          "body. location. getelementbyid( getelementsbytagname( queryselector( createelement( forms[ scripts[ documentelement.",
        )
      );
    case 0x6e:
      return (
        endsNamed(ptr, p, "location") &&
        (opened(member, end, "href", 0x3d) || startsWithAny(member, end, "replace( assign( hash."))
      );
    case 0x72:
      return endsNamed(ptr, p, "navigator") && startsWithAny(member, end, "sendbeacon( vibrate(");
    case 0x65:
      return (
        endsNamed(ptr, p, "localstorage sessionstorage") &&
        startsWithAny(member, end, "getitem( setitem(")
      );
    case 0x77:
      return endsNamed(ptr, p, "window") && startsWithAny(member, end, "open(");
    default:
      return false;
  }
}
