// The door of the room: judges one value by the classes asked for. The byte-kind pass comes first; a
// value of letters, digits and blanks costs little more than that. A value that is an encoding is then
// judged again as what it becomes, at most three steps deep.
import { indexOfByte } from "../base/find-byte";
import { Gate, Trait, traitsOf } from "./byte-traits";
import { detectCommand } from "./command/command";
import { prepareCommandWords } from "./command/words";
import { Step, decodeStep, decodedBytes } from "./decode";
import { detectPath } from "./path";
import { detectScript } from "./script/script";
import { prepareScriptWords } from "./script/words";
import { detectSql } from "./sql/sql";
import { prepareSqlWords } from "./sql/words";
import { detectMarks, markClass } from "./marks";
import { detectSsrf, prepareSsrf } from "./ssrf";
import { detectHeaderBreak, detectPollution } from "./header-break";
import { detectLdap } from "./ldap";
import { detectNoSql } from "./nosql";
import { detectTemplate } from "./template";
import { detectXml } from "./xml";
import { oddReferenceCount } from "./character-reference";
import { findTellingWord, prepareTellingWords, tellingClass } from "./telling-words";
import { DetectClass, Reason, Sensitivity, evidenceEnd, evidenceStart } from "./verdict";

/** Longest value judged in one piece; of a longer one the caller judges pieces that overlap. */
export const JUDGED_BYTES: u32 = 65536;
/** Longest value that is decoded as well. */
export const DECODED_BYTES: u32 = 16384;
/**
 * Classes that a document is judged by: text of many lines, where paths, commands and addresses are
 * spoken of: SQL, script, templates, XML and prototypes. From `Sensitivity.High` on it is judged by all.
 */
const DOCUMENT_CLASSES: u32 = 1 | 2 | 32 | 512 | 1024;
/** Size and line ends that make text a document. */
const DOCUMENT_BYTES: usize = 512;
const DOCUMENT_LINES: u32 = 8;

/** Decoding steps, one behind the other. */
export const DECODE_DEPTH: u32 = 3;

let scratch: usize = 0;
let foundReason: Reason = Reason.None;
let foundStart: u32 = 0;
let foundLength: u32 = 0;
let foundDepth: u32 = 0;

/** Builds tables and scratch memory, once, at configure time. */
export function prepareDetectors(): void {
  if (scratch != 0) return;
  prepareSqlWords();
  prepareScriptWords();
  prepareCommandWords();
  prepareTellingWords();
  prepareSsrf();
  // Two buffers that decoding steps write to in turn; a step may lengthen by a half.
  scratch = heap.alloc(<usize>DECODED_BYTES * 4);
}

/**
 * Judges the `length` bytes at `ptr` (at most `JUDGED_BYTES` are looked at) by the classes of the mask.
 * Returns the class that condemns the value, one bit, or 0. The details below then hold.
 */
export function judge(ptr: usize, length: u32, classes: u32, level: Sensitivity): u32 {
  const size = min(length, JUDGED_BYTES);
  const traits = traitsOf(ptr, ptr + size);
  foundDepth = 0;
  const found = judgeOnce(ptr, ptr + size, classes, level, traits, false);
  if (found != 0) return level == Sensitivity.Low && isWeak(foundReason) ? 0 : found;
  if (size > DECODED_BYTES || scratch == 0) return 0;
  if (!mayBeEncoded(traits, size) && !holdsHex(ptr, size)) return 0;
  return judgeDecoded(ptr, size, classes, level, traits);
}

/** Notes a verdict on a whole value of `length` bytes that was reached without `judge`; returns the class. */
export function condemn(kind: DetectClass, reason: Reason, length: u32): u32 {
  foundReason = reason;
  foundStart = 0;
  foundLength = length;
  foundDepth = 0;
  return kind;
}

/** Why the value was condemned. */
export function verdictReason(): Reason {
  return foundReason;
}

/** Offset of the evidence in the value, or in what it decodes to when `verdictDepth` is not 0. */
export function verdictStart(): u32 {
  return foundStart;
}

export function verdictLength(): u32 {
  return foundLength;
}

