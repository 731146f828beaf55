// Tells the optimiser, before it runs, what not to copy: functions that only a configuration reaches and that stand in several
// places. It inlines for speed, which they do not need, and each copy is code that Envoy compiles before its listener is ready.
// Functions that requests reach are left to it: kept apart they would make the modules a tenth smaller and a body of JSON a tenth
// slower.
import type binaryen from "assemblyscript/binaryen";
import { hotFunctions, readCallGraph } from "../wasm/call-graph.ts";

/** Goes into a compile's key: what this file does to a module. */
export const keptApart = "no inlining of shared functions of a configuration";

/** A transform of asc: it is given the module between compiler and optimiser. */
export async function keepApart(module: binaryen.Module): Promise<void> {
  const { default: api } = await import("assemblyscript/binaryen");
  // Equal functions become one first, so that none of a configuration stands for one of requests.
  module.runPasses(["duplicate-function-elimination"]);
  const graph = readCallGraph(module.emitBinary());
  const hot = hotFunctions(graph);
  const uses = new Map<number, number>();
  for (const { callee } of graph.bodies.flatMap(({ calls }) => calls))
    uses.set(callee, (uses.get(callee) ?? 0) + 1);
  const names = namesOf(module, api);
  for (const [callee, count] of uses) {
    if (callee < graph.imports || hot.has(callee) || count < 2) continue;
    api.setPassArgument("no-inline", names[callee]);
    module.runPasses(["no-inline"]);
  }
}

/** Names of all functions in the numbering of the binary: imports first. */
function namesOf(module: binaryen.Module, api: typeof binaryen): string[] {
  const all = Array.from({ length: module.getNumFunctions() }, (_, index) =>
    api.getFunctionInfo(module.getFunctionByIndex(index)),
  );
  const imported = all.filter(({ module: from }) => from !== "");
  const own = all.filter(({ module: from }) => from === "");
  return [...imported, ...own].map(({ name }) => name);
}
