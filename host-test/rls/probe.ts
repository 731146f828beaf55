// The probe of the rls room as a Node object.
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";

interface Exports {
  memory: WebAssembly.Memory;
  reserve(size: number): number;
  read(ptr: number, length: number): number;
  digest(): bigint;
  point(ptr: number, length: number): void;
  find(ptr: number, length: number): bigint;
}

export class RlsProbe {
  private readonly exports: Exports;
  private readonly buffer: number;

  private constructor(module: WebAssembly.Module, capacity: number) {
    this.exports = instantiate(module).exports as unknown as Exports;
    this.buffer = this.exports.reserve(capacity);
  }

  /** @param capacity longest input, bytes */
  static async create(capacity: number): Promise<RlsProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/ratelimit/rls.ts", target: "spec" });
    return new RlsProbe(new WebAssembly.Module(wasm), capacity);
  }

  /** Puts the input where `read` and `find` look for it. */
  load(bytes: Uint8Array): void {
    new Uint8Array(this.exports.memory.buffer, this.buffer, bytes.length).set(bytes);
  }

  /** Whether the first `length` bytes of the input are an answer. */
  read(length: number): boolean {
    return this.exports.read(this.buffer, length) !== 0;
  }

  /** What was read, as one number; undefined: no answer. */
  digest(bytes: Uint8Array): bigint | undefined {
    this.load(bytes);
    return this.read(bytes.length) ? BigInt.asUintN(64, this.exports.digest()) : undefined;
  }

  point(pointer: string): void {
    const bytes = new TextEncoder().encode(pointer);
    this.load(bytes);
    this.exports.point(this.buffer, bytes.length);
  }

  find(length: number): bigint {
    return this.exports.find(this.buffer, length);
  }
}
