// The shipped modules as Envoy will judge them: exports as declared, imports that any Envoy links, size within budget,
// and the same bytes from every build. Law 6 and DESIGN "T Every .wasm".
import { describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { files, read } from "./tree.ts";

interface HostFunction {
  name: string;
  since: string;
  until?: string;
}

const table = JSON.parse(read("assembly/abi/functions.json")) as { hostFunctions: HostFunction[] };
const linkable = new Set(
  table.hostFunctions.filter((f) => f.until === undefined).map((f) => f.name),
);

/** Bytes of each release module when its budget was last set; a module may exceed it by 2 %. */
const budgets = JSON.parse(read("host-test/tidy/wasm-budgets.json")) as Record<string, number>;

const filters = files.filter((name) => /^assembly\/filters\/[\w-]+\.ts$/.test(name));

/** A compile takes seconds alone, and minutes where a dozen of them share two cores. */
const compileTimeoutMs = 300_000;

describe.each(filters)("%s", { timeout: compileTimeoutMs }, (entry) => {
  const name = entry.replace(/^.*\/|\.ts$/g, "");

  test("exports what its source declares, the memory and the start function, and nothing else", async () => {
    const module = new WebAssembly.Module((await compile({ entry, target: "release" })).wasm);
    const declared = [...read(entry).matchAll(/export\s*\{([^}]*)\}\s*from/g)]
      .flatMap((match) => match[1].replace(/\/\/[^\n]*/g, "").split(","))
      .map((word) =>
        word
          .trim()
          .split(/\s+as\s+/)
          .at(-1)!,
      )
      .filter((word) => word !== "");
    const exported = WebAssembly.Module.exports(module).map((item) => item.name);
    expect(exported.sort()).toEqual([...declared, "_initialize", "memory"].sort());
  });

  test("imports only functions that every Envoy registers for ABI 0.2.1", async () => {
    const module = new WebAssembly.Module((await compile({ entry, target: "release" })).wasm);
    const foreign = WebAssembly.Module.imports(module)
      .filter(
        (item) => item.module !== "env" || item.kind !== "function" || !linkable.has(item.name),
      )
      .map((item) => `${item.module}.${item.name}`);
    expect(foreign).toEqual([]);
  });

  test("stays within its size budget", async () => {
    const size = (await compile({ entry, target: "release" })).wasm.length;
    expect(Object.keys(budgets)).toContain(name);
    expect(size).toBeLessThanOrEqual(Math.ceil(budgets[name] * 1.02));
  });

  test("is byte-identical when built again", async () => {
    const [first, second] = [
      await compile({ entry, target: "release" }),
      await compile({ entry, target: "release" }, true),
    ];
    expect(Buffer.compare(first.wasm, second.wasm)).toBe(0);
  }, 240_000);
});

test("the budgets name no filter that is gone", () => {
  const known = filters.map((entry) => entry.replace(/^.*\/|\.ts$/g, ""));
  expect(Object.keys(budgets).filter((name) => !known.includes(name))).toEqual([]);
});
