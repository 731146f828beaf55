// The detector probe as a Node object: values in, class and reason out.
import { compile } from "../../cli/build/compile.ts";
import { instantiate, readString } from "../bridge/specs.ts";
import { pointsOf, type Points } from "../line-coverage/instrument.ts";

/** Names of the class bits, lowest first. */
export const classNames = [
  "sql",
  "script",
  "command",
  "path",
  "ssrf",
  "template",
  "nosql",
  "ldap",
  "header",
  "xml",
  "prototype",
];

export interface Verdict {
  /** Name of the class, `""` for an innocent value. */
  kind: string;
  reason: string;
  start: number;
  length: number;
  depth: number;
}

/** One instance of the probe with a buffer of 256 KiB. */
export class DetectProbe {
  private readonly exports: Record<string, (...args: number[]) => number>;
  readonly memory: WebAssembly.Memory;
  /** Lines that the module counts, when it is an instrumented one. */
  readonly points: Points | undefined;
  readonly buffer: number;

  private constructor(module: WebAssembly.Module) {
    const instance = instantiate(module);
    this.points = pointsOf(module);
    this.exports = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.buffer = this.exports["reserve"](262144 + 64);
  }

  static async create(): Promise<DetectProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/detect.ts", target: "spec" });
    return new DetectProbe(new WebAssembly.Module(wasm));
  }

  load(value: Uint8Array): void {
    new Uint8Array(this.memory.buffer, this.buffer, 262144).set(value);
  }

  /** Class bit of the first `length` bytes of the buffer. */
  run(length: number, classes = 2047, level = 2): number {
    return this.exports["judge"](this.buffer, length, classes, level);
  }

  /** Class bit of a name. */
  name(value: Uint8Array, level = 2): number {
    this.load(value);
    return this.exports["judgeName"](this.buffer, value.length, 2047, level);
  }

  traits(length: number): number {
    return this.exports["traits"](this.buffer, length);
  }

  judge(value: Uint8Array | string, classes = 2047, level = 2): Verdict {
    const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    this.load(bytes);
    const bit = this.run(bytes.length, classes, level);
    if (bit === 0) return { kind: "", reason: "", start: 0, length: 0, depth: 0 };
    return {
      kind: classNames[Math.log2(bit)],
      reason: readString(this.memory, this.exports["reason"]()),
      start: this.exports["start"](),
      length: this.exports["length"](),
      depth: this.exports["depth"](),
    };
  }
}
