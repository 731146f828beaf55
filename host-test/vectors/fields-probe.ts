// The probe of the fields room as a Node object: texts in, fields out.
import { compile } from "../../cli/build/compile.ts";
import { instantiate, readString } from "../bridge/specs.ts";
import { pointsOf, type Points } from "../line-coverage/instrument.ts";

export const formats = { query: 0, cookie: 1, json: 2, multipart: 3, xml: 4 } as const;
export type Format = keyof typeof formats;

/** Names of the places of `assembly/fields/field.ts`, by number. */
const places = [
  "query",
  "form",
  "cookie",
  "header",
  "json",
  "part",
  "filename",
  "file",
  "xml-text",
  "xml-attribute",
  "text",
  "path",
];

export interface Field {
  place: string;
  kind: number;
  path: string;
  value: Buffer;
}

export class FieldsProbe {
  private readonly exports: Record<string, (...args: number[]) => number>;
  readonly memory: WebAssembly.Memory;
  /** Lines that the module counts, when it is an instrumented one. */
  readonly points: Points | undefined;
  private readonly source: number;
  private readonly target: number;

  private constructor(
    module: WebAssembly.Module,
    readonly capacity: number,
  ) {
    const instance = instantiate(module);
    this.points = pointsOf(module);
    this.exports = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.source = this.exports["reserve"](capacity);
    this.target = this.exports["reserve"](capacity * 2 + 65536);
  }

  static async create(capacity: number): Promise<FieldsProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/fields.ts", target: "spec" });
    return new FieldsProbe(new WebAssembly.Module(wasm), capacity);
  }

  widen(depth: number): void {
    this.exports["widen"](this.capacity, depth);
  }

  load(text: Uint8Array): number {
    new Uint8Array(this.memory.buffer, this.source, this.capacity).set(text);
    return text.length;
  }

  /** Says the Content-Type of multipart texts; false when it has no boundary. */
  openType(value: string): boolean {
    return this.exports["openType"](this.source, this.load(Buffer.from(value))) !== 0;
  }

  /** Number of fields of the text that `load` has put in place. */
  count(format: Format, length: number): number {
    return this.exports["count"](formats[format], this.source, length, this.target);
  }

  fields(format: Format, text: Uint8Array): Field[] {
    const size = this.exports["dump"](
      formats[format],
      this.source,
      this.load(text),
      this.target,
      this.capacity * 2 + 65536,
    );
    if (size < 0) throw new Error("a view reaches outside the text");
    const bytes = Buffer.from(this.memory.buffer, this.target, size);
    const found: Field[] = [];
    for (let at = 0; at < size;) {
      const path = bytes.readUInt32LE(at + 4);
      const value = bytes.readUInt32LE(at + 8);
      const end = at + 12 + path;
      found.push({
        place: places[bytes[at]!]!,
        kind: bytes[at + 1]!,
        path: bytes.toString("utf8", at + 12, end),
        value: Buffer.from(bytes.subarray(end, end + value)),
      });
      at = end + value;
    }
    return found;
  }

  status(format: Format): string {
    return readString(this.memory, this.exports["statusOf"](formats[format]));
  }

  /** Names of what was odd about the last multipart text. */
  flags(): string[] {
    const bits = this.exports["oddFlags"]();
    const names: string[] = [];
    for (let bit = 0; bit < 32; bit++)
      if ((bits >>> bit) & 1) names.push(readString(this.memory, this.exports["flagName"](bit)));
    return names;
  }
}
