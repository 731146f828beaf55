import { UNCHANGED, applyTransformation, transformedLimit } from "./apply";
import { Transformation, transformationName } from "./table";
import { mayChange, prepareTriggers } from "./triggers";

let seed: u32 = 1;

function next(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >>> 8) % below;
}

/** Texts of few different bytes, so that many of them miss most triggers, with blanks, escapes and quotes among them. */
function fill(at: usize, length: u32): void {
  const kinds = 1 + next(4);
  const base = next(256);
  for (let i: u32 = 0; i < length; i++) {
    const byte = kinds == 4 ? next(256) : base + next(kinds) * (1 + next(3)) * 16;
    store<u8>(at + i, <u8>byte);
  }
}

export function what_has_no_trigger_stays_as_it_is(): void {
  prepareTriggers();
  const input = heap.alloc(64);
  const out = heap.alloc(1024);
  let untouched: u32 = 0;
  for (let round = 0; round < 100000; round++) {
    const length = next(24);
    fill(input, length);
    const mask = mayChange(input, length);
    for (let id: u32 = 1; id < <u32>Transformation.Count; id++) {
      if ((mask & ((<u64>1) << id)) != 0) continue;
      untouched++;
      assert(transformedLimit(id, length) <= 1024);
      assert(applyTransformation(id, input, length, out) == UNCHANGED, transformationName(id));
    }
  }
  assert(untouched > 500000, "the texts miss enough triggers for the test to mean something");
}

export function each_byte_alone_tells_the_truth(): void {
  prepareTriggers();
  const input = heap.alloc(16);
  const out = heap.alloc(256);
  for (let byte: u32 = 0; byte < 256; byte++) {
    for (let length: u32 = 1; length <= 16; length++) {
      memory.fill(input, <u8>byte, length);
      const mask = mayChange(input, length);
      for (let id: u32 = 1; id < <u32>Transformation.Count; id++) {
        if ((mask & ((<u64>1) << id)) != 0) continue;
        assert(applyTransformation(id, input, length, out) == UNCHANGED, transformationName(id));
      }
    }
  }
}
