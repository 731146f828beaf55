// Builds every file of assembly/filters into build/<filter>.wasm with its source map, and leaves build/manifest.json behind:
// what each module was made from and what came out. A module whose sources still have the noted digest, and whose bytes on
// disk still have the noted hash, is left alone, so that an installed package runs without a compiler.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { compile, compileKey, packageRoot, type Target } from "./compile.ts";
import { writeAtomically } from "./write-atomically.ts";

/** One shipped module in build/manifest.json. */
export interface BuiltModule {
  filter: string;
  /** Digest of sources, flags and compiler version. */
  sources: string;
  /** Hex SHA-256 of the wasm. */
  sha256: string;
  sizeBytes: number;
}

export interface BuildResult extends BuiltModule {
  /** Path of the wasm, relative to the package root. */
  file: string;
  /** `kept`: nothing changed, no compiler was run. `stale` (from a check): build/ is not what the sources give. */
  state: "built" | "kept" | "reproduced" | "stale";
  tookMs: number;
}

interface Manifest {
  modules: BuiltModule[];
}

/** Names of all filters that the sources hold, sorted: one `.ts` file in assembly/filters each. */
export function filterNames(): string[] {
  const folder = path.join(packageRoot, "assembly", "filters");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((n) => n.endsWith(".ts") && !n.endsWith(".spec.ts"));
  return names.map((name) => name.slice(0, -3)).sort();
}

/** Folder that a target's modules go to, relative to the package root. */
export function outputFolder(target: Target): string {
  return target === "debug" ? "build/debug" : "build";
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function readManifest(folder: string): Manifest {
  const file = path.join(packageRoot, folder, "manifest.json");
  if (!existsSync(file)) return { modules: [] };
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    return { modules: [] };
  }
}

/** The module on disk when it is what the manifest says and the manifest is what the sources say. */
function upToDate(module: BuiltModule | undefined, file: string, key: string): boolean {
  if (module === undefined || module.sources !== key) return false;
  const full = path.join(packageRoot, file);
  return existsSync(full) && sha256(readFileSync(full)) === module.sha256;
}

/** Progress of a build: a compile takes seconds, so its beginning is told as well as its end. */
export interface BuildProgress {
  onCompile(filter: string): void;
  onResult(result: BuildResult): void;
}

/**
 * Build one filter, or keep what is there when it is already right.
 * @throws CompileError when the sources do not compile.
 */
async function buildOne(
  filter: string,
  target: Target,
  noted: Manifest,
  onCompile: (filter: string) => void,
): Promise<BuildResult> {
  const startedMs = performance.now();
  const entry = `assembly/filters/${filter}.ts`;
  const file = `${outputFolder(target)}/${filter}.wasm`;
  const key = compileKey({ entry, target });
  const old = noted.modules.find((module) => module.filter === filter);
  if (upToDate(old, file, key)) {
    return { ...old!, file, state: "kept", tookMs: performance.now() - startedMs };
  }
  onCompile(filter);
  const { wasm, sourceMap } = await compile({ entry, target });
  const full = path.join(packageRoot, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeAtomically(`${full}.map`, sourceMap);
  writeAtomically(full, wasm);
  const module = { filter, sources: key, sha256: sha256(wasm), sizeBytes: wasm.length };
  return { ...module, file, state: "built", tookMs: performance.now() - startedMs };
}

/** Build all filters of a target and write the manifest. */
export async function buildAll(target: Target, progress: BuildProgress): Promise<BuildResult[]> {
  const folder = outputFolder(target);
  const noted = readManifest(folder);
  const results: BuildResult[] = [];
  for (const filter of filterNames()) {
    const result = await buildOne(filter, target, noted, progress.onCompile);
    results.push(result);
    progress.onResult(result);
  }
  // An installed package may lie where nobody may write: what did not change is not written again.
  if (results.every(({ state }) => state === "kept") && noted.modules.length === results.length) {
    return results;
  }
  const modules = results.map(({ filter, sources, sha256, sizeBytes }) => {
    return { filter, sources, sha256, sizeBytes };
  });
  mkdirSync(path.join(packageRoot, folder), { recursive: true });
  const text = `${JSON.stringify({ modules }, null, 2)}\n`;
  writeAtomically(path.join(packageRoot, folder, "manifest.json"), text);
  return results;
}

/** Compile every filter afresh, write nothing, and compare with build/: `stale` where a byte differs or a file is missing. */
export async function checkAll(target: Target, progress: BuildProgress): Promise<BuildResult[]> {
  const results: BuildResult[] = [];
  for (const filter of filterNames()) {
    const startedMs = performance.now();
    const entry = `assembly/filters/${filter}.ts`;
    const file = `${outputFolder(target)}/${filter}.wasm`;
    progress.onCompile(filter);
    const { wasm } = await compile({ entry, target }, true);
    const full = path.join(packageRoot, file);
    const same = existsSync(full) && sha256(readFileSync(full)) === sha256(wasm);
    const result: BuildResult = {
      filter,
      sources: compileKey({ entry, target }),
      sha256: sha256(wasm),
      sizeBytes: wasm.length,
      file,
      state: same ? "reproduced" : "stale",
      tookMs: performance.now() - startedMs,
    };
    results.push(result);
    progress.onResult(result);
  }
  return results;
}
