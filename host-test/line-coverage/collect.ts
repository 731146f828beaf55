// Collects counters in the process that runs tests: every instance of an instrumented module is known from its making, and its
// counters are read before it can be forgotten. Only the newest instances are held on to; an older one that is used again
// after it was read and then thrown away loses what it hit, which can hide a hit line but never invent one.
import { countersAt, pointsOf, type Points } from "./instrument.ts";

/** Lines by file: 1 hit, 0 not. */
export type LineHits = Record<string, Record<number, 0 | 1>>;

const heldMax = 100;

interface Watched {
  memory: WebAssembly.Memory;
  points: Points;
}

interface State {
  hits: LineHits;
  held: Watched[];
  released: WeakRef<WebAssembly.Memory>[];
  pointsByMemory: WeakMap<WebAssembly.Memory, Points>;
  known: WeakMap<WebAssembly.Module, Points | null>;
  watching: boolean;
}

/** One for the process: vitest loads this file anew for each test file, and once more to take what was collected. */
const place = Symbol.for("meshwarden.coverage");
const state = ((globalThis as unknown as Record<symbol, State | undefined>)[place] ??= {
  hits: {},
  held: [],
  released: [],
  pointsByMemory: new WeakMap(),
  known: new WeakMap(),
  watching: false,
});
const { hits, held, released, pointsByMemory, known } = state;

/** From now on instances are watched. */
export function startCollecting(): void {
  if (state.watching) return;
  state.watching = true;
  const Original = WebAssembly.Instance;
  const Watching = function (module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    const instance = new Original(module, imports);
    watch(module, instance);
    return instance;
  };
  Watching.prototype = Original.prototype;
  WebAssembly.Instance = Watching as unknown as typeof WebAssembly.Instance;
}

/** What was hit since the last time, with every line that could have been. */
export function takeHits(): LineHits {
  for (const one of held.splice(0)) release(one);
  for (let i = released.length - 1; i >= 0; i--) {
    const memory = released[i]!.deref();
    if (memory === undefined) released.splice(i, 1);
    else read(memory, pointsByMemory.get(memory)!);
  }
  const taken = structuredClone(hits);
  for (const file of Object.keys(hits)) delete hits[file];
  return taken;
}

/** Adds hits to others. */
export function mergeHits(into: LineHits, more: LineHits): void {
  for (const [file, lines] of Object.entries(more)) {
    const known = (into[file] ??= {});
    for (const [line, hit] of Object.entries(lines)) {
      known[Number(line)] = hit === 1 ? 1 : (known[Number(line)] ?? 0);
    }
  }
}

function watch(module: WebAssembly.Module, instance: WebAssembly.Instance): void {
  let points = known.get(module);
  if (points === undefined) known.set(module, (points = pointsOf(module) ?? null));
  const memory = instance.exports["memory"] as WebAssembly.Memory | undefined;
  if (points === null || memory === undefined) return;
  held.push({ memory, points });
  if (held.length > heldMax) release(held.shift()!);
}

function release({ memory, points }: Watched): void {
  read(memory, points);
  pointsByMemory.set(memory, points);
  released.push(new WeakRef(memory));
}

function read(memory: WebAssembly.Memory, { files, lines }: Points): void {
  const counters = new Uint8Array(memory.buffer, countersAt, lines.length);
  lines.forEach(([file, line], i) => {
    const known = (hits[files[file]!] ??= {});
    known[line] = counters[i] === 1 ? 1 : (known[line] ?? 0);
  });
}
