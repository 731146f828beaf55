// What the coding of a name or value hides. A text that hides nothing is told by one SIMD pass and is used
// where it stands; no decoding makes a text longer, so that room for its length suffices.
import { decodeForm, decodePercent } from "../base/form-decode";
import { unescapeInto } from "../json/unescape";
import { resolveReferences } from "../xml/reference";
import { Coding } from "./field";

/** Decodes `length` bytes to `target`, which holds as many. Returns the bytes written. */
export function decodeInto(target: usize, coding: Coding, ptr: usize, length: u32): u32 {
  if (coding == Coding.Form) return decodeForm(target, ptr, length);
  if (coding == Coding.Json) return unescapeInto(target, ptr, length);
  if (coding == Coding.Xml) return resolveReferences(target, ptr, length);
  if (coding == Coding.Percent) return decodePercent(target, ptr, length);
  if (coding == Coding.Quoted) return unquote(target, ptr, length);
  memory.copy(target, ptr, length);
  return length;
}

/** As `decodeInto`, cut off after `capacity` bytes of the written text. */
export function decodeWithin(
  target: usize,
  capacity: u32,
  coding: Coding,
  ptr: usize,
  length: u32,
): u32 {
  if (coding == Coding.Json) length = min(length, wholeEscapes(ptr, length, capacity));
  return decodeInto(target, coding, ptr, min(length, capacity));
}

/** Longest prefix of at most `capacity` bytes that cuts no escape in two. */
function wholeEscapes(ptr: usize, length: u32, capacity: u32): u32 {
  if (length <= capacity) return length;
  let at: u32 = 0;
  while (at < capacity) {
    let step: u32 = 1;
    if (load<u8>(ptr + at) == 0x5c) step = load<u8>(ptr + at + 1) == 0x75 ? 6 : 2;
    if (at + step > capacity) break;
    at += step;
  }
  return at;
}

function unquote(target: usize, ptr: usize, length: u32): u32 {
  let out = target;
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(ptr + i) == 0x5c && i + 1 < length) i++;
    store<u8>(out++, load<u8>(ptr + i));
  }
  return <u32>(out - target);
}
