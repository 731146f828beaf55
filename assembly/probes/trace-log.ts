// One trace record of the probe filter: a JSON array on one line, sent through proxy_log(info).
// A record is written into one fixed buffer, so that tracing itself never asks the host for memory.
// Bytes outside printable ASCII become \u00XX: the line survives any logger, and every byte stays readable.
// Long values are cut after 96 bytes and carry their length and FNV-1a hash, which keeps recordings compact.
import { proxy_log } from "../abi/env";

const CAPACITY: u32 = 262144;
const SHOWN_BYTES: u32 = 96;
/** proxy_log level of every trace record. */
const INFO: i32 = 2;

let buffer: usize = 0;
let length: u32 = 0;
let first: bool = true;

/** Begin a record; what an unfinished one held is dropped. */
export function open(): void {
  if (buffer == 0) buffer = heap.alloc(CAPACITY);
  length = 0;
  first = true;
  put(0x5b);
}

/** Finish the record and hand it to the host. */
export function send(): void {
  put(0x5d);
  proxy_log(INFO, buffer, length);
}

/** Start a nested array (a list of pairs). */
export function nest(): void {
  separate();
  put(0x5b);
  first = true;
}

/** End a nested array. */
export function unnest(): void {
  put(0x5d);
  first = false;
}

/** Append one integer. */
export function integer(value: i64): void {
  separate();
  if (value < 0) {
    put(0x2d);
    digits(0 - <u64>value);
  } else {
    digits(<u64>value);
  }
}

/** Append one string of raw bytes, escaped, cut when long. */
export function bytes(ptr: usize, size: u32): void {
  separate();
  put(0x22);
  const shown = size <= SHOWN_BYTES * 2 ? size : SHOWN_BYTES;
  for (let i: u32 = 0; i < shown; i++) escaped(load<u8>(ptr + i));
  if (shown < size) {
    ascii("...(");
    digits(size);
    ascii(" bytes, fnv ");
    digits(fnv(ptr, size));
    put(0x29);
  }
  put(0x22);
}

/** Append one string given as a literal of printable ASCII. */
export function text(value: string): void {
  separate();
  put(0x22);
  ascii(value);
  put(0x22);
}

function separate(): void {
  if (!first) put(0x2c);
  first = false;
}

function escaped(byte: u8): void {
  if (byte >= 0x20 && byte < 0x7f && byte != 0x22 && byte != 0x5c) {
    put(byte);
    return;
  }
  ascii("\\u00");
  hexDigit(byte >> 4);
  hexDigit(byte & 15);
}

function hexDigit(nibble: u8): void {
  put(nibble < 10 ? 0x30 + nibble : 0x57 + nibble);
}

function ascii(value: string): void {
  for (let i = 0; i < value.length; i++) put(<u8>value.charCodeAt(i));
}

function digits(value: u64): void {
  let divisor: u64 = 1;
  while (value / divisor >= 10) divisor *= 10;
  for (; divisor > 0; divisor /= 10) put(<u8>(0x30 + ((value / divisor) % 10)));
}

function put(byte: u8): void {
  if (length < CAPACITY - 1) store<u8>(buffer + length++, byte);
}

/** FNV-1a, 32 bits: names a long value without repeating it. */
function fnv(ptr: usize, size: u32): u32 {
  let hash: u32 = 2166136261;
  for (let i: u32 = 0; i < size; i++) hash = (hash ^ load<u8>(ptr + i)) * 16777619;
  return hash;
}
