// @verifyCC, @verifySSN, @verifyCPF, @verifySVNR, @validateNid: a pattern finds candidates in the value, arithmetic
// decides which of them are real numbers. Sources: ISO/IEC 7812-1 (Luhn), the number ranges of the US social security
// administration before 2011 (as ModSecurity has them), CPF (two check digits modulo 11), Austrian SVNR, Chilean RUT.
import { CheckDigit } from "./check-kind";
import { Regex, compileRegex, find, freeRegex } from "../regex/regex";
import { RegexFlag } from "../regex/status";

/** Candidates looked at in one value; a pattern that finds more is no pattern for numbers. */
const MAX_CANDIDATES: u32 = 64;
/** Digits looked at in one candidate. */
const MAX_DIGITS: u32 = 32;

const digits = memory.data(32);
const span = memory.data(8, 4);
let foundStart: u32 = 0;
let foundLength: u32 = 0;

/** A prepared check: kind, then the pattern. */
const CHECK_BYTES: usize = 8;

/** Prepares a check whose pattern is `length` bytes at `pattern`; 0 when the pattern is refused (see regexStatus). */
export function prepareCheck(kind: CheckDigit, pattern: usize, length: u32): usize {
  const regex = compileRegex(pattern, length, RegexFlag.MULTI_LINE | RegexFlag.DOT_ALL);
  if (regex === null) return 0;
  const check = heap.alloc(CHECK_BYTES);
  store<u32>(check, kind);
  // Regex is unmanaged: a reference is the address of its block.
  store<u32>(check, <u32>changetype<usize>(regex), 4);
  return check;
}

export function releaseCheck(check: usize): void {
  freeRegex(changetype<Regex>(<usize>load<u32>(check, 4))); // stored by prepareCheck
  heap.free(check);
}

/** Offset of the number that was found last. */
export function checkedStart(): u32 {
  return foundStart;
}

export function checkedLength(): u32 {
  return foundLength;
}

/** Whether the value holds a number of the kind. */
export function checkHolds(check: usize, ptr: usize, length: u32): bool {
  const kind = load<u32>(check);
  const regex = changetype<Regex>(<usize>load<u32>(check, 4)); // stored by prepareCheck
  let from: u32 = 0;
  for (let tries: u32 = 0; tries < MAX_CANDIDATES && from <= length; tries++) {
    if (!find(regex, ptr, length, from, length, false, span, 2)) return false;
    foundStart = load<u32>(span);
    const stop = load<u32>(span, 4);
    foundLength = stop - foundStart;
    if (isReal(kind, ptr + foundStart, ptr + stop)) return true;
    from = foundStart + 1;
  }
  return false;
}

function isReal(kind: u32, p: usize, end: usize): bool {
  const tail: u8 = end > p ? load<u8>(end - 1) : 0;
  let count: u32 = 0;
  for (; p < end; p++) {
    const digit = <u8>(load<u8>(p) - 0x30);
    if (digit > 9) continue;
    if (count == MAX_DIGITS) return false;
    store<u8>(digits + count++, digit);
  }
  switch (kind) {
    case CheckDigit.Card:
      return isCard(count);
    case CheckDigit.Ssn:
      return isSsn(count);
    case CheckDigit.Cpf:
      return count == 11 && !isUniform(count) && cpfDigit(9) == at(9) && cpfDigit(10) == at(10);
    case CheckDigit.Svnr:
      return count == 10 && isSvnr();
    case CheckDigit.Rut:
      return isRut(count, tail);
  }
  return false;
}

function at(index: u32): u32 {
  return load<u8>(digits + index);
}

function isUniform(count: u32): bool {
  for (let i: u32 = 1; i < count; i++) if (at(i) != at(0)) return false;
  return true;
}

function isCard(count: u32): bool {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const digit = at(count - 1 - i) << (i & 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return count > 0 && sum % 10 == 0;
}

function isSsn(count: u32): bool {
  if (count < 9) return false;
  const area = at(0) * 100 + at(1) * 10 + at(2);
  const serial = at(5) * 1000 + at(6) * 100 + at(7) * 10 + at(8);
  if (area == 0 || area == 666 || area >= 740 || (at(3) | at(4)) == 0 || serial == 0) return false;
  let sequence = true;
  for (let i: u32 = 1; i < count; i++) if (at(i) != at(i - 1) + 1) sequence = false;
  return !sequence && !isUniform(count);
}

/** Check digit behind the first `size` digits of a CPF. */
function cpfDigit(size: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < size; i++) sum += at(i) * (size + 1 - i);
  const rest = sum % 11;
  return rest < 2 ? 0 : 11 - rest;
}

function isSvnr(): bool {
  const sum =
    at(0) * 3 +
    at(1) * 7 +
    at(2) * 9 +
    at(4) * 5 +
    at(5) * 8 +
    at(6) * 4 +
    at(7) * 2 +
    at(8) +
    at(9) * 6;
  return !isUniform(10) && sum % 11 == at(3);
}

/** Chilean RUT: the last letter or digit (`k` is ten) closes the number modulo 11. */
function isRut(count: u32, tail: u8): bool {
  const k = (tail | 0x20) == 0x6b;
  const body = k ? count : count - 1;
  if (count == 0 || body + 1 < 8) return false;
  let sum: u32 = 0;
  for (let i: u32 = 0; i < body; i++) sum += at(body - 1 - i) * (2 + (i % 6));
  const rest = sum % 11;
  return k ? rest == 1 : at(count - 1) == (rest == 0 ? 0 : rest == 1 ? 10 : 11 - rest);
}
