// Who calls whom in a module, read from its binary: what the build needs to tell functions that only a configuration reaches
// from those of requests. A call through the table is taken to reach everything that is in the table.
import { opcode, readInstruction } from "./instructions.ts";
import { ByteReader, readSections, sectionId, type Section } from "./sections.ts";

/** Callbacks that run once for a configuration: what only they reach is cold. */
const coldExports = new Set(["proxy_on_configure", "proxy_on_vm_start", "_initialize"]);

export interface CallGraph {
  sections: Section[];
  /** Number of imported functions, which come first in the numbering of functions. */
  imports: number;
  /** Type of each function with a body. */
  types: number[];
  /** One a function that is not imported. */
  bodies: Body[];
  /** Exported functions by name. */
  exports: Map<string, number>;
  /** Functions in the table. */
  elements: number[];
}

export interface Call {
  start: number;
  end: number;
  callee: number;
}

export interface Body {
  bytes: Uint8Array;
  calls: Call[];
  /** It calls through the table itself. */
  indirect: boolean;
}

/** @throws RangeError for a module that this package's compiler did not make */
export function readCallGraph(wasm: Uint8Array): CallGraph {
  const sections = readSections(wasm);
  const reader = (id: number): ByteReader =>
    new ByteReader(sections.find((section) => section.id === id)?.bytes ?? Uint8Array.of(0));
  return {
    sections,
    imports: countImports(reader(sectionId.import)),
    types: numbers(reader(sectionId.function)),
    bodies: readBodies(reader(sectionId.code)),
    exports: readExports(reader(sectionId.export)),
    elements: readElements(reader(sectionId.element)),
  };
}

/** Functions that any export but those of a configuration reaches. */
export function hotFunctions({ imports, bodies, exports, elements }: CallGraph): Set<number> {
  const found = new Set<number>();
  const waiting = [...exports].filter(([name]) => !coldExports.has(name)).map(([, index]) => index);
  let table = false;
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (index < imports || found.has(index)) continue;
    found.add(index);
    const { calls, indirect } = bodies[index - imports];
    waiting.push(...calls.map(({ callee }) => callee));
    if (!indirect || table) continue;
    table = true;
    waiting.push(...elements);
  }
  return found;
}

/** Offset in the module of each body. */
export function bodyStarts(wasm: Uint8Array): number[] {
  const reader = new ByteReader(wasm);
  reader.take(8);
  while (reader.byte() !== sectionId.code) reader.take(reader.u32());
  reader.u32();
  return Array.from({ length: reader.u32() }, () => {
    const size = reader.u32();
    const start = reader.at;
    reader.take(size);
    return start;
  });
}

function countImports(reader: ByteReader): number {
  let functions = 0;
  for (let left = reader.u32(); left > 0; left--) {
    reader.take(reader.u32());
    reader.take(reader.u32());
    if (reader.byte() !== 0) throw new RangeError("a module that imports more than functions");
    reader.u32();
    functions++;
  }
  return functions;
}

function numbers(reader: ByteReader): number[] {
  return Array.from({ length: reader.u32() }, () => reader.u32());
}

/** Exported functions by name. */
function readExports(reader: ByteReader): Map<string, number> {
  const functions = new Map<string, number>();
  for (let left = reader.u32(); left > 0; left--) {
    const name = new TextDecoder().decode(reader.take(reader.u32()));
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === 0) functions.set(name, index);
  }
  return functions;
}

function readElements(reader: ByteReader): number[] {
  const functions: number[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    if (reader.u32() !== 0) throw new RangeError("a module with other than active elements");
    reader.byte();
    reader.signed();
    reader.byte();
    functions.push(...numbers(reader));
  }
  return functions;
}

function readBodies(reader: ByteReader): Body[] {
  return Array.from({ length: reader.u32() }, () => {
    const bytes = reader.take(reader.u32());
    const body = new ByteReader(bytes);
    for (let left = body.u32(); left > 0; left--) {
      body.u32();
      body.byte();
    }
    const calls: Call[] = [];
    let indirect = false;
    while (!body.done) {
      const start = body.at;
      const code = readInstruction(body);
      if (code === opcode.callIndirect) indirect = true;
      if (code !== opcode.call) continue;
      const immediate = new ByteReader(bytes);
      immediate.at = start + 1;
      calls.push({ start, end: body.at, callee: immediate.u32() });
    }
    return { bytes, calls, indirect };
  });
}
