// What a response should not tell: card numbers (ISO/IEC 7812 with the check digit of Luhn), keys and tokens of
// services by their published prefixes, and stack traces of the usual platforms. Found in one pass each, and
// masked in place: every letter and digit becomes a star, so that JSON and markup around stay what they are.
import { isAlpha, isDigit } from "../../../base/ascii";
import { findLiteral, literalEnd } from "../../../regex/literal/literal-scan";
import { addLiteral, closeLiterals, openLiterals } from "../../../regex/literal/literal-set";
import { LiteralSet } from "../../../regex/literal/states";

/** Kinds of leaks, one bit each. */
export const enum Leak {
  Card = 1,
  Key = 2,
  Trace = 4,
}

const MASK: u8 = 0x2a;
/** Digits of a card number. */
const LEAST_DIGITS: u32 = 13;
const MOST_DIGITS: u32 = 19;
/** A PEM block is masked up to its end, at most so far. */
const PEM_BYTES: usize = 16384;
/** Bytes of a line of a stack trace that are masked. */
const LINE_BYTES: usize = 1024;

let words: LiteralSet | null = null;
let found: u32 = 0;

/** Builds the automaton once, at configure time. */
export function prepareLeaks(): void {
  if (words !== null) return;
  openLiterals(false);
  // The number is the kind, and how many token bytes must follow.
  add(Leak.Key, 16, "AKIA|ASIA");
  add(Leak.Key, 20, "sk_live_|rk_live_|xoxb-|xoxp-|xoxa-|xapp-|glpat-|whsec_");
  add(Leak.Key, 35, "AIza");
  add(Leak.Key, 36, "ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|npm_");
  add(
    Leak.Key,
    0,
    "-----BEGIN RSA PRIVATE KEY-----|-----BEGIN PRIVATE KEY-----|-----BEGIN EC PRIVATE KEY-----",
  );
  add(Leak.Key, 0, "-----BEGIN OPENSSH PRIVATE KEY-----|-----BEGIN ENCRYPTED PRIVATE KEY-----");
  add(
    Leak.Trace,
    0,
    "Traceback (most recent call last)|goroutine 1 [running]|panic: runtime error",
  );
  add(
    Leak.Trace,
    0,
    "\tat java.|\tat javax.|\tat org.|\tat com.|\tat sun.|\\tat java.|\\tat org.|\\tat com.",
  );
  add(
    Leak.Trace,
    0,
    "   at System.|   at Microsoft.|System.NullReferenceException|System.Data.SqlClient.",
  );
  add(
    Leak.Trace,
    0,
    "Fatal error: Uncaught |Fatal error</b>:|Warning</b>:  |Stack trace:\n#0|Stack trace:\\n#0",
  );
  add(Leak.Trace, 0, "(node:internal/|    at Object.<anonymous> (|    at Module._compile (");
  add(
    Leak.Trace,
    0,
    "You have an error in your SQL syntax|SQLSTATE[|Unclosed quotation mark after|ORA-00933|ORA-01756",
  );
  add(
    Leak.Trace,
    0,
    "org.hibernate.|java.sql.SQLException|psycopg2.errors|PG::SyntaxError|sqlite3.OperationalError",
  );
  add(
    Leak.Trace,
    0,
    "ActionView::Template::Error|ActiveRecord::StatementInvalid|django.core.exceptions",
  );
  words = closeLiterals(65536);
}

const WORD: usize = memory.data(64);

function add(kind: u32, follow: u32, list: string): void {
  const all = list.split("|");
  for (let i = 0; i < all.length; i++) {
    const word = all[i];
    for (let k = 0; k < word.length; k++) store<u8>(WORD + k, <u8>word.charCodeAt(k));
    addLiteral(WORD, <u32>word.length, kind | (follow << 8));
  }
}

/**
 * Looks for the leaks of `wanted` in `length` bytes, and masks those of `masked`. Returns the kinds that were
 * found.
 */
export function findLeaks(ptr: usize, length: u32, wanted: u32, masked: u32): u32 {
  found = 0;
  const end = ptr + length;
  if ((wanted & (Leak.Key | Leak.Trace)) != 0) findWords(ptr, end, wanted, masked);
  if ((wanted & Leak.Card) != 0) findCards(ptr, end, (masked & Leak.Card) != 0);
  return found;
}

