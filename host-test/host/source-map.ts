// Just enough of source maps (version 3) to name an AssemblyScript line for a wasm offset: one generated "line" whose
// columns are byte offsets of the module. asc writes segments without a source for compiler-made code; a lookup takes
// the last segment at or before the offset *that has a source* (a plain lookup finds nothing for calls to abort).

export interface SourcePlace {
  source: string;
  line: number;
  column: number;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) values[digits.charCodeAt(i)] = i;

export class SourceMap {
  readonly #sources: string[];
  /** Four numbers a segment: offset, source, line, column (0-based), by rising offset. */
  readonly #segments: number[];

  private constructor(sources: string[], segments: number[]) {
    this.#sources = sources;
    this.#segments = segments;
  }

  /** @throws SyntaxError when the text is no JSON, RangeError when the mappings are no base64 VLQ */
  static parse(text: string): SourceMap {
    const json = JSON.parse(text) as { sources?: string[]; mappings?: string };
    return new SourceMap(json.sources ?? [], decodeMappings(json.mappings ?? ""));
  }

  /** All places with the module offsets at which they begin, by rising offset; lines are counted from 1. */
  *places(): Generator<{ offset: number; source: string; line: number }> {
    const segments = this.#segments;
    for (let at = 0; at < segments.length; at += 4) {
      const source = this.#sources[segments[at + 1]!] ?? "";
      yield { offset: segments[at]!, source, line: segments[at + 2]! + 1 };
    }
  }

  /** Place of the instruction at a module offset; line and column are counted from 1, as asc prints them. */
  lookup(offset: number): SourcePlace | undefined {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length / 4;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (segments[middle * 4] <= offset) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const at = (low - 1) * 4;
    return {
      source: this.#sources[segments[at + 1]] ?? "",
      line: segments[at + 2] + 1,
      column: segments[at + 3] + 1,
    };
  }
}

/** Segments with a source, flattened; those without only move the offset along. */
function decodeMappings(mappings: string): number[] {
  const segments: number[] = [];
  const state = [0, 0, 0, 0, 0];
  let field = 0;
  let value = 0;
  let shift = 0;
  const endSegment = (): void => {
    if (field >= 4) segments.push(state[0], state[1], state[2], state[3]);
    field = 0;
  };
  for (let at = 0; at < mappings.length; at++) {
    const char = mappings.charCodeAt(at);
    if (char === 0x2c || char === 0x3b) {
      endSegment();
      if (char === 0x3b) state[0] = 0;
      continue;
    }
    const digit = char < 128 ? values[char] : -1;
    if (digit < 0) throw new RangeError(`source map: byte ${char} is no base64 digit`);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    if (field < 5) state[field] += value & 1 ? -(value >>> 1) : value >>> 1;
    field++;
    value = 0;
    shift = 0;
  }
  endSegment();
  return segments;
}
