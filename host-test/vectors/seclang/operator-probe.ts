// The operator probe as a Node object: operators prepared from their argument, values judged.
import { compile } from "../../../cli/build/compile.ts";
import { instantiate, readString } from "../../bridge/specs.ts";

/** A prepared operator: does the value make it say yes? */
export type Judge = (value: Uint8Array | string) => boolean;

export class OperatorProbe {
  private readonly call: Record<string, (...args: number[]) => number>;
  private readonly memory: WebAssembly.Memory;
  private readonly argument: number;
  private readonly value: number;

  private constructor(
    instance: WebAssembly.Instance,
    readonly capacity: number,
  ) {
    this.call = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.argument = this.call["reserve"](capacity + 64);
    this.value = this.call["reserve"](capacity + 64);
  }

  static async create(capacity = 1 << 18): Promise<OperatorProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/operators.ts", target: "spec" });
    return new OperatorProbe(instantiate(new WebAssembly.Module(wasm)), capacity);
  }

  private write(place: number, bytes: Uint8Array | string): number {
    const source = typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes;
    new Uint8Array(this.memory.buffer, place, this.capacity).set(source);
    return source.length;
  }

  byName(name: string): number {
    return this.call["byName"](this.argument, this.write(this.argument, name));
  }

  /** Whether the operator is answered by this room. */
  isJudged(name: string): boolean {
    const id = this.byName(name);
    return id >= 0 && this.call["judged"](id) !== 0;
  }

  /** A judge, or the reason why the argument is refused. */
  prepare(name: string, argument: Uint8Array | string): Judge | string {
    const id = this.byName(name);
    const prepared = this.call["prepare"](id, this.argument, this.write(this.argument, argument));
    if (prepared === 0) return readString(this.memory, this.call["fault"]());
    return (value) =>
      this.call["matches"](id, prepared, this.value, this.write(this.value, value)) !== 0;
  }

  /** Text that the last yes captured, or undefined for the whole value. */
  captured(): string | undefined {
    const place = this.call["captured"]();
    if (place === 0) return undefined;
    return Buffer.from(this.memory.buffer, place, this.call["capturedLength"]()).toString();
  }

  phrases(list: string, fromFile: boolean): string[] {
    const size = this.write(this.argument, list);
    const bytes = this.call["phrases"](this.argument, size, fromFile ? 1 : 0, this.value);
    const text = Buffer.from(this.memory.buffer, this.value, bytes).toString("latin1");
    return text.split("\n").slice(0, -1);
  }
}
