// Line coverage for AssemblyScript: a module gets one byte of memory for each source line, and a store of 1 to it before each
// instruction that the compiler's source map places on that line. The store pushes and pops its own operands, so it may stand
// between any two instructions; no instruction has to be understood, only bodies and sections to be measured anew.
// Binaryen's JavaScript API can set places but not read them, and V8's coverage knows no wasm: hence this.
import { SourceMap } from "../host/source-map.ts";

/** Where the counters begin, and how many fit below what `memoryBaseBytes` leaves to the guest. */
export const countersAt = 1024;
export const memoryBaseBytes = 256 * 1024;
const pointsMax = memoryBaseBytes - countersAt;

/** Name of the custom section that says which line each counter stands for. */
export const sectionName = "meshwarden.coverage";

/** Lines by file, in the order of the counters. */
export interface Points {
  files: string[];
  /** File index and line, counted from 1, of each counter. */
  lines: [file: number, line: number][];
}

const codeSection = 10;

/** The same module with counters. @throws Error when the module has more lines than there is room for */
export function instrument(wasm: Uint8Array, sourceMap: string): Uint8Array<ArrayBuffer> {
  const places = [...SourceMap.parse(sourceMap).places()];
  const points = new PointList();
  const out: Uint8Array[] = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length;) {
    const size = readSize(wasm, at + 1);
    const start = size.next;
    const end = start + size.value;
    if (wasm[at] === codeSection) {
      const contents = codeWithCounters(wasm, start, end, places, points);
      out.push(Uint8Array.of(codeSection), sizeBytes(contents.length), contents);
    } else out.push(wasm.subarray(at, end));
    at = end;
  }
  out.push(customSection(points.points));
  return new Uint8Array(Buffer.concat(out));
}

/** The points of an instrumented module, undefined for any other. */
export function pointsOf(module: WebAssembly.Module): Points | undefined {
  const [section] = WebAssembly.Module.customSections(module, sectionName);
  return section === undefined
    ? undefined
    : (JSON.parse(Buffer.from(section).toString()) as Points);
}

class PointList {
  readonly points: Points = { files: [], lines: [] };
  readonly #index = new Map<string, number>();

  /** Address of a line's counter. */
  address(source: string, line: number): number {
    const key = `${source}:${line}`;
    let index = this.#index.get(key);
    if (index === undefined) {
      index = this.points.lines.length;
      if (index >= pointsMax) throw new Error(`more than ${pointsMax} lines in one module`);
      let file = this.points.files.indexOf(source);
      if (file < 0) file = this.points.files.push(source) - 1;
      this.#index.set(key, index);
      this.points.lines.push([file, line]);
    }
    return countersAt + index;
  }
}

type Place = ReturnType<SourceMap["places"]> extends Generator<infer T> ? T : never;

function codeWithCounters(
  wasm: Uint8Array,
  start: number,
  end: number,
  places: Place[],
  points: PointList,
): Uint8Array {
  const count = readSize(wasm, start);
  const parts: Uint8Array[] = [wasm.subarray(start, count.next)];
  let next = 0;
  for (let at = count.next; at < end;) {
    const size = readSize(wasm, at);
    const bodyEnd = size.next + size.value;
    const code = afterLocals(wasm, size.next);
    const body: Uint8Array[] = [wasm.subarray(size.next, code)];
    let copied = code;
    while (next < places.length && places[next]!.offset < bodyEnd) {
      const { offset, source, line } = places[next++]!;
      if (offset < size.next || source.startsWith("~lib/")) continue;
      const before = Math.max(offset, code);
      body.push(wasm.subarray(copied, before), storeOne(points.address(source, line)));
      copied = before;
    }
    body.push(wasm.subarray(copied, bodyEnd));
    const whole = Buffer.concat(body);
    parts.push(sizeBytes(whole.length), whole);
    at = bodyEnd;
  }
  return Buffer.concat(parts);
}

/** `i32.const address; i32.const 1; i32.store8`. */
function storeOne(address: number): Uint8Array {
  return Uint8Array.of(0x41, ...signedBytes(address), 0x41, 1, 0x3a, 0, 0);
}

function afterLocals(wasm: Uint8Array, at: number): number {
  const groups = readSize(wasm, at);
  let next = groups.next;
  for (let i = 0; i < groups.value; i++) next = readSize(wasm, next).next + 1;
  return next;
}

/** LEB128, unsigned. */
function readSize(wasm: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = wasm[at++]!;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next: at };
  }
}

function sizeBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Uint8Array.from(bytes);
}

/** LEB128 of a positive number as a signed one: the last byte's bit 6 must be clear. */
function signedBytes(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 127;
    value = Math.floor(value / 128);
    if (value === 0 && (low & 64) === 0) return [...bytes, low];
    bytes.push(low | 128);
  }
}

function customSection(points: Points): Uint8Array {
  const name = Buffer.from(sectionName);
  const contents = Buffer.concat([
    sizeBytes(name.length),
    name,
    Buffer.from(JSON.stringify(points)),
  ]);
  return Buffer.concat([Uint8Array.of(0), sizeBytes(contents.length), contents]);
}
