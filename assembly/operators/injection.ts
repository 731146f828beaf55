// @detectSQLi, @detectXSS and @detectCommand by the detectors of `detect`: SQL read as tokens from each quoting context, HTML as
// tags and attributes, command lines as a shell reads them. The first two take the place of libinjection's fingerprints. Nothing is decoded here, since rules ask for that
// with `t:`; what is captured is the name of the reason.
import { traitsOf } from "../detect/byte-traits";
import { detectCommand } from "../detect/command/command";
import { JUDGED_BYTES, isDocument, prepareDetectors } from "../detect/judge";
import { detectScript } from "../detect/script/script";
import { detectSql } from "../detect/sql/sql";
import { Reason, reasonName } from "../detect/verdict";
import { hasDeclaration } from "./markup-declaration";
import { isFramedSql, isPath } from "./sql-frame";

/** Longest name of a reason. */
const REASON_BYTES: i32 = 64;
const reasonText = memory.data(64);
let reasonLength: u32 = 0;

/** Builds the detectors' tables. Configure time. */
export function prepareInjection(): void {
  prepareDetectors();
}

/** Whether the value (its first 64 KiB) breaks out into SQL. */
export function isSqlInjection(ptr: usize, length: u32): bool {
  const end = ptr + min(length, JUDGED_BYTES);
  if (isPath(ptr, end)) return false;
  const reason = detectSql(ptr, end, traitsOf(ptr, end));
  return note(reason == Reason.None && isFramedSql(ptr, end) ? Reason.SqlOperator : reason);
}

/** Whether the value (its first 64 KiB) brings script into a page. */
export function isScriptInjection(ptr: usize, length: u32): bool {
  const end = ptr + min(length, JUDGED_BYTES);
  const reason = detectScript(ptr, end, traitsOf(ptr, end), false);
  if (reason == Reason.None && hasDeclaration(ptr, <u32>(end - ptr))) {
    return note(Reason.XmlEntity);
  }
  return note(reason);
}

/** Whether a shell would run something of the value (its first 64 KiB). Long text of many lines may speak of commands. */
export function isCommandInjection(ptr: usize, length: u32): bool {
  const end = ptr + min(length, JUDGED_BYTES);
  const traits = traitsOf(ptr, end);
  return !isDocument(ptr, end, traits) && note(detectCommand(ptr, end, traits));
}

function note(reason: Reason): bool {
  if (reason == Reason.None) return false;
  // A literal: no string is made here.
  const name = reasonName(reason);
  const size = min(name.length, REASON_BYTES);
  for (let i = 0; i < size; i++) store<u8>(reasonText + i, <u8>name.charCodeAt(i));
  reasonLength = size;
  return true;
}

/** Name of the last reason as ASCII bytes in static memory. */
export function injectionReason(): usize {
  return reasonText;
}

export function injectionReasonLength(): u32 {
  return reasonLength;
}
