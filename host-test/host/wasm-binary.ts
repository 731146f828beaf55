// The few sections of a wasm binary that the loader judges and the JavaScript API does not show: signatures of imports
// and exports, and whether there is a start section. Source: WebAssembly core specification, §5.5.

export interface WasmFunction {
  name: string;
  /** Letters: i = i32, I = i64, f = f32, F = f64, ? = other; parameters > results. */
  signature: string;
}
export interface WasmImport extends WasmFunction {
  module: string;
  kind: "function" | "table" | "memory" | "global" | "tag";
  /** Of an imported memory (pages) or table (elements). */
  limits: Limits | undefined;
}

export interface Limits {
  initial: number;
  /** Undefined: none named. */
  maximum: number | undefined;
}
export interface ModuleShape {
  imports: WasmImport[];
  /** Exported functions only. */
  exports: WasmFunction[];
  hasStartSection: boolean;
}

const kinds = ["function", "table", "memory", "global", "tag"] as const;
const letters: Record<number, string> = { 0x7f: "i", 0x7e: "I", 0x7d: "f", 0x7c: "F" };

class Reader {
  at: number;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }
  byte(): number {
    return this.bytes[this.at++];
  }
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.at++];
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    return value >>> 0;
  }
  name(): string {
    const length = this.u32();
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }
  types(): string {
    let text = "";
    for (let count = this.u32(); count > 0; count--) text += letters[this.byte()] ?? "?";
    return text;
  }
  limits(): Limits {
    const flags = this.u32();
    const initial = this.u32();
    return { initial, maximum: flags & 1 ? this.u32() : undefined };
  }
}

/** Reads the shape of a module that WebAssembly.Module already accepted. */
export function readShape(bytes: Uint8Array): ModuleShape {
  const reader = new Reader(bytes, 8);
  const types: string[] = [];
  const functionTypes: number[] = [];
  const shape: ModuleShape = { imports: [], exports: [], hasStartSection: false };
  while (reader.at < bytes.length) {
    const section = reader.byte();
    const size = reader.u32();
    const end = reader.at + size;
    if (section === 1) readTypes(reader, types);
    else if (section === 2) readImports(reader, types, functionTypes, shape);
    else if (section === 3) {
      for (let count = reader.u32(); count > 0; count--) functionTypes.push(reader.u32());
    } else if (section === 7) readExports(reader, types, functionTypes, shape);
    else if (section === 8) shape.hasStartSection = true;
    reader.at = end;
    if (section === 10) break;
  }
  return shape;
}

function readTypes(reader: Reader, types: string[]): void {
  for (let count = reader.u32(); count > 0; count--) {
    // Types of the GC proposal are not read; a module that uses them shows "?" signatures from there on.
    if (reader.byte() !== 0x60) return;
    types.push(`${reader.types()}>${reader.types()}`);
  }
}

function readImports(
  reader: Reader,
  types: string[],
  functionTypes: number[],
  shape: ModuleShape,
): void {
  for (let count = reader.u32(); count > 0; count--) {
    const module = reader.name();
    const name = reader.name();
    const kind = kinds[reader.byte()];
    let signature = "";
    let limits: Limits | undefined;
    if (kind === "function") {
      const type = reader.u32();
      functionTypes.push(type);
      signature = types[type] ?? "?";
    } else if (kind === "table") {
      reader.byte();
      limits = reader.limits();
    } else if (kind === "memory") limits = reader.limits();
    else {
      reader.byte();
      reader.byte();
    }
    shape.imports.push({ module, name, kind, signature, limits });
  }
}

function readExports(
  reader: Reader,
  types: string[],
  functionTypes: number[],
  shape: ModuleShape,
): void {
  for (let count = reader.u32(); count > 0; count--) {
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === 0) shape.exports.push({ name, signature: types[functionTypes[index]] ?? "?" });
  }
}
