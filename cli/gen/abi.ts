// Writes assembly/abi/env.ts, the guest's raw imports, from assembly/abi/functions.json. The Node
// host builds its import object from the same table, so a signature cannot differ between the two.
// asc takes the module name of a `declare function` from its file: env.ts makes the module "env".

/** One host function as functions.json describes it; `ptr` and `size` are i32 on the wire. */
export interface HostFunction {
  name: string;
  params: { name: string; type: string }[];
  result: string;
  since: string;
  until?: string;
}

/** The table of host functions and callbacks (assembly/abi/functions.json). */
export interface AbiTable {
  hostFunctions: HostFunction[];
}

/** The ABI that a meshwarden filter declares; functions outside of it make Envoy refuse the module. */
export const abiVersion = "0.2.1";

const guestTypes: Record<string, string> = { i32: "i32", i64: "i64", ptr: "usize", size: "usize" };

/** Functions that a module of `version` may import, in the table's order. */
export function functionsOf(table: AbiTable, version: string): HostFunction[] {
  return table.hostFunctions.filter(
    (fn) =>
      compareVersions(fn.since, version) <= 0 &&
      (fn.until === undefined || compareVersions(version, fn.until) <= 0),
  );
}

/**
 * The whole text of assembly/abi/env.ts.
 * @throws Error when the table holds a type that has no guest spelling.
 */
export function envSource(table: AbiTable): string {
  const functions = functionsOf(table, abiVersion).map(declaration);
  return `${header}\n${functions.join("\n")}\n`;
}

const header = `// GENERATED from functions.json by \`npm run gen\`; do not edit.
// Every host function of proxy-Wasm ABI ${abiVersion}, raw. Each answers a Status (constants.ts);
// out-pointers are not written when it is not Ok. Only assembly/sdk calls these: it keeps the phase
// of each stream, and some of them kill the whole Envoy when they are called in the wrong one.
`;

function declaration(fn: HostFunction): string {
  const params = fn.params.map((param) => `${param.name}: ${guestType(param.type)}`);
  const result = guestType(fn.result);
  const line = `export declare function ${fn.name}(${params.join(", ")}): ${result};`;
  if (line.length <= 100) return line;
  return `export declare function ${fn.name}(\n  ${params.join(",\n  ")},\n): ${result};`;
}

function guestType(wireType: string): string {
  const type = guestTypes[wireType];
  if (type === undefined) throw new Error(`functions.json: no guest type for "${wireType}"`);
  return type;
}

function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
