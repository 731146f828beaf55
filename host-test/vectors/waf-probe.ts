// The WAF engine's probe as a Node object: rules and a request in, ids of the rules that matched out. No host in between.
import { compile } from "../../cli/build/compile.ts";
import { instantiate, readString } from "../bridge/specs.ts";

export interface ProbeRequest {
  method?: string;
  target?: string;
  headers?: [name: string, value: string][];
  body?: Uint8Array | string;
}

type Place = [pointer: number, length: number];

export class WafProbe {
  private readonly exports: Record<string, (...args: number[]) => number>;
  private readonly memory: WebAssembly.Memory;
  private readonly buffer: number;
  private top = 0;

  private constructor(instance: WebAssembly.Instance, capacity: number) {
    this.exports = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.buffer = this.exports["reserve"](capacity);
  }

  static async create(capacity = 1 << 20): Promise<WafProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/waf.ts", target: "spec" });
    return new WafProbe(instantiate(new WebAssembly.Module(wasm)), capacity);
  }

  private put(value: Uint8Array | string): Place {
    const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    const at = this.buffer + this.top;
    new Uint8Array(this.memory.buffer, at, bytes.length).set(bytes);
    this.top = (this.top + bytes.length + 32) & ~15;
    return [at, bytes.length];
  }

  /** Loads rule lines. @throws Error with what is wrong in them */
  rules(lines: string[]): number {
    this.top = 0;
    const count = this.exports["loadRules"](...this.put(lines.join("\n")));
    if (count === 0) throw new Error(readString(this.memory, this.exports["message"]()));
    return count;
  }

  /** Places a request in memory; the result runs it, phases 1 and 2, and answers the status of a denial or 0. */
  prepare(request: ProbeRequest): () => number {
    this.top = 0;
    const line = [request.method ?? "GET", request.target ?? "/", "HTTP/1.1", "192.0.2.1"];
    const head = line.flatMap((text) => this.put(text));
    const headers = (request.headers ?? []).map((pair) => pair.flatMap((text) => this.put(text)));
    const body = request.body === undefined ? [0, 0] : this.put(request.body);
    return () => {
      this.exports["open"](...head);
      for (const header of headers) this.exports["header"](...header);
      return this.exports["request"](...body);
    };
  }

  /** Ids of the rules that the last request matched, in order. */
  ids(): number[] {
    return Array.from({ length: this.exports["matchCount"]() }, (_, i) =>
      this.exports["matchAt"](i),
    );
  }
}
