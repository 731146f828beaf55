// Walks the instructions of a function body, so that one kind can be found and replaced. Only the lengths of immediates are
// known here, not their meaning; what this package's compiler can emit is covered: the MVP, sign extension, saturating
// conversion, bulk memory and SIMD. Source: WebAssembly core specification §5.4.
import type { ByteReader } from "./sections.ts";

export const opcode = { call: 0x10, callIndirect: 0x11, i32Const: 0x41 } as const;

/** Reads one instruction with its immediates and returns its opcode; the reader then stands behind it. */
export function readInstruction(reader: ByteReader): number {
  const code = reader.byte();
  switch (immediates(code)) {
    case "none":
      break;
    case "number":
      reader.u32();
      break;
    case "signed":
      reader.skipSigned();
      break;
    case "memory":
      reader.u32();
      reader.u32();
      break;
    case "table":
      for (let left = reader.u32() + 1; left > 0; left--) reader.u32();
      break;
    case "float32":
      reader.take(4);
      break;
    case "float64":
      reader.take(8);
      break;
    case "bulk":
      skipBulk(reader);
      break;
    case "vector":
      skipVector(reader);
      break;
  }
  return code;
}

type Immediates =
  "none" | "number" | "signed" | "memory" | "table" | "float32" | "float64" | "bulk" | "vector";

function immediates(code: number): Immediates {
  if (code >= 0x45 && code <= 0xc4) return "none";
  if (code >= 0x28 && code <= 0x3e) return "memory";
  if (code >= 0x20 && code <= 0x26) return "number";
  switch (code) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
      return "none";
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x41: // i32.const
    case 0x42: // i64.const
      return "signed";
    case 0x0c: // br
    case 0x0d: // br_if
    case opcode.call:
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      return "number";
    case opcode.callIndirect:
      return "memory"; // two numbers as well: type and table
    case 0x0e: // br_table
      return "table";
    case 0x43:
      return "float32";
    case 0x44:
      return "float64";
    case 0xfc:
      return "bulk";
    case 0xfd:
      return "vector";
  }
  throw new RangeError(`an instruction that this package's compiler does not emit: ${code}`);
}

/** Numbers behind each instruction with prefix 0xfc: conversions have none, memory.copy two, the rest in between. */
function skipBulk(reader: ByteReader): void {
  const code = reader.u32();
  if (code <= 7) return;
  const numbers = [2, 1, 2, 1, 2, 1, 2][code - 8];
  if (numbers === undefined) throw new RangeError(`an unknown instruction: 0xfc ${code}`);
  for (let i = 0; i < numbers; i++) reader.u32();
}

function skipVector(reader: ByteReader): void {
  const code = reader.u32();
  const isLoad = code <= 11 || code === 92 || code === 93;
  const isLane = code >= 84 && code <= 91;
  if (isLoad || isLane) {
    reader.u32();
    reader.u32();
  } else if (code === 12 || code === 13) reader.take(16);
  if (isLane || (code >= 21 && code <= 34)) reader.byte();
}
