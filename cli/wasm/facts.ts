// What a module says of itself: ABI, exports, imports, memory, size, and from these the capabilities that it needs. Read from the
// binary alone, nothing is run. The list of known functions is assembly/abi/functions.json, the table that guest and host share.
// Sources: WebAssembly core specification §5.5; proxy-wasm-cpp-host, capability names are the functions' own.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import { UserError } from "../exit.ts";

export interface WasmFacts {
  sizeBytes: number;
  /** Hex SHA-256 of the module: what plain Envoy compares, and the notes of an image name. */
  sha256: string;
  /** "0.1.0", "0.2.0", "0.2.1", or "none" for a module that is no proxy-Wasm filter. */
  abi: string;
  exports: string[];
  /** As "module.name". */
  imports: string[];
  /** Imports that no Envoy of this ABI offers: the module would not load. */
  unknownImports: string[];
  memory: { initialPages: number; maximumPages?: number } | undefined;
  /** Names for `capability_restriction_config.allowed_capabilities`: host functions it imports, callbacks it exports. */
  capabilities: string[];
}

interface AbiTable {
  hostFunctions: { name: string; until?: string }[];
  callbacks: { name: string }[];
}

let abiTable: AbiTable | undefined;

function knownFunctions(): AbiTable {
  const file = path.join(packageRoot, "assembly", "abi", "functions.json");
  return (abiTable ??= JSON.parse(readFileSync(file, "utf8")) as AbiTable);
}

/** Reads a module. @throws UserError when the bytes are none */
export function readFacts(wasm: Uint8Array, what: string): WasmFacts {
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new UserError(
      `${what} is no WebAssembly module: ${(error as Error).message}`,
      "check the path",
    );
  }
  const exports = WebAssembly.Module.exports(module).map(({ name }) => name);
  const imports = WebAssembly.Module.imports(module);
  const { hostFunctions, callbacks } = knownFunctions();
  const offered = new Set(
    hostFunctions.filter(({ until }) => until === undefined).map(({ name }) => name),
  );
  const called = new Set(callbacks.map(({ name }) => name));
  const wasi = /^wasi_/;
  const known = ({ module: from, name }: WebAssembly.ModuleImportDescriptor): boolean =>
    wasi.test(from) || (from === "env" && offered.has(name));
  const versions = exports.map((name) => /^proxy_abi_version_(\d+)_(\d+)_(\d+)$/.exec(name));
  const version = versions.find((match) => match !== null);
  const needed = imports.filter(known).map(({ name }) => name);
  const offers = exports.filter(
    (name) => called.has(name) && /^proxy_on_|^proxy_(?:validate|done)/.test(name),
  );
  return {
    sizeBytes: wasm.length,
    sha256: createHash("sha256").update(wasm).digest("hex"),
    abi: version ? version.slice(1).join(".") : "none",
    exports: exports.sort(),
    imports: imports.map(({ module: from, name }) => `${from}.${name}`).sort(),
    unknownImports: imports
      .filter((item) => !known(item))
      .map(({ module: from, name }) => `${from}.${name}`),
    memory: readMemory(wasm),
    capabilities: [...new Set([...needed, ...offers])].sort(),
  };
}

/** Limits of the module's own memory, from section 5. */
function readMemory(wasm: Uint8Array): WasmFacts["memory"] {
  let at = 8;
  const u32 = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = wasm[at++]!;
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    return value >>> 0;
  };
  while (at < wasm.length) {
    const section = wasm[at++];
    const end = u32() + at;
    if (section === 5) {
      if (u32() === 0) return undefined;
      const bounded = (u32() & 1) === 1;
      const initialPages = u32();
      return bounded ? { initialPages, maximumPages: u32() } : { initialPages };
    }
    at = end;
  }
  return undefined;
}
