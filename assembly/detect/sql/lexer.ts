// Cuts a value into SQL tokens, starting as plain SQL text; a quoting context is a matter of where the
// caller starts. Whitespace is every form that a database skips, closed comments included; the body of
// a MySQL version comment (`/*!50000 ... */`) is code. One pass, at most `TOKEN_LIMIT` tokens.
import { isAlpha, isDigit } from "../../base/ascii";
import { Sql, sqlWord } from "./words";

/** Tokens kept of one context; a longer value is judged by these. */
export const TOKEN_LIMIT: u32 = 2048;
const TOKENS: usize = memory.data(2050 * 12);

/** Flag: the comment `--`, `#` or an unclosed block leaves nothing of interest behind it. */
export const CLEAN: u32 = 1;
/** Flag: a string without content. */
export const EMPTY: u32 = 2;
/** Flag: an operator spelt as a word. */
export const SPELT: u32 = 4;
/** Flag: stood in, or directly behind, a MySQL version comment. */
export const VERSIONED: u32 = 8;

let count: u32 = 0;
let versioned: u32 = 0;
let numbered: bool = false;

/** Kind of token `index`; `Sql.End` from the last on. */
export function kindOf(index: u32): u32 {
  return index < count ? <u32>load<u8>(TOKENS + <usize>index * 12) : Sql.End;
}

export function flagsOf(index: u32): u32 {
  return index < count ? <u32>load<u8>(TOKENS + <usize>index * 12, 1) : 0;
}

export function startOf(index: u32): usize {
  return <usize>load<u32>(TOKENS + <usize>min(index, TOKEN_LIMIT) * 12, 4);
}

export function endOf(index: u32): usize {
  return <usize>load<u32>(TOKENS + <usize>min(index, TOKEN_LIMIT) * 12, 8);
}

/** Whether a version comment with its number was met (`/*!50000`), which nothing but MySQL reads. */
export function hasVersionNumber(): bool {
  return numbered;
}

/** Whether the last token is a comment that cuts off the rest of a query. */
export function endsCommented(): bool {
  if (count == 0) return false;
  const slot = TOKENS + <usize>(count - 1) * 12;
  return load<u8>(slot) == Sql.Comment && (load<u8>(slot, 1) & CLEAN) != 0;
}

/** Number of tokens. */
export function tokenCount(): u32 {
  return count;
}

function push(kind: u32, flags: u32, start: usize, end: usize): void {
  const slot = TOKENS + <usize>count * 12;
  store<u8>(slot, <u8>kind);
  store<u8>(slot, <u8>(flags | versioned), 1);
  store<u32>(slot, <u32>start, 4);
  store<u32>(slot, <u32>end, 8);
  count++;
}

/** Offset behind the string that starts at `ptr` in the quote's inside, or `end` when it never closes. */
export function closeQuote(ptr: usize, end: usize, quote: u8): usize {
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x5c) {
      p++;
    } else if (byte == quote) {
      if (p + 1 < end && load<u8>(p, 1) == quote) p++;
      else return p;
    }
  }
  return end;
}

/** Cuts the bytes from `ptr` to `end`. */
export function tokenize(ptr: usize, end: usize): void {
  count = 0;
  versioned = 0;
  numbered = false;
  let p = ptr;
  while (p < end && count < TOKEN_LIMIT) p = next(p, end);
  // A mark behind the last token, for the places of evidence.
  store<u32>(TOKENS + <usize>count * 12, <u32>end, 4);
  store<u32>(TOKENS + <usize>count * 12, <u32>end, 8);
}

function isWordByte(byte: u8): bool {
  return isAlpha(byte) || isDigit(byte) || byte == 0x5f || byte == 0x24 || byte >= 0x80;
}

