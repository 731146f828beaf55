// Which files decide the bytes of a wasm: the entry and all that it imports, the shared compiler settings, and the compiler's
// version. One digest over them says whether a compile can be skipped, so that a package that carries its prebuilt modules
// never starts the compiler. Imports are found by text: AssemblyScript has no dynamic import and no file inclusion.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
/** Folder that holds package.json, from the sources as well as from dist/. */
export const packageRoot = findRoot(path.dirname(fileURLToPath(import.meta.url)));
function findRoot(start) {
    let dir = start;
    while (!existsSync(path.join(dir, "asconfig.json"))) {
        const parent = path.dirname(dir);
        if (parent === dir)
            throw new Error(`no asconfig.json above ${start}`);
        dir = parent;
    }
    return dir;
}
/** Settings that every compile reads besides its entry; relative to the package root. */
const sharedInputs = ["assembly/asconfig.json", "assembly/abi/abort.ts"];
const importPattern = /^\s*(?:import|export)\b[^;"']*["'](\.{1,2}\/[^"']+)["']/gm;
/** Version of the AssemblyScript compiler in use, read without loading the compiler (it takes a third of a second to load). */
export function compilerVersion() {
    const require = createRequire(import.meta.url);
    return require("assemblyscript/package.json").version;
}
/**
 * Every file that the entry reaches through imports, itself included, sorted; paths are relative to the package root and use
 * forward slashes. An import that leads nowhere is left out here: the compiler reports it with its place.
 */
export function reachableSources(entry) {
    const seen = new Set();
    const pending = [entry, ...sharedInputs];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const full = path.join(packageRoot, next);
        if (seen.has(next) || !existsSync(full))
            continue;
        seen.add(next);
        if (!next.endsWith(".ts"))
            continue;
        for (const [, specifier] of readFileSync(full, "utf8").matchAll(importPattern)) {
            const target = path.posix.join(path.posix.dirname(next), specifier.replace(/\.ts$/, ""));
            pending.push(`${target}.ts`, `${target}/index.ts`);
        }
    }
    return [...seen].sort();
}
/** Hex SHA-256 over names and contents of everything `reachableSources` finds, the compiler's version, and `flags`. */
export function sourcesDigest(entry, flags) {
    const hash = createHash("sha256").update(JSON.stringify([compilerVersion(), entry, flags]));
    for (const name of reachableSources(entry)) {
        const contents = readFileSync(path.join(packageRoot, name));
        hash.update(`${name}\0${contents.length}\0`).update(contents);
    }
    return hash.digest("hex");
}
//# sourceMappingURL=sources.js.map