// The JSON probe as a Node object: texts in, statuses out.
import { compile } from "../../cli/build/compile.ts";
import { instantiate, readString } from "../bridge/specs.ts";

export interface JsonLimitChoice {
  maxBytes?: number;
  maxDepth?: number;
  /** Members of an object, elements of an array and names of a text at once. */
  maxWide?: number;
  refuseDuplicates?: boolean;
  allowLoneSurrogates?: boolean;
}

/** One instance of the probe with a buffer of its own. */
export class JsonProbe {
  private readonly exports: Record<string, (...args: number[]) => number>;
  readonly memory: WebAssembly.Memory;
  private readonly buffer: number;
  private readonly output: number;

  private constructor(
    instance: WebAssembly.Instance,
    readonly capacity: number,
  ) {
    this.exports = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.buffer = this.exports["reserve"](capacity);
    this.output = this.exports["reserve"](capacity * 6);
    this.limits({});
  }

  /** Compiles and instantiates the probe with room for texts of `capacity` bytes. */
  static async create(capacity: number): Promise<JsonProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/json.ts", target: "spec" });
    return new JsonProbe(instantiate(new WebAssembly.Module(wasm)), capacity);
  }

  limits(choice: JsonLimitChoice): void {
    this.exports["configure"](
      choice.maxBytes ?? this.capacity,
      choice.maxDepth ?? 64,
      choice.maxWide ?? 65536,
      (choice.refuseDuplicates ?? true) ? 1 : 0,
      (choice.allowLoneSurrogates ?? false) ? 1 : 0,
    );
  }

  /** Puts a text into the buffer for `run`. */
  load(text: Uint8Array): void {
    new Uint8Array(this.memory.buffer, this.buffer, this.capacity).set(text);
  }

  /** Reads the first `length` bytes of the buffer; returns the number of the status. */
  run(length: number): number {
    return this.exports["check"](this.buffer, length);
  }

  /** Name of the status of a text, `"ok"` when it is accepted. */
  status(text: Uint8Array): string {
    this.load(text);
    return this.name(this.run(text.length));
  }

  /** Name of a status, by its number. */
  name(status: number): string {
    return readString(this.memory, this.exports["statusName"](status));
  }

  /** Offset of the fault found last. */
  faultOffset(): number {
    return this.exports["faultOffset"]() >>> 0;
  }

  /** The text read and written again, or undefined when it is refused. */
  copy(text: Uint8Array): string | undefined {
    this.load(text);
    return this.taken(
      this.exports["copy"](this.buffer, text.length, this.output, this.capacity * 6),
    );
  }

  /** JSON Pointers of all values in the order of the text, each in at most `room` bytes. */
  pointers(text: Uint8Array, room: number): string[] | undefined {
    this.load(text);
    const lines = this.taken(this.exports["pointers"](this.buffer, text.length, this.output, room));
    return lines?.split("\n").slice(0, -1);
  }

  /** JSON text of a protobuf Struct, or undefined when the bytes are none. */
  fromStruct(bytes: Uint8Array): string | undefined {
    this.load(bytes);
    return this.taken(this.exports["fromStruct"](this.buffer, bytes.length, this.output));
  }

  private taken(length: number): string | undefined {
    if (length < 0) return undefined;
    return Buffer.from(this.memory.buffer, this.output, length).toString("utf8");
  }
}
