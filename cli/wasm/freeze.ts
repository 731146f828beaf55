// Freezes a filter after it has done configure-time work: the module is run, its memory is written back as data segments
// and its mutable globals as their initial values, so that a fresh instance begins where that run stopped. There is no
// second format for compiled rules: they are the memory of the filter. Data costs an engine nothing to compile. Start
// code does not run again, because the compiler's own "started" flag is one of the globals.
import {
  ByteReader,
  concat,
  readSections,
  sectionId,
  signed,
  u32,
  writeSections,
  type Section,
} from "./sections.ts";
import { scrubHeap } from "./scrub.ts";
import { readGlobals, writeGlobals, type Global } from "./globals.ts";

/** Prefix of the exports by which the run's globals are read; no filter exports such names. */
const exportPrefix = "frozen global ";
/** Zero bytes that end a data segment: a shorter run costs less inside one than a new segment does. */
const gapBytes = 16;
const pageBytes = 65536;
/** More segments than this are refused by engines. */
const maxSegments = 100_000;

/** Runs the module once: what the callback does to the instance is what is frozen. */
export type Warm = (exports: WebAssembly.Exports) => void;

/**
 * The module after `warm` has run, as a module of its own. The same inputs give the same bytes.
 * @param imports host functions for the run
 * @throws RangeError for a module that cannot be frozen (imported or passive memory, unknown initialisers)
 */
export function freeze(wasm: Uint8Array, imports: WebAssembly.Imports, warm: Warm): Uint8Array {
  const sections = readSections(wasm);
  const globals = readGlobals(bytesOf(sections, sectionId.global));
  const mutable = globals.flatMap((global, index) => (global.mutable ? [index] : []));
  if (importsAny(bytesOf(sections, sectionId.import))) {
    throw new RangeError("a module with imported globals or memory cannot be frozen");
  }
  const open = writeSections(
    sections.map((section) =>
      section.id === sectionId.export ? withGlobalExports(section, mutable) : section,
    ),
  );
  const module = new WebAssembly.Module(open as Uint8Array<ArrayBuffer>);
  const { exports } = new WebAssembly.Instance(module, imports);
  warm(exports);
  const values = new Map<number, number | bigint>();
  for (const index of mutable) {
    const global = exports[exportPrefix + index] as WebAssembly.Global;
    values.set(index, global.value as number | bigint);
  }
  // A copy: the heap is scrubbed in what is written, not in the instance.
  const memory = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer).slice();
  scrubHeap(memory, staticEnd(bytesOf(sections, sectionId.data)));
  return writeSections(sections.flatMap((section) => frozen(section, globals, values, memory)));
}

function bytesOf(sections: Section[], id: number): Uint8Array {
  return sections.find((section) => section.id === id)?.bytes ?? Uint8Array.of(0);
}

/** Whether the import section brings anything but functions. */
function importsAny(bytes: Uint8Array): boolean {
  const reader = new ByteReader(bytes);
  for (let left = reader.u32(); left > 0; left--) {
    reader.take(reader.u32());
    reader.take(reader.u32());
    if (reader.byte() !== 0) return true;
    reader.u32();
  }
  return false;
}

function withGlobalExports(section: Section, globals: number[]): Section {
  const reader = new ByteReader(section.bytes);
  const count = reader.u32();
  const encoder = new TextEncoder();
  const added = globals.map((index) => {
    const name = encoder.encode(exportPrefix + index);
    return Uint8Array.from([...u32(name.length), ...name, 3, ...u32(index)]);
  });
  const head = Uint8Array.from(u32(count + globals.length));
  return { id: section.id, bytes: concat([head, section.bytes.subarray(reader.at), ...added]) };
}

function frozen(
  section: Section,
  globals: Global[],
  values: Map<number, number | bigint>,
  memory: Uint8Array,
): Section[] {
  switch (section.id) {
    case sectionId.memory:
      return [{ id: section.id, bytes: memorySection(section.bytes, memory.length / pageBytes) }];
    case sectionId.global:
      return [{ id: section.id, bytes: writeGlobals(globals, values) }];
    case sectionId.data:
      return [{ id: section.id, bytes: dataSection(memory) }];
    case sectionId.dataCount:
      return [];
    case sectionId.start:
      throw new RangeError("a module with a start section cannot be frozen");
  }
  return [section];
}

/** The limits with the pages that the run needed as the least. */
function memorySection(bytes: Uint8Array, pages: number): Uint8Array {
  const reader = new ByteReader(bytes);
  if (reader.u32() !== 1)
    throw new RangeError("a module without one memory of its own cannot be frozen");
  const bounded = (reader.byte() & 1) === 1;
  reader.u32();
  if (!bounded) return Uint8Array.from([1, 0, ...u32(pages)]);
  return Uint8Array.from([1, 1, ...u32(pages), ...u32(reader.u32())]);
}

/** Where the module's own data ends; the heap lies behind it. */
function staticEnd(data: Uint8Array): number {
  const reader = new ByteReader(data);
  let end = 0;
  for (let left = reader.u32(); left > 0; left--) {
    if (reader.u32() !== 0) throw new RangeError("a module with passive data cannot be frozen");
    reader.byte();
    const start = reader.signed();
    reader.byte();
    const length = reader.u32();
    reader.take(length);
    end = Math.max(end, start + length);
  }
  return end;
}

/** Every byte that is not zero, as active segments. */
function dataSection(memory: Uint8Array): Uint8Array {
  const runs = usedRuns(memory);
  const parts: Uint8Array[] = [Uint8Array.from(u32(runs.length))];
  for (const [start, end] of runs) {
    // Addresses above 2 GiB are negative numbers to i32.const.
    const head = [0, 0x41, ...signed(BigInt(start | 0)), 0x0b, ...u32(end - start)];
    parts.push(Uint8Array.from(head), memory.subarray(start, end));
  }
  return concat(parts);
}

/** [start, end) of each run of bytes without `gapBytes` zeros in a row; longer gaps end runs when there are too many. */
function usedRuns(memory: Uint8Array): [start: number, end: number][] {
  for (let gap = gapBytes; ; gap *= 2) {
    const runs = runsOf(memory, gap);
    if (runs.length <= maxSegments) return runs;
  }
}

function runsOf(memory: Uint8Array, gap: number): [number, number][] {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  const runs: [number, number][] = [];
  let start = -1;
  let last = -1;
  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0) continue;
    const at = word << 2;
    if (start >= 0 && at - last > gap) {
      runs.push([start, last]);
      start = -1;
    }
    if (start < 0) start = at;
    last = at + 4;
  }
  if (start >= 0) runs.push([start, last]);
  return runs;
}
