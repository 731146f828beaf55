// The smallest host that can drive one guest callback by callback: it links every function of
// functions.json, counts calls, and lets a test answer each of them. It knows nothing of Envoy's
// behaviour; that is what host-test/host is for.
import { readFileSync } from "node:fs";
import path from "node:path";
import { compile, packageRoot } from "../../cli/build/compile.ts";
import type { AbiTable } from "../../cli/gen/abi.ts";

type Answer = (...args: number[]) => number;
type Callback = (...args: number[]) => number;

/** One instance of a guest, with the host functions that a test wants to answer itself. */
export class GuestHost {
  readonly calls: string[] = [];
  readonly logs: string[] = [];
  readonly answers: Record<string, Answer> = {};
  readonly exports: Record<string, Callback>;
  readonly memory: WebAssembly.Memory;
  /** Header maps by type, as the test set them. */
  readonly maps = new Map<number, [string, string][]>();

  constructor(module: WebAssembly.Module) {
    const env: Record<string, Callback> = {};
    for (const { name } of abi.hostFunctions) {
      env[name] = (...args) => {
        this.calls.push(name);
        return (this.answers[name] ?? (() => 0))(...args.map(Number));
      };
    }
    const instance = new WebAssembly.Instance(module, { env });
    this.exports = instance.exports as unknown as Record<string, Callback>;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.answers["proxy_log"] = (_level, ptr, size) => {
      this.logs.push(this.text(ptr!, size!));
      return 0;
    };
    this.answers["proxy_get_header_map_value"] = (map, key, size, ptr, length) =>
      this.headerValue(map!, this.text(key!, size!), ptr!, length!);
    this.answers["proxy_get_header_map_pairs"] = (map, ptr, length) => {
      const pairs = this.maps.get(map!);
      if (pairs !== undefined) this.give(encodePairs(pairs), ptr!, length!);
      else this.give(new Uint8Array(0), ptr!, length!);
      return 0;
    };
    this.exports["_initialize"]!();
  }

  text(ptr: number, size: number): string {
    return Buffer.from(this.memory.buffer, ptr, size).toString("latin1");
  }

  /** Writes bytes as a host answers: memory from the guest's malloc, address and size to the slots. */
  give(bytes: Uint8Array, ptrSlot: number, sizeSlot: number): void {
    const at = bytes.length === 0 ? 0 : this.exports["malloc"]!(bytes.length);
    new Uint8Array(this.memory.buffer, at, bytes.length).set(bytes);
    const view = new DataView(this.memory.buffer);
    view.setUint32(ptrSlot, at, true);
    view.setUint32(sizeSlot, bytes.length, true);
  }

  /** Calls of one host function so far. */
  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  private headerValue(map: number, name: string, ptr: number, length: number): number {
    const pairs = this.maps.get(map);
    if (pairs === undefined) return 2;
    const found = pairs.find(([key]) => key === name);
    if (found === undefined) return 1;
    this.give(Buffer.from(found[1], "latin1"), ptr, length);
    return 0;
  }
}

const abi = JSON.parse(
  readFileSync(path.join(packageRoot, "assembly/abi/functions.json"), "utf8"),
) as AbiTable;

/** A header block in wire form. */
export function encodePairs(pairs: [string, string][]): Uint8Array {
  const sizes = Buffer.alloc(4 + 8 * pairs.length);
  sizes.writeUInt32LE(pairs.length, 0);
  pairs.forEach(([name, value], i) => {
    sizes.writeUInt32LE(name.length, 4 + 8 * i);
    sizes.writeUInt32LE(value.length, 8 + 8 * i);
  });
  const data = pairs.map(([name, value]) => Buffer.from(`${name}\0${value}\0`, "latin1"));
  return pairs.length === 0 ? new Uint8Array(0) : Buffer.concat([sizes, ...data]);
}

/** Compiles a probe with the flags of a release. */
export async function compileProbe(entry: string): Promise<WebAssembly.Module> {
  return new WebAssembly.Module((await compile({ entry, target: "release" })).wasm);
}