/** Decoding steps that were taken before the value showed what it is. */
export function verdictDepth(): u32 {
  return foundDepth;
}

function mayBeEncoded(traits: u32, size: u32): bool {
  if ((traits & (Trait.Sigil | Trait.High)) != 0) return true;
  if ((traits & Trait.Bracket) != 0) return true;
  if ((traits & (Trait.Plus | Trait.Space)) == Trait.Plus) return true;
  return (
    size >= 16 &&
    (traits & ~(Trait.Plus | Trait.Slash | Trait.Compare | Trait.DotDash | Trait.MarkLine)) == 0
  );
}

/** Whether a `0x` stands in the value. */
function holdsHex(ptr: usize, size: u32): bool {
  for (let i: u32 = 1; i + 2 < size; i++) {
    i = indexOfByte(ptr, i, size, 0x78);
    if (i < size && load<u8>(ptr + i - 1) == 0x30) return true;
  }
  return false;
}

/** Reasons that ask for no grammar: the value is a name, or a mark that stands alone. */
function isWeak(reason: Reason): bool {
  return (
    reason == Reason.CommandName ||
    reason == Reason.ScriptEncoded ||
    reason == Reason.ScriptStyle ||
    reason == Reason.QueryBreak ||
    reason == Reason.LdapFilter ||
    reason == Reason.SqlOperator
  );
}

/** A lone mark that was escaped for no reader but a filter: %253c, \x3c. */
function isHiddenMark(ptr: usize, bytes: u32, step: u32): bool {
  return bytes == 1 && step != <u32>Step.Reference && load<u8>(ptr) == 0x3c;
}

function judgeDecoded(ptr: usize, size: u32, classes: u32, level: Sensitivity, traits: u32): u32 {
  let from = ptr;
  let bytes = size;
  let kinds = traits;
  let target = scratch;
  for (let depth: u32 = 1; depth <= DECODE_DEPTH; depth++) {
    let step = Step.None;
    for (let s: u32 = Step.Percent; s <= <u32>Step.Plus; s++) {
      // A plus is a blank only where no blank is written, or in what was percent-encoded.
      if (s == <u32>Step.Plus && depth == 1 && (kinds & Trait.Space) != 0) continue;
      if (decodeStep(s, from, from + bytes, target, kinds)) {
        step = s;
        break;
      }
    }
    if (step == Step.None) return 0;
    from = target;
    bytes = min(decodedBytes(), DECODED_BYTES);
    kinds = traitsOf(from, from + bytes);
    foundDepth = depth;
    if (step == Step.Reference && (classes & DetectClass.Script) != 0 && oddReferenceCount() > 0) {
      foundReason = Reason.ScriptEncoded;
      foundStart = 0;
      foundLength = bytes;
      return DetectClass.Script;
    }
    if (
      (classes & DetectClass.Script) != 0 &&
      level != Sensitivity.Low &&
      isHiddenMark(from, bytes, step)
    ) {
      return condemn(DetectClass.Script, Reason.ScriptEncoded, size);
    }
    const found = judgeOnce(from, from + bytes, classes, level, kinds, step != Step.Plus);
    if (found != 0) return level == Sensitivity.Low && isWeak(foundReason) ? 0 : found;
    target = target == scratch ? scratch + DECODED_BYTES * 2 : scratch;
  }
  return 0;
}

function note(kind: u32, reason: Reason, ptr: usize): u32 {
  foundReason = reason;
  foundStart = evidenceStart() > ptr ? <u32>(evidenceStart() - ptr) : 0;
  foundLength = evidenceEnd() > evidenceStart() ? <u32>(evidenceEnd() - evidenceStart()) : 0;
  return kind;
}

