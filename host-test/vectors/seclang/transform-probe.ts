// The transformation probe as a Node object: a name and bytes in, bytes out.
import { compile } from "../../../cli/build/compile.ts";
import { instantiate, readString } from "../../bridge/specs.ts";
import { pointsOf, type Points } from "../../line-coverage/instrument.ts";

const UNCHANGED = 0xffffffff;

export class TransformProbe {
  private readonly call: Record<string, (...args: number[]) => number>;
  readonly memory: WebAssembly.Memory;
  /** Lines that the module counts, when it is an instrumented one. */
  readonly points: Points | undefined;
  private readonly input: number;
  private readonly output: number;
  private readonly numbers = new Map<string, number>();

  private constructor(
    module: WebAssembly.Module,
    readonly capacity: number,
  ) {
    const instance = instantiate(module);
    this.points = pointsOf(module);
    this.call = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.input = this.call["reserve"](capacity + 64);
    this.output = this.call["reserve"](capacity * 6 + 64);
  }

  static async create(capacity = 1 << 18): Promise<TransformProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/transform.ts", target: "spec" });
    return new TransformProbe(new WebAssembly.Module(wasm), capacity);
  }

  /** Number of a transformation; -1 when the table has none of that name. */
  byName(name: string): number {
    let id = this.numbers.get(name);
    if (id === undefined) {
      id = this.call["byName"](this.input, this.load(Buffer.from(name)));
      this.numbers.set(name, id);
    }
    return id;
  }

  /** Names in the order of their numbers. */
  names(): string[] {
    const names: string[] = [];
    for (let id = 0; ; id++) {
      const name = readString(this.memory, this.call["nameOf"](id));
      if (name === "") return names;
      names.push(name);
    }
  }

  /** Puts a value where `run` reads it; returns its length. */
  load(value: Uint8Array): number {
    new Uint8Array(this.memory.buffer, this.input, this.capacity).set(value);
    return value.length;
  }

  /** Runs a transformation over the loaded value; the raw answer. */
  run(id: number, length: number): number {
    return this.call["run"](id, this.input, length, this.output) >>> 0;
  }

  /** Result bytes, or undefined for "unchanged". Throws when the result is longer than the table says. */
  apply(id: number, value: Uint8Array): Buffer | undefined {
    const length = this.load(value);
    const written = this.run(id, length);
    if (written === UNCHANGED) return undefined;
    const limit = this.call["limit"](id, length) >>> 0;
    if (written > limit) throw new Error(`wrote ${written} bytes, limit ${limit}`);
    return Buffer.from(new Uint8Array(this.memory.buffer, this.output, written));
  }
}
