// One AssemblyScript compile, the same for shipped filters, probes and specs, so that build and test never disagree on flags.
// asc merges all entries of one call into one module, therefore one call makes one wasm (see ARCHITECTURE.md, "Build").
import asc from "assemblyscript/asc";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
  existsSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

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

/** Folder that holds package.json, from the sources as well as from dist/. */
export const packageRoot: string = findRoot(path.dirname(fileURLToPath(import.meta.url)));

function findRoot(start: string): string {
  let dir = start;
  while (!existsSync(path.join(dir, "asconfig.json"))) {
    const parent = path.dirname(dir);
    if (parent === dir) throw new Error(`no asconfig.json above ${start}`);
    dir = parent;
  }
  return dir;
}

const targetFlags: Record<Target, string[]> = {
  release: ["-O3", "--use", "abort=assembly/abi/abort/abort"],
  debug: ["--debug", "--use", "abort=assembly/abi/abort/abort"],
  spec: ["-O3"],
};

/**
 * Compile one entry, or take it from `.cache/` when neither a source, a flag nor the compiler changed.
 * @throws CompileError when asc reports an error.
 */
export async function compile(options: CompileOptions): Promise<Compiled> {
  const flags = [
    "--config",
    "assembly/asconfig.json",
    ...targetFlags[options.target],
    ...(options.flags ?? []),
  ];
  const key = createHash("sha256")
    .update(JSON.stringify([asc.version ?? "", options.entry, flags, sourcesDigest()]))
    .digest("hex")
    .slice(0, 24);
  const cacheDir = path.join(packageRoot, ".cache", "asc");
  const wasmFile = path.join(cacheDir, `${key}.wasm`);
  const mapFile = path.join(cacheDir, `${key}.wasm.map`);
  if (existsSync(wasmFile) && existsSync(mapFile)) {
    return {
      wasm: new Uint8Array(readFileSync(wasmFile)),
      sourceMap: readFileSync(mapFile, "utf8"),
    };
  }
  const compiled = await runCompiler(options.entry, flags);
  mkdirSync(cacheDir, { recursive: true });
  writeAtomically(wasmFile, compiled.wasm);
  writeAtomically(mapFile, compiled.sourceMap);
  return compiled;
}

async function runCompiler(entry: string, flags: string[]): Promise<Compiled> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  let sourceMap = "";
  const name = `${path.basename(entry, ".ts")}.wasm`;
  const { error, stderr } = await asc.main(
    [entry, ...flags, "--baseDir", packageRoot, "--outFile", name, "--sourceMap", `./${name}.map`],
    {
      readFile: (file: string, baseDir: string) => {
        const full = path.resolve(baseDir, file);
        return existsSync(full) ? readFileSync(full, "utf8") : null;
      },
      writeFile: (file: string, contents: string | Uint8Array) => {
        if (file.endsWith(".map")) sourceMap = String(contents);
        else if (file.endsWith(".wasm")) wasm = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined) {
    throw new CompileError(`${entry}: ${error?.message ?? "no output"}\n${String(stderr)}`);
  }
  return { wasm, sourceMap };
}

let digest = "";

/** One digest over every AssemblyScript source: cheaper than following imports, and never stale. */
function sourcesDigest(): string {
  if (digest !== "") return digest;
  const hash = createHash("sha256");
  const root = path.join(packageRoot, "assembly");
  for (const name of (readdirSync(root, { recursive: true }) as string[]).sort()) {
    if (!/\.(ts|json)$/.test(name)) continue;
    hash.update(name).update(readFileSync(path.join(root, name)));
  }
  return (digest = hash.digest("hex"));
}

/** Two test files may compile the same entry at the same time: readers must never see half a file. */
function writeAtomically(file: string, contents: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}
