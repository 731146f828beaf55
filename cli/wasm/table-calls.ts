// Turns direct calls into calls through the module's table, where an engine would otherwise copy the callee into the caller.
// Envoy's V8 compiles a whole module with its optimising compiler before the listener is ready, and without a profile it
// inlines small functions everywhere: for the firewall that doubles the machine code and the time to make it. The compiler
// of this package has inlined what pays already. A call through the table is never inlined and costs about a nanosecond,
// which functions that only run when a filter is configured do not mind; see `callLimits` for the others.
import { bodyStarts, hotFunctions, readCallGraph, type Body } from "./call-graph.ts";
import { opcode } from "./instructions.ts";
import { ByteReader, concat, sectionId, signed, u32, writeSections } from "./sections.ts";

/** Sizes of bodies, in bytes, from which calls to them go through the table. */
export interface CallLimits {
  /** In functions that requests never reach. */
  cold: number;
  /** In all others. */
  hot: number;
  /** Bodies, counted from 0, that all others go on to call directly. */
  direct?: Set<number>;
}

export interface TableCalls {
  wasm: Uint8Array;
  /** Where the instruction at an offset of the module has gone. */
  moved(offset: number): number;
}

/** The same module with such calls changed. @throws RangeError for a module that this package's compiler did not make */
export function tableCalls(wasm: Uint8Array, limits: CallLimits): TableCalls {
  const graph = readCallGraph(wasm);
  const { sections, imports, types, bodies } = graph;
  const tableSection = sections.find((section) => section.id === sectionId.table);
  // The compiler leaves both away where no function is ever taken by reference.
  if (tableSection === undefined || graph.elements.length === 0)
    return { wasm, moved: (offset) => offset };
  const table = readTable(new ByteReader(tableSection.bytes));
  const hot = hotFunctions(graph);
  const places = new Map<number, number>();
  const changed = bodies.map((body, index) => {
    const isHot = hot.has(index + imports);
    return rewrite(body, (callee) => {
      const target = callee < imports ? undefined : bodies[callee - imports];
      if (target === undefined || target.bytes.length < (isHot ? limits.hot : limits.cold))
        return undefined;
      if (isHot && limits.direct?.has(callee - imports)) return undefined;
      const known = places.get(callee);
      const place = known ?? table.size + places.size;
      if (known === undefined) places.set(callee, place);
      const constant = [opcode.i32Const, ...signed(BigInt(place))];
      return Uint8Array.from([
        ...constant,
        opcode.callIndirect,
        ...u32(types[callee - imports]),
        0,
      ]);
    });
  });
  const size = table.size + places.size;
  const rewritten = sections.map(({ id, bytes }) => {
    switch (id) {
      case sectionId.table:
        return { id, bytes: Uint8Array.from([1, 0x70, 1, ...u32(size), ...u32(size)]) };
      case sectionId.element:
        return { id, bytes: withElements(bytes, table.size, [...places.keys()]) };
      case sectionId.code:
        return { id, bytes: codeSection(changed.map((body) => body.bytes)) };
    }
    return { id, bytes };
  });
  const out = writeSections(rewritten);
  return { wasm: out, moved: movedBy(wasm, out, changed) };
}

interface Changed {
  bytes: Uint8Array;
  /** Offsets in the old body behind each replaced call, and how many bytes were added up to there. */
  growth: [behind: number, added: number][];
}

function readTable(reader: ByteReader): { size: number } {
  if (reader.u32() !== 1 || reader.byte() !== 0x70 || reader.byte() !== 1)
    throw new RangeError("a module without one bounded table of functions");
  const size = reader.u32();
  if (reader.u32() !== size) throw new RangeError("a module whose table may grow");
  return { size };
}

function rewrite(body: Body, replacement: (callee: number) => Uint8Array | undefined): Changed {
  const parts: Uint8Array[] = [];
  const growth: [number, number][] = [];
  let at = 0;
  let added = 0;
  for (const { start, end, callee } of body.calls) {
    const instead = replacement(callee);
    if (instead === undefined) continue;
    parts.push(body.bytes.subarray(at, start), instead);
    at = end;
    added += instead.length - (end - start);
    growth.push([end, added]);
  }
  parts.push(body.bytes.subarray(at));
  return { bytes: concat(parts), growth };
}

function withElements(bytes: Uint8Array, from: number, functions: number[]): Uint8Array {
  if (functions.length === 0) return bytes;
  const reader = new ByteReader(bytes);
  const count = reader.u32();
  const segment = [0, opcode.i32Const, ...signed(BigInt(from)), 0x0b, ...u32(functions.length)];
  return concat([
    Uint8Array.from(u32(count + 1)),
    bytes.subarray(reader.at),
    Uint8Array.from([...segment, ...functions.flatMap(u32)]),
  ]);
}

function codeSection(bodies: Uint8Array[]): Uint8Array {
  return concat([
    Uint8Array.from(u32(bodies.length)),
    ...bodies.flatMap((bytes) => [Uint8Array.from(u32(bytes.length)), bytes]),
  ]);
}

/** Offsets of the old module to those of the new one; what lies outside of code stays where it is, nobody asks. */
function movedBy(
  before: Uint8Array,
  after: Uint8Array,
  changed: Changed[],
): (offset: number) => number {
  const old = bodyStarts(before);
  const now = bodyStarts(after);
  return (offset) => {
    let low = 0;
    let high = old.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (old[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return offset;
    const inside = offset - old[low - 1];
    let added = 0;
    for (const [behind, total] of changed[low - 1].growth) if (behind <= inside) added = total;
    return now[low - 1] + inside + added;
  };
}
