// One AssemblyScript compile, the same for shipped filters, probes and specs, so that build and test never disagree on flags.
// asc merges all entries of one call into one module, therefore one call makes one wasm (see ARCHITECTURE.md, "Build").
// The compiler is loaded only when it is needed: a cached result costs no more than reading the sources.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot, sourcesDigest } from "./sources.js";
export { packageRoot } from "./sources.js";
/** The compiler refused a source; `message` holds asc's own diagnostics with file and line. */
export class CompileError extends Error {
    name = "CompileError";
}
const targetFlags = {
    release: ["-O3", "--use", "abort=assembly/abi/abort/abort"],
    debug: ["--debug", "--use", "abort=assembly/abi/abort/abort"],
    spec: ["-O3"],
};
/** All asc flags of one compile, apart from entry and output names. */
function flagsOf(options) {
    const given = options.flags ?? [];
    return ["--config", "assembly/asconfig.json", ...targetFlags[options.target], ...given];
}
/** Hex SHA-256 that changes when, and only when, the compile could come out differently. */
export function compileKey(options) {
    return sourcesDigest(options.entry, flagsOf(options));
}
/**
 * Compile one entry, or take it from `.cache/` when neither a source, a flag nor the compiler changed.
 * @param fresh skips the cache, to prove that two compiles give the same bytes.
 * @throws CompileError when asc reports an error.
 */
export async function compile(options, fresh = false) {
    const cacheDir = path.join(packageRoot, ".cache", "asc");
    const base = path.join(cacheDir, compileKey(options).slice(0, 24));
    const wasmFile = `${base}.wasm`;
    const mapFile = `${base}.wasm.map`;
    if (!fresh && existsSync(wasmFile) && existsSync(mapFile)) {
        const wasm = new Uint8Array(readFileSync(wasmFile));
        return { wasm, sourceMap: readFileSync(mapFile, "utf8") };
    }
    const compiled = await runCompiler(options.entry, flagsOf(options));
    mkdirSync(cacheDir, { recursive: true });
    writeAtomically(mapFile, compiled.sourceMap);
    writeAtomically(wasmFile, compiled.wasm);
    return compiled;
}
async function runCompiler(entry, flags) {
    const { default: asc } = await import("assemblyscript/asc");
    let wasm;
    let sourceMap = "";
    const name = `${path.basename(entry, ".ts")}.wasm`;
    const output = ["--outFile", name, "--sourceMap", `./${name}.map`];
    const { error, stderr } = await asc.main([entry, ...flags, "--baseDir", packageRoot, ...output], {
        readFile: (file, baseDir) => {
            const full = path.resolve(baseDir, file);
            return existsSync(full) ? readFileSync(full, "utf8") : null;
        },
        writeFile: (file, contents) => {
            if (file.endsWith(".map"))
                sourceMap = String(contents);
            else if (file.endsWith(".wasm"))
                wasm = new Uint8Array(contents);
        },
        listFiles: () => [],
    });
    if (error !== null || wasm === undefined) {
        throw new CompileError(`${entry}: ${error?.message ?? "no output"}\n${String(stderr)}`);
    }
    return { wasm, sourceMap };
}
/** Two processes may write the same file at the same time: readers must never see half of it. */
export function writeAtomically(file, contents) {
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, contents);
    renameSync(temporary, file);
}
//# sourceMappingURL=compile.js.map