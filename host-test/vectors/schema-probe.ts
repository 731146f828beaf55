// The probe of the schema room as a Node object: schema documents in, verdicts on texts out.
import { compile } from "../../cli/build/compile.ts";
import { instantiate, readString } from "../bridge/specs.ts";
import { pointsOf, type Points } from "../line-coverage/instrument.ts";

export const verdicts = ["invalid", "valid", "undecided", "no JSON"] as const;
export type SchemaVerdict = (typeof verdicts)[number];

export class SchemaProbe {
  readonly exports: Record<string, (...args: (number | boolean)[]) => number>;
  readonly memory: WebAssembly.Memory;
  /** Lines that the module counts, when it is an instrumented one. */
  readonly points: Points | undefined;
  private readonly source: number;
  private readonly name: number;

  private constructor(
    module: WebAssembly.Module,
    readonly capacity: number,
  ) {
    const instance = instantiate(module);
    this.points = pointsOf(module);
    this.exports = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.source = this.exports["reserve"]!(capacity);
    this.name = this.exports["reserve"]!(4096);
  }

  static async create(capacity = 1 << 20): Promise<SchemaProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/schema/schema.ts", target: "spec" });
    return new SchemaProbe(new WebAssembly.Module(wasm), capacity);
  }

  /** Forgets all documents. @param assertsFormats formats have to be met */
  begin(assertsFormats = true): void {
    this.exports["begin"]!(assertsFormats);
  }

  /**
   * @param dialect as `Dialect` counts: 0 draft 2020-12, 1 draft 7, 2 OpenAPI 3.0, 3 OpenAPI 3.1
   * @throws Error with what is wrong with the document
   */
  add(uri: string, schema: unknown, dialect: number | boolean): void {
    const length = this.put(this.source, JSON.stringify(schema));
    if (
      this.exports["add"]!(
        this.name,
        this.put(this.name, uri),
        this.source,
        length,
        Number(dialect),
      ) === 0
    )
      throw new Error(this.said());
  }

  /** @throws Error with every fault of the schema */
  compile(uri: string): void {
    if (this.exports["compile"]!(this.name, this.put(this.name, uri)) === 0)
      throw new Error(this.said());
  }

  judge(text: string | Uint8Array): SchemaVerdict {
    return verdicts[this.exports["judge"]!(this.source, this.put(this.source, text))]!;
  }

  /** As `judge`, of the text that was judged last: nothing is copied. */
  rejudge(length: number): number {
    return this.exports["judge"]!(this.source, length);
  }

  /** Pointer of the schema that the last text did not meet. */
  failedAt(): string {
    return readString(this.memory, this.exports["failedAt"]!());
  }

  private said(): string {
    return readString(this.memory, this.exports["said"]!());
  }

  private put(at: number, text: string | Uint8Array): number {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    new Uint8Array(this.memory.buffer, at, bytes.length).set(bytes);
    return bytes.length;
  }
}