/** Reads one token or blank at `p`; answers where the next begins. */
function next(p: usize, end: usize): usize {
  const byte = load<u8>(p);
  if (byte <= 0x20 || byte == 0xa0) return p + 1;
  if (byte == 0xc2 && p + 1 < end && load<u8>(p, 1) == 0xa0) return p + 2;
  if (isDigit(byte)) return number(p, end);
  if (isAlpha(byte) || byte == 0x5f || byte >= 0x80) return word(p, end);
  const after: u8 = p + 1 < end ? load<u8>(p, 1) : 0;
  switch (byte) {
    case 0x27:
    case 0x22:
      return text(p, end, byte);
    case 0x60:
      return quotedName(p, end, 0x60);
    case 0x5b:
      return quotedName(p, end, 0x5d);
    case 0x2d:
      if (after == 0x2d) return lineComment(p, p + 2, end);
      return single(Sql.Operator, p);
    case 0x23:
      return lineComment(p, p + 1, end);
    case 0x2f:
      if (after == 0x2a) return blockComment(p, end);
      return single(Sql.Operator, p);
    case 0x2a:
      // The end of a version comment, or of a comment that an earlier value opened.
      if (after == 0x2f) return p + 2;
      return single(Sql.Operator, p);
    case 0x40:
      return variable(p, end);
    case 0x2e:
      if (isDigit(after)) return number(p, end);
      return single(Sql.Dot, p);
    case 0x28:
      return single(Sql.Open, p);
    case 0x29:
      return single(Sql.Close, p);
    case 0x2c:
      return single(Sql.Comma, p);
    case 0x3b:
      return single(Sql.Semicolon, p);
    case 0x7c:
    case 0x26:
      if (after == byte) {
        push(Sql.Logic, 0, p, p + 2);
        return p + 2;
      }
      return single(Sql.Operator, p);
    case 0x3d:
    case 0x3c:
    case 0x3e:
    case 0x21:
      return comparison(p, end);
    case 0x2b:
    case 0x25:
    case 0x5e:
    case 0x7e:
      return single(Sql.Operator, p);
    default:
      return single(Sql.Other, p);
  }
}

function single(kind: u32, p: usize): usize {
  push(kind, 0, p, p + 1);
  return p + 1;
}

function comparison(start: usize, end: usize): usize {
  let p = start + 1;
  while (p < end && p - start < 3) {
    const byte = load<u8>(p);
    if (byte != 0x3d && byte != 0x3e && byte != 0x3c) break;
    p++;
  }
  const lone = p == start + 1 && load<u8>(start) == 0x21;
  push(lone ? Sql.Operator : Sql.Compare, 0, start, p);
  return p;
}

function number(start: usize, end: usize): usize {
  let p = start;
  while (p < end) {
    const byte = load<u8>(p);
    // Digits, a point, and letters of hexadecimal or an exponent.
    if (isDigit(byte) || byte == 0x2e) p++;
    else break;
  }
  const second = p < end ? load<u8>(p) | 0x20 : 0;
  if (p == start + 1 && load<u8>(start) == 0x30 && second == 0x78) {
    p++;
    while (p < end && (isDigit(load<u8>(p)) || <u8>((load<u8>(p) | 0x20) - 0x61) < 6)) p++;
  } else if (second == 0x65 && p + 1 < end && (isDigit(load<u8>(p, 1)) || load<u8>(p, 1) == 0x2b)) {
    p += 2;
    while (p < end && isDigit(load<u8>(p))) p++;
  }
  const joint = gluedLogic(p, end);
  if (joint > p) {
    push(Sql.Number, 0, start, p);
    push(Sql.Logic, SPELT, p, joint);
    return joint;
  }
  // 3rd, 5kg: a word that begins with digits; keywords may follow a number directly (1or 1=1).
  let tail = p;
  while (tail < end && isWordByte(load<u8>(tail))) tail++;
  if (tail > p && sqlWord(p, <u32>(tail - p)) == Sql.Word) {
    push(Sql.Word, 0, start, tail);
    return tail;
  }
  push(Sql.Number, 0, start, p);
  return p;
}

