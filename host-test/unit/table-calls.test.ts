// Direct calls turned into calls through the table: every instruction is where the moved source map says it is, cold functions
// keep no direct call to a body of the limit or more, and the module still does what it did.
import { beforeAll, describe, expect, test } from "vitest";
import asc from "assemblyscript/asc";
import { SourceMap } from "../host/source-map.ts";
import { moveMap } from "../../cli/wasm/move-map.ts";
import { tableCalls, type TableCalls } from "../../cli/wasm/table-calls.ts";

// Compiled without optimisation, so that no call is inlined before.
const source = `
  let total: i32 = 0;
  function add(value: i32): i32 {
    for (let i = 0; i < value; i++) total += i ^ (total << 1);
    return total;
  }
  function twice(value: i32): i32 { return add(value) + add(value + 1); }
  function small(value: i32): i32 { return value + 1; }
  const byName: ((value: i32) => i32)[] = [small];
  export function proxy_on_configure(value: i32): i32 { return twice(value) + small(value); }
  export function request(value: i32): i32 { return add(value) + small(value) + byName[0](value); }
`;

let before: Uint8Array<ArrayBuffer>;
let map = "";
let changed: TableCalls;

beforeAll(async () => {
  const { error } = await asc.main(
    [
      "source.ts",
      "--outFile",
      "out.wasm",
      "--sourceMap",
      "--runtime",
      "stub",
      "--exportStart",
      "start",
    ],
    {
      readFile: (name: string) => (name === "source.ts" ? source : null),
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name.endsWith(".map")) map = String(contents);
        else before = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  expect(error).toBeNull();
  changed = tableCalls(before, { cold: 10, hot: Infinity });
});

type Exports = Record<"proxy_on_configure" | "request", (value: number) => number> & {
  start(): void;
};

function exportsOf(wasm: Uint8Array): Exports {
  const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  const env = { abort: () => undefined };
  const { exports } = new WebAssembly.Instance(module, { env });
  (exports as unknown as Exports).start();
  return exports as unknown as Exports;
}

/** Functions in the table: the compiler's own and those that calls go to. */
function tableSize(wasm: Uint8Array): number {
  for (let at = 8; at < wasm.length;) {
    if (wasm[at] === 4) return wasm[at + 5];
    let size = 0;
    let shift = 0;
    do size |= (wasm[++at] & 0x7f) << (7 * shift++);
    while (wasm[at] >= 0x80);
    at += 1 + size;
  }
  return 0;
}

describe("calls through the table", () => {
  test("the module answers as before", () => {
    const [one, other] = [exportsOf(before), exportsOf(changed.wasm)];
    for (let value = 0; value < 20; value++) {
      expect(other.proxy_on_configure(value)).toBe(one.proxy_on_configure(value));
      expect(other.request(value)).toBe(one.request(value));
    }
  });

  test("only calls of the limit or more, and hot functions keep theirs", () => {
    expect(tableSize(changed.wasm)).toBeGreaterThan(tableSize(before));
    const all = tableCalls(before, { cold: 0, hot: 0 });
    const none = tableCalls(before, { cold: Infinity, hot: Infinity });
    expect(tableSize(all.wasm)).toBeGreaterThan(tableSize(changed.wasm));
    expect(Buffer.from(none.wasm).equals(Buffer.from(before))).toBe(true);
    expect(exportsOf(all.wasm).request(7)).toBe(exportsOf(before).request(7));
  });

  test("the moved source map names each line at its instruction", () => {
    const all = tableCalls(before, { cold: 0, hot: 0 });
    const old = [...SourceMap.parse(map).places()];
    const now = [...SourceMap.parse(moveMap(map, all.moved)).places()];
    expect(now.length).toBe(old.length);
    let calls = 0;
    old.forEach(({ offset, line }, index) => {
      expect(now[index].line).toBe(line);
      const code = all.wasm[now[index].offset];
      // A replaced call begins with the constant of its place.
      if (before[offset] === 0x10 && code === 0x41) calls++;
      else expect(code).toBe(before[offset]);
    });
    expect(calls).toBeGreaterThan(2);
  });
});
