// Scanning a text with a literal set: every literal that occurs, as a bitset of ids, or the first one.
// The loop is that of the lazy automaton; only states with outputs and sparse states leave it. Time is
// linear: each failure link taken undoes a step taken before.

import { CARE, LiteralSet, OUTPUT, SPARSE } from "./states";

let foundEnd: u32 = 0;

/** Sets bit `id` of the bitset at `hits` for every literal that occurs; returns whether any does. */
export function scanLiterals(set: LiteralSet, text: usize, textBytes: u32, hits: usize): bool {
  const classes = set.classes;
  const end = text + textBytes;
  let at = text;
  let row = set.root;
  let last: u32 = 0;
  while (true) {
    let cell: u32 = 0;
    while (at < end) {
      cell = load<u32>(row + ((<usize>load<u8>(classes + load<u8>(at))) << 2));
      at++;
      if ((cell & CARE) != 0) break;
      row = cell;
    }
    if ((cell & CARE) == 0) return last != 0;
    while (true) {
      if ((cell & OUTPUT) != 0) last = collect(cell, last, hits);
      if ((cell & SPARSE) == 0 || at >= end) break;
      cell = stepSparse(cell, load<u8>(classes + load<u8>(at)));
      at++;
    }
    row = cell & ~7;
  }
  return last != 0;
}

/** Puts the outputs of a cell's state into the bitset, unless they were the last ones put. */
function collect(cell: u32, last: u32, hits: usize): u32 {
  const first = load<u32>((cell & ~7) - 4);
  if (first == last) return last;
  for (let record = first; record != 0; record = load<u32>(record, 4)) {
    const ids = load<u32>(record);
    for (let i: u32 = 0; i < ids; i++) {
      const id = load<u32>(record + 8 + (i << 2));
      const word = hits + ((id >> 5) << 2);
      store<u32>(word, load<u32>(word) | ((<u32>1) << (id & 31)));
    }
  }
  return first;
}

/** Next cell from a sparse state, through failure links as far as needed. */
function stepSparse(from: u32, column: u32): u32 {
  let cell = from;
  while ((cell & SPARSE) != 0) {
    const row = <usize>(cell & ~7);
    const tail = load<u32>(row, 4);
    const next = tail >> 16;
    if (next != 0) {
      // The only child follows.
      if (((tail >> 8) & 0xff) == column)
        return (<u32>row + ((next >> 1) << 3)) | SPARSE | CARE | ((next & 1) << 2);
    } else {
      const end = row + 8 + ((<usize>tail) << 3);
      for (let at = row + 8; at < end; at += 8) {
        if (load<u32>(at) == column) return load<u32>(at, 4);
      }
    }
    cell = load<u32>(row);
  }
  return load<u32>(<usize>(cell & ~7) + ((<usize>column) << 2));
}

/** Id of the literal that ends first in the text, the longest if several end there; -1 for none. */
export function findLiteral(set: LiteralSet, text: usize, textBytes: u32): i32 {
  const classes = set.classes;
  const end = text + textBytes;
  let cell = <u32>set.root;
  for (let at = text; at < end; at++) {
    cell = stepSparse(cell, load<u8>(classes + load<u8>(at)));
    if ((cell & OUTPUT) == 0) continue;
    foundEnd = <u32>(at + 1 - text);
    return <i32>load<u32>(<usize>load<u32>((cell & ~7) - 4), 8);
  }
  return -1;
}

/** Offset behind the literal that the last findLiteral found. */
export function literalEnd(): u32 {
  return foundEnd;
}

/** Offset behind the occurrence of a literal of `id` that ends first; 0 for none. */
export function firstEndOf(set: LiteralSet, text: usize, textBytes: u32, id: u32): u32 {
  const classes = set.classes;
  let cell = <u32>set.root;
  let last: u32 = 0;
  for (let at: u32 = 0; at < textBytes; at++) {
    cell = stepSparse(cell, load<u8>(classes + load<u8>(text + at)));
    if ((cell & OUTPUT) == 0) continue;
    const outputs = load<u32>((cell & ~7) - 4);
    if (outputs == last) continue;
    last = outputs;
    if (putsOut(outputs, id)) return at + 1;
  }
  return 0;
}

function putsOut(outputs: u32, id: u32): bool {
  for (let record = outputs; record != 0; record = load<u32>(record, 4)) {
    const ids = load<u32>(record);
    for (let i: u32 = 0; i < ids; i++) if (load<u32>(record + 8 + (i << 2)) == id) return true;
  }
  return false;
}