function findWords(ptr: usize, end: usize, wanted: u32, masked: u32): void {
  const set = words;
  if (set === null) return;
  let from = ptr;
  while (from < end) {
    const id = findLiteral(set, from, <u32>(end - from));
    if (id < 0) return;
    from += literalEnd();
    const kind = (<u32>id) & 255;
    if ((kind & wanted) == 0) continue;
    const follow = (<u32>id) >> 8;
    const stop = kind == Leak.Trace ? lineEnd(from, end) : keyEnd(from, end, follow);
    if (stop == 0) continue;
    found |= kind;
    if ((kind & masked) != 0) mask(from, stop);
    from = stop;
  }
}

/** End of the secret behind a prefix, or 0 when too few bytes of it follow. */
function keyEnd(from: usize, end: usize, follow: u32): usize {
  if (follow == 0) return pemEnd(from, end);
  let at = from;
  while (at < end && isTokenByte(load<u8>(at))) at++;
  return at - from >= follow ? at : 0;
}

function pemEnd(from: usize, end: usize): usize {
  const stop = min(end, from + PEM_BYTES);
  for (let at = from; at + 5 <= stop; at++) {
    if (load<u32>(at) == 0x2d2d2d2d && load<u8>(at, 4) == 0x2d) return at;
  }
  return stop;
}

/** End of the line, of the string or of the element that it stands in. */
function lineEnd(from: usize, end: usize): usize {
  const stop = min(end, from + LINE_BYTES);
  let at = from;
  while (at < stop) {
    const byte = load<u8>(at);
    if (byte == 0x0a || byte == 0x22 || byte == 0x3c) break;
    if (byte == 0x5c && at + 1 < stop && load<u8>(at, 1) == 0x6e) break;
    at++;
  }
  return at;
}

/** Letters and digits become stars; escapes of JSON keep their letter. */
function mask(from: usize, stop: usize): void {
  for (let at = from; at < stop; at++) {
    const byte = load<u8>(at);
    if (byte == 0x5c) at++;
    else if (isAlpha(byte) || isDigit(byte)) store<u8>(at, MASK);
  }
}

function isTokenByte(byte: u8): bool {
  return isAlpha(byte) || isDigit(byte) || byte == 0x2d || byte == 0x5f;
}

function findCards(ptr: usize, end: usize, masks: bool): void {
  for (let at = ptr; at < end; at++) {
    if (!isDigit(load<u8>(at))) continue;
    const stop = digitsEnd(at, end);
    if (at > ptr && !isBorder(load<u8>(at - 1))) {
      at = stop;
      continue;
    }
    if (isCard(at, stop) && (stop >= end || isBorder(load<u8>(stop)))) {
      found |= Leak.Card;
      if (masks) maskCard(at, stop);
    }
    at = stop;
  }
}

/** End of the digits and of single blanks or dashes between them. */
function digitsEnd(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    const byte = load<u8>(at);
    if (isDigit(byte)) at++;
    else if ((byte == 0x20 || byte == 0x2d) && at + 1 < end && isDigit(load<u8>(at, 1))) at++;
    else break;
  }
  return at;
}

/** Numbers go on with letters, points and underscores; cards do not. */
function isBorder(byte: u8): bool {
  return !isAlpha(byte) && byte != 0x5f && byte != 0x2e;
}

function isCard(start: usize, stop: usize): bool {
  let digits: u32 = 0;
  let sum: u32 = 0;
  let head: u32 = 0;
  for (let at = stop; at > start; at--) {
    const byte = load<u8>(at - 1);
    if (!isDigit(byte)) continue;
    let value = <u32>(byte - 0x30);
    if ((digits & 1) == 1) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
    if (++digits > MOST_DIGITS) return false;
  }
  if (digits < LEAST_DIGITS || sum % 10 != 0) return false;
  let taken: u32 = 0;
  for (let at = start; taken < 4; at++) {
    const byte = load<u8>(at);
    if (!isDigit(byte)) continue;
    head = head * 10 + (byte - 0x30);
    taken++;
  }
  return isIssuer(head, digits);
}

/** The first four digits and the lengths of the large networks. */
function isIssuer(head: u32, digits: u32): bool {
  const two = head / 100;
  if (head / 1000 == 4) return digits == 13 || digits == 16 || digits == 19;
  if (two == 34 || two == 37) return digits == 15;
  if ((two >= 51 && two <= 55) || (head >= 2221 && head <= 2720)) return digits == 16;
  if (two == 36 || two == 38 || (head >= 3000 && head <= 3059)) return digits == 14;
  if (head == 6011 || two == 65 || two == 35 || two == 62) return digits >= 16;
  return false;
}

/** All but the last four digits. */
function maskCard(start: usize, stop: usize): void {
  let kept: u32 = 0;
  for (let at = stop; at > start; at--) {
    if (!isDigit(load<u8>(at - 1))) continue;
    if (kept++ >= 4) store<u8>(at - 1, MASK);
  }
}
