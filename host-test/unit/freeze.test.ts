// A frozen module begins where its run stopped: memory, heap and globals, and start code does not run again.
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { freeze } from "../../cli/wasm/freeze.ts";
import { readSections, writeSections } from "../../cli/wasm/sections.ts";

type Calls = Record<string, (...args: number[]) => number>;

const env = {
  abort(): never {
    throw new Error("abort");
  },
};
let wasm: Uint8Array;
beforeAll(async () => {
  ({ wasm } = await compile({ entry: "assembly/probes/operators.ts", target: "spec" }));
});

const instance = (bytes: Uint8Array): WebAssembly.Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), { env })
    .exports;
const write = (exports: WebAssembly.Exports, at: number, text: string): number => {
  const { memory } = exports as { memory: WebAssembly.Memory };
  new Uint8Array(memory.buffer).set(Buffer.from(text), at);
  return text.length;
};

/** Prepares a detector and a byte range; leaves their addresses in `found`. */
function warmed(found: number[]): (exports: WebAssembly.Exports) => void {
  return (exports) => {
    const call = exports as unknown as Calls;
    call["_initialize"]();
    const buffer = call["reserve"](1024);
    const byName = (name: string): number => call["byName"](buffer, write(exports, buffer, name));
    for (const [name, argument] of [
      ["detectSQLi", ""],
      ["validateByteRange", "32-126"],
    ]) {
      const id = byName(name);
      found.push(id, call["prepare"](id, buffer, write(exports, buffer, argument)));
    }
    found.push(buffer);
  };
}

describe("freezing a module", () => {
  test("keeps what the run prepared, and the heap goes on behind it", () => {
    const found: number[] = [];
    const frozen = freeze(wasm, { env }, warmed(found));
    const [sqli, detector, range, table, buffer] = found;
    const exports = instance(frozen);
    const call = exports as unknown as Calls;
    // As a host does: start code is called, and must leave everything as it is.
    call["_initialize"]();
    const judge = (id: number, prepared: number, value: string): number =>
      call["matches"](id, prepared, buffer, write(exports, buffer, value));
    expect(judge(sqli, detector, "1' or '1'='1")).toBe(1);
    expect(judge(sqli, detector, "O'Brien")).toBe(0);
    expect(judge(range, table, "a\x01")).toBe(1);
    expect(judge(range, table, "plain")).toBe(0);
    expect(call["reserve"](1024)).toBeGreaterThan(buffer);
  });

  test("gives the same bytes each time, with the module's own exports and no others", () => {
    const one = freeze(wasm, { env }, warmed([]));
    expect(Buffer.compare(one, freeze(wasm, { env }, warmed([])))).toBe(0);
    const names = (bytes: Uint8Array): string[] => Object.keys(instance(bytes));
    expect(names(one)).toEqual(names(wasm));
  });

  test("leaves empty pages out", () => {
    const frozen = freeze(wasm, { env }, (exports) => {
      const call = exports as unknown as Calls;
      call["_initialize"]();
      call["reserve"](1 << 24);
    });
    expect(frozen.length).toBeLessThan(wasm.length + 4096);
    const { memory } = instance(frozen) as { memory: WebAssembly.Memory };
    expect(memory.buffer.byteLength).toBeGreaterThan(1 << 24);
  });

  test("reads and writes sections without a change", () => {
    expect(Buffer.compare(writeSections(readSections(wasm)), wasm)).toBe(0);
    expect(() => readSections(wasm.subarray(0, wasm.length - 3))).toThrow(/ends too early/);
    expect(() => readSections(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))).toThrow(/no WebAssembly/);
  });
});
