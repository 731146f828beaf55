// What the build tells the optimiser and what it leaves to engines: functions that only a configuration reaches are not copied, those
// of requests still are, and calls of a request stay direct to bodies of rooms that are named.
import { describe, expect, test } from "vitest";
import asc from "assemblyscript/asc";
import type { Transform } from "assemblyscript/transform";
import { keepApart } from "../../cli/build/keep-apart.ts";
import { hotFunctions, readCallGraph } from "../../cli/wasm/call-graph.ts";
import { bodiesWithin } from "../../cli/wasm/rooms.ts";
import { tableCalls } from "../../cli/wasm/table-calls.ts";

const inner = `
  export function mix(a: i32, b: i32): i32 { return ((a ^ b) * 31 + (b >> 3)) ^ (a << 5); }
  export function loop(a: i32): i32 { let x = a; while (x > 9) x = x / 3 + load<i32>(x); return x; }`;
const sources: Record<string, string> = {
  "assembly/base/mix.ts": inner,
  "assembly/stages/set.ts": `${inner}
    export function pick(a: i32, b: i32): i32 { return (a * 17 - (b << 7)) ^ (a >> 2) ^ b; }`,
  "main.ts": `
    import { mix, loop } from "./assembly/base/mix";
    import { mix as set, loop as turn, pick } from "./assembly/stages/set";
    const byName: ((value: i32) => i32)[] = [loop];
    export function proxy_on_configure(a: i32): i32 {
      return set(a, load<i32>(0)) + pick(a, load<i32>(4)) + pick(a, load<i32>(8));
    }
    export function request(a: i32): i32 {
      return mix(a, load<i32>(0)) + mix(a, load<i32>(4)) + turn(a) + loop(a) + byName[a](a);
    }`,
};

/** The module and its source map; @param flags for asc, @param apart whether the optimiser is told */
async function built(flags: string[], apart: boolean): Promise<{ wasm: Uint8Array; map: string }> {
  let wasm: Uint8Array = new Uint8Array();
  let map = "";
  const out = ["--outFile", "out.wasm", "--sourceMap", "--runtime", "stub"];
  const { error, stderr } = await asc.main(["main.ts", ...out, ...flags], {
    readFile: (name: string) => sources[name] ?? null,
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name.endsWith(".map")) map = String(contents);
      else wasm = new Uint8Array(contents as Uint8Array);
    },
    listFiles: () => [],
    transforms: apart ? ([{ afterCompile: keepApart }] as unknown as Transform[]) : [],
  });
  expect(error, String(stderr)).toBeNull();
  return { wasm, map };
}

/** Direct calls that the body of an export makes, to functions of the module. */
function callsOf(wasm: Uint8Array, name: string): number[] {
  const { exports, bodies, imports } = readCallGraph(wasm);
  const { calls } = bodies[exports.get(name)! - imports];
  return calls.map(({ callee }) => callee - imports).filter((body) => body >= 0);
}

describe("the optimiser", () => {
  test("copies a shared function of a configuration unless it is told", async () => {
    const flags = ["-O3", "--exportStart", "_initialize"];
    const [free, told] = [await built(flags, false), await built(flags, true)];
    expect(callsOf(free.wasm, "proxy_on_configure")).toHaveLength(0);
    expect(callsOf(told.wasm, "proxy_on_configure")).toHaveLength(2);
  });

  test("copies those of a request as before, though a configuration has an equal one", async () => {
    const flags = ["-O3", "--exportStart", "_initialize"];
    const [free, told] = [await built(flags, false), await built(flags, true)];
    expect(callsOf(told.wasm, "request")).toEqual(callsOf(free.wasm, "request"));
  });
});

describe("a module that is not optimised", () => {
  test("tells functions of requests from those of a configuration", async () => {
    const { wasm } = await built(["--exportStart", "_initialize"], false);
    const graph = readCallGraph(wasm);
    const hot = hotFunctions(graph);
    expect(hot.has(graph.exports.get("request")!)).toBe(true);
    expect(hot.has(graph.exports.get("proxy_on_configure")!)).toBe(false);
    for (const body of callsOf(wasm, "request")) expect(hot.has(body + graph.imports)).toBe(true);
  });

  test("keeps direct calls to rooms that are named", async () => {
    const { wasm, map } = await built(["--exportStart", "_initialize"], false);
    const direct = bodiesWithin(wasm, map, ["base"]);
    const before = callsOf(wasm, "request");
    const after = callsOf(tableCalls(wasm, { cold: 0, hot: 0, direct }).wasm, "request");
    expect(after.length).toBeGreaterThan(2);
    expect(after).toEqual(before.filter((body) => direct.has(body)));
    expect(callsOf(tableCalls(wasm, { cold: 0, hot: 0 }).wasm, "request")).toEqual([]);
  });
});