function judgeOnce(
  ptr: usize,
  end: usize,
  classes: u32,
  level: Sensitivity,
  traits: u32,
  encoded: bool,
): u32 {
  const document = level < Sensitivity.High && isDocument(ptr, end, traits);
  if (document) classes &= DOCUMENT_CLASSES;
  const meta = traits & ~(Trait.Space | Trait.Comma | Trait.High | Trait.Plus | Trait.DotDash);
  let reason = Reason.None;
  if (
    (classes & DetectClass.Sql) != 0 &&
    ((traits & Gate.Sql) != 0 || (traits & Trait.Space) != 0)
  ) {
    reason = detectSql(ptr, end, traits);
    if (reason != Reason.None) return note(DetectClass.Sql, reason, ptr);
  }
  if ((classes & DetectClass.Script) != 0 && ((traits & Gate.Script) != 0 || end - ptr < 48)) {
    reason = detectScript(ptr, end, traits, document);
    if (reason != Reason.None) return note(DetectClass.Script, reason, ptr);
  }
  if ((traits & (Trait.Bracket | Trait.Compare | Trait.Paren)) != 0) {
    const found = judgeStructure(
      ptr,
      end,
      document ? classes & ~DetectClass.Template : classes,
      traits,
    );
    if (found != 0) return found;
  }
  if (meta != 0 || (traits & Trait.DotDash) != 0) {
    reason = findTellingWord(ptr, end, classes);
    if (reason != Reason.None) return note(tellingClass(), reason, ptr);
  }
  if ((classes & DetectClass.Path) != 0 && (traits & Gate.Path) != 0) {
    reason = detectPath(ptr, end, traits);
    if (reason != Reason.None) return note(DetectClass.Path, reason, ptr);
  }
  if ((classes & DetectClass.HeaderBreak) != 0 && (traits & Trait.Control) != 0) {
    reason = detectHeaderBreak(ptr, end, encoded);
    if (reason != Reason.None) return note(DetectClass.HeaderBreak, reason, ptr);
  }
  if (
    (classes & DetectClass.HeaderBreak) != 0 &&
    ptr < end &&
    (traits & (Trait.Sigil | Trait.MarkLine)) != 0
  ) {
    reason = detectPollution(ptr, end);
    if (reason != Reason.None) return note(DetectClass.HeaderBreak, reason, ptr);
  }
  if ((classes & DetectClass.Command) != 0) {
    reason = detectCommand(ptr, end, traits);
    if (reason != Reason.None) return note(DetectClass.Command, reason, ptr);
  }
  if ((classes & DetectClass.Ssrf) != 0) {
    reason = detectSsrf(ptr, end, level >= Sensitivity.High);
    if (reason != Reason.None) return note(DetectClass.Ssrf, reason, ptr);
  }
  if (level < Sensitivity.Paranoid) return 0;
  reason = detectMarks(ptr, end, classes);
  return reason == Reason.None ? 0 : note(markClass(), reason, ptr);
}

function judgeStructure(ptr: usize, end: usize, classes: u32, traits: u32): u32 {
  if (
    (classes & DetectClass.Xml) != 0 &&
    (traits & (Trait.Bang | Trait.MarkLine | Trait.Sigil)) != 0
  ) {
    const reason = detectXml(ptr, end);
    if (reason != Reason.None) return note(DetectClass.Xml, reason, ptr);
  }
  if ((classes & DetectClass.Template) != 0) {
    const reason = detectTemplate(ptr, end);
    if (reason != Reason.None) return note(DetectClass.Template, reason, ptr);
  }
  if ((classes & DetectClass.NoSql) != 0) {
    const reason = detectNoSql(ptr, end);
    if (reason != Reason.None) return note(DetectClass.NoSql, reason, ptr);
  }
  if ((classes & DetectClass.Ldap) != 0) {
    const reason = detectLdap(ptr, end);
    if (reason != Reason.None) return note(DetectClass.Ldap, reason, ptr);
  }
  return 0;
}

/** Whether a value is text of many lines rather than a field of a form. */
export function isDocument(ptr: usize, end: usize, traits: u32): bool {
  if (
    end - ptr < DOCUMENT_BYTES ||
    (traits & (Trait.Control | Trait.Space)) != (Trait.Control | Trait.Space)
  )
    return false;
  let lines: u32 = 0;
  const length = <u32>(end - ptr);
  for (let i: u32 = 0; lines < DOCUMENT_LINES; i++, lines++) {
    i = indexOfByte(ptr, i, length, 0x0a);
    if (i >= length) return false;
  }
  return true;
}