/** 1or1=1: where the word behind a number ends when it is OR or AND with a digit behind it. */
function gluedLogic(p: usize, end: usize): usize {
  if (p + 3 > end) return 0;
  const first = load<u8>(p) | 0x20;
  let q: usize = 0;
  if (first == 0x6f && (load<u8>(p, 1) | 0x20) == 0x72) q = p + 2;
  else if (first == 0x61 && (load<u8>(p, 1) | 0x20) == 0x6e && (load<u8>(p, 2) | 0x20) == 0x64)
    q = p + 3;
  return q != 0 && q < end && isDigit(load<u8>(q)) ? q : 0;
}

function word(start: usize, end: usize): usize {
  let p = start;
  while (p < end && isWordByte(load<u8>(p))) p++;
  const kind = sqlWord(start, <u32>(p - start));
  if (kind == Sql.Word && p - start == 1 && p < end) {
    // N'text', x'41', b'1', e'..': a string with a prefix.
    const quote = load<u8>(p);
    const letter = load<u8>(start) | 0x20;
    if (quote == 0x27 && (letter == 0x6e || letter == 0x78 || letter == 0x62 || letter == 0x65)) {
      return text(p, end, quote);
    }
  }
  const operator = kind == Sql.Compare || kind == Sql.Logic || kind == Sql.Operator;
  push(kind, operator ? SPELT : 0, start, p);
  return p;
}

function text(start: usize, end: usize, quote: u8): usize {
  const close = closeQuote(start + 1, end, quote);
  const flags = close == start + 1 ? EMPTY : 0;
  push(close >= end ? Sql.OpenText : Sql.Text, flags, start, min(close + 1, end));
  return close + 1;
}

function quotedName(start: usize, end: usize, close: u8): usize {
  let p = start + 1;
  while (p < end && load<u8>(p) != close && p - start < 130) p++;
  if (p >= end || load<u8>(p) != close) return single(Sql.Other, start);
  push(Sql.Word, 0, start, p + 1);
  return p + 1;
}

function variable(start: usize, end: usize): usize {
  let p = start + 1;
  if (p < end && load<u8>(p) == 0x40) p++;
  while (p < end && (isWordByte(load<u8>(p)) || load<u8>(p) == 0x2e)) p++;
  push(
    p > start + 1 ? Sql.Variable : Sql.Other,
    p - start > 1 && load<u8>(start + 1) == 0x40 ? EMPTY : 0,
    start,
    p,
  );
  return p;
}

function lineComment(start: usize, body: usize, end: usize): usize {
  let p = body;
  while (p < end && load<u8>(p) != 0x0a && load<u8>(p) != 0x0d) p++;
  push(Sql.Comment, isClean(body, p) ? CLEAN : 0, start, p);
  return p;
}

/** Nothing behind the comment mark that reads like text. */
function isClean(body: usize, end: usize): bool {
  if (body == end) return true;
  const first = load<u8>(body);
  if (isAlpha(first) || isDigit(first)) return false;
  let p = body;
  while (p < end && !isAlpha(load<u8>(p)) && !isDigit(load<u8>(p))) p++;
  return end - p <= 3 || load<u8>(body) == 0x26 || (p > body && load<u8>(p - 1) == 0x26);
}

function blockComment(start: usize, end: usize): usize {
  let p = start + 2;
  if (
    p < end &&
    (load<u8>(p) == 0x21 || (load<u8>(p) == 0x4d && p + 1 < end && load<u8>(p, 1) == 0x21))
  ) {
    p += load<u8>(p) == 0x21 ? 1 : 2;
    const digits = p;
    while (p < end && isDigit(load<u8>(p))) p++;
    if (p - digits > 3) numbered = true;
    versioned = VERSIONED;
    return p;
  }
  while (p + 1 < end && !(load<u8>(p) == 0x2a && load<u8>(p, 1) == 0x2f)) p++;
  if (p + 1 < end) return p + 2;
  push(Sql.Comment, CLEAN, start, end);
  return end;
}
