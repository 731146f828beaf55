// AssemblyScript specs as vitest tests. A spec file (assembly/<room>/<name>.spec.ts) exports functions whose names are
// sentences in snake case and which call assert(); each export becomes one test in a fresh instance.
import { describe, expect, test } from "vitest";
import { compile, type Compiled } from "../../cli/build/compile.ts";

/** Reads an AssemblyScript string (UTF-16, byte length in the word before it). */
export function readString(memory: WebAssembly.Memory, pointer: number): string {
  if (pointer === 0) return "";
  const view = new DataView(memory.buffer);
  const length = view.getUint32(pointer - 4, true) >>> 1;
  let text = "";
  for (let i = 0; i < length; i++)
    text += String.fromCharCode(view.getUint16(pointer + i * 2, true));
  return text;
}

/** Instantiates a spec or probe module; `env.abort` becomes an Error that names the AssemblyScript file, line and column. */
export function instantiate(module: WebAssembly.Module): WebAssembly.Instance {
  let instance: WebAssembly.Instance | undefined;
  const env = {
    abort(message: number, file: number, line: number, column: number): never {
      const memory = instance!.exports["memory"] as WebAssembly.Memory;
      throw new Error(
        `${readString(memory, message)} (${readString(memory, file)}:${line}:${column})`,
      );
    },
  };
  instance = new WebAssembly.Instance(module, { env });
  const initialize = instance.exports["_initialize"] as (() => void) | undefined;
  initialize?.();
  return instance;
}

/** Compiles a spec, checks that a pure room imports nothing but env.abort, and declares one test for each export. */
export async function specTests(entry: string): Promise<void> {
  const compiled: Compiled = await compile({ entry, target: "spec" });
  const module = new WebAssembly.Module(compiled.wasm);
  describe(entry.replace(/^assembly\//, ""), () => {
    test("imports nothing but env.abort", () => {
      const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
      expect(imports.filter((name) => name !== "env.abort")).toEqual([]);
    });
    for (const { name, kind } of WebAssembly.Module.exports(module)) {
      if (kind !== "function" || name.startsWith("_") || name.startsWith("~")) continue;
      test(name.replaceAll("_", " "), () => {
        (instantiate(module).exports[name] as () => void)();
      });
    }
  });
}
