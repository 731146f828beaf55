// One AssemblyScript compile, the same for shipped filters, probes and specs, so that build and test never disagree on flags.
// asc merges all entries of one call into one module, therefore one call makes one wasm (see ARCHITECTURE.md, "Build").
// The compiler is loaded only when it is needed: a cached result costs no more than reading the sources.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Transform } from "assemblyscript/transform";
import { instrument, memoryBaseBytes } from "../../host-test/line-coverage/instrument.ts";
import { moveMap } from "../wasm/move-map.ts";
import { bodiesWithin } from "../wasm/rooms.ts";
import { tableCalls } from "../wasm/table-calls.ts";
import { keepApart, keptApart } from "./keep-apart.ts";
import { packageRoot, sourcesDigest } from "./sources.ts";
import { writeAtomically } from "./write-atomically.ts";

export { packageRoot } from "./sources.ts";

/** `spec` keeps assertions and imports env.abort, so that a failed assertion reaches the test runner with its place. */
export type Target = "release" | "debug" | "spec";

export interface CompileOptions {
  /** Entry file, relative to the package root, for example `assembly/filters/guard.ts`. */
  entry: string;
  target: Target;
  /** Further asc flags, for example `["--runtime", "incremental"]`. */
  flags?: string[];
}

export interface Compiled {
  wasm: Uint8Array<ArrayBuffer>;
  /** Source map of version 3 as JSON text; asc writes one for every target. */
  sourceMap: string;
}

/** The compiler refused a source; `message` holds asc's own diagnostics with file and line. */
export class CompileError extends Error {
  override name = "CompileError";
}

const targetFlags: Record<Target, string[]> = {
  release: ["-O3", "--use", "abort=assembly/abi/abort/abort"],
  debug: ["--debug", "--use", "abort=assembly/abi/abort/abort"],
  spec: ["-O3"],
};

/** Set while coverage is measured: no optimisation, which merges lines, and room for counters below the guest's memory. */
const coverage = process.env["MESHWARDEN_COVERAGE"] === "1";

/** All asc flags of one compile, apart from entry and output names. */
function flagsOf(options: CompileOptions): string[] {
  const given = options.flags ?? [];
  if (coverage) {
    const plain = targetFlags[options.target].filter(
      (flag) => flag !== "-O3" && flag !== "--debug",
    );
    const counted = ["--memoryBase", String(memoryBaseBytes)];
    return ["--config", "assembly/asconfig.json", ...plain, ...counted, ...given];
  }
  return ["--config", "assembly/asconfig.json", ...targetFlags[options.target], ...given];
}

/**
 * A name section with one entry. Envoy prints the offsets of a backtrace only for a module that has names; those of all
 * functions would cost a fifth of the module, one of an import, which is on no stack, costs 13 bytes.
 */
const oneName = Uint8Array.of(0, 11, 4, 0x6e, 0x61, 0x6d, 0x65, 1, 4, 1, 0, 1, 0x61);

/** Release modules carry no names of their own. */
function named(target: Target, wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(target === "release" ? Buffer.concat([wasm, oneName]) : wasm);
}

/** Hex SHA-256 that changes when, and only when, the compile could come out differently. */
export function compileKey(options: CompileOptions): string {
  const calls = JSON.stringify(callLimits(options.entry));
  const behind = [`names ${oneName.length}`, `table calls ${calls}`, keptApart];
  return sourcesDigest(options.entry, [...flagsOf(options), ...behind]);
}

/** What only releases, or only modules under coverage, have done to them behind the compiler. */
function finished(plain: Compiled, { entry, target }: CompileOptions): Compiled {
  if (coverage) return { ...plain, wasm: instrument(plain.wasm, plain.sourceMap) };
  if (target !== "release") return plain;
  const { cold, hot, rooms } = callLimits(entry);
  const direct = bodiesWithin(plain.wasm, plain.sourceMap, rooms);
  const { wasm, moved } = tableCalls(plain.wasm, { cold, hot, direct });
  return { wasm: new Uint8Array(wasm), sourceMap: moveMap(plain.sourceMap, moved) };
}

/**
 * Which calls go through the table, and to which rooms none of a request does: those with short functions in loops over bytes and
 * limbs, which an engine may well inline. In the firewall no such loop calls a function as large as this. Measured in Envoy for
 * the modules named: no more CPU per request, a fifth less of it before the listener is ready.
 */
function callLimits(entry: string): { cold: number; hot: number; rooms: string[] } {
  const rooms = ["base", "crypto", "detect", "fields", "json", "regex"];
  switch (entry) {
    case "assembly/filters/guard.ts":
    case "assembly/filters/validate.ts":
      return { cold: 20, hot: 40, rooms };
    case "assembly/filters/waf.ts":
      return { cold: 20, hot: 100, rooms: [] };
  }
  return { cold: 20, hot: Infinity, rooms: [] };
}

/**
 * Compile one entry, or take it from `.cache/` when neither a source, a flag nor the compiler changed.
 * @param fresh skips the cache, to prove that two compiles give the same bytes.
 * @throws CompileError when asc reports an error.
 */
export async function compile(options: CompileOptions, fresh = false): Promise<Compiled> {
  const cacheDir = path.join(packageRoot, ".cache", "asc");
  const base = path.join(cacheDir, compileKey(options).slice(0, 24));
  const wasmFile = `${base}.wasm`;
  const mapFile = `${base}.wasm.map`;
  if (!fresh && existsSync(wasmFile) && existsSync(mapFile)) {
    const wasm = new Uint8Array(readFileSync(wasmFile));
    return { wasm, sourceMap: readFileSync(mapFile, "utf8") };
  }
  const plain = await runCompiler(options.entry, flagsOf(options), hooksOf(options.target));
  const { wasm, sourceMap } = finished(plain, options);
  const compiled = { wasm: named(options.target, wasm), sourceMap };
  try {
    mkdirSync(cacheDir, { recursive: true });
    writeAtomically(mapFile, compiled.sourceMap);
    writeAtomically(wasmFile, compiled.wasm);
  } catch (error) {
    // A package that another user installed: the next run compiles again.
    if (!["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
  }
  return compiled;
}

/** asc takes any object with hooks; its type asks for what only constructors are given. */
function hooksOf(target: Target): Transform[] {
  if (target !== "release" || coverage) return [];
  return [{ afterCompile: keepApart }] as unknown as Transform[];
}

async function runCompiler(
  entry: string,
  flags: string[],
  transforms: Transform[],
): Promise<Compiled> {
  const { default: asc } = await import("assemblyscript/asc");
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  let sourceMap = "";
  const name = `${path.basename(entry, ".ts")}.wasm`;
  const output = ["--outFile", name, "--sourceMap", `./${name}.map`];
  const { error, stderr } = await asc.main([entry, ...flags, "--baseDir", packageRoot, ...output], {
    readFile: (file: string, baseDir: string) => {
      const full = path.resolve(baseDir, file);
      return existsSync(full) ? readFileSync(full, "utf8") : null;
    },
    writeFile: (file: string, contents: string | Uint8Array) => {
      if (file.endsWith(".map")) sourceMap = String(contents);
      else if (file.endsWith(".wasm")) wasm = new Uint8Array(contents as Uint8Array);
    },
    listFiles: () => [],
    transforms,
  });
  if (error !== null || wasm === undefined) {
    throw new CompileError(`${entry}: ${error?.message ?? "no output"}\n${String(stderr)}`);
  }
  return { wasm, sourceMap };
}
