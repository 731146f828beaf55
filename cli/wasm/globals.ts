// The globals of a module: which are mutable, and the section written anew with other initial values.
// Source: WebAssembly core specification §5.4.9 (expressions), §5.5.9 (global section).
import { ByteReader, concat, signed, u32 } from "./sections.ts";

/** Value types of §5.3.1 that a global of a filter has. */
export const valueType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;

export interface Global {
  type: number;
  mutable: boolean;
  /** The initialiser as it stands, `end` included. */
  initialiser: Uint8Array;
}

export function readGlobals(bytes: Uint8Array): Global[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: reader.u32() }, () => {
    const type = reader.byte();
    const mutable = reader.byte() === 1;
    const start = reader.at;
    skipExpression(reader);
    return { type, mutable, initialiser: bytes.subarray(start, reader.at) };
  });
}

/** Initialisers of compilers are one constant; anything else is refused. */
function skipExpression(reader: ByteReader): void {
  const operation = reader.byte();
  if (operation === 0x41 || operation === 0x42 || operation === 0x23) reader.skipSigned();
  else if (operation === 0x43) reader.take(4);
  else if (operation === 0x44) reader.take(8);
  else if (operation === 0xfd) reader.take(17);
  else throw new RangeError(`initialiser 0x${operation.toString(16)} of a global is not known`);
  if (reader.byte() !== 0x0b) throw new RangeError("initialiser of a global is not one constant");
}

/** The section with the values given for mutable globals, by index. */
export function writeGlobals(globals: Global[], values: Map<number, number | bigint>): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from(u32(globals.length))];
  globals.forEach(({ type, mutable, initialiser }, index) => {
    const value = values.get(index);
    parts.push(Uint8Array.from([type, mutable ? 1 : 0]));
    parts.push(value === undefined ? initialiser : constant(type, value));
  });
  return concat(parts);
}

function constant(type: number, value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  switch (type) {
    case valueType.i32:
      return Uint8Array.from([0x41, ...signed(BigInt(value)), 0x0b]);
    case valueType.i64:
      return Uint8Array.from([0x42, ...signed(BigInt.asIntN(64, BigInt(value))), 0x0b]);
    case valueType.f32:
      view.setFloat32(0, Number(value), true);
      return Uint8Array.from([0x43, ...bytes.subarray(0, 4), 0x0b]);
    case valueType.f64:
      view.setFloat64(0, Number(value), true);
      return Uint8Array.from([0x44, ...bytes, 0x0b]);
  }
  throw new RangeError(`a global of type 0x${type.toString(16)} cannot be written`);
}
