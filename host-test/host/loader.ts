// What Envoy checks before it runs a module, with Envoy's own words: ABI marker, imports, allocation function, callback
// signatures. Compiled modules are cached by content, so a fresh VM for each test costs an instantiation only.
import {
  abiVersions,
  callbacksOf,
  hostFunctionsOf,
  signatureText,
  type AbiVersion,
} from "./abi-table.ts";
import { LoadError } from "./crash.ts";
import { wasiSignatures } from "./wasi.ts";
import { capMemory, envoyPagesLimit, type CappedModule } from "./memory-cap.ts";
import { vendorHint, type VendorPack } from "./vendor-guest.ts";
import { readShape, type ModuleShape } from "./wasm-binary.ts";

export interface Code extends Compiled {
  abi: AbiVersion;
}

interface Compiled {
  module: WebAssembly.Module;
  /** Absent when only a WebAssembly.Module was handed in: signatures are then left to the engine. */
  shape: ModuleShape | undefined;
  /** Content key: equal code may share a VM. */
  key: string;
  /** Bytes by which code moved when the memory limit was put in; source maps know the old offsets. */
  offsetShift: number;
}

const byContent = new Map<string, Compiled>();
const byModule = new WeakMap<WebAssembly.Module, Compiled>();
const cacheLimit = 32;
let moduleCount = 0;

/** FNV-1a over four lanes; a key for a cache of modules that this process loads, not a security boundary. */
function contentKey(bytes: Uint8Array): string {
  const lanes = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < bytes.length; i++) {
    lanes[i & 3] = Math.imul(lanes[i & 3] ^ bytes[i], 0x01000193);
  }
  return `${bytes.length}:${lanes.map((lane) => (lane >>> 0).toString(16)).join("")}`;
}

/**
 * Compiles and checks a module.
 * @throws LoadError with Envoy's message when Envoy would refuse it
 */
export function loadCode(
  wasm: Uint8Array | WebAssembly.Module,
  vendors: readonly VendorPack[],
  pagesLimit = envoyPagesLimit,
): Code {
  const known = lookUp(wasm, pagesLimit) ?? compileCode(wasm, pagesLimit);
  const code = { ...known, abi: abiOf(known.module, vendors) };
  checkImports(code, new Set(vendors.flatMap((pack) => Object.keys(pack.functions))));
  checkExports(code);
  return code;
}

function lookUp(wasm: Uint8Array | WebAssembly.Module, pagesLimit: number): Compiled | undefined {
  if (!(wasm instanceof WebAssembly.Module)) {
    return byContent.get(`${contentKey(wasm)}:${pagesLimit}`);
  }
  if (pagesLimit !== envoyPagesLimit) {
    throw new RangeError("memoryLimitPages needs the module as bytes");
  }
  return byModule.get(wasm);
}

function compileCode(wasm: Uint8Array | WebAssembly.Module, pagesLimit: number): Compiled {
  if (wasm instanceof WebAssembly.Module) {
    const code: Compiled = {
      module: wasm,
      shape: undefined,
      key: `module:${moduleCount++}`,
      offsetShift: 0,
    };
    byModule.set(wasm, code);
    return code;
  }
  let module: WebAssembly.Module;
  let capped: CappedModule;
  try {
    // Checked as it is, compiled with Envoy's memory limit.
    capped = capMemory(wasm, pagesLimit);
    module = new WebAssembly.Module(capped.bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new LoadError(`Failed to load Wasm code: ${(error as Error).message}`);
  }
  const code: Compiled = {
    module,
    shape: readShape(wasm),
    key: `${contentKey(wasm)}:${pagesLimit}`,
    offsetShift: capped.shift,
  };
  if (byContent.size >= cacheLimit) byContent.delete(byContent.keys().next().value!);
  byContent.set(code.key, code);
  return code;
}

function abiOf(module: WebAssembly.Module, vendors: readonly VendorPack[]): AbiVersion {
  const names = new Set(WebAssembly.Module.exports(module).map((entry) => entry.name));
  for (const version of abiVersions) {
    if (names.has(`proxy_abi_version_${version.replaceAll(".", "_")}`)) return version;
  }
  for (const { abiMarkers } of vendors) {
    for (const [marker, version] of Object.entries(abiMarkers ?? {})) {
      if (names.has(marker)) return version;
    }
  }
  throw new LoadError("Missing or unknown Proxy-Wasm ABI version");
}

const wasiModules = new Set(["wasi_unstable", "wasi_snapshot_preview1"]);
/** Present in Envoy for every module, whatever its ABI. */
const alwaysThere: Record<string, string> = {
  pthread_equal: "ii>i",
  emscripten_notify_memory_growth: "i>",
};

function checkImports(code: Code, vendor: Set<string>): void {
  const hostFunctions = hostFunctionsOf(code.abi);
  const signatures = new Map(
    code.shape?.imports.map((i) => [`${i.module}.${i.name}`, i.signature]),
  );
  for (const { module, name, kind } of WebAssembly.Module.imports(code.module)) {
    const full = `${module}.${name}`;
    if (vendor.has(full)) continue;
    if (kind === "global" || kind === "tag") {
      throw new LoadError(`Failed to load Wasm module due to an unsupported import type: ${kind}`);
    }
    if (kind !== "function") continue;
    let known: string | undefined;
    if (module === "env") known = hostFunctions.get(name) ?? alwaysThere[name];
    else if (wasiModules.has(module)) known = wasiSignatures[name];
    if (known === undefined) {
      throw new LoadError(
        `Failed to load Wasm module due to a missing import: ${full}${hint(code.abi, full)}`,
      );
    }
    const wanted = signatures.get(full);
    if (wanted !== undefined && wanted !== known) {
      throw new LoadError(
        `Failed to load Wasm module due to an import type mismatch for function: ${full}, ` +
          `want: ${signatureText(wanted)}, but host exports: ${signatureText(known)}`,
      );
    }
  }
}

/** Why it is missing, where that is known. */
function hint(abi: AbiVersion, full: string): string {
  const name = full.replace(/^env\./, "");
  const other = abiVersions.filter((version) => hostFunctionsOf(version).has(name));
  if (name !== full && other.length > 0) {
    return ` (a host function of ABI ${other.join(" and ")}, this module is of ${abi})`;
  }
  return vendorHint(full);
}

function checkExports(code: Code): void {
  const exported = WebAssembly.Module.exports(code.module);
  const functions = new Set(exported.filter((e) => e.kind === "function").map((e) => e.name));
  if (!functions.has("malloc") && !functions.has("proxy_on_memory_allocate")) {
    throw new LoadError("Wasm module is missing malloc function.");
  }
  if (!exported.some((entry) => entry.kind === "memory")) {
    const imported = WebAssembly.Module.imports(code.module).some((i) => i.kind === "memory");
    if (!imported) throw new LoadError("Wasm module is missing a memory export.");
  }
  if (code.shape === undefined) return;
  const callbacks = callbacksOf(code.abi);
  for (const { name, signature } of code.shape.exports) {
    const wanted = callbacks.get(name);
    if (wanted === undefined || wanted === signature) continue;
    throw new LoadError(
      `Bad function signature for: ${name}, want: ${signatureText(wanted)}, ` +
        `but the module exports: ${signatureText(signature)}`,
    );
  }
}
