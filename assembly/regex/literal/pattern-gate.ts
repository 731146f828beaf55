// A byte gate for one pattern: of each required literal its rarest byte. A text without any of these
// bytes cannot match, and the gate looks at sixteen bytes at a time, so that a rule about quotes or
// brackets costs next to nothing on a value of letters and digits.

import { SET_BYTES, setAddRange, setHas } from "../byte-set";
import { byteRarity } from "./cost";
import { GATE_BYTES, makeGate } from "./byte-gate";
import { findRequired, requiredByte, requiredCount, requiredLength } from "./required";

/** A gate that opens more often than for one byte in this many is not worth asking. */
const WORTH: u32 = 24;

const members: usize = memory.data(32, 8);

/** Gate of a syntax tree in a heap block that the caller frees; 0 when none is worth having. */
export function gateOfPattern(root: u32): usize {
  if (!findRequired(root)) return 0;
  memory.fill(members, 0, SET_BYTES);
  let share: f64 = 0;
  for (let i: u32 = 0; i < requiredCount(); i++) {
    const byte = rarest(i);
    if (setHas(members, byte)) continue;
    setAddRange(members, byte, byte);
    if (byte - 0x61 < 26) setAddRange(members, byte & 0xdf, byte & 0xdf);
    share += 1.0 / <f64>((<u32>1) << byteRarity(byte));
    if (share * <f64>WORTH > 1.0) return 0;
  }
  const gate = heap.alloc(GATE_BYTES);
  makeGate(gate, members);
  return gate;
}

function rarest(literal: u32): u32 {
  let best = <u32>requiredByte(literal, 0);
  for (let at: u32 = 1; at < requiredLength(literal); at++) {
    const byte = <u32>requiredByte(literal, at);
    if (byteRarity(byte) > byteRarity(best)) best = byte;
  }
  return best;
}
